"""Causal diagram as a graph: stocks, processes, choices and parameters, with arrows."""

from __future__ import annotations

from collections.abc import Sequence

from standoff.analysis.causal import dependencies
from standoff.analysis.causal.links import FlowSlope
from standoff.analysis.causal.records import CausalLink, CausalNode, Edge, group
from standoff.analysis.causal.signs import signs
from standoff.plan import Plan


def nodes(plan: Plan) -> tuple[CausalNode, ...]:
    scenario = plan.scenario
    acting: dict[str, set[str]] = {}
    reading: dict[str, set[str]] = {}
    for part in plan.mechanisms:
        for cell in (*part.reads, *dependencies.condition_stocks(part), *part.writes):
            acting.setdefault(cell, set()).add(part.name)
        for cell in (*part.reads, *dependencies.condition_stocks(part)):
            reading.setdefault(cell, set()).add(part.name)
    for choice in plan.choices:
        for cell in (*dependencies.reason_stocks(choice), *dependencies.condition_stocks(choice)):
            acting.setdefault(cell, set()).add(choice.name)
            reading.setdefault(cell, set()).add(choice.name)
    linking = {group(cell) for cell, parts in acting.items() if len(parts) > 1 and reading.get(cell)}
    touched = {group(cell) for cell in acting}
    out = [
        CausalNode(f"stock:{name}", "stock", name, stock.text, stock.unit, tuple(stock.holders), links=name in linking)
        for name, stock in scenario.stocks.items()
        if name in touched
    ]
    for part in plan.mechanisms:
        text = " ".join((part.module.__doc__ or "").split("\n\n")[0].split())
        out.append(CausalNode(f"process:{part.name}", "process", part.name, text))
    for choice in plan.choices:
        text = scenario.choices[choice.name].text
        out.append(CausalNode(f"choice:{choice.name}", "choice", choice.name, text, options=choice.options))
    for name, target in dependencies.changed_parameters(plan):
        spec = plan.parameters[target]
        node = CausalNode(f"parameter:{name}", "parameter", name, spec.doc, spec.unit, owner=name.partition(".")[0])
        if node.id not in {known.id for known in out}:
            out.append(node)
    return tuple(out)


def edges(plan: Plan, slopes: Sequence[FlowSlope], links: Sequence[CausalLink]) -> tuple[Edge, ...]:
    out: list[Edge] = []
    for part in plan.mechanisms:
        drives, fills = signs(part, slopes, links)
        written = dict.fromkeys(group(cell) for cell in part.writes)
        question = {group(cell) for cell in dependencies.condition_stocks(part)}
        for name in dict.fromkeys(group(cell) for cell in (*part.reads, *dependencies.condition_stocks(part))):
            if name in drives or name in question or name not in written:
                acts, text = name in drives or name in question, "when" if name in question else ""
                out.append(Edge(f"stock:{name}", f"process:{part.name}", "reads", drives.get(name, ""), text, acts))
        out += [Edge(f"process:{part.name}", f"stock:{name}", "writes", fills.get(name, "")) for name in written]
    for choice in plan.choices:
        here = f"choice:{choice.name}"
        reasons: dict[str, list[str]] = {}
        for reason in choice.reasons:
            for name in dict.fromkeys(group(cell) for cell in reason.part.reads):
                reasons.setdefault(name, []).append(reason.name)
        for cell in dependencies.condition_stocks(choice):
            reasons.setdefault(group(cell), []).append("when")
        out += [Edge(f"stock:{name}", here, "weighs", text=", ".join(of)) for name, of in reasons.items()]
        others: dict[str, list[str]] = {}
        for reason in choice.reasons:
            for other in reason.others:
                others.setdefault(other, []).append(reason.name)
        out += [Edge(f"choice:{other}", here, "expects", text=", ".join(of)) for other, of in others.items()]
        sets: dict[str, list[str]] = {}
        for option, effects in zip(choice.options, choice.effects, strict=True):
            for effect in effects:
                sets.setdefault(dependencies.parameter(plan, effect.target), []).append(option)
        for name, by in sets.items():
            out.append(Edge(here, f"parameter:{name}", "changes", text=", ".join(dict.fromkeys(by))))
    for name in dict.fromkeys(name for name, _ in dependencies.changed_parameters(plan)):
        out.append(Edge(f"parameter:{name}", f"process:{name.partition('.')[0]}", "enters"))
    return tuple(out)


def around(
    wanted: tuple[str, ...], nodes: tuple[CausalNode, ...], edges: tuple[Edge, ...], links: tuple[CausalLink, ...]
) -> tuple[tuple[CausalNode, ...], tuple[Edge, ...], tuple[CausalLink, ...]]:
    """The processes, their inputs, outputs and the choices that change them, among these stocks."""
    centre = {f"process:{name}" for name in wanted}
    stored = set(centre)
    for edge in edges:
        if edge.source in centre or edge.target in centre:
            stored |= {edge.source, edge.target}
    stored |= {edge.source for edge in edges if edge.kind == "changes" and edge.target in stored}
    selected = [edge for edge in edges if {edge.source, edge.target} <= stored and edge.kind != "expects"]
    of = tuple(link for link in links if link.process in wanted)
    return tuple(node for node in nodes if node.id in stored), tuple(selected), of
