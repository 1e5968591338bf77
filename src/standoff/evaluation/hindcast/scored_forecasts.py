"""Scored forecasts: the model's distribution and the baselines against one outcome."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np
from scipy.special import ndtri

from standoff import expression, units
from standoff.dates import add_months, month_count
from standoff.evaluation import scoring_rules
from standoff.evaluation.hindcast import baselines
from standoff.evaluation.hindcast import reports as known
from standoff.evaluation.hindcast.config import Event, HindcastConfig, Quantity, spread
from standoff.evaluation.hindcast.origins import OriginForecasts
from standoff.evaluation.hindcast.reports import ReconciledPath, Report
from standoff.evaluation.hindcast.stacking import Stack, stacked
from standoff.ledger import Ledger
from standoff.record import record
from standoff.scenario import LoadedScenario, calendar
from standoff.statistics import Z90

LEVELS = (0.5, 0.9)  #: levels of central intervals whose coverage is counted
TRUTHS = 9  #: equally likely values that represent a reconciled outcome; assumption


@dataclass(frozen=True)
class ForecasterScore:
    """Forecast and scores of one forecaster; fields that do not apply are None."""

    median: float | None = None
    low: float | None = None  #: central 90 %
    high: float | None = None
    crps: float | None = None  #: in the unit of the quantity
    inside: Mapping[str, float] = field(default_factory=dict)  #: level -> share of the outcome inside it
    below: float | None = None  #: share of the forecast below the outcome
    p: float | None = None  #: probability of yes
    brier: float | None = None
    log: float | None = None  #: None if the probability of the outcome was 0


@record
class ScoredForecast:
    """One question from one origin at one horizon."""

    origin: str
    months: int
    id: str
    group: str
    text: str
    kind: str  #: quantity or event
    day: str  #: reference day of the report; for an event the end of the horizon
    unit: str
    outcome: float | None = None  #: the number (the middle of a range), or 1 or 0; None where unknown
    came_low: float | None = None
    came_high: float | None = None
    claims: tuple[str, ...] = ()  #: that say so
    speaker: str = ""
    unresolved: str = ""  #: why there is no truth or no forecast; empty where there are both
    given: Mapping[str, ForecasterScore] = field(default_factory=dict)  #: model, and the baselines that gave a forecast


@dataclass(frozen=True)
class HindcastCase:
    """A case with the questions of its hindcast, and the claims that answer them."""

    config: HindcastConfig
    loaded: LoadedScenario
    ledger: Ledger
    path: ReconciledPath | None = None  #: needed by reconciled quantities

    def reports(self, as_of: dt.date, day: dt.date, question: Quantity) -> tuple[tuple[Report, ...], Report | None]:
        """Reports known at the origin, and the outcome."""
        declared, target = self.loaded.scenario.units, question.reconcile
        if target is None:
            before = known.series(self.ledger.as_of(as_of), question, declared)
            outcome = known.nearest(known.series(self.ledger, question, declared), day, question.window, as_of)
        else:
            assert self.path is not None
            last = max(claim.published.last for claim in self.ledger)
            factor = units.parse(question.unit, declared).factor
            before, whole = (
                tuple(
                    replace(report, value=report.value / factor, low=report.low / factor, high=report.high / factor)
                    for report in self.path(target.quantity, target.subject, when)
                )
                for when in (as_of, last)
            )
            outcome = known.at(whole, day)
        return tuple(report for report in before if report.day <= as_of), outcome

    def model_values(
        self, futures: OriginForecasts, question: Quantity, day: dt.date, before: Sequence[Report]
    ) -> np.ndarray | None:
        """(draw,) model forecast of a day, adjusted to the last known report; None without one."""
        declared = self.loaded.scenario.units
        factor = 1.0 if question.anchor == "ratio" else units.parse(question.unit, declared).factor
        node = expression.parse(question.value, declared)
        path = np.asarray(expression.evaluate(node, futures.cells.__getitem__, lambda _: False, np)) / factor
        then = _read(futures, path, day, question.period)
        if question.anchor == "none":
            return then
        if not before:
            return None
        last = before[-1]
        at = _read(futures, path, last.day, question.period)
        if question.anchor == "difference":
            return last.value + then - at
        return last.value * np.divide(then, at, out=np.ones_like(then), where=at > 0)

    def event_hits(self, futures: OriginForecasts, question: Event, months: int) -> np.ndarray:
        """(draw,) whether the event occurs within that many months after the origin."""
        scenario = self.loaded.scenario

        def holds(one: expression.ChoiceTerm) -> np.ndarray:
            options = list(scenario.choices[one.choice].options)
            return np.isin(futures.chosen[one.choice], [options.index(option) for option in one.options])

        node = expression.parse(question.event, scenario.units)
        true = np.asarray(expression.evaluate(node, futures.cells.__getitem__, holds, np))
        return true[:, futures.now + 1 : futures.now + months + 1].any(axis=1)

    def questions(self, as_of: dt.date) -> list[tuple[str, Quantity | Event]]:
        """Questions of an origin by name: of events those whose period without them has begun."""
        events = self.config.events.items()
        begun = ((name, event) for name, event in events if calendar.last_day(event.since) <= as_of)
        return [*self.config.quantities.items(), *begun]


def cases(futures: OriginForecasts, case: HindcastCase, stack: Stack) -> Iterator[ScoredForecast]:
    """Every question from one origin.

    stack: earlier forecasts, for the stacked forecaster; those of this origin are added. Origins must come in order.
    """
    weights = stack.weights(futures.as_of)
    for months in case.config.horizons:
        for name, question in case.questions(futures.as_of):
            blank = ScoredForecast(
                origin=str(futures.as_of),
                months=months,
                id=name,
                group=question.group,
                text=question.text,
                kind=question.KIND,
                day=str(add_months(futures.as_of, months)),
                unit=question.unit,
            )
            if isinstance(question, Event):
                yield _event(futures, case, blank, question)
            else:
                yield from _quantity(futures, case, blank, question, stack, weights)


def mean_inside(forecasts: Sequence[ScoredForecast]) -> dict[str, float]:
    """Level -> mean share of outcomes inside that central interval of the model."""
    shares = [case.given["model"].inside for case in forecasts]
    return {f"{level:g}": float(np.mean([share[f"{level:g}"] for share in shares])) for level in LEVELS}


# ---- quantities ---------------------------------------------------------------------------------------------------


def _quantity(
    futures: OriginForecasts,
    case: HindcastCase,
    blank: ScoredForecast,
    question: Quantity,
    stack: Stack,
    weights: Mapping[str, float],
) -> Iterator[ScoredForecast]:
    day = add_months(futures.as_of, blank.months)
    if question.reconcile is not None and case.path is None:
        yield replace(blank, unresolved="claims were not reconciled (--no-reconcile)")
        return
    before, truth = case.reports(futures.as_of, day, question)
    if truth is None:
        yield replace(blank, unresolved=no_report(question, day))
        return
    values = case.model_values(futures, question, truth.day, before)
    if values is None:
        yield replace(blank, unresolved="no earlier report to adjust the model to")
        return
    grows, error, zero = question.cumulative, spread(question), question.zero
    rivals = baselines.distributions(before, truth.day, grows, error, zero)
    by_forecaster: dict[str, np.ndarray] = {"model": values, **rivals}
    if rivals:
        thinned = {**by_forecaster, "model": np.quantile(values, baselines.RANKS)}
        by_forecaster["stacked"] = stacked(thinned, weights)
        stack.add(thinned, truth.value, truth.published)
    outcome = _outcome(truth, question.reconcile is not None)
    yield settled_by(blank, truth, {who: number(each, outcome) for who, each in by_forecaster.items()})
    if question.asks:
        yield from _grew(blank, question, truth, before, by_forecaster)


def no_report(question: Quantity, day: dt.date) -> str:
    """Why a quantity of a day is open."""
    return f"no report within {question.window:g} months of {day}"


def settled_by(blank: ScoredForecast, truth: Report, given: Mapping[str, ForecasterScore]) -> ScoredForecast:
    """A question with the report that answers it, and the scores of forecasters."""
    return replace(
        blank,
        day=str(truth.day),
        outcome=truth.value,
        came_low=truth.low,
        came_high=truth.high,
        claims=truth.claims,
        speaker=truth.speaker,
        given=given,
    )


def _read(futures: OriginForecasts, path: np.ndarray, day: dt.date, over: str) -> np.ndarray:
    """(draw,) values of a path (draw, state) on a day, interpolated, or the mean of a year."""
    first = calendar.last_day(futures.months[0])
    index = month_count(day) - month_count(first)
    share = day.day / add_months(day, 0).day
    stop = min(max(index, 1), path.shape[1] - 1)
    if over == "year":
        return path[:, max(stop - 11, 0) : stop + 1].mean(axis=1)
    return path[:, stop - 1] * (1 - share) + path[:, stop] * share


def _outcome(truth: Report, reconciled: bool) -> tuple[float, ...]:
    """The outcome as equally likely numbers: one, or nine of a reconciled lognormal."""
    if not reconciled or truth.low <= 0:
        return (truth.low, truth.high) if truth.high > truth.low else (truth.value,)
    deviation = np.log(truth.high / truth.low) / (2 * Z90)
    ranks = (np.arange(TRUTHS) + 0.5) / TRUTHS
    return tuple(float(x) for x in truth.value * np.exp(deviation * ndtri(ranks)))


def number(values: np.ndarray, outcome: Sequence[float]) -> ForecasterScore:
    """Score equally likely values against a number, a range (uniform), or several numbers."""
    low, median, high = (float(x) for x in np.quantile(values, (0.05, 0.5, 0.95)))
    ends = [(outcome[0], outcome[1])] if len(outcome) == 2 else [(one, one) for one in outcome]

    def mean(score: Callable[[float, float], float]) -> float:
        return float(np.mean([score(*pair) for pair in ends]))

    crps = mean(partial(scoring_rules.crps, values))
    inside = {f"{level:g}": mean(partial(scoring_rules.covered, values, level)) for level in LEVELS}
    return ForecasterScore(median, low, high, crps, inside, mean(partial(scoring_rules.share_below, values)))


def _grew(
    blank: ScoredForecast,
    question: Quantity,
    truth: Report,
    before: Sequence[Report],
    by_forecaster: Mapping[str, np.ndarray],
) -> Iterator[ScoredForecast]:
    """Whether growth up to the report exceeds growth in the period before, if reported."""
    if not before:
        return
    last = before[-1]
    back = last.day - (truth.day - last.day)
    earlier = known.nearest(tuple(before[:-1]), back, question.window, dt.date.min)
    if earlier is None:
        return
    pace = (last.value - earlier.value) / known.between(last.day, earlier.day)
    bar = last.value + pace * known.between(truth.day, last.day)
    came = truth.value > bar
    yield replace(
        blank,
        id=f"{blank.id}_faster",
        text=f"{blank.text}: more than in the preceding period of equal length",
        kind=Event.KIND,
        day=str(truth.day),
        unit="",
        outcome=float(came),
        claims=(*truth.claims, *last.claims, *earlier.claims),
        speaker=truth.speaker,
        given={who: chance(int((each > bar).sum()), len(each), came) for who, each in by_forecaster.items()},
    )


# ---- events -------------------------------------------------------------------------------------------------------


def _event(futures: OriginForecasts, case: HindcastCase, blank: ScoredForecast, question: Event) -> ScoredForecast:
    status = known.settled(case.ledger, question)
    came, why = verdict(status, add_months(futures.as_of, blank.months))
    if status is not None:
        blank = replace(blank, claims=status.claims, speaker=status.speaker)
    if why:
        return replace(blank, unresolved=why)
    hits = case.event_hits(futures, question, blank.months)
    rivals = rival_chances(futures.as_of, question, blank.months, case.ledger)
    given = {"model": chance(int(hits.sum()), len(hits), came)} | {who: yes_or_no(p, came) for who, p in rivals.items()}
    return replace(blank, outcome=float(came), given=given)


def rival_chances(as_of: dt.date, question: Event, months: int, ledger: Ledger) -> dict[str, float]:
    """Probabilities of an event within some months: as now, and by how long it has not occurred."""
    over = has_come(as_of, question, ledger)
    quiet = known.between(as_of, calendar.last_day(question.since))
    return {"persistence": float(over), "base_rate": 1.0 if over else baselines.chance(quiet, months)}


def verdict(status: known.EventStatus | None, day: dt.date) -> tuple[bool, str]:
    """Whether an event occurred by `day`, or the reason why that is unknown."""
    if status is None:
        return False, "no claim reports whether it happened"
    if status.occurrence is None and status.until < day:
        return False, f"no claim reports whether it had happened by {day}; the last claim is about {status.until}"
    return status.occurrence is not None and status.occurrence <= day, ""


def has_come(as_of: dt.date, question: Event, ledger: Ledger) -> bool:
    """Whether claims published by a day say that the event has occurred."""
    status = known.settled(ledger.as_of(as_of), question)
    return status is not None and status.occurrence is not None and status.occurrence <= as_of


def chance(hits: int, count: int, outcome: bool) -> ForecasterScore:
    """A share of draws as a probability, smoothed as in `scoring_rules.smoothed`."""
    return yes_or_no(float(scoring_rules.smoothed((count - hits, hits), count)[1]), outcome)


def yes_or_no(p: float, outcome: bool) -> ForecasterScore:
    """Score a probability of yes."""
    log = scoring_rules.logarithmic((1 - p, p), int(outcome))
    return ForecasterScore(p=p, brier=scoring_rules.brier((1 - p, p), int(outcome)), log=None if np.isinf(log) else log)
