"""Scored forecasts: the model's distribution and the baselines against one outcome."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

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


@dataclass(frozen=True, kw_only=True)
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


def cases(
    futures: OriginForecasts,
    config: HindcastConfig,
    loaded: LoadedScenario,
    ledger: Ledger,
    path: ReconciledPath | None = None,
    stack: Stack | None = None,
) -> Iterator[ScoredForecast]:
    """Every question from one origin; reconciled quantities need `path`.

    stack: earlier forecasts, for the stacked forecaster; those of this origin are added. Origins must come in order.
    """
    weights = None if stack is None else stack.weights(futures.as_of)
    for months in config.horizons:
        for name, quantity in config.quantities.items():
            yield from _quantity(futures, name, quantity, months, loaded, ledger, path, stack, weights)
        for name, event in asked_events(futures.as_of, config).items():
            yield _event(futures, name, event, months, loaded, ledger)


# ---- quantities ---------------------------------------------------------------------------------------------------


def _quantity(
    futures: OriginForecasts,
    name: str,
    question: Quantity,
    months: int,
    loaded: LoadedScenario,
    ledger: Ledger,
    path: ReconciledPath | None,
    stack: Stack | None,
    weights: Mapping[str, float] | None,
) -> Iterator[ScoredForecast]:
    day = add_months(futures.as_of, months)
    blank = ScoredForecast(
        origin=str(futures.as_of),
        months=months,
        id=name,
        group=question.group,
        text=question.text,
        kind="quantity",
        day=str(day),
        unit=question.unit,
    )
    if question.reconcile is not None and path is None:
        yield replace(blank, unresolved="claims were not reconciled (--no-reconcile)")
        return
    before, truth = reports(futures.as_of, day, question, loaded, ledger, path)
    if truth is None:
        yield replace(blank, unresolved=f"no report within {question.window:g} months of {day}")
        return
    values = model_values(futures, question, truth.day, before, loaded)
    if values is None:
        yield replace(blank, unresolved="no earlier report to adjust the model to")
        return
    by_rival = baselines.distributions(
        before, truth.day, question.cumulative, spread(question), _day(question.count_start)
    )
    outcome = _outcome(truth, question.reconcile is not None)
    if stack is not None and weights is not None and by_rival:
        ranks = (np.arange(baselines.COUNT) + 0.5) / baselines.COUNT
        thinned = {**by_rival, "model": np.quantile(values, ranks)}
        by_rival = {**by_rival, "stacked": stacked(thinned, weights)}
        stack.add(thinned, truth.value, truth.published)
    yield replace(
        blank,
        day=str(truth.day),
        outcome=truth.value,
        came_low=truth.low,
        came_high=truth.high,
        claims=truth.claims,
        speaker=truth.speaker,
        given={"model": number(values, outcome), **{who: number(each, outcome) for who, each in by_rival.items()}},
    )
    if question.asks:
        yield from _grew(blank, question, truth, before, {"model": values, **by_rival})


def reports(
    as_of: dt.date,
    day: dt.date,
    question: Quantity,
    loaded: LoadedScenario,
    ledger: Ledger,
    path: ReconciledPath | None,
) -> tuple[tuple[Report, ...], Report | None]:
    """Reports known at the origin, and the outcome."""
    declared = loaded.scenario.units
    if question.reconcile is None:
        before = known.series(ledger.as_of(as_of), question, declared)
        after = known.nearest(known.series(ledger, question, declared), day, question.window, as_of)
        return tuple(report for report in before if report.day <= as_of), after
    assert path is not None
    last = max(claim.published.last for claim in ledger)
    factor = units.parse(question.unit, declared).factor
    at_origin, at_end = (
        tuple(
            replace(report, value=report.value / factor, low=report.low / factor, high=report.high / factor)
            for report in path(question.reconcile.quantity, question.reconcile.subject, when)
        )
        for when in (as_of, last)
    )
    return tuple(report for report in at_origin if report.day <= as_of), known.at(at_end, day)


def model_values(
    futures: OriginForecasts, question: Quantity, day: dt.date, before: Sequence[Report], loaded: LoadedScenario
) -> np.ndarray | None:
    """(draw,) model forecast of a day, adjusted to the last known report; None without one."""
    factor = 1.0 if question.anchor == "ratio" else units.parse(question.unit, loaded.scenario.units).factor
    node = expression.parse(question.value, loaded.scenario.units)
    path = np.asarray(expression.evaluate(node, futures.cells.__getitem__, lambda _: False, np)) / factor
    then = _read(futures, path, day, question.period)
    if question.anchor == "none":
        return then
    if not before:
        return None
    last = before[-1]
    at = _read(futures, path, last.day, question.period)
    if question.anchor == "difference":
        return np.asarray(last.value + then - at)
    return np.asarray(last.value * np.divide(then, at, out=np.ones_like(then), where=at > 0))


def _read(futures: OriginForecasts, path: np.ndarray, day: dt.date, over: str) -> np.ndarray:
    """(draw,) values of a path (draw, state) on a day, interpolated, or the mean of a year."""
    first = calendar.last_day(futures.months[0])
    index = month_count(day) - month_count(first)
    share = day.day / add_months(day, 0).day
    stop = min(max(index, 1), path.shape[1] - 1)
    if over == "year":
        return np.asarray(path[:, max(stop - 11, 0) : stop + 1].mean(axis=1))
    return np.asarray(path[:, stop - 1] * (1 - share) + path[:, stop] * share)


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
    middle = [sum(pair) / 2 for pair in ends]
    return ForecasterScore(
        median,
        low,
        high,
        float(np.mean([scoring_rules.crps(values, *pair) for pair in ends])),
        {
            f"{level:g}": float(np.mean([scoring_rules.covered(values, level, *pair) for pair in ends]))
            for level in LEVELS
        },
        float(np.mean([np.mean(values < one) + np.mean(values == one) / 2 for one in middle])),
    )


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
    yield replace(
        blank,
        id=f"{blank.id}_faster",
        text=f"{blank.text}: more than in the preceding period of equal length",
        kind="event",
        day=str(truth.day),
        unit="",
        outcome=float(truth.value > bar),
        claims=(*truth.claims, *last.claims, *earlier.claims),
        speaker=truth.speaker,
        given={
            who: chance(int((values > bar).sum()), len(values), truth.value > bar)
            for who, values in by_forecaster.items()
        },
    )


# ---- events -------------------------------------------------------------------------------------------------------


def _event(
    futures: OriginForecasts, name: str, question: Event, months: int, loaded: LoadedScenario, ledger: Ledger
) -> ScoredForecast:
    day, status = add_months(futures.as_of, months), known.settled(ledger, question)
    came, why = verdict(status, day)
    hits = event_hits(futures, question, months, loaded)
    quiet = known.between(futures.as_of, calendar.last_day(question.since))
    over = has_come(futures.as_of, question, ledger)
    scores = {
        "model": chance(int(hits.sum()), len(hits), came),
        "persistence": _scored(float(over), came),
        "base_rate": _scored(1.0 if over else baselines.chance(quiet, months), came),
    }
    return ScoredForecast(
        origin=str(futures.as_of),
        months=months,
        id=name,
        group="events",
        text=question.text,
        kind="event",
        day=str(day),
        unit="",
        outcome=None if why else float(came),
        claims=status.claims if status else (),
        speaker=status.speaker if status else "",
        unresolved=why,
        given={} if why else scores,
    )


def asked_events(as_of: dt.date, config: HindcastConfig) -> dict[str, Event]:
    """Events that can be asked from an origin: the period without them has begun."""
    return {name: event for name, event in config.events.items() if calendar.last_day(event.since) <= as_of}


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


def event_hits(futures: OriginForecasts, question: Event, months: int, loaded: LoadedScenario) -> np.ndarray:
    """(draw,) whether the event occurs within that many months after the origin."""
    node = expression.parse(question.event, loaded.scenario.units)
    options = {name: list(choice.options) for name, choice in loaded.scenario.choices.items()}

    def holds(one: expression.ChoiceTerm) -> np.ndarray:
        return np.isin(futures.chosen[one.choice], [options[one.choice].index(option) for option in one.options])

    true = np.asarray(expression.evaluate(node, futures.cells.__getitem__, holds, np))
    return np.asarray(true[:, futures.now + 1 : futures.now + months + 1].any(axis=1))


def chance(hits: int, count: int, outcome: bool) -> ForecasterScore:
    """A share of draws as a probability, smoothed as in `scoring_rules.smoothed`."""
    return _scored(float(scoring_rules.smoothed((count - hits, hits), count)[1]), outcome)


def _scored(p: float, outcome: bool) -> ForecasterScore:
    log = scoring_rules.logarithmic((1 - p, p), int(outcome))
    return ForecasterScore(p=p, brier=scoring_rules.brier((1 - p, p), int(outcome)), log=None if np.isinf(log) else log)


def _day(text: str | None) -> dt.date | None:
    return None if text is None else calendar.last_day(text)
