"""Answers over the levers of a case as a response surface, for a page that has no engine.

    g(y(x)) = g(y(0)) + sum_i f_i(x_i) + sum_(i<j) h_ij(x_i, x_j)

y is an answer, x the levers that are moved, and 0 the case as it stands; g is the log odds of a probability and the number
itself of anything else. f_i is the parabola through the runs with lever i alone at both ends of its range and at the value
between them that is nearest to what the case believes. h_ij is what the runs with two levers at their ends differ from the
sum of both, linear in either between them; only levers that change some answer clearly have pairs. All runs are of the
same futures. What the surface is off is measured in runs with levers at random.

Sources: box1951 (surfaces of second order, of runs at the ends and in between).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations, product
from typing import Any

import numpy as np

from standoff.analysis.answer import Answer
from standoff.analysis.movements import CLEAR, MOVED_DRAWS, Mover, PairedStates
from standoff.analysis.movements import levers as levers_of
from standoff.engine.session import Session
from standoff.plan import PlannedQuestion
from standoff.progress import SILENT, Progress, track
from standoff.record import record

PAIRED = 6  # levers with pairs; assumption: a reader moves no more at a time
CHECKS, TOGETHER = 32, 4  # runs at random, and the most levers moved in one; assumption
NEAR_END = 0.1  # of the range: a middle nearer to an end than this makes the parabola unstable; assumption
TYPICAL, WORST = 0.5, 0.9  # quantiles of errors


@record
class SurfaceAnswer:
    """A question over the levers, on the scale of log odds or of its number."""

    question: str
    label: str  #: whose share it is; empty for a question without labels
    is_share: bool
    base: float  #: as the case stands, on the scale
    effects: tuple[tuple[float, float, float], ...]  #: by lever: at its three values
    pairs: Mapping[str, tuple[float, float, float, float]]  #: `i-j` -> low-low, low-high, high-low, high-high
    is_clear: bool  #: whether any lever changes it clearly
    typical_error: float  #: median of the errors against true runs, in the unit of the answer
    worst_error: float  #: their 90 % quantile
    mc_error: float  #: largest Monte Carlo standard error of a change in a true run


@record
class ResponseSurface:
    """All answers over all levers of a case."""

    levers: tuple[Mover, ...]  #: with three ends: low, middle and high
    answers: tuple[SurfaceAnswer, ...]
    futures: int
    checks: int  #: runs with levers at random
    together: int  #: the most levers moved in one of these


def response_surface(
    session: Session,
    answers: Sequence[Answer],
    draws: int = MOVED_DRAWS,
    checks: int = CHECKS,
    progress: Progress = SILENT,
) -> ResponseSurface:
    """The answers of a case over its levers.

    answers: those of a run, whose printed labels are followed. For n levers it takes 3 n runs, at most 60 for pairs, and the
    checks.
    """
    plan, seeds = session.model.plan, np.random.default_rng(session.seed)
    levers, states = tuple(map(_with_middle, levers_of(plan))), PairedStates.of(session, answers, draws)
    questions = [plan.question(item.id) for item in answers]

    def runs(settings: Sequence[Mapping[str, float]], name: str) -> Iterator[list[tuple[float, float, float]]]:
        """Of each setting and question: the answer as it stands, then, and the error of the change."""
        for levers_at in track(progress, name, settings):
            pairs = zip(questions, states.moved(levers=levers_at)[1].values(), strict=True)
            yield [(_scaled(query, d.before, draws), _scaled(query, d.after, draws), d.mc_error) for query, d in pairs]

    alone = np.array(
        [*runs([{lever.name: value} for lever in levers for value in _ends(lever)], "levers one by one")]
    ).reshape(len(levers), 3, len(questions), 3)
    first = alone[..., 1] - alone[..., 0]  # (lever, value, question)
    z = _z_scores(questions, alone)  # (lever, question)
    paired = [int(i) for i in np.argsort(-z.max(axis=1, initial=0.0)) if z[i].max() > CLEAR][:PAIRED]
    corners = [*combinations(sorted(paired), 2)]
    settings = [
        {levers[i].name: _ends(levers[i])[a], levers[j].name: _ends(levers[j])[b]}
        for i, j in corners
        for a, b in product((0, 2), repeat=2)
    ]
    both = np.array([*runs(settings, "levers two by two")]).reshape(len(corners), 4, len(questions), 3)
    found = tuple(
        SurfaceAnswer(
            question=query.id,
            label=states.labels[query.id] if query.form.HAS_LABELS else "",
            is_share=query.form.is_share,
            base=float(alone[0, 0, q, 0])
            if len(levers)
            else _scaled(query, float(np.nanmean(states.before[query.id])), draws),
            effects=tuple((float(low), float(middle), float(high)) for low, middle, high in first[:, :, q]),
            pairs={
                f"{i}-{j}": _interaction(both[n, :, q, 1] - both[n, :, q, 0], first[i, :, q], first[j, :, q])
                for n, (i, j) in enumerate(corners)
            },
            is_clear=bool((z[:, q] > CLEAR).any()),
            typical_error=0.0,
            worst_error=0.0,
            mc_error=0.0,
        )
        for q, query in enumerate(questions)
    )
    tried = [_random(levers, seeds) for _ in range(checks if levers else 0)]
    true = np.array([*runs(tried, "runs to compare with")]).reshape(len(tried), len(questions), 3)
    return ResponseSurface(
        levers=levers,
        answers=tuple(_checked(item, levers, tried, true[:, q]) for q, item in enumerate(found)),
        futures=draws,
        checks=len(tried),
        together=min(TOGETHER, len(levers)),
    )


def surface_value(of: SurfaceAnswer, levers: Sequence[Mover], moved: Mapping[str, float]) -> float:
    """An answer with some levers moved, in its unit; others stay as the case believes."""
    at = {n: moved[lever.name] for n, lever in enumerate(levers) if lever.name in moved}
    out = of.base + sum(_parabola(_ends(levers[n]), of.effects[n], x) for n, x in at.items())
    for key, corners in of.pairs.items():
        i, j = map(int, key.split("-"))
        if i in at and j in at:
            u, v = (_share(levers[n], at[n]) for n in (i, j))
            weights = ((1 - u) * (1 - v), (1 - u) * v, u * (1 - v), u * v)
            out += sum(w * corner for w, corner in zip(weights, corners, strict=True))
    return float(1 / (1 + np.exp(-out))) if of.is_share else out


def _with_middle(lever: Mover) -> Mover:
    """A lever with the value between its ends at which it is run too."""
    low, high = _ends(lever)
    now = low if lever.now is None else lever.now
    share = min(max((now - low) / (high - low), 0.0), 1.0)
    middle = now if NEAR_END < share < 1 - NEAR_END else (low + high) / 2
    return replace(lever, ends=(low, middle, high))


def _ends(lever: Mover) -> tuple[float, ...]:
    return tuple(map(float, lever.ends))


def _scaled(query: PlannedQuestion, value: float, count: int) -> float:
    """An answer on the scale of the surface.

    Of a probability as if half a future more had it, and half a future more had not.
    """
    if not query.form.is_share:
        return value
    p = (value * count + 0.5) / (count + 1)
    return float(np.log(p / (1 - p)))


def _unscaled(of: SurfaceAnswer, value: Any) -> Any:
    return 1 / (1 + np.exp(-value)) if of.is_share else value


def _z_scores(questions: Sequence[PlannedQuestion], alone: np.ndarray) -> np.ndarray:
    """(lever, question) largest change of an answer in standard errors."""
    shares = np.array([query.form.is_share for query in questions])
    before, after = (np.where(shares, 1 / (1 + np.exp(-alone[..., n])), alone[..., n]) for n in (0, 1))
    change, error = np.abs(after - before), alone[..., 2]
    sure = np.where(change > 0, np.inf, 0.0)
    return np.divide(change, error, out=sure, where=error > 0).max(axis=1, initial=0.0)


def _interaction(both: np.ndarray, one: np.ndarray, other: np.ndarray) -> tuple[float, float, float, float]:
    """What two levers at their ends change beyond the sum of both, at the four corners."""
    single = [one[a] + other[b] for a, b in product((0, 2), repeat=2)]
    first, second, third, fourth = (both - np.array(single)).tolist()
    return first, second, third, fourth


def _parabola(x: Sequence[float], y: Sequence[float], at: float) -> float:
    """Lagrange's polynomial through three points."""
    (a, b, c), (p, q, r) = x, y
    return (
        p * (at - b) * (at - c) / ((a - b) * (a - c))
        + q * (at - a) * (at - c) / ((b - a) * (b - c))
        + r * (at - a) * (at - b) / ((c - a) * (c - b))
    )


def _share(lever: Mover, at: float) -> float:
    """Where a value lies between the ends of a lever, from 0 to 1."""
    low, *_, high = _ends(lever)
    return (at - low) / (high - low)


def _random(levers: Sequence[Mover], seeds: np.random.Generator) -> dict[str, float]:
    """Some levers at values drawn evenly from their ranges."""
    count = int(seeds.integers(1, min(TOGETHER, len(levers)) + 1))
    chosen = sorted(seeds.choice(len(levers), count, replace=False))
    ends = ((levers[n].name, _ends(levers[n])) for n in chosen)
    return {name: float(seeds.uniform(low, high)) for name, (low, _, high) in ends}


def _checked(
    of: SurfaceAnswer, levers: Sequence[Mover], tried: Sequence[Mapping[str, float]], true: np.ndarray
) -> SurfaceAnswer:
    """The same with its errors against true runs, (run, 3) as `runs` gives them."""
    if not len(tried):
        return of
    read = np.array([surface_value(of, levers, moved) for moved in tried])
    errors = np.abs(read - _unscaled(of, true[:, 1]))
    typical, worst = (float(np.quantile(errors, p)) for p in (TYPICAL, WORST))
    return replace(of, typical_error=typical, worst_error=worst, mc_error=float(true[:, 2].max()))
