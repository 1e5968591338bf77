"""Signed graphs of relations: friendly and hostile edges, triads, and degrees of balance.

A triad is balanced if the product of its signs is positive: `+++` and `+--` (the enemy of my enemy is my friend) are
balanced, `++-` and `---` are not; a graph is balanced if its nodes form two camps with friendly edges inside and hostile
edges between them (cartwright1956). Two measures say how near a graph is to that, 1 for a balanced one: the share of
its triads that are balanced, and the share of its closed walks, weighted by the inverse factorial of their length,
`tr exp(A) / tr exp(|A|)` (estrada_benzi2014). A third, the frustration index, is in `frustration_index`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from standoff.errors import StandoffError, join_limited
from standoff.record import record
from standoff.types import Floats

TRIAD_TYPES = {3: "+++", 2: "++-", 1: "+--", 0: "---"}  #: number of friendly edges -> type
BALANCED = ("+++", "+--")


@record
class SignedEdge:
    """A friendly (sign 1) or hostile (sign -1) edge of two nodes."""

    between: tuple[str, str]
    sign: int
    weight: float = 1.0


@dataclass(frozen=True, kw_only=True, eq=False)
class SignedGraph:
    """Nodes with friendly and hostile edges, both symmetric; a pair may have one of each."""

    nodes: tuple[str, ...]
    positive: Floats  #: weight of the friendly edge of each pair, 0 for none, (node, node)
    negative: Floats  #: of the hostile edge, (node, node)

    @classmethod
    def of_matrix(cls, matrix: ArrayLike, nodes: Sequence[str] = (), *, directed: bool = False) -> SignedGraph:
        """The graph of a signed adjacency matrix: sign and weight of each edge, 0 for none.

        With `directed` each arc counts as an edge of its own, so that two nodes that see each other differently have one
        edge of either sign. Nodes are numbered from 1 if not named. Raises `StandoffError`.
        """
        array = np.asarray(matrix, dtype=float)
        if array.ndim != 2 or array.shape[0] != array.shape[1] or not np.isfinite(array).all():
            raise StandoffError(
                f"a matrix of shape {array.shape}", allowed="a square matrix of finite numbers, one row a node"
            )
        names = tuple(nodes) or tuple(str(n + 1) for n in range(len(array)))
        if len(set(names)) != len(array):
            raise StandoffError(f"{len(set(names))} names of {len(array)} nodes", allowed="one name for each node")
        if array.diagonal().any():
            loops = [name for name, value in zip(names, array.diagonal(), strict=True) if value]
            raise StandoffError(
                f"edges of {join_limited(loops)} to themselves", fix="set the diagonal of the matrix to 0"
            )
        if not directed and (array != array.T).any():
            a, b = np.argwhere(array != array.T)[0]
            raise StandoffError(
                f"not symmetric: {array[a, b]:g} from {names[a]} to {names[b]}, {array[b, a]:g} back",
                fix="give `directed=True` to count each arc as an edge",
            )
        positive, negative = np.maximum(array, 0), np.maximum(-array, 0)
        if directed:
            positive, negative = positive + positive.T, negative + negative.T
        return cls(nodes=names, positive=positive, negative=negative)

    @property
    def signs(self) -> np.ndarray:
        """1 for friendly pairs, -1 for hostile ones, 0 with no edge or one of each, (node, node)."""
        return np.asarray(np.sign(self.positive).astype(int) - np.sign(self.negative).astype(int))

    @property
    def mixed(self) -> np.ndarray:
        """Pairs with a friendly and a hostile edge, (node, node)."""
        return np.asarray((self.positive > 0) & (self.negative > 0))

    def edges(self) -> list[SignedEdge]:
        """All edges, in the order of the nodes; the friendly edge of a pair before the hostile one."""
        return [
            SignedEdge(between=(self.nodes[i], self.nodes[j]), sign=sign, weight=float(weights[i, j]))
            for i, j in np.argwhere(np.triu(self.positive + self.negative) > 0)
            for sign, weights in ((1, self.positive), (-1, self.negative))
            if weights[i, j]
        ]


@record
class Triad:
    """Three nodes of which each pair has edges of one sign."""

    nodes: tuple[str, str, str]
    type: str  #: `+++`, `++-`, `+--` or `---`

    @property
    def balanced(self) -> bool:
        """Whether the product of the signs is positive."""
        return self.type in BALANCED


@record
class Balance:
    """Degrees of balance of a signed graph."""

    triads: Mapping[str, int]  #: type -> number of triads
    share: float | None  #: of triads that are balanced; None without a triad
    walks: float  #: weighted share of closed walks that are balanced, 1 for a balanced graph


def triads(graph: SignedGraph) -> list[Triad]:
    """All triads, in the order of the nodes; pairs with edges of both signs are in none."""
    signs = graph.signs
    linked = np.triu(signs != 0)
    return [
        Triad(
            nodes=(graph.nodes[i], graph.nodes[j], graph.nodes[k]),
            type=TRIAD_TYPES[int((np.array((signs[i, j], signs[i, k], signs[j, k])) > 0).sum())],
        )
        for i, j in np.argwhere(linked)
        for k in np.flatnonzero(linked[i] & linked[j])
    ]


def balance(graph: SignedGraph) -> Balance:
    """Number of triads of each type, and degrees of balance from triads and from closed walks."""
    signs = graph.signs
    friends, foes = (signs > 0).astype(float), (signs < 0).astype(float)
    counts = {
        "+++": (friends @ friends * friends).sum() / 6,
        "++-": (friends @ friends * foes).sum() / 2,
        "+--": (foes @ foes * friends).sum() / 2,
        "---": (foes @ foes * foes).sum() / 6,
    }
    census = {name: round(float(count)) for name, count in counts.items()}
    total = sum(census.values())
    share = sum(census[name] for name in BALANCED) / total if total else None
    net, whole = (
        np.linalg.eigvalsh(matrix) if len(signs) else np.zeros(1)
        for matrix in (graph.positive - graph.negative, graph.positive + graph.negative)
    )
    top = whole.max()  # no eigenvalue of either matrix is larger: the exponentials do not overflow
    return Balance(triads=census, share=share, walks=float(np.exp(net - top).sum() / np.exp(whole - top).sum()))
