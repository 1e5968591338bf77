"""Times to exhaustion by side and constraint, competing risks, and their drivers.

Applies to a question of the form `first_of` whose labels name a side and a constraint (`Russia, shells`); labels
without a comma are constraints without a side. A future that fails, or reaches the date of the question before anything
ran out, is censored there: it counts up to that time.

    by       share of futures in which it has run out by a month, whatever else ran out before     (Kaplan and Meier)
    first    share in which it is the first of all, or of its side, to run out by then             (Aalen and Johansen)
    past     share of draws with paths in which it had run out at some time up to as_of

`survived` is the chance of the past: of draws in which nothing had run out by as_of. Where in fact nothing had, a low
chance refutes the thresholds or the paths behind them.

The drivers of a time are the parameters whose score in Cox's model is larger than chance alone would make any of them
in 99 of 100 runs, with their hazard ratios in one joint model.

Sources: kaplan1958, aalen1978, cox1972.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib.util import find_spec

import numpy as np

from standoff import expression
from standoff.analysis import survival
from standoff.analysis.answer import Answer, answer
from standoff.analysis.finding import Finding, Provenance
from standoff.analysis.provenance import claims_behind
from standoff.analysis.sensitivity.screening import columns, correlations
from standoff.analysis.stored_bands import Bands
from standoff.analysis.survival import CensoredTimes
from standoff.engine.run import Outcomes, Run
from standoff.errors import ModelError, Problem, join_limited, unknown_word
from standoff.expression import ChoiceTerm, Node
from standoff.plan import Plan, PlannedQuestion, labels
from standoff.questions import NONE
from standoff.statistics import Z90, wilson_interval

QUANTILES = {"p5": 0.05, "p25": 0.25, "p50": 0.5, "p75": 0.75, "p95": 0.95}
PART = 0.2  # a fifth of the futures at either end: assumption, narrow enough to differ and wide enough to be counted
MOST = 5  # assumption: a reader looks at no more numbers of a side
STANDS = 0.01  # months: two events of one step are one date


@dataclass(frozen=True, kw_only=True)
class TimeToExhaustion:
    """Time until one store, or the first of several, is exhausted."""

    label: str
    side: str
    constraint: str  #: empty for a side as a whole
    by: float  #: share of futures with exhaustion by the date of the question
    by_error: float
    first: float  #: share in which it is the first of all (for a side: the side's)
    first_error: float
    months: Mapping[str, float | None]  #: months after as_of at which that share is exhausted; None: not by the date
    median_interval: tuple[float | None, float | None]  #: 90 % Monte Carlo
    shares: tuple[float, ...]  #: share exhausted by each month of `at`
    firsts: tuple[float, ...]  #: share in which it is the first, by each month
    past: float | None = None  #: share of path draws with exhaustion at some time up to as_of; None without history
    past_error: float | None = None


@dataclass(frozen=True)
class HazardDriver:
    """A parameter that correlates with the time to a side's first exhaustion."""

    path: str
    label: str  #: its name in words
    belief: str
    score: float  #: -1 to 1; positive: the higher the parameter, the earlier
    hazard: float | None  #: hazard ratio per standard deviation, adjusted for the other drivers; None if not estimable
    hazard_interval: tuple[float, float] | None  #: 90 %
    low: float | None  #: median months in the lowest fifth of the parameter; None: not by the date
    high: float | None


@dataclass(frozen=True, kw_only=True)
class Exhaustion(Finding):
    """Times to exhaustion of all sides."""

    question: str = ""
    text: str = ""
    date: str = ""
    horizon: float = 0.0  #: months from as_of to the date
    at: tuple[float, ...] = ()  #: months of the curves
    sides: tuple[TimeToExhaustion, ...] = ()  #: first exhaustion of each side; most frequent first side on top
    constraints: tuple[TimeToExhaustion, ...] = ()
    within: Mapping[str, Mapping[str, float]] | None = (
        None  #: side -> constraint -> share in which it is the side's first
    )
    none: float = 0.0  #: share of futures without exhaustion by the date
    none_error: float = 0.0
    censored: int = 0  #: failed futures, censored at their failure
    survived: float | None = None  #: share of path draws without exhaustion up to as_of; None without history
    survived_error: float | None = None
    indicators: Mapping[str, str] | None = None  #: the observable event of each label, or of each constraint
    movers: Mapping[str, tuple[HazardDriver, ...]] | None = None  #: side -> parameters with the largest effect
    provenance: Mapping[str, tuple[str, ...]] | None = None  #: claims behind it, see `standoff.analysis.provenance`
    likeliest: str = ""  #: the label that is the answer to the question
    point: float | None = None  #: its printed probability of being first
    band: tuple[float, float] | None = None  #: the epistemic band of that


@dataclass(frozen=True)
class _Times:
    """Times to exhaustion by label (L, N'), in the futures that were still good after as_of."""

    when: np.ndarray  #: (L, N') months, infinite where it does not happen while watched
    watched: np.ndarray  #: (N',) months of censoring
    used: np.ndarray  #: (N,) futures with these times
    sides: Mapping[str, list[int]]  #: side -> its labels

    def of_side(self, side: str) -> np.ndarray:
        """(N',) the first exhaustion of a side."""
        return self.when[self.sides[side]].min(axis=0)


def exhaustion(run: Run, question: str = "", bands: Bands | None = None) -> Exhaustion:
    """Estimate the time to exhaustion by side and constraint, from a `first_of` question.

    question: by default the first one whose labels name sides and constraints; bands: as of `answer`
    """
    run.require_valid_paths()
    query = find(run.model.plan, question)
    before, times = _past(run, query), _times(run, query)
    drivers = {
        side: _drivers(run, times.used, CensoredTimes.until(times.of_side(side), times.watched)) for side in times.sides
    }
    past, survived_error = _share(before)
    own = answer(run, query.id, bands).answers[0]
    return replace(
        exhaustion_times(run, query.id, before),
        movers=drivers,
        survived=None if past is None else 1 - past,
        survived_error=survived_error,
        likeliest=str(own.answer),
        point=own.point,
        band=own.band_ends,
    )


def exhaustion_times(run: Outcomes, question: str = "", before: np.ndarray | None = None) -> Exhaustion:
    """The same without drivers and without the past; outcomes without paths suffice.

    before: (L, K') whether each condition held by as_of, where that is known
    """
    run.require_valid_paths()
    query = find(run.model.plan, question)
    plan, calendar, times = run.model.plan, run.model.scenario.calendar, _times(run, query)
    labels, when, watched = list(query.expressions), times.when, times.watched
    before = np.zeros((len(labels), 0), bool) if before is None else before
    end = (query.state - plan.first_future_step) * calendar.dt
    at = tuple(float(month) for month in np.unique([*np.arange(0, end, calendar.dt), end]))
    curves = survival.first_by(when, watched)
    constraints = [
        _spell(label, *split_label(label), CensoredTimes.until(row, watched), curve, at, end, before[[n]])
        for n, (label, row, curve) in enumerate(zip(labels, when, curves, strict=True))
    ]
    of_sides = np.stack([times.of_side(side) for side in times.sides])
    sides = [
        _spell(side, side, "", CensoredTimes.until(row, watched), curve, at, end, before[times.sides[side]])
        for side, row, curve in zip(times.sides, of_sides, survival.first_by(of_sides, watched), strict=True)
    ]
    within = {
        side: {
            split_label(labels[n])[1] or labels[n]: curve.by(end)[0]
            for n, curve in zip(places, survival.first_by(when[places], watched), strict=True)
        }
        for side, places in times.sides.items()
    }
    idle = survival.happened_by(CensoredTimes.until(when.min(axis=0), watched)).by(end)[0]
    return Exhaustion(
        origin=Provenance.of(run),
        question=query.id,
        text=query.question.text,
        date=str(query.question.by),
        horizon=end,
        at=at,
        sides=tuple(sorted(sides, key=lambda item: -item.first)),
        constraints=tuple(sorted(constraints, key=lambda item: -item.first)),
        within=within,
        none=round(1 - idle, survival.DIGITS),
        none_error=wilson_interval(round((1 - idle) * len(watched)), len(watched))[2],
        censored=int((~run.valid).sum()),
        provenance=claims_behind(plan, query),
        indicators=query.question.indicators,
    )


def _times(run: Outcomes, query: PlannedQuestion) -> _Times:
    """Times of each label, censored at the date of the question or where a future fails."""
    begin, dt, labels = run.model.plan.first_future_step, run.model.scenario.calendar.dt, list(query.expressions)
    rows = {item.name: row for item, row in zip(run.trackers, run.answers, strict=True)}
    steps = np.where(run.valid, query.state, np.minimum(run.failed - 1, query.state)) - begin
    used = steps > 0  # a future that failed before as_of says nothing
    watched = steps[used] * dt
    when = (np.stack([rows[f"{query.id}/{label}"] for label in labels]).astype(float)[:, used] - begin) * dt
    when[when > watched + STANDS] = np.inf
    owners = dict.fromkeys(split_label(label)[0] for label in labels)
    sides = {side: [n for n, label in enumerate(labels) if split_label(label)[0] == side] for side in owners}
    return _Times(when, watched, used, sides)


def exhaustion_for_report(run: Run, bands: Bands | None = None) -> Exhaustion | None:
    """The finding for the report: None without such a question, or without its library."""
    asks = any(query.form.HAS_LABELS for query in run.model.plan.questions)
    return exhaustion(run, bands=bands) if asks and find_spec("statsmodels") is not None else None


def find(plan: Plan, question: str = "") -> PlannedQuestion:
    """Find the `first_of` question of an id, or the first that names sides; raises if none does."""
    known = {query.id: query for query in plan.questions if query.form.HAS_LABELS}
    if question and question not in known:
        raise ModelError(
            replace(
                unknown_word(f"`{question}` is not a `first_of` question with sides", question, known),
                allowed=join_limited(known) or "none",
            )
        )
    if not known:
        raise ModelError(
            Problem(
                "the case has no question about times to exhaustion",
                path="questions",
                allowed="a question with `first_of`",
                fix="add one, such as `first_of: {'Aland, troops': troops.ALA < 50 thousand person @assumption, ...}`",
            )
        )
    named = [query for query in known.values() if all(split_label(label)[1] for label in query.expressions)]
    return known[question] if question else [*named, *known.values()][0]


def _past(run: Run, query: PlannedQuestion) -> np.ndarray:
    """(L, K') whether each condition held by as_of in each path draw; K' is 0 without history."""
    if not run.model.plan.first_future_step:
        return np.zeros((len(query.expressions), 0), bool)
    return np.stack([held_by_as_of(run, node) for node in query.expressions.values()])


def _share(before: np.ndarray) -> tuple[float | None, float | None]:
    """Share of path draws in which one of the conditions (L, K') held, and its error."""
    if not before.size:
        return None, None
    share, _, error = wilson_interval(int(before.any(axis=0).sum()), before.shape[1])
    return share, error


def side_shares(answer: Answer) -> dict[str, float]:
    """Share of futures in which each side is first, largest first; empty without sides."""
    first: Mapping[str, float] = answer.detail["first"]
    if not all(split_label(label)[1] for label in first if label != NONE):
        return {}
    out: dict[str, float] = {}
    for label, share in first.items():
        side = split_label(label)[0]
        out[side] = out.get(side, 0.0) + share
    return dict(sorted(out.items(), key=lambda pair: -pair[1]))


def split_label(label: str) -> tuple[str, str]:
    """Side and constraint of a label: `Russia, shells` gives both; others have no constraint."""
    side, comma, constraint = label.partition(", ")
    return (side, constraint) if comma else (label, "")


def _spell(
    label: str,
    side: str,
    constraint: str,
    waiting: CensoredTimes,
    first: survival.IncidenceCurve,
    at: tuple[float, ...],
    end: float,
    before: np.ndarray,
) -> TimeToExhaustion:
    curve, count = survival.happened_by(waiting), len(waiting.time)
    (share, share_error), (ahead, ahead_error) = curve.by(end), first.by(end)
    past, past_error = _share(before)
    least = wilson_interval(0, count)[2]  # the error of half a hit
    return TimeToExhaustion(
        label=label,
        side=side,
        constraint=constraint,
        by=share,
        by_error=max(share_error, least),
        first=ahead,
        first_error=max(ahead_error, least),
        months={name: curve.quantile(p) for name, p in QUANTILES.items()},
        median_interval=survival.median_between(curve),
        shares=tuple(curve.by(month)[0] for month in at),
        firsts=tuple(first.by(month)[0] for month in at),
        past=past,
        past_error=past_error,
    )


def _drivers(run: Run, used: np.ndarray, waiting: CensoredTimes) -> tuple[HazardDriver, ...]:
    """Parameters with significant effects, the largest first, in the draws `used` (N,)."""
    plan, varying = run.model.plan, run.model.layout.varying
    if not varying or not waiting.happened.any():
        return ()
    score = correlations(run, used, survival.residuals(waiting))
    rows = survival.significant_indices(score, len(waiting.time))[:MOST]
    if not rows:
        return ()
    uniforms = columns(run, used, rows)
    fit = survival.hazards(waiting, survival.standard(uniforms))
    out = []
    for n, (row, u) in enumerate(zip(rows, uniforms.T, strict=True)):
        parameter = plan.parameters[varying[row]]
        low, high = (
            survival.happened_by(CensoredTimes(waiting.time[end], waiting.happened[end])).quantile(0.5)
            for end in (u < PART, u > 1 - PART)
        )
        hazard = interval = None
        if fit is not None and math.isfinite(slope := float(fit[0][n])):
            reach = Z90 * float(fit[1][n])
            hazard, interval = math.exp(slope), (math.exp(slope - reach), math.exp(slope + reach))
        label, belief = labels.parameter(plan, parameter.path), str(parameter.belief)
        out.append(HazardDriver(parameter.path, label, belief, float(score[row]), hazard, interval, low, high))
    return tuple(out)


def held_by_as_of(run: Run, node: Node) -> np.ndarray:
    """(K',) whether a condition was true at any state up to as_of, in valid path draws.

    A state in which the condition has no value counts as one in which it is false.
    """
    plan, states = run.model.plan, run.model.plan.first_future_step + 1
    names = [choice.name for choice in plan.choices]

    def holds(term: ChoiceTerm) -> np.ndarray:
        """(K', states) whether an option was in force in the step before a state."""
        at = names.index(term.choice)
        steps = np.maximum(np.arange(states) - 1, 0)
        wanted = [plan.choices[at].options.index(option) for option in term.options]
        return np.isin(run.path_chosen[run.valid_paths][:, steps, at], wanted)

    def path(name: str) -> np.ndarray:
        if name in plan.clock_terms:
            return np.array(plan.clock_values(name, range(states)))
        return run.stock_paths[:, :states, plan.cells.index(name)][run.valid_paths]

    read = (node, path, holds, np)
    shape = (int(run.valid_paths.sum()), states)
    with np.errstate(all="ignore"):
        true, known = (np.broadcast_to(value(*read), shape) for value in (expression.evaluate, expression.defined))
    return (true & known).any(axis=1)
