"""Loop dominance along the central path: which feedback loops drive a model, and when.

    score of a link j -> i   slope of i's net flow by j, times the change of j, over the change of i's net flow; its size,
                             with the sign of the slope
    score of a loop          product of the scores of its links
    share of a loop          |score| / sum of |scores| of all loops in its part of the model

The net flow of a stock is the sum of its changes by all processes. A stock that a process sets anew in each step has no
net flow of its own, and the change of the stock itself is used instead. A part of the model is a set of stocks each of
which affects all others; shares of different parts do not compare. Loops have up to four stocks, and include the decay
of a stock by itself; longer loops are left out, and so are links that carry less than a hundredth of the change of
their target. The path has no noise, the central value of every parameter, and every actor keeping its last option known
from history: a link through a choice is the change of its probabilities. Slopes are exact derivatives.

Sources: schoenberg2020 (scores of loops, shares), schoenberg2023 (a flow into a stock is scored by the change of the
net flow, so that scores do not depend on how a net flow is split).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from standoff import labels
from standoff.analysis.causal import LABELS, cache
from standoff.analysis.causal.central_path import CentralPath
from standoff.analysis.causal.records import StockLink
from standoff.plan import Plan
from standoff.xla import devices, float_precision

LENGTH = 4  # assumption: longer loops are not read, and their number grows without bound
LEAST = 0.01  # assumption: a link that never reaches this share of the change of its target is left out
STILL = 1e-7  # of the size of a stock a month: a smaller change of its net flow is rounding
MOST = 12  # assumption: more loops are not read


@dataclass(frozen=True)
class LoopShare:
    """One loop, with its share of the dynamics of its part of the model at each date."""

    cells: tuple[str, ...]
    through: tuple[str, ...]  #: process of each link; `choice of X and process` for a link through a choice
    polarity: str
    shares: tuple[float, ...]  #: signed: positive if reinforcing, negative if balancing
    mean: float  #: mean of absolute shares over the dates at which its part of the model changes
    part: int  #: index of the part of the model, 0 for the largest


@dataclass(frozen=True)
class Dominance:
    """The dominant loops of a model."""

    variant: str
    dates: tuple[str, ...]
    loops: tuple[LoopShare, ...]  #: sorted by mean share
    loop_count: int  #: number of loops, shown or not
    reinforcing: tuple[float, ...]  #: share of reinforcing loops in the largest part, at each date
    texts: Mapping[str, str] = field(default_factory=dict)  #: stocks, processes and choices of the loops in words

    def text(self, loop: LoopShare) -> str:
        """A loop in words: its stocks, the first again at its end."""
        return " → ".join(self.texts.get(cell, cell) for cell in (*loop.cells, loop.cells[0]))

    def through(self, loop: LoopShare) -> str:
        """The processes of a loop in words."""
        return ", ".join(dict.fromkeys(self.texts.get(name, name) for name in loop.through))


@dataclass(frozen=True)
class ScoredLink(StockLink):
    """A link with its score at each date."""

    scores: np.ndarray  #: (date,)


def dominance(plan: Plan, most: int = MOST) -> Dominance:
    """The dominant loops of a plan; needs JAX."""
    devices()  # and with them the folder of compiled programs
    slopes = cache.slopes(plan)
    with float_precision("double"):
        centre = CentralPath.of(plan)
    calendar, dt = plan.scenario.calendar, plan.scenario.calendar.dt
    places = np.minimum(centre.places, len(next(iter(centre.path.values()))) - 3)
    rates, turns = {}, {}
    for cell, values in centre.path.items():
        moves = np.diff(values) / (dt * centre.size[cell])
        rates[cell], turns[cell] = moves[places], (moves[places + 1] - moves[places]) / dt
    gauges = {item.target for item in slopes if item.gauge}
    ahead = {
        cell: np.diff(values)[places + 1] / (dt * dt * centre.size[cell])
        for cell, values in centre.path.items()
        if cell in gauges
    }
    links = [
        ScoredLink(
            item.source,
            item.target,
            item.process,
            item.choice,
            scored(item.values, rates[item.source], ahead.get(item.target, turns[item.target])),
        )
        for item in slopes
        if not (item.source == item.target and item.target in gauges)
    ]
    dates = tuple(calendar.label(int(index) + 1) for index in places)
    return replace(_shares(plan.variant, dates, links, most), texts=_texts(plan, links))


def _texts(plan: Plan, links: Iterable[ScoredLink]) -> dict[str, str]:
    """Stocks and processes of links in words."""
    out: dict[str, str] = {}
    for link in links:
        out |= {cell: labels.held_stock(plan, cell) for cell in (link.source, link.target)}
        process = labels.humanise(link.process)
        out[link.through] = f"{labels.choice(plan, link.choice)} and {process}" if link.choice else process
    return out


def scored(slopes: np.ndarray, rates: np.ndarray, turns: np.ndarray) -> np.ndarray:
    """Scores of a link at each date: its share of the change of the target, with sign.

    0 where the target does not change.
    """
    return np.sign(slopes) * np.abs(acceleration_share(slopes, rates, turns))


def acceleration_share(slopes: np.ndarray, rates: np.ndarray, turns: np.ndarray) -> np.ndarray:
    """Share of a link in the change of a net flow; shares of all links into a stock add to one."""
    moving = np.abs(turns) > STILL
    return np.where(moving, slopes * rates / np.where(moving, turns, 1.0), 0.0)


def _shares(variant: str, dates: tuple[str, ...], links: Sequence[ScoredLink], most: int) -> Dominance:
    strong = [link for link in links if np.abs(link.scores).max(initial=0.0) >= LEAST]
    parts = _parts(strong)
    loops = [(parts[loop[0].source], loop, np.prod([link.scores for link in loop], axis=0)) for loop in cycles(strong)]
    out, reinforcing = [], np.zeros(len(dates))
    for part in sorted({part for part, _, _ in loops}):
        of_part = [(loop, scores) for which, loop, scores in loops if which == part]
        total = np.sum([np.abs(scores) for _, scores in of_part], axis=0)
        for loop, scores in of_part:
            share = np.divide(scores, total, out=np.zeros(len(dates)), where=total > 0)
            sign = "?" if share.min() < 0 < share.max() else "-" if share.min() < 0 else "+"
            mean = float(np.abs(share[total > 0]).mean()) if total.any() else 0.0
            cells, through = (tuple(getattr(link, word) for link in loop) for word in ("source", "through"))
            out.append(LoopShare(cells, through, LABELS[sign], tuple(share.tolist()), mean, part))
            if part == 0:
                reinforcing += np.maximum(share, 0.0)
    out.sort(key=lambda loop: (loop.part, -loop.mean))
    return Dominance(variant, dates, tuple(out[:most]), len(out), tuple(reinforcing.tolist()))


def cycles(links: Sequence[ScoredLink]) -> Iterator[tuple[ScoredLink, ...]]:
    """All cycles of up to `LENGTH` links without repeated stocks, each once."""
    onward: dict[str, list[ScoredLink]] = {}
    for link in links:
        onward.setdefault(link.source, []).append(link)
    for start in sorted(onward):
        waiting: list[tuple[ScoredLink, ...]] = [(link,) for link in onward[start] if link.target >= start]
        while waiting:
            chain = waiting.pop()
            here = chain[-1].target
            if here == start:
                yield chain
            elif len(chain) < LENGTH and here not in {link.source for link in chain}:
                waiting += [(*chain, link) for link in onward.get(here, ()) if link.target >= start]


def _parts(links: Iterable[ScoredLink]) -> Mapping[str, int]:
    """Index of the connected part of each stock, 0 for the largest part."""
    names, ends = np.unique([(link.source, link.target) for link in links], return_inverse=True)
    if not len(names):
        return {}
    rows, columns = ends.reshape(-1, 2).T
    graph = coo_array((np.ones(len(rows)), (rows, columns)), shape=(len(names), len(names)))
    _, parts = connected_components(graph, directed=True, connection="strong")
    by_size = np.argsort(-np.bincount(parts), kind="stable")
    return dict(zip(names.tolist(), np.argsort(by_size)[parts].tolist(), strict=True))
