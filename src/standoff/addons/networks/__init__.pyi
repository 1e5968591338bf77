# made by docs/generate.py from _HOMES in the file beside it; edit that instead

from standoff.addons.networks.case import NetworkRelation as NetworkRelation
from standoff.addons.networks.case import RelationNetwork as RelationNetwork
from standoff.addons.networks.case import network as network
from standoff.addons.networks.case import relation_graph as relation_graph
from standoff.addons.networks.frustration_index import Division as Division
from standoff.addons.networks.frustration_index import Frustration as Frustration
from standoff.addons.networks.frustration_index import frustration as frustration
from standoff.addons.networks.signed_graph import Balance as Balance
from standoff.addons.networks.signed_graph import SignedEdge as SignedEdge
from standoff.addons.networks.signed_graph import SignedGraph as SignedGraph
from standoff.addons.networks.signed_graph import Triad as Triad
from standoff.addons.networks.signed_graph import balance as balance
from standoff.addons.networks.signed_graph import triads as triads
from standoff.addons.networks.similarity import Portfolio as Portfolio
from standoff.addons.networks.similarity import portfolio as portfolio
from standoff.addons.networks.similarity import s_score as s_score
from standoff.addons.networks.similarity import scott_pi as scott_pi
from standoff.addons.networks.similarity import similarities as similarities
from standoff.addons.networks.similarity import tau_b as tau_b
from standoff.addons.networks.similarity import weighted_kappa as weighted_kappa

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
