"""Causal diagram as a graph: stocks, processes, choices and parameters, with arrows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from standoff.analysis.causal import dependencies
from standoff.analysis.causal.links import FlowSlope
from standoff.analysis.causal.records import CausalLink, CausalNode, Edge, group
from standoff.analysis.causal.signs import signs
from standoff.analysis.provenance import condition_stocks
from standoff.plan import Component, Plan, PlannedChoice


def nodes(plan: Plan) -> tuple[CausalNode, ...]:
    """Stocks that something touches, processes, choices, and parameters that options change."""
    scenario, reading, acting = plan.scenario, dict[str, set[str]](), dict[str, set[str]]()
    parts: list[Component | PlannedChoice] = [*plan.mechanisms, *plan.choices]
    for part in parts:
        read = dependencies.inputs(part)
        for cell in read:
            reading.setdefault(cell, set()).add(part.name)
        for cell in (*read, *getattr(part, "writes", ())):
            acting.setdefault(cell, set()).add(part.name)
    linking = {group(cell) for cell, parts in acting.items() if len(parts) > 1 and cell in reading}
    touched = {group(cell) for cell in acting}
    out = [
        CausalNode(f"stock:{name}", "stock", name, stock.text, stock.unit, tuple(stock.holders), links=name in linking)
        for name, stock in scenario.stocks.items()
        if name in touched
    ]
    for process in plan.mechanisms:
        text = " ".join((process.module.__doc__ or "").split("\n\n")[0].split())
        out.append(CausalNode(f"process:{process.name}", "process", process.name, text))
    for choice in plan.choices:
        text = scenario.choices[choice.name].text
        out.append(CausalNode(f"choice:{choice.name}", "choice", choice.name, text, options=choice.options))
    changed: dict[str, CausalNode] = {}
    for name, target in dependencies.changed_parameters(plan):
        spec, owner = plan.parameters[target], name.partition(".")[0]
        node = CausalNode(f"parameter:{name}", "parameter", name, spec.doc, spec.unit, owner=owner)
        changed.setdefault(name, node)
    return (*out, *changed.values())


def edges(plan: Plan, slopes: Sequence[FlowSlope], links: Sequence[CausalLink]) -> tuple[Edge, ...]:
    """Arrows between the nodes."""
    out = [edge for part in plan.mechanisms for edge in _process_edges(part, slopes, links)]
    for choice in plan.choices:
        out += _choice_edges(plan, choice)
    for name in dict.fromkeys(name for name, _ in dependencies.changed_parameters(plan)):
        out.append(Edge(f"parameter:{name}", f"process:{name.partition('.')[0]}", "enters"))
    return tuple(out)


def _process_edges(part: Component, slopes: Sequence[FlowSlope], links: Sequence[CausalLink]) -> Iterator[Edge]:
    here, (drives, fills) = f"process:{part.name}", signs(part, slopes, links)
    written = dict.fromkeys(group(cell) for cell in part.writes)
    conditions = {group(cell) for cell in condition_stocks(part)}
    for name in dict.fromkeys(map(group, dependencies.inputs(part))):
        acts = name in drives or name in conditions
        if acts or name not in written:
            text = "when" if name in conditions else ""
            yield Edge(f"stock:{name}", here, "reads", drives.get(name, ""), text, acts)
    for name in written:
        yield Edge(here, f"stock:{name}", "writes", fills.get(name, ""))


def _choice_edges(plan: Plan, choice: PlannedChoice) -> Iterator[Edge]:
    here = f"choice:{choice.name}"
    weighed = [(group(cell), reason.name) for reason in choice.reasons for cell in reason.part.reads]
    weighed += [(group(cell), "when") for cell in condition_stocks(choice)]
    for name, text in _joined(weighed):
        yield Edge(f"stock:{name}", here, "weighs", text=text)
    for name, text in _joined((other, reason.name) for reason in choice.reasons for other in reason.others):
        yield Edge(f"choice:{name}", here, "expects", text=text)
    changes = (
        (dependencies.parameter(plan, effect.target), option)
        for option, effects in zip(choice.options, choice.effects, strict=True)
        for effect in effects
    )
    for name, text in _joined(changes):
        yield Edge(here, f"parameter:{name}", "changes", text=text)


def _joined(pairs: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """First words of pairs, each with its second words in one text."""
    words: dict[str, dict[str, None]] = {}
    for name, word in pairs:
        words.setdefault(name, {})[word] = None
    return ((name, ", ".join(of_name)) for name, of_name in words.items())


def around(
    wanted: tuple[str, ...], nodes: tuple[CausalNode, ...], edges: tuple[Edge, ...], links: tuple[CausalLink, ...]
) -> tuple[tuple[CausalNode, ...], tuple[Edge, ...], tuple[CausalLink, ...]]:
    """The processes, their inputs, outputs and the choices that change them, among these stocks."""
    centre = {f"process:{name}" for name in wanted}
    near = centre.union(*({edge.source, edge.target} for edge in edges if {edge.source, edge.target} & centre))
    near |= {edge.source for edge in edges if edge.kind == "changes" and edge.target in near}
    inside = tuple(edge for edge in edges if {edge.source, edge.target} <= near and edge.kind != "expects")
    among = tuple(link for link in links if link.process in wanted)
    return tuple(node for node in nodes if node.id in near), inside, among
