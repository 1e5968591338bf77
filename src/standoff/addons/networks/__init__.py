"""Networks of states: balance of their relations.

`signed_graph` counts triads, `frustration_index` finds the two camps with the fewest relations against them, and `case` does so
for the relations of a scenario.
"""

from typing import Any

from standoff import registry

FUNCTIONS = {"network": "standoff.addons.networks.case"}
_HOMES = {
    "Balance": "signed_graph",
    "Division": "frustration_index",
    "Frustration": "frustration_index",
    "NetworkRelation": "case",
    "RelationNetwork": "case",
    "SignedEdge": "signed_graph",
    "SignedGraph": "signed_graph",
    "Triad": "signed_graph",
    "balance": "signed_graph",
    "frustration": "frustration_index",
    "network": "case",
    "relation_graph": "case",
    "triads": "signed_graph",
}
__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    return registry.public(__name__, _HOMES, name)
