"""The shortest independent feedback loops.

Sources: oliva2004 (loop set), richardson1986 (signs).
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from standoff.analysis.causal.records import CausalLink, FeedbackLoop, chooses, group

LOOPS = 12  # assumption: more are not read


def loops(links: Sequence[CausalLink], processes: Sequence[str] = ()) -> tuple[FeedbackLoop, ...]:
    """The shortest independent loops: between processes, or all through one of `processes`."""
    ways: dict[str, dict[str, CausalLink]] = {}  # node -> next node -> the link that goes there; a choice is a node too
    between: dict[tuple[str, str, str], CausalLink] = {}
    for link in sorted(links, key=lambda link: (-link.rate, link.process)):
        nodes = [link.source, *([chooses(link.choice)] if link.choice else []), link.target]
        for node, next_node in pairwise(nodes):
            ways.setdefault(node, {}).setdefault(next_node, link)
        if link.choice:
            between.setdefault((link.source, link.choice, link.target), link)
    by_signature: dict[tuple[str, ...], FeedbackLoop] = {}
    for source, following in ways.items():
        for target in following:
            around = [source, *_shortest(ways, target, source)]
            path = _linked(around, ways, between) if len(around) > 2 else []
            parts = {(link.process, link.choice) for link in path}
            wanted = any(link.process in processes for link in path) if processes else len(parts) > 1
            if wanted:
                loop = _loop(path)
                key = _signature(loop)
                by_signature[key] = min(by_signature.get(key, loop), loop, key=_order)
    return _chosen(sorted(by_signature.values(), key=_order))


def _order(loop: FeedbackLoop) -> tuple[Any, ...]:
    through = sum(bool(link.choice) for link in loop.links)
    return len(loop.links) + through, loop.sign == "?", -loop.rate, loop.name


def _shortest(ways: Mapping[str, Mapping[str, CausalLink]], start: str, goal: str) -> list[str]:
    """Nodes of the shortest path, ends included; among equal ones that of the fastest links."""
    best: dict[str, float] = {start: 0.0}
    previous: dict[str, str] = {}
    queue = [(0.0, start)]
    while queue:
        length, node = heapq.heappop(queue)
        if node == goal:
            break
        for following, link in ways.get(node, {}).items() if length <= best[node] else ():
            slow = min(max(-math.log10(link.rate), 0.0), 9.0) if link.rate > 0 else 9.0
            through = length + 1 + slow * 1e-3  # a hundred slow links together do not make up for one more
            if through < best.get(following, math.inf):
                best[following], previous[following] = through, node
                heapq.heappush(queue, (through, following))
    if goal not in previous:
        return []
    back = [goal]
    while back[-1] != start:
        back.append(previous[back[-1]])
    return back[::-1]


def _linked(
    around: Sequence[str],
    ways: Mapping[str, Mapping[str, CausalLink]],
    between: Mapping[tuple[str, str, str], CausalLink],
) -> list[CausalLink]:
    """Links of a cycle of nodes; none if a choice does not transmit the effect."""
    if around[0].startswith(chooses("")):
        around = [*around[1:], around[1]]
    out: list[CausalLink] = []
    for n, (node, following) in enumerate(pairwise(around)):
        if following.startswith(chooses("")):
            link = between.get((node, following.removeprefix(chooses("")), around[n + 2]))
            if link is None:
                return []
            out.append(link)
        elif not node.startswith(chooses("")):
            out.append(ways[node][following])
    return out


def _loop(path: Sequence[CausalLink]) -> FeedbackLoop:
    """A loop that starts at its first cell in alphabetical order, for uniqueness."""
    index = min(range(len(path)), key=lambda i: path[i].source)
    turned = (*path[index:], *path[:index])
    words = [word for link in turned for word in (link.source, chooses(link.choice) if link.choice else "") if word]
    signs = [link.sign for link in turned]
    sign = "?" if "?" in signs else "-" if signs.count("-") % 2 else "+"
    rates = [link.rate for link in turned]
    rate = math.exp(sum(map(math.log, rates)) / len(rates)) if min(rates) > 0 else 0.0
    return FeedbackLoop(" → ".join([*words, words[0]]), tuple(link.source for link in turned), turned, sign, rate)


def _signature(loop: FeedbackLoop) -> tuple[str, ...]:
    """Signature of a loop: its stocks and choices, without holders."""
    words = [f"{group(link.source)}/{link.choice}" for link in loop.links]
    return min(tuple(words[i:] + words[:i]) for i in range(len(words)))


def _chosen(ordered: Sequence[FeedbackLoop]) -> tuple[FeedbackLoop, ...]:
    """The shortest independent loop of each stock; of these the dozen fastest."""
    covered: set[str] = set()
    out: list[FeedbackLoop] = []
    basis: list[frozenset[CausalLink]] = []
    for loop in ordered:
        stocks = {group(cell) for cell in loop.cells}
        rest = frozenset(loop.links)
        for known in basis:  # sums without carry, as of vectors over two elements
            rest = min(rest, rest ^ known, key=lambda links: sorted(map(str, links), reverse=True))
        if rest and not stocks <= covered:
            basis.append(rest)
            out.append(loop)
            covered |= stocks
    return tuple(sorted(out, key=lambda loop: (-loop.rate, loop.name))[:LOOPS])
