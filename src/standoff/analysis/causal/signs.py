"""Signs of arrows whose products are the signs of the links."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from standoff.analysis.causal.links import FlowSlope
from standoff.analysis.causal.records import CausalLink, group
from standoff.plan import Component


def signs(
    part: Component, slopes: Sequence[FlowSlope], links: Sequence[CausalLink]
) -> tuple[dict[str, str], dict[str, str]]:
    """Signs of stock to process and process to stock, consistent with those of the links."""
    of_links: dict[tuple[str, str], set[str]] = {}
    for link in links:
        if link.process == part.name and not link.choice:
            of_links.setdefault((group(link.source), group(link.target)), set()).add(link.sign)
    products = {pair: _merged(signs) for pair, signs in of_links.items()}
    directions = {name: direction(part, name, slopes) for name in dict.fromkeys(map(group, part.writes))}
    drives, fills = _factors(products, {name: value or 0 for name, value in directions.items()})
    mixed = {source for (source, target), sign in products.items() if sign != drives[source] * fills[target]}
    moved = {target for _, target in products}
    return (
        {name: "?" if name in mixed else _word(sign) for name, sign in drives.items()},
        {name: _word(fills[name] if name in moved else directions[name] or 0) for name in fills},
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
