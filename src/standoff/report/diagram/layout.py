"""Layout of boxes and arrows in layers, with as many arrows downwards as possible.

The steps of sugiyama1981: turn arrows until no circle is left (eades1993), choose layers, order each layer for few
crossings (medians and swaps), choose positions. Layers and positions are the optima of gansner1993, found by linear
programs. An arrow over several layers has a node in each between the boxes; its curve is the one of least bending
through the free space, so that it crosses no box. Sizes are in CSS pixels; nothing is measured in a font.

Sources: sugiyama1981 (steps), eades1993 (circles), gansner1993 (optima, medians and swaps).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Any, TypeAlias

import numpy as np
from scipy.interpolate import PchipInterpolator
from scipy.linalg import solveh_banded
from scipy.optimize import linprog
from scipy.sparse import coo_array

from standoff.report.diagram.scene import Arrow, Scene

MARGIN = 16
BESIDE, BELOW = 18.0, 40.0  # assumption: least distances between boxes of a layer, and between layers
LANE = 10.0  # assumption: least distance between arrows, and from an arrow to a box
REACH = 4 * LANE  # assumption: how far a curve may leave the straight middle of its lane
CORNER = 14.0  #: round or pointed end of a box, where no arrow ends
TIP = 7.0  #: length of an arrow's tip
ROUNDS = 24  # assumption: as in gansner1993
THIN = ("weighs", "expects")  #: kinds of arrows that are turned first, and may be long
HEAVY = 3.0  # assumption: weight of the other kinds
STRAIGHT = (1.0, 2.0, 8.0)  #: weights of a link with none, one and both ends on an arrow, from gansner1993
Point: TypeAlias = tuple[float, float]
Link: TypeAlias = tuple[int, int, float]  #: two nodes, and a weight or distance


@dataclass(frozen=True)
class Line:
    """An arrow with Bezier points, and the tip, base and sign of its head and of its other head.

    Points are complex numbers: x, and y as the imaginary part.
    """

    arrow: Arrow
    points: tuple[complex, ...]
    heads: tuple[tuple[complex, complex, str], ...]


@dataclass(frozen=True)
class Places:
    """Positions of boxes and arrows."""

    width: float
    height: float
    boxes: dict[str, Point]  #: their middles
    lines: tuple[Line, ...]


def place(scene: Scene) -> Places:
    """Lay the scene out; no arrow leads from a box to itself."""
    index = {name: n for n, name in enumerate(scene.boxes)}
    sizes = [box.size for box in scene.boxes.values()]
    ends = [(index[arrow.source], index[arrow.target]) for arrow in scene.arrows]
    downward, layer = _layers(scene, ends)
    chains, links = list[list[int]](), list[Link]()
    for arrow, (upper, lower) in zip(scene.arrows, downward, strict=True):
        passed = range(layer[upper] + 1, layer[lower])
        chains.append([upper, *range(len(layer), len(layer) + len(passed)), lower])
        layer += passed
        for n, (a, b) in enumerate(pairwise(chains[-1])):
            straight = STRAIGHT[(n > 0) + (n < len(passed))]
            links.append((a, b, straight * (1 if arrow.kind in THIN else HEAVY)))
    sizes += [(0.0, 0.0)] * (len(layer) - len(sizes))
    rows = _rows(layer, links)
    across = _optimum(
        len(layer), links, [(a, b, _distance(sizes[a], sizes[b])) for row in rows for a, b in pairwise(row)]
    )
    half = np.array([width / 2 or REACH for width, _ in sizes])
    across += MARGIN - min(across - half, default=0.0)
    tops = list[Point]()  # top and bottom of each layer; layers are further apart where arrows between them are flat
    for n, row in enumerate(rows):
        flat = max((abs(across[a] - across[b]) for a, b, _ in links if layer[a] == n - 1), default=0.0)
        top = tops[-1][1] + BELOW + min(flat / 12, BELOW) if tops else float(MARGIN)
        tops.append((top, top + max(sizes[node][1] for node in row)))
    middles = [sum(tops[n]) / 2 for n in layer]
    curves = _curves(chains, rows, sizes, across, [tops[n] for n in layer])
    lines = tuple(
        _line(arrow, curve if upper == source else curve[::-1])
        for arrow, curve, (upper, _), (source, _) in zip(scene.arrows, curves, downward, ends, strict=True)
    )
    boxes = {name: (float(across[n]), middles[n]) for name, n in index.items()}
    height = tops[-1][1] if tops else MARGIN
    return Places(max(across + half, default=MARGIN) + MARGIN, height + MARGIN, boxes, lines)


def _optimum(count: int, links: Sequence[Link], distances: Sequence[Link]) -> np.ndarray:
    """Positions of the least weighted distance between linked numbers, at given gaps."""
    rows: list[Link] = []
    for n, (a, b, _) in enumerate(links):  # its distance is no less than the difference, either way
        for row, sign in ((2 * n, 1.0), (2 * n + 1, -1.0)):
            rows += [(row, a, sign), (row, b, -sign), (row, count + n, -1.0)]
    for row, (a, b, _) in enumerate(distances, 2 * len(links)):
        rows += [(row, a, 1.0), (row, b, -1.0)]
    if not rows:
        return np.zeros(count)
    at, column, value = zip(*rows, strict=True)
    limits = [0.0] * (2 * len(links)) + [-distance for _, _, distance in distances]
    matrix = coo_array((value, (at, column)), shape=(len(limits), count + len(links))).tocsr()
    cost = [0.0] * count + [weight for _, _, weight in links]
    solution: Any = linprog(cost, matrix, limits, method="highs-ds")
    numbers: np.ndarray = solution.x[:count]
    return numbers


def _layers(scene: Scene, ends: Sequence[tuple[int, int]]) -> tuple[list[tuple[int, int]], list[int]]:
    """The upper and the lower end of each arrow, and the layer of each box."""
    count, free = len(scene.boxes), [scene.detached and arrow.kind in THIN for arrow in scene.arrows]
    weights = [0.1 if is_free else 1.0 for is_free in free]  # assumption: ten arrows into choices for one other
    either = [arrow.back is not None for arrow in scene.arrows]
    rank = _without_circles(count, [(*end, w * (not e)) for end, w, e in zip(ends, weights, either, strict=True)])
    level = np.zeros(count)
    for is_last in (False, True):
        key = [*zip(level, rank, strict=True)]
        downward = [(a, b) if key[a] < key[b] else (b, a) for a, b in ends]
        links = [(*end, weight) for end, weight in zip(downward, weights, strict=True)]
        steps = [(*end, 1.0) for end, is_free in zip(downward, free, strict=True) if is_last or not is_free]
        level = np.rint(_optimum(count, links, steps))
    return downward, [int(each) for each in level - min(level, default=0)]


def _without_circles(count: int, links: Sequence[Link]) -> list[int]:
    """Rank of each node, few arrows upwards: sinks last, sources first, else the largest excess."""
    left, first, last = set(range(count)), list[int](), list[int]()
    while left:
        out, into = [0.0] * count, [0.0] * count
        for a, b, weight in links:
            if a in left and b in left:
                out[a] += weight
                into[b] += weight
        sinks = [n for n in left if not out[n] and into[n]]
        chosen = max(sinks) if sinks else max(left, key=lambda n: (not into[n], out[n] - into[n], -n))
        (last if sinks else first).append(chosen)
        left.remove(chosen)
    order = [*first, *reversed(last)]
    return [order.index(n) for n in range(count)]


def _rows(layer: Sequence[int], links: Sequence[Link]) -> list[list[int]]:
    """Nodes of each layer, ordered for few crossings."""
    above: list[list[int]] = [[] for _ in layer]
    below: list[list[int]] = [[] for _ in layer]
    for a, b, _ in links:
        below[a].append(b)
        above[b].append(a)
    rows: list[list[int]] = [[] for _ in range(max(layer, default=-1) + 1)]
    left, walk = set(range(len(layer))), list[int]()
    while left:  # begin in the order of a walk along the links
        node = walk.pop() if walk else min(left)
        if node in left:
            left.remove(node)
            rows[layer[node]].append(node)
            walk += [*above[node], *below[node]]
    best, fewest = rows, float("inf")
    place = {node: n for row in rows for n, node in enumerate(row)}

    def crossings(a: int, b: int, *sides: list[list[int]]) -> int:
        return sum(place[x] > place[y] for near in sides for x in near[a] for y in near[b])

    for turn in range(ROUNDS):
        for row in rows if turn % 2 == 0 else rows[::-1]:
            near = above if turn % 2 == 0 else below
            middle = {node: median([place[other] for other in near[node]]) for node in row if near[node]}
            ordered = iter(sorted(middle, key=lambda node: (middle[node], place[node])))
            row[:] = [next(ordered) if node in middle else node for node in row]
            place |= {node: n for n, node in enumerate(row)}
        is_better = True
        while is_better:
            is_better = False
            for row in rows:
                for n in range(len(row) - 1):
                    a, b = row[n], row[n + 1]
                    if crossings(a, b, above, below) > crossings(b, a, above, below):
                        row[n], row[n + 1], place[a], place[b] = b, a, n + 1, n
                        is_better = True
        at, upper, lower = np.array([(layer[a], place[a], place[b]) for a, b, _ in links]).reshape(-1, 3).T[:, :, None]
        total = int(((at == at.T) & (upper < upper.T) & (lower > lower.T)).sum())
        if total < fewest:
            best, fewest = [list(row) for row in rows], total
    return best


def _distance(size: Point, other: Point) -> float:
    """Least distance between the middles of neighbours in a layer."""
    return (size[0] + other[0]) / 2 + (LANE, 1.4 * LANE, BESIDE)[bool(size[0]) + bool(other[0])]


def _curves(
    chains: Sequence[Sequence[int]],
    rows: Sequence[Sequence[int]],
    sizes: Sequence[Point],
    across: np.ndarray,
    tops: Sequence[Point],
) -> Iterator[list[complex]]:
    """Bezier points of each arrow, downwards.

    `tops` are the top and the bottom of the layer of each node.
    """

    def room(node: int, beside: int | None) -> float:
        if beside is None:
            return REACH
        distance, box = abs(across[beside] - across[node]), sizes[beside][0] / 2
        return float(min(REACH, distance - box - LANE / 2 if box else distance / 2 - LANE / 4))

    free = {
        node: (across[node] - room(node, left), across[node] + room(node, right))
        for row in rows
        for left, node, right in zip([None, *row], row, [*row[1:], None], strict=False)
    }
    met: dict[tuple[int, bool], list[tuple[float, int]]] = {}
    for n, chain in enumerate(chains):
        met.setdefault((chain[0], True), []).append((across[chain[1]], n))
        met.setdefault((chain[-1], False), []).append((across[chain[-2]], n))
    ports = {}  # where an arrow may meet a box: a share of its side, in the order of what the arrows lead to
    for (box, is_start), leading in met.items():
        half = max(sizes[box][0] / 2 - CORNER, 1.0)
        slot = 2 * half / len(leading)
        for k, (_, n) in enumerate(sorted(leading)):
            low = across[box] - half + k * slot
            ports[n, is_start] = (low + 0.15 * slot, low + 0.85 * slot)
    for n, (upper, *passed, lower) in enumerate(chains):
        begin, end = (sum(tops[box]) / 2 + side * sizes[box][1] / 2 for box, side in ((upper, 1), (lower, -1)))
        knots = [(y, free[node]) for node in passed for y in dict.fromkeys(tops[node])]
        knots = [(begin, ports[n, True]), *knots, (end, ports[n, False])]
        yield _least_bending(np.array([y for y, _ in knots]), np.array([limits for _, limits in knots]))


def _least_bending(y: np.ndarray, limits: np.ndarray) -> list[complex]:
    """Bezier points of a curve between limits of x at each y: least curvature, then shortest.

    It never leaves them.
    """
    steps, (low, high) = np.diff(y), limits.T
    slope = np.diff(np.eye(len(y)), axis=0) / steps[:, None]
    bend = np.diff(slope, axis=0) / np.sqrt((steps[1:] + steps[:-1]) / 2)[:, None]
    system = np.vstack([bend * steps.mean(), 0.1 * slope * np.sqrt(steps)[:, None] / steps.mean()])
    normal, pull, goal = system.T @ system, np.full(len(y), 1e-6), limits.mean(axis=1)
    for _ in range(ROUNDS):  # what leaves its limits is held at them
        bands = [np.pad(np.diagonal(normal, -k), (0, k)) for k in range(min(3, len(y)))]
        x = solveh_banded(np.array([bands[0] + pull, *bands[1:]]), pull * goal, lower=True)
        outside = (x < low - 0.01) | (x > high + 0.01)
        if not outside.any():
            break
        pull, goal = np.where(outside, 1e3, pull), np.where(outside, np.clip(x, low, high), goal)
    x = np.clip(x, low, high)
    rise = PchipInterpolator(y, x)(y, 1)
    knots, handles = x + 1j * y, (rise + 1j) / 3
    pieces = [knots[:-1] + handles[:-1] * steps, knots[1:] - handles[1:] * steps, knots[1:]]
    points: list[complex] = [knots[0], *np.column_stack(pieces).ravel()]
    return points


def _line(arrow: Arrow, points: Sequence[complex]) -> Line:
    """An arrow along a curve, which ends where its tips begin."""
    first, second, *inner, before, last = points
    begin, end = first, _base(last, before)
    heads = [(last, end, arrow.sign)]
    if arrow.back is not None:
        begin = _base(first, second)
        heads.append((first, begin, arrow.back))
    return Line(arrow, (begin, second, *inner, before, end), tuple(heads))


def _base(tip: complex, before: complex) -> complex:
    return tip - TIP * (tip - before) / max(abs(tip - before), 1e-9)
