"""Times to exhaustion by side and constraint, competing risks, and their drivers.

Applies to a question of the form `first_of` whose labels name a side and a constraint (`Russia, shells`). A label
without a comma beside them, such as `the war ends`, is no side but a competing event: what comes after it does not count.
Where no label names a constraint, each is an event of its own. A future that fails, or reaches the date of the question
before anything ran out, is censored there: it counts up to that time.

    by       share of futures in which it has run out by a month, whatever else ran out before, but no competing event
    first    share in which it is the first of all, or of its side, to run out by then

Both are cumulative incidences (Aalen and Johansen); `by` without competing events is the Kaplan-Meier estimate. Where the
answer is a mean over rival models, so is `first`; all else is of the futures of the case alone.

The drivers of a time are the parameters whose score in Cox's model, each by itself, is larger than chance alone would make
any of them in 99 of 100 runs, with their hazard ratios in one joint model. The hazard is that of futures in which the war
goes on.

Sources: kaplan1958, aalen1978 (cumulative incidence), cox1972, seabold2010 (the library).
"""

from __future__ import annotations

import importlib
import math
import warnings
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from statistics import NormalDist
from typing import Any

import numpy as np

from standoff import labels
from standoff.analysis.answer import Answer, answer
from standoff.analysis.finding import Finding, Provenance
from standoff.analysis.provenance import claims_behind
from standoff.analysis.sensitivity.screening import columns, correlations
from standoff.analysis.stored_bands import Bands
from standoff.engine.run import Outcomes, Run
from standoff.errors import ModelError, join_limited, unknown_word
from standoff.expression import stock_names
from standoff.plan import Plan, PlannedQuestion
from standoff.questions import NONE
from standoff.record import record
from standoff.statistics import Z90, wilson_interval
from standoff.versions import require_packages

#: decimals of a share: products of ratios miss a count over a count by 1e-15, which turns a last digit that is shown
DIGITS = 12
CHANCE = 0.01  # assumption: probability of a false finding where there is nothing but noise


@dataclass(frozen=True)
class CensoredTimes:
    """Times of N futures: of the event, or of censoring."""

    time: np.ndarray  #: (N,) months
    happened: np.ndarray  #: (N,) bool

    @classmethod
    def until(cls, when: np.ndarray, watched: np.ndarray) -> CensoredTimes:
        """Times from months of the event (infinity for never) and months of censoring."""
        happened = when <= watched
        return cls(np.where(happened, when, watched), happened)


@dataclass(frozen=True)
class IncidenceCurve:
    """A share that grows over time, with its standard error."""

    at: np.ndarray  #: months
    share: np.ndarray
    error: np.ndarray

    def by(self, months: float) -> tuple[float, float]:
        """The share at a time, and its error."""
        index = int(np.searchsorted(self.at, months, side="right")) - 1
        return (float(self.share[index]), float(self.error[index])) if index >= 0 else (0.0, 0.0)

    def quantile(self, p: float) -> float | None:
        """The first time at which the share reaches p; None if it does not."""
        reached = self.share >= p - 1e-12
        return float(self.at[int(reached.argmax())]) if reached.any() else None


def happened_by(waiting: CensoredTimes) -> IncidenceCurve:
    """Share with the event by month: Kaplan-Meier estimate, Greenwood's error."""
    with np.errstate(divide="ignore", invalid="ignore"):  # the error is NaN at a time with no future left at risk
        result = _duration("survfunc").SurvfuncRight(waiting.time, waiting.happened.astype(int))
    return IncidenceCurve(
        np.asarray(result.surv_times),
        np.round(1 - np.asarray(result.surv_prob), DIGITS),
        np.nan_to_num(result.surv_prob_se),
    )


def first_by(when: np.ndarray, watched: np.ndarray) -> list[IncidenceCurve]:
    """Cumulative incidence of L competing events in N futures, (L, N) months: one curve each.

    Simultaneous events share the incidence evenly: every set of simultaneous events is a cause of its own. The error is
    that of a mean of shares over the effective number of futures implied by Greenwood's error.
    """
    first = when.min(axis=0)
    waiting = CensoredTimes.until(first, watched)
    together = (when == first) & waiting.happened
    sets, cause = np.unique(together.T, axis=0, return_inverse=True)
    order = np.argsort(~sets.any(axis=1), kind="stable")  # the set of nothing, censored, comes last
    codes = np.zeros(len(sets), int)
    for n, index in enumerate(order):
        codes[index] = n + 1 if sets[index].any() else 0
    if not waiting.happened.any():
        return [IncidenceCurve(np.zeros(1), np.zeros(1), np.zeros(1)) for _ in when]
    with np.errstate(divide="ignore", invalid="ignore"):
        result = _duration("survfunc").CumIncidenceRight(waiting.time, codes[cause.reshape(-1)])
        any_ = happened_by(waiting)
        binomial = any_.share * (1 - any_.share) / any_.error**2  # error of a count over as many futures
    at, out = np.asarray(result.times), []
    futures = np.where(np.isfinite(binomial), binomial, len(watched))[np.searchsorted(any_.at, at, side="right") - 1]
    known = [sets[index] for index in order if sets[index].any()]
    for n in range(len(when)):
        share, square = np.zeros(len(at)), np.zeros(len(at))
        for members, cinc in zip(known, result.cinc, strict=True):
            if members[n]:
                share = share + np.asarray(cinc) / members.sum()
                square = square + np.asarray(cinc) / members.sum() ** 2
        error = np.sqrt(np.maximum(square - share**2, 0.0) / futures)
        out.append(IncidenceCurve(at, np.round(share, DIGITS), error))
    return out


def residuals(waiting: CensoredTimes) -> np.ndarray:
    """(N,) martingale residuals of Cox's model at no effect.

    The correlation with a parameter is the score of that parameter there, relative to its largest value.
    """
    times, index = np.unique(waiting.time, return_inverse=True)
    ends = np.bincount(index, weights=waiting.happened, minlength=len(times))
    there = np.cumsum(np.bincount(index, minlength=len(times))[::-1])[::-1]
    return waiting.happened - np.cumsum(ends / there)[index]


def significant_indices(score: np.ndarray, count: int) -> list[int]:
    """Parameters with significant scores in `count` futures (1 % familywise), sorted."""
    least = NormalDist().inv_cdf(1 - CHANCE / (2 * max(len(score), 1))) / math.sqrt(count)
    return [int(i) for i in np.argsort(-np.abs(score)) if abs(score[i]) > least]


def hazards(waiting: CensoredTimes, z: np.ndarray) -> tuple[np.ndarray, np.ndarray] | None:
    """(P,) log hazard ratios per standard deviation in one Cox model, and their errors.

    None where they have no finite estimate, as when one parameter alone determines the time.
    """
    model = _duration("hazard_regression").PHReg(waiting.time, z, status=waiting.happened.astype(int), ties="efron")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            result = model.fit(disp=0)
        except (Warning, np.linalg.LinAlgError):
            return None
    return np.asarray(result.params), np.asarray(result.bse)


def _duration(module: str) -> Any:
    """A module of the library."""
    require_packages("survival analysis", "analysis", "statsmodels")
    return importlib.import_module(f"statsmodels.duration.{module}")


def standard(samples: np.ndarray) -> np.ndarray:
    """Uniform numbers scaled to mean 0 and variance 1."""
    return (samples - 0.5) * math.sqrt(12.0)


QUANTILES = {"p5": 0.05, "p25": 0.25, "p50": 0.5, "p75": 0.75, "p95": 0.95}
PART = 0.2  # a fifth of the futures at either end: assumption, narrow enough to differ and wide enough to be counted
MOST = 5  # assumption: a reader looks at no more numbers of a side
STANDS = 0.01  # months: two events of one step are one date


@record
class TimeToExhaustion:
    """Time until one store, or the first of several, is exhausted."""

    label: str
    side: str
    constraint: str  #: empty for a side as a whole
    by: float  #: share of futures with exhaustion by the date of the question, before any competing event
    by_error: float
    first: float  #: share in which it is the first of all (for a side: the side's)
    first_error: float
    months: Mapping[str, float | None]  #: months after as_of at which that share is exhausted; None: not by the date
    shares: tuple[float, ...]  #: share exhausted by each month of `at`


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


@record
class Exhaustion(Finding):
    """Times to exhaustion of all sides."""

    question: str
    text: str
    date: str
    horizon: float  #: months from as_of to the date
    at: tuple[float, ...]  #: months of the curves
    sides: tuple[TimeToExhaustion, ...]  #: first exhaustion of each side; most frequent first side on top
    constraints: tuple[TimeToExhaustion, ...]
    ended: Mapping[str, float]  #: competing event -> share of futures in which it comes before all exhaustion
    none: float  #: share of futures without any of these by the date
    none_error: float
    censored: int  #: failed futures, censored at their failure
    indicators: Mapping[str, str] | None  #: the observable event of each label, or of each constraint
    follows: Mapping[str, str]  #: label -> what follows by `consequences` of the stocks of its condition
    movers: Mapping[str, tuple[HazardDriver, ...]] | None = None  #: side -> parameters with the largest effect
    provenance: Mapping[str, tuple[str, ...]]  #: claims behind it, see `standoff.analysis.provenance`
    bands: Mapping[str, tuple[float, float]] = field(default_factory=dict)  #: label -> epistemic band of being first


@dataclass(frozen=True)
class _Times:
    """Times to exhaustion by label (L, N'), in the futures that were still good after as_of."""

    when: np.ndarray  #: (L, N') months, infinite where it does not happen while watched
    watched: np.ndarray  #: (N',) months of censoring
    used: np.ndarray  #: (N,) futures with these times
    sides: Mapping[str, list[int]]  #: side -> its labels
    rivals: list[int]  #: labels of competing events

    def of_side(self, side: str) -> CensoredTimes:
        """(N',) the first exhaustion of a side, censored by competing events."""
        ends = self.when[self.rivals].min(axis=0, initial=np.inf)
        return CensoredTimes.until(self.when[self.sides[side]].min(axis=0), np.minimum(self.watched, ends))

    def races(self, rows: Sequence[np.ndarray]) -> list[IncidenceCurve]:
        """Incidence of each of some rows (N',), competing with each other and with competing events."""
        return first_by(np.stack([*rows, *self.when[self.rivals]]), self.watched)[: len(rows)]


def exhaustion(run: Run, question: str = "", bands: Bands | None = None) -> Exhaustion:
    """Estimate the time to exhaustion by side and constraint, from a `first_of` question.

    question: by default the first one whose labels name sides and constraints; bands: as of `answer`
    """
    run.require_valid_paths()
    query = find(run.model.plan, question)
    times = _times(run, query)
    own = answer(run, query.id, bands).answers[0]
    return replace(
        as_printed(exhaustion_times(run, query.id), own),
        movers={side: _drivers(run, times.used, times.of_side(side)) for side in times.sides},
        bands={label: band for label, (_, band) in own.printed.items() if band},
    )


def as_printed(result: Exhaustion, own: Answer, base: Exhaustion | None = None) -> Exhaustion:
    """The same, with chances of being first as the answer prints them.

    base: the case as it stands in the same futures, whose difference is added; by default the result is that
    """
    base, printed = base or result, defaultdict[str, float](float)
    for label, (share, _) in own.printed.items():
        for name in {label, split_label(label)[0]}:
            printed[name] += share
    before = {**{item.label: item.first for item in (*base.sides, *base.constraints)}, **base.ended, NONE: base.none}

    def moved(share: float, name: str) -> float:
        return min(max(share + printed[name] - before[name], 0.0), 1.0)

    sides, constraints = (
        tuple(replace(item, first=moved(item.first, item.label)) for item in items)
        for items in (result.sides, result.constraints)
    )
    ended = {label: moved(share, label) for label, share in result.ended.items()}
    return replace(result, sides=sides, constraints=constraints, ended=ended, none=moved(result.none, NONE))


def exhaustion_times(run: Outcomes, question: str = "") -> Exhaustion:
    """The same without drivers; outcomes without paths suffice."""
    run.require_valid_paths()
    query = find(run.model.plan, question)
    plan, calendar, times = run.model.plan, run.model.scenario.calendar, _times(run, query)
    labels, when, watched = list(query.expressions), times.when, times.watched
    end = (query.state - plan.first_future_step) * calendar.dt
    at = tuple(float(month) for month in np.unique([*np.arange(0, end, calendar.dt), end]))
    least = wilson_interval(0, len(watched))[2]  # the error of half a hit

    def spells(names: Mapping[str, tuple[str, str, list[int]]]) -> tuple[TimeToExhaustion, ...]:
        """The first exhaustion of labels, by name: side, constraint and indices of the labels."""
        rows, out = [when[indices].min(axis=0) for *_, indices in names.values()], []
        for name, row, first in zip(names, rows, times.races(rows), strict=True):
            (curve,) = times.races([row])
            (share, share_error), (ahead, ahead_error) = curve.by(end), first.by(end)
            spell = TimeToExhaustion(
                label=name,
                side=names[name][0],
                constraint=names[name][1],
                by=share,
                by_error=max(share_error, least),
                first=ahead,
                first_error=max(ahead_error, least),
                months={level: curve.quantile(p) for level, p in QUANTILES.items()},
                shares=tuple(curve.by(month)[0] for month in at),
            )
            out.append(spell)
        return tuple(sorted(out, key=lambda item: -item.first))

    everything, idle = first_by(when, watched), happened_by(CensoredTimes.until(when.min(axis=0), watched)).by(end)[0]
    return Exhaustion(
        origin=Provenance.of(run),
        question=query.id,
        text=query.question.text,
        date=str(query.question.by),
        horizon=end,
        at=at,
        sides=spells({side: (side, "", indices) for side, indices in times.sides.items()}),
        constraints=spells(
            {labels[n]: (*split_label(labels[n]), [n]) for indices in times.sides.values() for n in indices}
        ),
        ended={labels[n]: everything[n].by(end)[0] for n in times.rivals},
        none=round(1 - idle, DIGITS),
        none_error=wilson_interval(round((1 - idle) * len(watched)), len(watched))[2],
        censored=int((~run.valid).sum()),
        provenance=claims_behind(plan, query),
        indicators=query.question.indicators,
        follows={
            label: item.text
            for label, node in query.expressions.items()
            for cell, item in plan.scenario.consequences.items()
            if item.text and split_label(label)[1] and cell in stock_names(node)
        },
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
    rivals = [n for n, label in enumerate(labels) if is_competing(label, labels)]
    sides: dict[str, list[int]] = {}
    for n, label in enumerate(labels):
        if n not in rivals:
            sides.setdefault(split_label(label)[0], []).append(n)
    return _Times(when, watched, used, sides, rivals)


def exhaustion_for_report(run: Run, bands: Bands | None = None) -> Exhaustion | None:
    """The finding for the report: None without such a question, or without its library."""
    asks = any(query.form.HAS_LABELS for query in run.model.plan.questions)
    return exhaustion(run, bands=bands) if asks and find_spec("statsmodels") is not None else None


def find(plan: Plan, question: str = "") -> PlannedQuestion:
    """Find the `first_of` question of an id, or the first that names sides; raises if none does."""
    known = {query.id: query for query in plan.questions if query.form.HAS_LABELS}
    if question and question not in known:
        problem = unknown_word(f"`{question}` is not a `first_of` question with sides", question, known)
        raise ModelError(replace(problem, allowed=join_limited(known) or "none"))
    if not known:
        raise ModelError(
            "the case has no question about times to exhaustion",
            path="questions",
            allowed="a question with `first_of`",
            fix="add one, such as `first_of: {'Aland, troops': troops.ALA < 50 thousand person @assumption, ...}`",
        )
    named = [query for query in known.values() if any(split_label(label)[1] for label in query.expressions)]
    return known[question] if question else [*named, *known.values()][0]


def side_shares(answer: Answer) -> dict[str, float]:
    """Printed chance that each side, or a competing event, is first; empty without sides."""
    if not any(split_label(label)[1] for label in answer.other_shares):
        return {}
    out: dict[str, float] = {}
    for label, (share, _) in answer.printed.items():
        side = split_label(label)[0]
        out[side] = out.get(side, 0.0) + share
    return dict(sorted(out.items(), key=lambda pair: -pair[1]))


def split_label(label: str) -> tuple[str, str]:
    """Side and constraint of a label: `Russia, shells` gives both; others have no constraint."""
    side, comma, constraint = label.partition(", ")
    return (side, constraint) if comma else (label, "")


def is_competing(label: str, labels: Iterable[str]) -> bool:
    """Whether a label beside those of constraints names no constraint, as `the war ends`."""
    return not split_label(label)[1] and any(split_label(other)[1] for other in labels)


def _drivers(run: Run, used: np.ndarray, waiting: CensoredTimes) -> tuple[HazardDriver, ...]:
    """Parameters with significant effects, the largest first, in the draws `used` (N,)."""
    plan, varying, rows = run.model.plan, run.model.layout.varying, list[int]()
    if varying and waiting.happened.any():
        score = correlations(run, used, residuals(waiting))
        rows = significant_indices(score, len(waiting.time))[:MOST]
    if not rows:
        return ()
    uniforms, out = columns(run, used, rows), []
    fit = hazards(waiting, standard(uniforms))
    for n, (row, u) in enumerate(zip(rows, uniforms.T, strict=True)):
        parameter = plan.parameters[varying[row]]
        ends = (CensoredTimes(waiting.time[end], waiting.happened[end]) for end in (u < PART, u > 1 - PART))
        low, high = (happened_by(end).quantile(0.5) for end in ends)
        hazard = interval = None
        if fit is not None and math.isfinite(slope := float(fit[0][n])):
            reach = Z90 * float(fit[1][n])
            hazard, interval = math.exp(slope), (math.exp(slope - reach), math.exp(slope + reach))
        label, belief = labels.parameter(plan, parameter.path), str(parameter.belief)
        out.append(HazardDriver(parameter.path, label, belief, float(score[row]), hazard, interval, low, high))
    return tuple(out)
