"""Causal structure of a scenario: stocks, processes, choices, and feedback loops.

The structure is computed from the plan, so that the diagram agrees with the model. A link is a slope of the model, the
change of the flow into one stock per change of another stock, at the central value of every parameter and along the
central path: no noise, every actor keeping its last option known from history. Its sign is `+` or `-` where it is the
same along the whole path, `?` where it changes. A choice gives a link too: the effect of a stock on the probabilities
of the options, times the effect of each option on the flow (on average over the options of others who change the same
process). A loop reinforces where the product of its signs is `+`, and balances where it is `-` (richardson1986). A
stock that only decays by itself is not listed as a loop.

    rate of a link = |d flow_target / d source| * size_source / size_target          (size: largest value on the path)
    rate of a loop = geometric mean of the rates of its links                        (1/month; how quickly it can act)

Loops are the shortest independent ones (oliva2004), one for each stock before there is a second for any. Slopes take
some seconds to compute and are stored on disk (`cache`). Each file here does one step: `central_path`, `slopes`,
`graph` (links with their signs, nodes and edges of the diagram), `loops`.

Sources: richardson1986 (signs), oliva2004 (loop set).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from standoff.analysis.causal import cache, graph
from standoff.analysis.causal.loops import LOOPS, loops
from standoff.analysis.causal.records import LABELS, CausalGraph, CausalLink, CausalNode, Edge, FeedbackLoop, group
from standoff.errors import ModelError, join_limited, unknown_word
from standoff.plan import Plan

__all__ = [
    "LABELS",
    "LOOPS",
    "CausalGraph",
    "CausalLink",
    "CausalNode",
    "Edge",
    "FeedbackLoop",
    "group",
    "loops",
    "structure",
]


def structure(plan: Plan, processes: Iterable[str] = ()) -> CausalGraph:
    """The causal structure of a plan, or of some of its processes with their neighbours."""
    wanted, known = tuple(processes), [part.name for part in plan.mechanisms]
    for name in wanted:
        if name not in known:
            problem = unknown_word(f"the case has no mechanism `{name}`", name, known)
            raise ModelError(replace(problem, allowed=join_limited(known, 40)))
    slopes = cache.slopes(plan)
    links = graph.links(slopes)
    nodes, edges = graph.nodes(plan), graph.edges(plan, slopes, links)
    feedback = loops(links, wanted)
    if wanted:
        nodes, edges, links = graph.around(wanted, nodes, edges, links)
    return CausalGraph(
        plan.scenario.title, plan.variant, wanted, nodes, edges, links, feedback, plan.intervention_records
    )
