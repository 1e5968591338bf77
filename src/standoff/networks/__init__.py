"""Networks of states: similarity of their foreign policies, and balance of their relations.

`similarity` compares portfolios of alliances or votes, `signed_graph` counts triads, `frustration_index` finds the two camps
with the fewest relations against them, and `case` does so for the relations of a scenario.
"""

from __future__ import annotations

from standoff.networks.case import NetworkRelation, RelationNetwork, network
from standoff.networks.frustration_index import Division, Frustration, frustration
from standoff.networks.portfolios import Portfolio, portfolio
from standoff.networks.relations import relation_graph
from standoff.networks.signed_graph import Balance, SignedEdge, SignedGraph, Triad, balance, triads
from standoff.networks.similarity import s_score, scott_pi, similarities, tau_b, weighted_kappa

__all__ = [
    "Balance",
    "Division",
    "Frustration",
    "NetworkRelation",
    "Portfolio",
    "RelationNetwork",
    "SignedEdge",
    "SignedGraph",
    "Triad",
    "balance",
    "frustration",
    "network",
    "portfolio",
    "relation_graph",
    "s_score",
    "scott_pi",
    "similarities",
    "tau_b",
    "triads",
    "weighted_kappa",
]
