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

__all__ = [
    "Balance",
    "Division",
    "Frustration",
    "NetworkRelation",
    "RelationNetwork",
    "SignedEdge",
    "SignedGraph",
    "Triad",
    "balance",
    "frustration",
    "network",
    "relation_graph",
    "triads",
]
