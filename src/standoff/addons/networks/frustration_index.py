"""The exact frustration index of a signed graph, its two camps, and whether they are unique.

The frustration index (line index of balance, harary1959) is the least weight of edges without which the graph is balanced:
that of the friendly edges between two camps and of the hostile edges within a camp, for the best division into camps. It is
computed by the binary program XOR of aref_mason_wilson2020: `x` is the camp of each node, `f` is 1 for each edge against the
camps,

    minimise sum w f,   f >= x_i - x_j and f >= x_j - x_i                    for friendly edges,
                        f >= x_i + x_j - 1 and f >= 1 - x_i - x_j            for hostile edges,

with the node of most edges fixed. HiGHS solves it by branch and bound. A pair with edges of both signs has one against it
whatever the camps: the lighter edge counts, and what the heavier one weighs more is an edge of the program. Parts of the graph
that no such edge connects are divided one by one, since their camps say nothing about one another.

A division is unique if every best division of the part is the same up to the names of the camps. Otherwise it falls into
blocks: the nodes of a block keep their places to one another in all best divisions, those of two blocks do not. They are found
by asking for a best division that splits a block, until there is none.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array, csr_array, vstack
from scipy.sparse.csgraph import connected_components

from standoff.addons.networks.signed_graph import SignedEdge, SignedGraph
from standoff.errors import StandoffError
from standoff.record import record
from standoff.types import Floats

SECONDS = 60.0  # assumption: graphs of states are solved in less than a second
SLACK = 1e-6  # relative to the weights: HiGHS keeps constraints to 1e-6
ANY = 1e9  #: relative gap at which HiGHS takes the first solution that meets the constraints
INFEASIBLE = 2  #: status of scipy.optimize.milp


@record
class Division:
    """Two camps of one connected part of a graph; the larger camp first, the other may be empty."""

    camps: tuple[tuple[str, ...], tuple[str, ...]]
    blocks: tuple[
        tuple[str, ...], ...
    ]  #: nodes that keep their places in all best divisions, largest first; () if not asked

    @property
    def unique(self) -> bool | None:
        """Whether no other division is as good; None if not asked."""
        return len(self.blocks) == 1 if self.blocks else None


@record
class Frustration:
    """The frustration index of a graph with its best division into camps."""

    index: float  #: weight of the edges against the camps
    weight: float  #: of all edges
    divisions: tuple[Division, ...]  #: of the connected parts, the largest first; nodes without an edge are in none
    against: tuple[SignedEdge, ...]  #: friendly edges across camps, hostile edges within one

    @property
    def normalised(self) -> float:
        """1 - 2 index / weight: 1 for a balanced graph, 0 with half of the weight against any camps."""
        return 1 - 2 * self.index / self.weight if self.weight else 1.0

    @property
    def unique(self) -> bool | None:
        """Whether the division of each part is unique; None if not asked."""
        answers = [division.unique for division in self.divisions]
        return None if None in answers else all(answers)


def frustration(graph: SignedGraph, *, ties: bool = True, seconds: float = SECONDS) -> Frustration:
    """The frustration index of a graph and its best division into two camps.

    ties: whether to ask for other divisions that are as good, which takes several times as long
    seconds: limit of each step; raises `StandoffError` beyond it
    """
    net = graph.positive - graph.negative
    count, component = connected_components(csr_array(net != 0), directed=False)
    second, divisions = np.zeros(len(net), bool), list[Division]()
    for members in (np.flatnonzero(component == n) for n in range(count)):
        if len(members) == 1:
            continue
        program = _CampProgram(net[np.ix_(members, members)], seconds)
        camp = program.solve(program.fixed, False)
        assert camp is not None  # any division meets the constraints
        camp = camp if 2 * camp.sum() <= len(camp) else ~camp
        second[members] = camp
        names = np.array(graph.nodes, dtype=object)[members]
        blocks = [tuple(names[np.sort(block)]) for block in (program.blocks(camp) if ties else [])]
        divisions.append(
            Division(
                camps=(tuple(names[~camp]), tuple(names[camp])), blocks=tuple(sorted(blocks, key=len, reverse=True))
            )
        )
    camps = dict(zip(graph.nodes, second, strict=True))
    edges = graph.edges()
    against = tuple(edge for edge in edges if (camps[edge.between[0]] == camps[edge.between[1]]) == (edge.sign < 0))
    divisions.sort(key=lambda division: -sum(map(len, division.camps)))
    return Frustration(
        index=float(sum(edge.weight for edge in against)),
        weight=float(sum(edge.weight for edge in edges)),
        divisions=tuple(divisions),
        against=against,
    )


class _CampProgram:
    """The binary program of one connected part: columns are nodes, then edges."""

    def __init__(self, net: Floats, seconds: float) -> None:
        first, last = np.nonzero(np.triu(net))
        self.first, self.last, self.net, self.seconds = first, last, net[first, last], seconds
        self.nodes, edges = len(net), len(first)
        self.fixed = int(np.argmax((net != 0).sum(0)))
        self.cost = np.concatenate([np.zeros(self.nodes), np.abs(self.net)])
        sign = np.sign(self.net)
        rows, edge = np.arange(edges), self.nodes + np.arange(edges)
        halves = [
            coo_array(
                (
                    np.concatenate([np.ones(edges), -side * np.ones(edges), side * sign]),
                    (np.tile(rows, 3), np.concatenate([edge, first, last])),
                ),
                shape=(edges, self.nodes + edges),
            )
            for side in (1.0, -1.0)
        ]
        cuts = self._triangles(net)
        self.rows = vstack([*halves, cuts], format="csr")
        self.least = np.concatenate([(sign - 1) / 2, (1 - sign) / 2, np.ones(cuts.shape[0])])

    def _triangles(self, net: Floats) -> csr_array:
        """Valid inequalities: of an unbalanced triangle at least one edge is against any camps."""
        sign, edge_at = np.sign(net), np.zeros(net.shape, int)
        edge_at[self.first, self.last] = edge_at[self.last, self.first] = np.arange(len(self.net))
        i, j = self.first, self.last
        edge, k = np.nonzero((sign[i] * sign[j] * sign[i, j][:, None] < 0) & (np.arange(self.nodes) > j[:, None]))
        columns = np.stack([edge, edge_at[i[edge], k], edge_at[j[edge], k]], axis=1) + self.nodes
        indptr = 3 * np.arange(len(edge) + 1)
        return csr_array((np.ones(3 * len(edge)), columns.ravel(), indptr), shape=(len(edge), len(self.cost)))

    def blocks(self, camp: np.ndarray) -> list[np.ndarray]:
        """Nodes that keep their places to one another in all divisions as good as `camp`."""
        wrong = (camp[self.first] == camp[self.last]) == (self.net < 0)
        limit = float(np.abs(self.net[wrong]).sum())  # without the constant of mixed pairs
        waiting, out = [np.arange(self.nodes)], list[np.ndarray]()
        while waiting:
            block = waiting.pop()
            other = self._split(block, camp, limit) if len(block) > 1 else None
            if other is None:
                out.append(block)
                continue
            moved = other != camp
            waiting = [
                part for group in (*waiting, block) for part in (group[moved[group]], group[~moved[group]]) if len(part)
            ]
        return out

    def _split(self, block: np.ndarray, camp: np.ndarray, limit: float) -> np.ndarray | None:
        """A division of the same weight that moves a node of a block, but not its first."""
        others = block[1:]
        row = np.zeros(len(self.cost))
        row[others] = np.where(camp[others], -1.0, 1.0)
        limits = [
            LinearConstraint(row, 1 - int(camp[others].sum()), np.inf),
            LinearConstraint(self.cost, -np.inf, limit + SLACK * max(1.0, limit)),
        ]
        return self.solve(int(block[0]), bool(camp[block[0]]), limits)

    def solve(self, node: int, side: bool, limits: Sequence[LinearConstraint] = ()) -> np.ndarray | None:
        """Camps of least weight with a node in a given camp; under limits any, or None."""
        low, high = np.zeros(len(self.cost)), np.ones(len(self.cost))
        low[node] = high[node] = float(side)
        binary = np.concatenate([np.ones(self.nodes), np.zeros(len(self.net))])
        optimum = milp(
            self.cost,
            constraints=[LinearConstraint(self.rows, self.least, np.inf), *limits],
            integrality=binary,
            bounds=Bounds(low, high),
            options={"time_limit": self.seconds, "mip_rel_gap": ANY if limits else 0.0},
        )
        if optimum.status == INFEASIBLE:
            return None
        if optimum.status != 0:
            raise StandoffError(
                f"no division of {self.nodes} nodes and {len(self.net)} edges is proved best in {self.seconds:g} seconds",
                fix="give `seconds=` more time, `ties=False`, or a smaller graph",
            )
        return np.asarray(optimum.x[: self.nodes] > 0.5)
