"""Forecasts of an origin: of the model, of methods without one, and of their ensemble.

Rivals forecast from the claims published by the origin: for numbers those of `baselines` and of `rivals`, for events "as
now" and a constant rate. The best of them is the one with the lowest score so far: the geometric mean of its CRPS (for
events the sum of its Brier scores) at the quarterly origins of five years before, over questions about the same quantity
whose outcomes had been published by the origin, at the same horizon where there are `ENOUGH`, else at all `HORIZONS`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.special import ndtri

from standoff import expression, units
from standoff.dates import add_months
from standoff.evaluation import scoring_rules
from standoff.evaluation.declaration import Declaration, kind_of
from standoff.evaluation.forecast_record import Forecast, Given, now, quantiles, values_of
from standoff.evaluation.hindcast import baselines, rivals
from standoff.evaluation.hindcast.config import Event, HindcastConfig, Quantity, months_to
from standoff.evaluation.hindcast.origins import OriginForecasts
from standoff.evaluation.hindcast.reports import ReconciledPath, Report, at, between, series
from standoff.evaluation.hindcast.stacking import MODEL, Stack, stacked
from standoff.evaluation.settlement import event_by, has_come, number_at, scaled, settle
from standoff.ledger import Ledger
from standoff.scenario import LoadedScenario, calendar
from standoff.types import Floats
from standoff.versions import VERSION

SIMPLE = ("persistence", "trend", "base_rate", "mean")
RIVALS = (*SIMPLE, *rivals.METHODS)
ENOUGH = 4  #: past questions at one horizon that choose the best rival; assumption
QUARTER, ORIGINS = 3, 20  #: months between past origins, and their number; assumption
HORIZONS = (3, 6, 9, 12)  #: months of past questions; assumption
TINY = 1e-12  #: a score of 0 counts as this where its logarithm is taken


@dataclass(frozen=True)
class HindcastCase:
    """A case with the questions that it forecasts, and the claims that answer them."""

    config: HindcastConfig
    loaded: LoadedScenario
    ledger: Ledger
    path: ReconciledPath | None = None  #: needed by reconciled quantities
    _rivals: dict[tuple[str, dt.date, tuple[dt.date, ...]], list[dict[str, Floats]]] = field(default_factory=dict)
    _past: dict[tuple[str, dt.date], list[tuple[int, Mapping[str, float]]]] = field(default_factory=dict)

    @property
    def declared(self) -> Mapping[str, str]:
        """Units that the scenario adds."""
        return self.loaded.scenario.units

    def questions(self, as_of: dt.date) -> Iterator[tuple[str, Quantity | Event]]:
        """Questions of an origin by name; events only where they have begun and are still ahead."""
        for name, quantity in self.config.quantities.items():
            if quantity.reconcile is None or self.path is not None:
                yield name, quantity
        for name, event in self.config.events.items():
            begun = calendar.last_day(event.since) <= as_of
            over = event.by is not None and calendar.last_day(event.by) <= as_of
            if begun and not over and not has_come(event.rule(as_of), as_of, self.ledger):
                yield name, event

    def days(self, question: Quantity | Event, as_of: dt.date) -> Mapping[int, dt.date]:
        """The days for which a question is asked, by months ahead: its own date, else the horizons."""
        if isinstance(question, Event) and question.by:
            day = calendar.last_day(question.by)
            return {months_to(as_of, day): day}
        return {months: add_months(as_of, months) for months in self.config.horizons}

    def reports(self, question: Quantity, as_of: dt.date) -> tuple[Report, ...]:
        """Reports that were published by a day, about days up to it."""
        if question.reconcile is None:
            then = self.ledger.as_of(as_of)
            known = series(then, question.claims, question.unit, self.declared, question.speakers)
        else:
            assert self.path is not None
            factor = units.parse(question.unit, self.declared).factor
            path = self.path(question.reconcile.quantity, question.reconcile.subject, as_of)
            known = tuple(scaled(report, factor) for report in path)
        return tuple(report for report in known if report.day <= as_of)

    def outcome(self, item: Forecast) -> Report | str:
        """The outcome of a forecast by its rule, or why it is open."""
        rule = item.rule
        if not rule.reconciled or self.path is None:
            return settle(rule, item.origin, self.ledger, self.declared)
        last = max(claim.published.last for claim in self.ledger)
        whole = at(self.path(rule.reconciled[0], rule.reconciled[1], last), rule.day)
        factor = units.parse(rule.unit, self.declared).factor
        return f"no claims up to {rule.day}" if whole is None else scaled(whole, factor)

    def model_values(
        self, futures: OriginForecasts, question: Quantity, day: dt.date, before: Sequence[Report]
    ) -> Floats | None:
        """(draw,) model forecast of a day, adjusted to the last known report; None without one."""
        factor = 1.0 if question.anchor == "ratio" else units.parse(question.unit, self.declared).factor
        node = expression.parse(question.value, self.declared)
        path = np.asarray(expression.evaluate(node, futures.cells.__getitem__, lambda _: False, np)) / factor
        then = self._read(futures, path, day, question.period)
        if question.error is not None:  # of this report, and of the last one to which the stock is set
            errors = question.error.quantile(0.5) * (1 if question.anchor == "none" else 2) ** 0.5 * _normals(len(then))
            then = then + errors if question.anchor == "difference" else then * np.exp(errors)
        if question.anchor == "none":
            return then
        if question.anchor == "ratio":  # to which a report of 0 gives no scale
            before = [report for report in before if report.value > 0]
        if not before:
            return None
        last = before[-1]
        at_last = self._read(futures, path, last.day, question.period)
        if question.anchor == "difference":
            return last.value + then - at_last
        return last.value * np.divide(then, at_last, out=np.ones_like(then), where=at_last > 0)

    def _read(self, futures: OriginForecasts, path: Floats, day: dt.date, over: str) -> Floats:
        """(draw,) values of a path (draw, state) on a day, interpolated, or the mean of a year."""
        grid = self.loaded.scenario.calendar
        state = grid.index(day) + (grid.date(grid.index(day)) < day)
        start, end = grid.date(state - 1), grid.date(state)
        share = (day - start).days / (end - start).days
        stop = min(max(state - grid.index(calendar.last_day(futures.months[0])), 1), path.shape[1] - 1)
        if over == "year":
            return path[:, max(stop + 1 - round(12 / grid.dt), 0) : stop + 1].mean(axis=1)
        return path[:, stop - 1] * (1 - share) + path[:, stop] * share

    def event_hits(self, futures: OriginForecasts, question: Event, day: dt.date) -> np.ndarray:
        """(draw,) whether the event occurs after the origin, by a day."""
        scenario = self.loaded.scenario
        steps = scenario.calendar.index(day) - scenario.calendar.index(futures.as_of)

        def holds(one: expression.ChoiceTerm) -> np.ndarray:
            options = list(scenario.choices[one.choice].options)
            return np.isin(futures.chosen[one.choice], [options.index(option) for option in one.options])

        node = expression.parse(question.event, scenario.units)
        true = np.asarray(expression.evaluate(node, futures.cells.__getitem__, holds, np))
        return true[:, futures.now + 1 : futures.now + steps + 1].any(axis=1)

    # ---- rivals

    def rivals(self, rule: Quantity, as_of: dt.date, days: Sequence[dt.date]) -> list[dict[str, Floats]]:
        """(200,) values by rival for each day, from the claims published by `as_of`."""
        key = (rule.model_dump_json(), as_of, tuple(days))
        if key not in self._rivals:
            before, grows, zero = self.reports(rule, as_of), rule.cumulative, rule.zero
            by_month = [
                one
                for one in self.config.quantities.values()
                if rule.period == "year" and one.period == "day" and (one.value, one.unit) == (rule.value, rule.unit)
            ]
            twin = self.reports(by_month[0], as_of) if by_month else ()
            fitted = rivals.distributions(before, days, grows, zero, twin)
            self._rivals[key] = [
                {**baselines.distributions(before, day, grows, rule.spread.quantile(0.5), zero), **each}
                for day, each in zip(days, fitted, strict=True)
            ]
        return self._rivals[key]

    def best(self, rule: Quantity, as_of: dt.date, months: int, names: Iterable[str]) -> str:
        """The rival with the lowest past score of those that forecast now, else the weighted mean."""
        key, now_there = (rule.model_dump_json(), as_of), set(names)
        if key not in self._past:
            self._past[key] = list(self._past_scores(rule, as_of))
        past = [(ahead, scores) for ahead, scores in self._past[key] if scores.keys() >= now_there]
        same = [row for row in past if row[0] == months]
        used = same if len(same) >= ENOUGH else past
        if not used:
            return "mean" if "mean" in now_there else ""
        ordered = [name for name in RIVALS if name in now_there]
        return min(ordered, key=lambda name: float(np.mean([np.log(max(each[name], TINY)) for _, each in used])))

    def _past_scores(self, rule: Quantity, as_of: dt.date) -> Iterator[tuple[int, Mapping[str, float]]]:
        """Horizon and CRPS by rival of each past question whose outcome was known on a day."""
        then = self.reports(rule, as_of) if rule.reconcile is None else ()
        for origin in _past_origins(then[0].day, as_of) if then else ():
            settled = {
                ahead: truth
                for ahead in HORIZONS
                if (truth := number_at(then, rule.rule(add_months(origin, ahead)), origin)) is not None
            }
            days = tuple(truth.day for truth in settled.values())
            for (ahead, truth), values in zip(
                settled.items(), self.rivals(rule, origin, days) if days else (), strict=True
            ):
                yield ahead, {name: scoring_rules.crps(each, truth.low, truth.high) for name, each in values.items()}

    def chances(self, rule: Event, as_of: dt.date, months: int) -> dict[str, float]:
        """Probabilities of an event within some months: as now, and by its rate or the time without."""
        over = has_come(rule.rule(as_of), as_of, self.ledger)
        quiet = baselines.chance(between(as_of, calendar.last_day(rule.since)), months)
        base = quiet if rule.rate is None else 1 - (1 - rule.rate) ** (months / 12)
        return {"persistence": float(over), "base_rate": 1.0 if over else base}

    def best_chance(self, rule: Event, as_of: dt.date, months: int) -> str:
        """The rival whose chances at past origins had the lowest Brier scores."""
        sums, then = {"persistence": 0.0, "base_rate": 0.0}, self.ledger.as_of(as_of)
        for origin in _past_origins(calendar.last_day(rule.since), as_of):
            day = add_months(origin, months)
            came = event_by(rule.rule(day), day, then)
            if day <= as_of and not isinstance(came, str):
                for name, p in self.chances(rule, origin, months).items():
                    sums[name] += (p - came.value) ** 2
        return min(sums, key=sums.__getitem__)


def _past_origins(first: dt.date, as_of: dt.date) -> Iterator[dt.date]:
    """Quarterly origins before a day and after a first day."""
    return (origin for k in range(1, ORIGINS + 1) if (origin := add_months(as_of, -QUARTER * k)) > first)


def _normals(count: int) -> Floats:
    """(count,) normal quantiles, in an order that has nothing to do with the futures."""
    return np.random.default_rng(1).permutation(ndtri((np.arange(count) + 0.5) / count))


# ---- lines --------------------------------------------------------------------------------------------------------


def make_forecasts(
    futures: OriginForecasts,
    case: HindcastCase,
    name: str,
    draws: int,
    stack: Stack,
    declaration: Declaration | None = None,
    made_at: str = "",
) -> Iterator[Forecast]:
    """Forecasts of one origin for the case `name`, without quantities that were never reported.

    stack: earlier forecasts with their outcomes, for the ensemble.
    """
    stamp, as_of = made_at or now(), futures.as_of
    made = dt.date.fromisoformat(stamp[:10])
    for what, question in case.questions(as_of):
        days = case.days(question, as_of)
        for months, said in _answers(futures, case, what, question, days, stack):
            kind, why = kind_of(made, days[months], what, declaration)
            forecast, by_rival, best, ensemble = said
            yield Forecast(
                id=f"{name}/{what}/{as_of}/{days[months]}",
                made_at=stamp,
                case=name,
                question=what,
                text=question.text,
                group=question.group,
                form=question.KIND,
                unit=question.unit,
                as_of=str(as_of),
                months=months,
                kind=kind,
                why=why,
                model=futures.definition,
                claims=futures.ledger,
                last_claim=futures.last_claim,
                draws=draws,
                forecast=forecast,
                rivals=by_rival,
                best=best,
                ensemble=ensemble,
                rule=question.rule(days[months], months),
                version=VERSION,
            )


Said = tuple[Given, dict[str, Given], str, Given | None]  # the model's, the rivals', the best of these, the ensemble's


def _answers(
    futures: OriginForecasts,
    case: HindcastCase,
    name: str,
    question: Quantity | Event,
    days: Mapping[int, dt.date],
    stack: Stack,
) -> Iterator[tuple[int, Said]]:
    """What each forecaster says of a question, by months ahead."""
    if isinstance(question, Event):
        for months, day in days.items():
            hits = case.event_hits(futures, question, day)
            p = scoring_rules.smoothed((int((~hits).sum()), int(hits.sum())), len(hits))[1]
            chances = case.chances(question, futures.as_of, months)
            best = case.best_chance(question, futures.as_of, months)
            yield months, (float(p), dict(chances), best, None)
        return
    before = case.reports(question, futures.as_of)
    for (months, day), by_rival in zip(
        days.items(), case.rivals(question, futures.as_of, [*days.values()]), strict=True
    ):
        values = case.model_values(futures, question, day, before)
        if values is None:
            continue
        there = {name: by_rival[name] for name in RIVALS if name in by_rival}
        best = case.best(question, futures.as_of, months, there)
        given = {MODEL: np.quantile(values, baselines.RANKS), **there}
        weights = stack.weights(futures.as_of, name, months, list(given))
        whole = quantiles(stacked(given, weights)) if there else None
        yield months, (quantiles(values), {who: quantiles(each) for who, each in there.items()}, best, whole)


def learn(stack: Stack, forecasts: Iterable[Forecast], outcomes: Mapping[str, Report]) -> None:
    """Add forecasts of numbers whose outcome is known, by id, to those that weigh the ensemble."""
    for item in forecasts:
        truth = outcomes.get(item.id)
        if truth is not None and item.form == Quantity.KIND and item.rivals:
            given = {MODEL: item.forecast, **item.rivals}
            values = {name: values_of(each) for name, each in given.items()}  # type: ignore[arg-type]
            stack.add(item.question, item.months, values, truth.value, truth.published)
