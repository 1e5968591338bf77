"""Signs of arrows whose products are the signs of the links."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from standoff.analysis.causal.links import FlowSlope
from standoff.analysis.causal.records import CausalLink, group
from standoff.plan import Component


def signs(
    part: Component, slopes: Sequence[FlowSlope], links: Sequence[CausalLink]
) -> tuple[dict[str, str], dict[str, str]]:
    """Signs of stock to process and process to stock, consistent with those of the links."""
    observed: dict[tuple[str, str], set[str]] = {}
    for link in links:
        if link.process == part.name and not link.choice:
            observed.setdefault((group(link.source), group(link.target)), set()).add(link.sign)
    table = {pair: _merged(signs) for pair, signs in observed.items()}
    rows, columns = dict.fromkeys(y for y, _ in table), dict.fromkeys(group(cell) for cell in part.writes)
    start = {name: direction(part, name, slopes) for name in columns}
    fills = {name: value or 1 for name, value in start.items()}
    drives = dict.fromkeys(rows, 1)
    for _ in range(len(table) + 1):
        drives = {y: _majority((table.get((y, x), 0) * fills[x] for x in columns), 1) for y in rows}
        fills = {x: _majority((table.get((y, x), 0) * drives[y] for y in rows), fills[x]) for x in columns}
    if sum(fills[x] * (start[x] or 0) for x in columns) < 0:
        drives, fills = ({name: -value for name, value in signs.items()} for signs in (drives, fills))
    mixed = {y for y in rows for x in columns if (y, x) in table and table[y, x] != drives[y] * fills[x]}
    moved = {x for _, x in table}
    return (
        {y: "?" if y in mixed else _word(drives[y]) for y in rows},
        {x: _word(fills[x] if x in moved else start[x] or 0) for x in columns},
    )


def direction(part: Component, name: str, slopes: Sequence[FlowSlope]) -> int | None:
    """Whether a process adds to a stock or removes from it; None if that depends on the stock."""
    own = [item for item in slopes if item.process == part.name and not item.choice and group(item.target) == name]
    if any(item.gauge for item in own):
        return 1
    if any(item.source == item.target and item.values.any() for item in own):
        return None
    total = sum(item.flow for item in own if item.source == item.target)
    return int(np.sign(total))


def _merged(signs: Iterable[str]) -> int:
    return {frozenset("+"): 1, frozenset("-"): -1}.get(frozenset(signs), 0)


def _majority(votes: Iterable[int], tie: int) -> int:
    return int(np.sign(sum(votes))) or tie


def _word(sign: int) -> str:
    return {1: "+", -1: "-"}.get(sign, "")
