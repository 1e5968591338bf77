"""Causal diagram: stocks, processes, choices and parameters, with arrows and their signs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np

from standoff.analysis.causal import dependencies
from standoff.analysis.causal.records import CausalLink, CausalNode, Edge, FlowSlope, group
from standoff.analysis.provenance import condition_stocks
from standoff.plan import Component, Plan, PlannedChoice

TURNS = 0.01  # assumption: a slope of the other sign counts from this share of the largest one on
NOTHING = 1e-9  # assumption: a slope below this share of the largest one onto the same stock is rounding


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
        for name, stock in scenario.all_stocks.items()
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


# ---- signs ------------------------------------------------------------------------------------------------------


def links(slopes: Sequence[FlowSlope]) -> tuple[CausalLink, ...]:
    """Links with a sign and a rate, from slopes along the central path."""
    top: dict[str, float] = {}
    for item in slopes:
        top[item.target] = max(top.get(item.target, 0.0), float(np.abs(item.values).max()))
    out = []
    for item in slopes:
        up, down = (float(np.maximum(sign * item.values, 0.0).max()) for sign in (1, -1))
        largest = max(up, down)
        if (item.source == item.target and not item.choice) or largest <= NOTHING * top[item.target]:
            continue
        sign = "?" if min(up, down) > TURNS * largest else "+" if up > down else "-"
        rate = float(np.abs(item.values).mean())
        out.append(CausalLink(item.source, item.target, item.process, item.choice, sign, rate))
    return tuple(out)


def signs(
    part: Component, slopes: Sequence[FlowSlope], links: Sequence[CausalLink]
) -> tuple[dict[str, str], dict[str, str]]:
    """Signs of stock to process and process to stock, consistent with those of the links."""
    of_links: dict[tuple[str, str], set[str]] = {}
    for link in links:
        if link.process == part.name and not link.choice:
            of_links.setdefault((group(link.source), group(link.target)), set()).add(link.sign)
    signed = {"+": 1, "-": -1}
    products = {pair: signed.get("".join(signs), 0) for pair, signs in of_links.items()}
    directions = {name: direction(part, name, slopes) for name in dict.fromkeys(map(group, part.writes))}
    drives, fills = _factors(products, directions)
    mixed = {source for (source, target), sign in products.items() if sign != drives[source] * fills[target]}
    moved = {target for _, target in products}
    return (
        {name: "?" if name in mixed else _word(sign) for name, sign in drives.items()},
        {name: _word(fills[name] if name in moved else directions[name]) for name in fills},
    )


def _factors(
    products: Mapping[tuple[str, str], int], directions: Mapping[str, int]
) -> tuple[dict[str, int], dict[str, int]]:
    """Signs of both directions whose products fit most pairs, by alternating majorities."""
    drives = dict.fromkeys((source for source, _ in products), 1)
    fills = {name: value or 1 for name, value in directions.items()}
    for _ in range(len(products) + 1):
        drives = {y: _majority((products.get((y, x), 0) * fills[x] for x in fills), 1) for y in drives}
        fills = {x: _majority((products.get((y, x), 0) * drives[y] for y in drives), fills[x]) for x in fills}
    if sum(fills[name] * value for name, value in directions.items()) < 0:
        drives, fills = ({name: -sign for name, sign in signs.items()} for signs in (drives, fills))
    return drives, fills


def direction(part: Component, name: str, slopes: Sequence[FlowSlope]) -> int:
    """1 where a process adds to a stock, -1 where it removes from it, 0 if it depends."""
    own = [item for item in slopes if item.process == part.name and not item.choice and group(item.target) == name]
    if any(item.gauge for item in own):
        return 1
    inner = [item for item in own if item.source == item.target]
    return 0 if any(item.values.any() for item in inner) else int(np.sign(sum(item.flow for item in inner)))


def _majority(votes: Iterable[int], tie: int) -> int:
    return int(np.sign(sum(votes))) or tie


def _word(sign: int) -> str:
    return {1: "+", -1: "-"}.get(sign, "")
