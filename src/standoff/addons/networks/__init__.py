"""Networks of states: similarity of their foreign policies, and balance of their relations.

`similarity` compares portfolios of alliances or votes, `signed_graph` counts triads, `frustration_index` finds the two camps
with the fewest relations against them, and `case` does so for the relations of a scenario.
"""

from typing import Any

from standoff import registry

FUNCTIONS = {"network": "standoff.addons.networks.case"}
_HOMES = {
    "Balance": "signed_graph",
    "Division": "frustration_index",
    "Frustration": "frustration_index",
    "NetworkRelation": "case",
    "Portfolio": "similarity",
    "RelationNetwork": "case",
    "SignedEdge": "signed_graph",
    "SignedGraph": "signed_graph",
    "Triad": "signed_graph",
    "balance": "signed_graph",
    "frustration": "frustration_index",
    "network": "case",
    "portfolio": "similarity",
    "relation_graph": "case",
    "s_score": "similarity",
    "scott_pi": "similarity",
    "similarities": "similarity",
    "tau_b": "similarity",
    "triads": "signed_graph",
    "weighted_kappa": "similarity",
}
__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    return registry.public(__name__, _HOMES, name)
