"""Layout of boxes and arrows in layers, with as many arrows downwards as possible.

The steps of sugiyama1981: turn arrows until no circle is left (eades1993), choose layers, order each layer for few
crossings (medians and swaps), choose positions. Layers and positions are the optima of gansner1993, found by linear
programs. An arrow over several layers has a node in each between the boxes; its curve is the one of least bending
through the free space, so that it crosses no box. Parts that are not linked lie beside each other. Sizes are in CSS
pixels; nothing is measured in a font.

Sources: sugiyama1981 (steps), eades1993 (circles), gansner1993 (optima, medians and swaps).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np
from scipy.interpolate import PchipInterpolator
from scipy.optimize import linprog, lsq_linear
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from standoff.report.diagram.scene import Arrow, Scene

MARGIN = 16
BESIDE, BELOW = 18.0, 40.0  # assumption: least distances between boxes of a layer, and between layers
LANE = 10.0  # assumption: least distance between arrows, and from an arrow to a box
CORNER = 14.0  #: round or pointed end of a box, where no arrow ends
TIP = 7.0  #: length of an arrow's tip
ROUNDS = 24  # assumption: as in gansner1993
ROW = 1400.0  # assumption: unlinked parts stand in rows of about this width
THIN = ("weighs", "expects")  #: kinds of arrows that are turned first, and may be long
STRAIGHT = (1.0, 2.0, 8.0)  #: weights of a link with none, one and both ends on an arrow, from gansner1993
Point: TypeAlias = tuple[float, float]
Link: TypeAlias = tuple[int, int, float]  #: two nodes, and a weight or distance


@dataclass(frozen=True)
class Line:
    """An arrow with Bezier points, and the tips at its head and at its other head."""

    arrow: Arrow
    points: tuple[Point, ...]
    head: Point
    tail: Point | None


@dataclass(frozen=True)
class Places:
    """Positions of boxes and arrows."""

    width: float
    height: float
    boxes: dict[str, Point]  #: their middles
    lines: tuple[Line, ...]

    def moved(self, right: float, down: float) -> Places:
        """The same, further right and down."""

        def point(at: Point) -> Point:
            return at[0] + right, at[1] + down

        lines = [
            Line(line.arrow, tuple(map(point, line.points)), point(line.head), line.tail and point(line.tail))
            for line in self.lines
        ]
        boxes = {name: point(at) for name, at in self.boxes.items()}
        return Places(self.width, self.height, boxes, tuple(lines))


@dataclass
class _Graph:
    """Linked boxes, then a node for each layer that a long arrow passes."""

    sizes: list[tuple[float, float]]  #: width and height
    layer: list[int]
    chains: list[list[int]] = field(default_factory=list)  #: nodes of each arrow, downwards
    weights: list[float] = field(default_factory=list)  #: of each arrow
    rows: list[list[int]] = field(default_factory=list)  #: nodes of each layer, from the left
    above: list[list[int]] = field(default_factory=list)  #: linked nodes in the layer above each
    below: list[list[int]] = field(default_factory=list)

    def add(self, upper: int, lower: int, weight: float) -> None:
        """Add an arrow."""
        passed = range(self.layer[upper] + 1, self.layer[lower])
        self.chains.append([upper, *range(len(self.sizes), len(self.sizes) + len(passed)), lower])
        self.weights.append(weight)
        self.sizes += [(0.0, 0.0)] * len(passed)
        self.layer += passed

    @property
    def links(self) -> Iterator[Link]:
        """Pairs of nodes in neighbouring layers with weights."""
        for chain, weight in zip(self.chains, self.weights, strict=True):
            for n, (upper, lower) in enumerate(pairwise(chain)):
                yield upper, lower, weight * STRAIGHT[(n > 0) + (n < len(chain) - 2)]


def place(scene: Scene) -> Places:
    """Lay the scene out: each linked part, and the parts in rows."""
    index = {name: n for n, name in enumerate(scene.boxes)}
    ends = np.array([(index[arrow.source], index[arrow.target]) for arrow in scene.arrows], int).reshape(-1, 2)
    links = coo_array((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(len(index), len(index)))
    _, part_of = connected_components(links, directed=False)
    parts: list[Places] = []
    x = y = lowest = 0.0
    for part in dict.fromkeys(part_of):
        names = [name for name, n in index.items() if part_of[n] == part]
        placed = _part(scene, names, [arrow for arrow in scene.arrows if part_of[index[arrow.source]] == part])
        if x and x + placed.width > ROW:
            x, y = 0.0, lowest + BELOW
        parts.append(placed.moved(x + MARGIN, y + MARGIN))
        x, lowest = x + placed.width + 2 * BESIDE, max(lowest, y + placed.height)
    right = max(
        (at + scene.boxes[name].size[0] / 2 for part in parts for name, (at, _) in part.boxes.items()), default=0
    )
    right = max([right, *(at for part in parts for line in part.lines for at, _ in line.points)])
    boxes = {name: at for part in parts for name, at in part.boxes.items()}
    return Places(right + MARGIN, lowest + 2 * MARGIN, boxes, tuple(line for part in parts for line in part.lines))


def _part(scene: Scene, names: Sequence[str], arrows: Sequence[Arrow]) -> Places:
    """Lay out linked boxes; the left upper corner is at the origin."""
    index = {name: n for n, name in enumerate(names)}
    between = [arrow for arrow in arrows if arrow.source != arrow.target]
    downward, layer = _layers(index, between, scene.detached)
    sizes = [scene.boxes[name].size for name in names]
    looped = {arrow.source for arrow in arrows if arrow.source == arrow.target}
    graph = _Graph([(w + 4 * CORNER * (name in looped), h) for name, (w, h) in zip(names, sizes, strict=True)], layer)
    for arrow, (upper, lower) in zip(between, downward, strict=True):
        graph.add(upper, lower, 1.0 if arrow.kind in THIN else 3.0)
    _order(graph)
    across = _optimum(len(graph.sizes), graph.links, _distances(graph))
    tops = _tops(graph, across)
    middles = [(tops[row][0] + tops[row][1]) / 2 for row in layer]
    curves = _curves(graph, sizes, across, tops)
    lines = []
    for arrow in arrows:
        n = index[arrow.source]
        if arrow.source == arrow.target:
            x, y, (w, h) = across[n], middles[n], sizes[n]
            points = [(x + w / 2 + CORNER * out, y + h * part / 4) for out, part in ((0, -1), (2, -2), (2, 2), (0, 1))]
        else:
            points = next(curves)[:: 1 if middles[n] < middles[index[arrow.target]] else -1]
        lines.append(_line(arrow, points))
    edges = [across[n] + side * sizes[n][0] / 2 for n in index.values() for side in (-1, 1)]
    edges += [x for line in lines for x, _ in line.points]
    boxes = {name: (float(across[n]), middles[n]) for name, n in index.items()}
    return Places(max(edges) - min(edges), tops[-1][1], boxes, tuple(lines)).moved(-min(edges), 0.0)


def _optimum(count: int, links: Iterable[Link], distances: Iterable[Link]) -> np.ndarray:
    """Least weighted distance of linked numbers, where of some pairs the second is so far beyond."""
    pulls, gaps = list(links), list(distances)
    rows: list[tuple[int, int, float]] = []
    for n, (a, b, _) in enumerate(pulls):  # the distance is no less than the difference, either way
        for row, sign in ((2 * n, 1.0), (2 * n + 1, -1.0)):
            rows += [(row, a, sign), (row, b, -sign), (row, count + n, -1.0)]
    for row, (a, b, _) in enumerate(gaps, 2 * len(pulls)):
        rows += [(row, a, 1.0), (row, b, -1.0)]
    if not rows:
        return np.zeros(count)
    at, column, value = zip(*rows, strict=True)
    limits = [0.0] * (2 * len(pulls)) + [-gap for _, _, gap in gaps]
    matrix = coo_array((value, (at, column)), shape=(len(limits), count + len(pulls))).tocsr()
    cost = [0.0] * count + [weight for _, _, weight in pulls]
    found: Any = linprog(cost, matrix, limits, method="highs-ds")
    numbers: np.ndarray = found.x[:count]
    return numbers


def _layers(index: dict[str, int], arrows: Sequence[Arrow], detached: bool) -> tuple[list[tuple[int, int]], list[int]]:
    """The upper and the lower end of each arrow, and the layer of each box."""
    ends = [(index[arrow.source], index[arrow.target]) for arrow in arrows]
    free = [detached and arrow.kind in THIN for arrow in arrows]
    pull = [0.0 if arrow.back is not None else 0.1 if thin else 1.0 for arrow, thin in zip(arrows, free, strict=True)]
    rank = _without_circles(len(index), [(*end, weight) for end, weight in zip(ends, pull, strict=True)])
    downward = [(a, b) if rank[a] < rank[b] else (b, a) for a, b in ends]
    links = [(*end, 0.1 if thin else 1.0) for end, thin in zip(downward, free, strict=True)]
    first = _optimum(len(index), links, [(*end, 1.0) for end, thin in zip(downward, free, strict=True) if not thin])
    level = np.rint(first).astype(int)
    downward = [(a, b) if (level[a], rank[a]) < (level[b], rank[b]) else (b, a) for a, b in ends]
    links = [(*end, weight) for end, (_, _, weight) in zip(downward, links, strict=True)]
    level = np.rint(_optimum(len(index), links, [(*end, 1.0) for end in downward])).astype(int)
    return downward, [int(each) for each in level - level.min()]


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
        if sinks:
            chosen = max(sinks)
            last.append(chosen)
        else:
            chosen = max(left, key=lambda n: (not into[n], out[n] - into[n], -n))
            first.append(chosen)
        left.remove(chosen)
    rank = [0] * count
    for n, node in enumerate([*first, *reversed(last)]):
        rank[node] = n
    return rank


def _order(graph: _Graph) -> None:
    """Order each layer for few crossings, from several beginnings."""
    count = len(graph.sizes)
    graph.above, graph.below = [[] for _ in range(count)], [[] for _ in range(count)]
    for upper, lower, _ in graph.links:
        graph.below[upper].append(lower)
        graph.above[lower].append(upper)
    best, fewest = list[list[int]](), float("inf")
    for start in (min, max):
        graph.rows = _beginning(graph, start)
        for turn in range(ROUNDS):
            _by_medians(graph, downwards=turn % 2 == 0)
            _swap(graph)
            crossings = sum(_crossings(graph, row) for row in graph.rows)
            if crossings < fewest:
                best, fewest = [list(row) for row in graph.rows], crossings
    graph.rows = best


def _beginning(graph: _Graph, start: Any) -> list[list[int]]:
    """Layers in the order of a walk along the links."""
    rows: list[list[int]] = [[] for _ in range(max(graph.layer) + 1)]
    left = set(range(len(graph.sizes)))
    walk: list[int] = []
    while left:
        node = walk.pop() if walk else start(left, key=lambda n: (-graph.layer[n], -n))
        if node in left:
            left.remove(node)
            rows[graph.layer[node]].append(node)
            walk += [*reversed(graph.above[node]), *reversed(graph.below[node])]
    return rows


def _by_medians(graph: _Graph, downwards: bool) -> None:
    """Sort each layer by the medians of its links to the layer before; nodes without a link stay."""
    rows, near = (graph.rows[1:], graph.above) if downwards else (graph.rows[-2::-1], graph.below)
    place = {node: float(n) for row in graph.rows for n, node in enumerate(row)}
    for row in rows:
        linked = [node for node in row if near[node]]
        middle = {node: float(np.median([place[other] for other in near[node]])) for node in linked}
        sorted_ones = iter(sorted(linked, key=lambda node: (middle[node], place[node])))
        row[:] = [next(sorted_ones) if near[node] else node for node in row]
        place |= {node: float(n) for n, node in enumerate(row)}


def _swap(graph: _Graph) -> None:
    """Swap neighbours while that saves crossings."""
    place = {node: n for row in graph.rows for n, node in enumerate(row)}
    better = True
    while better:
        better = False
        for row in graph.rows:
            for n in range(len(row) - 1):
                a, b = row[n], row[n + 1]
                now = later = 0
                for near in (graph.above, graph.below):
                    left, right = [place[other] for other in near[a]], [place[other] for other in near[b]]
                    now += sum(x > y for x in left for y in right)
                    later += sum(x < y for x in left for y in right)
                if later < now:
                    row[n], row[n + 1], place[a], place[b] = b, a, n + 1, n
                    better = True


def _crossings(graph: _Graph, row: Sequence[int]) -> int:
    """Crossings between a layer and the next."""
    place = {node: n for each in graph.rows for n, node in enumerate(each)}
    ends = np.array([(n, place[other]) for n, node in enumerate(row) for other in graph.below[node]]).reshape(-1, 2)
    upper, lower = ends.T
    return int(((upper[:, None] < upper) & (lower[:, None] > lower)).sum())


def _distances(graph: _Graph) -> Iterator[Link]:
    """Least distances between the middles of neighbours in a layer."""
    for row in graph.rows:
        for a, b in pairwise(row):
            boxes = bool(graph.sizes[a][1]) + bool(graph.sizes[b][1])
            yield a, b, (graph.sizes[a][0] + graph.sizes[b][0]) / 2 + (LANE, LANE * 1.4, BESIDE)[boxes]


def _tops(graph: _Graph, across: np.ndarray) -> list[tuple[float, float]]:
    """Top and bottom of each layer; further apart where arrows between them are flat."""
    out, y = [], 0.0
    for row in graph.rows:
        height = max(graph.sizes[node][1] for node in row)
        out.append((y, y + height))
        flat = max((abs(across[node] - across[other]) for node in row for other in graph.below[node]), default=0.0)
        y += height + BELOW + min(flat / 12, BELOW)
    return out


def _curves(
    graph: _Graph, sizes: Sequence[tuple[float, float]], across: np.ndarray, tops: Sequence[tuple[float, float]]
) -> Iterator[list[Point]]:
    """Bezier points of each arrow, downwards, of least bending in the free space."""
    ports = _ports(graph, sizes, across)
    free = {}
    for row in graph.rows:
        for n, node in enumerate(row):
            limits = []
            for side, others in ((-1, row[max(n - 1, 0) : n]), (1, row[n + 1 : n + 2])):
                reach = 4 * LANE
                for other in others:
                    room = abs(across[other] - across[node])
                    box = graph.sizes[other][0] / 2
                    reach = min(reach, room - box - LANE / 2 if box else room / 2 - LANE / 4)
                limits.append(across[node] + side * reach)
            free[node] = (limits[0], limits[1])
    for n, (upper, *passed, lower) in enumerate(graph.chains):
        begin, end = (
            sum(tops[graph.layer[box]]) / 2 + side * sizes[box][1] / 2 for box, side in ((upper, 1), (lower, -1))
        )
        knots = [(y, free[node]) for node in passed for y in tops[graph.layer[node]]]
        knots = [(begin, ports[n, upper]), *knots, (end, ports[n, lower])]
        knots = [knot for knot, after in pairwise(knots) if after[0] > knot[0]] + knots[-1:]
        yield _least_bending(np.array([y for y, _ in knots]), np.array([limits for _, limits in knots]))


def _ports(
    graph: _Graph, sizes: Sequence[tuple[float, float]], across: np.ndarray
) -> dict[tuple[int, int], tuple[float, float]]:
    """Where each arrow may meet its boxes: a share of the side, in the order of what it leads to."""
    met: dict[tuple[int, int], list[tuple[float, int]]] = {}
    for n, chain in enumerate(graph.chains):
        met.setdefault((chain[0], 1), []).append((across[chain[1]], n))
        met.setdefault((chain[-1], -1), []).append((across[chain[-2]], n))
    out = {}
    for (box, _), leading in met.items():
        half = max(sizes[box][0] / 2 - CORNER, 1.0)
        slot = 2 * half / len(leading)
        for k, (_, n) in enumerate(sorted(leading)):
            low = across[box] - half + k * slot
            out[n, box] = (low + 0.15 * slot, low + 0.85 * slot)
    return out


def _least_bending(y: np.ndarray, limits: np.ndarray) -> list[Point]:
    """Bezier points of a curve between limits of x at each y: least curvature, then shortest; it never leaves them."""
    steps = np.diff(y)
    slope = (np.eye(len(y))[1:] - np.eye(len(y))[:-1]) / steps[:, None]
    bend = np.diff(slope, axis=0) * np.sqrt((steps[1:] + steps[:-1]) / 2)[:, None] ** -1
    system = np.vstack([bend * steps.mean(), 0.1 * slope * np.sqrt(steps)[:, None] / steps.mean()])
    centre = limits.mean(axis=1)
    x = lsq_linear(system, -system @ centre, (limits - centre[:, None]).T).x + centre
    tangent = PchipInterpolator(y, x)(y, 1)
    points = [(float(x[0]), float(y[0]))]
    for n, step in enumerate(steps):
        points += [
            (float(x[n] + tangent[n] * step / 3), float(y[n] + step / 3)),
            (float(x[n + 1] - tangent[n + 1] * step / 3), float(y[n + 1] - step / 3)),
            (float(x[n + 1]), float(y[n + 1])),
        ]
    return points


def _line(arrow: Arrow, points: Sequence[Point]) -> Line:
    """An arrow along a curve, which ends where its tips begin."""
    curve = list(points)
    head, curve[-1] = curve[-1], _base(curve[-1], curve[-2])
    if arrow.back is None:
        return Line(arrow, tuple(curve), head, None)
    tail, curve[0] = curve[0], _base(curve[0], curve[1])
    return Line(arrow, tuple(curve), head, tail)


def _base(tip: Point, before: Point) -> Point:
    (x, y), (a, b) = tip, before
    length = max(((x - a) ** 2 + (y - b) ** 2) ** 0.5, 1e-9)
    return x - TIP * (x - a) / length, y - TIP * (y - b) / length
