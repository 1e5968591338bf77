"""The causal structure of a case: processes, choices and loops in words, and for Graphviz."""

from __future__ import annotations

import json

from standoff import labels
from standoff.analysis.causal import CausalGraph, FeedbackLoop
from standoff.plan import Plan
from standoff.report import formatting
from standoff.report.document import Block, Paragraph, given, table

#: kinds of node -> their shapes in the language of Graphviz
SHAPES = {"stock": "box", "process": "ellipse", "choice": "diamond", "parameter": "plaintext"}


def blocks(graph: CausalGraph) -> list[Block]:
    """Tables: effects of processes and choices on stocks, with signs, and loops."""
    names = {node.id: node.name for node in graph.nodes}

    def ends(node: str, kind: str, out: bool) -> str:
        edges = [edge for edge in graph.edges if edge.kind == kind and (edge.source if out else edge.target) == node]
        return ", ".join(
            f"{names[edge.target if out else edge.source]}{f' {edge.sign}' * bool(edge.sign)}" for edge in edges
        )

    processes = [
        (node.name, ends(node.id, "reads", False), ends(node.id, "writes", True)) for node in graph.of_kind("process")
    ]
    choices = [
        (node.name, ends(node.id, "weighs", False), ends(node.id, "expects", False), ends(node.id, "changes", True))
        for node in graph.of_kind("choice")
    ]
    loops = [(loop.polarity, f"{loop.rate:.2g}", loop.name) for loop in graph.loops]
    variant = f", variant {graph.variant}" if graph.variant else ""
    variant += "".join(f", {item}" for item in graph.interventions)
    return [
        Paragraph(f"{graph.title}{variant}: {len(graph.nodes)} nodes, {len(graph.edges)} arrows"),
        Paragraph("+ drives or adds to, - slows or takes from, ? either, no sign: no slope on the central path"),
        table("name", "reads", "writes", rows=processes, caption="processes"),
        *given(choices, table("choice", "weighs", "expects", "changes", rows=choices, caption="choices")),
        *given(loops, table("polarity", "rate, 1/month:", "through", rows=loops, caption="loops, the quickest first")),
    ]


def dot(graph: CausalGraph) -> str:
    """The causal diagram for Graphviz; arrows without effect on the central path are dashed."""

    def line(ends: str, **attributes: str) -> str:
        return f"  {ends} [{', '.join(f'{name}={json.dumps(text, ensure_ascii=False)}' for name, text in attributes.items())}];"

    def quoted(name: str) -> str:
        return json.dumps(name, ensure_ascii=False)

    nodes = [
        line(quoted(node.id), label=formatting.humanise(node.name), tooltip=node.text, shape=SHAPES[node.kind])
        for node in graph.nodes
    ]
    edges = [
        line(
            f"{quoted(edge.source)} -> {quoted(edge.target)}",
            label=edge.sign,
            tooltip=edge.text,
            style="solid" if edge.acts else "dashed",
        )
        for edge in graph.edges
    ]
    return "\n".join([f"digraph {quoted(graph.title)} {{", *nodes, *edges, "}"]) + "\n"


def finding(plan: Plan, graph: CausalGraph) -> str:
    """How many loops there are, and the fastest, in a sentence."""
    kinds = [loop.polarity for loop in graph.loops]
    counts = ", ".join(f"{kinds.count(kind)} {kind}" for kind in dict.fromkeys(kinds))
    fastest = f": {counts}. The fastest: {loop_text(plan, graph.loops[0])}." if kinds else "."
    return f"{formatting.counted(len(kinds), 'independent loop')} through several processes or choices{fastest}"


def loop_text(plan: Plan, loop: FeedbackLoop) -> str:
    """A loop in the words of the case, the first stock again at its end."""
    actors = [choice.actor for choice in plan.choices]
    words = []
    for link in loop.links:
        words.append(labels.held_stock(plan, link.source))
        if link.choice:
            who = plan.scenario.choices[link.choice].actor
            alone = actors.count(who) == 1
            words.append(f"choice of {labels.actor(plan, who) if alone else labels.choice(plan, link.choice)}")
    return " → ".join([*words, words[0]])
