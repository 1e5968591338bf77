"""Record of forecasts: settled, scored beside rivals of their day, apart by what is proved.

Three kinds, whose scores are never mixed:

    before  recorded before the day that they speak of
    blind   recorded after it, but from claims published by their origin, and the case declares in `forecasts.yaml` that
            neither its ledger nor anything beside it spoke of that day then
    seen    recorded after it, without that declaration, or with the outcome at hand

Rivals forecast from the claims published by the origin: those of `baselines`, those of `rivals`, and `best`, the one
of them with the lowest score so far: the geometric mean of its CRPS at the quarterly origins of five years before,
over questions about the same quantity whose outcomes had been published by the origin, at the same horizon where
there are `ENOUGH`, else at all `HORIZONS`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

import numpy as np
from pydantic import Field, ValidationError

from standoff import catalog, pydantic_messages
from standoff.dates import add_months
from standoff.errors import ScenarioError, StandoffError
from standoff.evaluation import scoring_rules
from standoff.evaluation.hindcast import baselines, config, rivals
from standoff.evaluation.hindcast import reports as known
from standoff.evaluation.hindcast.config import Event, Quantity
from standoff.evaluation.hindcast.forecast_ledger import LEVELS as RANKS
from standoff.evaluation.hindcast.forecast_ledger import Forecast
from standoff.evaluation.hindcast.reports import Report
from standoff.evaluation.hindcast.scored_forecasts import (
    LEVELS,
    ForecasterScore,
    ScoredForecast,
    chance,
    has_come,
    number,
    verdict,
)
from standoff.ledger import Ledger
from standoff.progress import SILENT, Progress, track
from standoff.scenario import LoadedScenario, calendar, document
from standoff.scenario.fields import Date, Record
from standoff.serialise import to_plain
from standoff.types import Floats
from standoff.versions import require_packages
from standoff.yaml_reader import dots

Kind = Literal["before", "blind", "seen"]
KINDS: tuple[Kind, ...] = ("before", "blind", "seen")
FILE = "forecasts.yaml"
LEDGER_SPOKE = "the ledger spoke of the day"
BEST = "best"
SIMPLE = ("persistence", "trend", "base_rate", "mean")
RIVALS = (*SIMPLE, *rivals.METHODS)
ENOUGH = 4  #: past questions at one horizon that choose the best rival; assumption
QUARTER, ORIGINS = 3, 20  #: months between past origins, and their number; assumption
HORIZONS = (3, 6, 9, 12)  #: months of past questions; assumption
PIT_EDGES = (0.05, 0.25, 0.75, 0.95)  #: ends of the central 90 and 50 %: below, shares of 5, 20, 50, 20 and 5 % are due
TINY = 1e-12  #: a score of 0 counts as this where its logarithm is taken
GRID = (np.arange(200) + 0.5) / 200  #: ranks of the stored quantiles' equally likely values


class Sighting(Record):
    """Outcomes that lay at hand when forecasts were recorded, in whatever form."""

    asks: tuple[str, ...] = Field(description="names of quantities or events of hindcast.yaml")
    until: Date = Field(description="last day of which the outcome was at hand")
    text: str = Field(description="where it was, in words")


class Declaration(Record):
    """`forecasts.yaml` of a case: what was at hand when its forecasts were recorded."""

    recorded_until: Date = Field(description="last day of recording that the declaration speaks of")
    known_until: Date = Field(description="last day of which anything was known then, apart from sightings")
    sightings: tuple[Sighting, ...] = ()


@dataclass(frozen=True, kw_only=True)
class RecordedForecast:
    """A line of a record with outcome and scores of all forecasters, or why it is open."""

    forecast: Forecast
    kind: Kind
    why: str  #: why it counts as seen; empty for the other kinds
    is_reproduced: bool  #: whether the claims of today's ledger published by the origin have the recorded digest
    best: str  #: name of the rival with the lowest past score; empty without any
    scored: ScoredForecast


@dataclass(frozen=True, kw_only=True)
class GroupScore:
    """Scores of the settled lines of a group, or of all."""

    group: str
    score: str  #: crps of numbers, brier of yes/no questions
    forecasts: int
    reports: int  #: different outcomes among them
    brier: Mapping[str, float]  #: mean of the model and of the best rival; empty for numbers, whose units differ
    skill: Mapping[
        str, float
    ]  #: by rival: 1 - score / score of the rival, where both forecast and the rival was not perfect
    interval: (
        tuple[float, float] | None
    )  #: 90 % of the skill over `best`, resampling quantities; None for fewer than five
    inside: Mapping[str, float]  #: level -> share of outcomes in the central interval
    pit: tuple[float, ...]  #: shares of outcomes in the parts of the forecast between `PIT_EDGES`


@dataclass(frozen=True, kw_only=True)
class ForecastRecord:
    """A record by kind: lines, and scores by group."""

    case: str
    ledger: str  #: digest of the claims that settle it
    declaration: Declaration | None
    lines: tuple[RecordedForecast, ...]
    groups: Mapping[Kind, tuple[GroupScore, ...]]

    def to_data(self) -> dict[str, Any]:
        """Plain data for JSON; lines without their quantiles and rules, which stand in the file."""
        lines = [
            asdict(line.scored)
            | {
                "id": line.forecast.id,
                "asks": line.scored.id,
                "made": line.forecast.created,
                "due": line.forecast.date,
                "proved": line.kind,
                "why": line.why,
                "is_reproduced": line.is_reproduced,
                "best": line.best,
            }
            for line in self.lines
        ]
        return to_plain(
            {
                "case": self.case,
                "ledger": self.ledger,
                "lines": lines,
                "declaration": self.declaration and self.declaration.model_dump(mode="json"),
                "groups": {kind: [asdict(group) for group in groups] for kind, groups in self.groups.items()},
            }
        )


def settle(
    forecasts: Sequence[Forecast],
    ledger: Ledger,
    declared: Mapping[str, str],
    case: str = "",
    declaration: Declaration | None = None,
    by_month: Sequence[Quantity] = (),
    seed: int = 1,
    progress: Progress = SILENT,
) -> ForecastRecord:
    """Settle and score recorded forecasts by a ledger; raises `RunError` without statsmodels.

    declared: units that the scenario adds. by_month: quantities that report by month the stocks of which others report means
    of a year.
    """
    require_packages("a comparison with standard methods of time series", "analysis", "statsmodels")
    judge = _Judge(ledger, declared, by_month)
    lines = tuple(
        RecordedForecast(
            forecast=item,
            kind=kind,
            why=why,
            is_reproduced=item.ledger == judge.known(calendar.last_day(item.as_of)).hash,
            best=best,
            scored=scored,
        )
        for item in track(progress, "forecasts", forecasts)
        for (scored, best), (kind, why) in [(judge.scored(item), kind_of(item, declaration))]
    )
    groups = {kind: tuple(_groups([line for line in lines if line.kind == kind], seed)) for kind in KINDS}
    return ForecastRecord(case=case, ledger=ledger.hash, declaration=declaration, lines=lines, groups=groups)


def kind_of(item: Forecast, declaration: Declaration | None) -> tuple[Kind, str]:
    """What dates and the declaration of the case prove of a line, and why it counts as seen."""
    made, due = (calendar.last_day(text) for text in (item.created, item.date))
    if made < due:
        return "before", ""
    if declaration is None or made > calendar.last_day(declaration.recorded_until):
        return "seen", f"the case does not declare in {FILE} what was at hand when it was recorded"
    if due <= calendar.last_day(declaration.known_until):
        return "seen", LEDGER_SPOKE
    at_hand = [
        one.text for one in declaration.sightings if item.asks in one.asks and due <= calendar.last_day(one.until)
    ]
    return ("seen", f"at hand: {at_hand[0]}") if at_hand else ("blind", "")


def read_declaration(case: str) -> Declaration | None:
    """What the case declares of its forecasts; None without the file."""
    path = catalog.find(case).with_name(FILE)
    if not path.is_file():
        return None
    doc = document.read_file(path)
    try:
        return Declaration.model_validate(doc.data)
    except ValidationError as error:
        raise ScenarioError(
            replace(problem, where=doc.where(entry["loc"]), path=dots(entry["loc"]))
            for entry in error.errors()
            for problem in pydantic_messages.describe(entry)
        ) from None


def quantities_by_month(case: str, loaded: LoadedScenario, ledger: Ledger) -> tuple[Quantity, ...]:
    """Quantities that hindcasts of the case ask for and that report a stock of the moment."""
    path = catalog.find(case).with_name(config.FILE)
    asked = config.read(path, loaded, ledger).quantities.values() if path.is_file() else ()
    return tuple(each for each in asked if each.period == "day" and each.claims)


class _Judge:
    """Outcomes and rivals of forecasts of one case; each origin's rivals are fitted once."""

    def __init__(self, ledger: Ledger, declared: Mapping[str, str], by_month: Sequence[Quantity]) -> None:
        self.declared, self.ledger = declared, ledger
        self.by_month = {(each.value, each.unit): each for each in by_month}
        self._ledgers: dict[dt.date, Ledger] = {}
        self._rivals: dict[tuple[str, dt.date, tuple[dt.date, ...]], list[dict[str, Floats]]] = {}
        self._past: dict[tuple[str, dt.date], list[tuple[int, Mapping[str, float]]]] = {}

    def known(self, as_of: dt.date) -> Ledger:
        """The claims published by a day."""
        if as_of not in self._ledgers:
            self._ledgers[as_of] = self.ledger.as_of(as_of)
        return self._ledgers[as_of]

    def scored(self, item: Forecast) -> tuple[ScoredForecast, str]:
        """The outcome of a line with the scores of all forecasters, and the name of its best rival."""
        as_of, day = (calendar.last_day(text) for text in (item.as_of, item.date))
        blank = ScoredForecast(
            origin=item.as_of,
            months=item.months,
            id=item.asks,
            group=item.group,
            text=item.text,
            kind=item.kind,
            day=item.date,
            unit=item.unit,
        )
        try:
            rule = (Quantity if item.kind == "quantity" else Event).model_validate(
                item.resolution, context={"units": self.declared}
            )
            self.ledger.filter(**rule.claims)
        except (ValidationError, StandoffError, TypeError, ValueError) as error:  # the last two: no filters of claims
            return replace(blank, unresolved=f"its rule cannot be read: {str(error).splitlines()[0]}"), ""
        if isinstance(rule, Event):
            return self._event(item, rule, as_of, day, blank)
        if rule.reconcile is not None:
            return replace(blank, unresolved="it needs reconciled claims, which were not computed"), ""
        truth = known.nearest(self._series(rule, self.ledger), day, rule.window, as_of)
        if truth is None:
            return replace(blank, unresolved=f"no report within {rule.window:g} months of {day}"), ""
        outcome = (truth.low, truth.high) if truth.high > truth.low else (truth.value,)
        given = {"model": number(np.interp(GRID, RANKS, item.quantiles), outcome)}
        values = self._distributions(rule, as_of, (day,))[0]
        given |= {name: number(values[name], outcome) for name in RIVALS if name in values}
        best = self._best(rule, as_of, item.months, values)
        if best:
            given[BEST] = given[best]
        return replace(
            blank,
            day=str(truth.day),
            outcome=truth.value,
            came_low=truth.low,
            came_high=truth.high,
            claims=truth.claims,
            speaker=truth.speaker,
            given=given,
        ), best

    def _series(self, rule: Quantity, ledger: Ledger) -> tuple[Report, ...]:
        return known.series(ledger, rule, self.declared)

    def _distributions(self, rule: Quantity, as_of: dt.date, days: tuple[dt.date, ...]) -> list[dict[str, Floats]]:
        """(200,) values by rival for each day, from the claims published by `as_of`."""
        key = (rule.model_dump_json(), as_of, days)
        if key not in self._rivals:
            known_then = self.known(as_of)
            before = [report for report in self._series(rule, known_then) if report.day <= as_of]
            twin = self.by_month.get((rule.value, rule.unit)) if rule.period == "year" else None
            months = [] if twin is None else [one for one in self._series(twin, known_then) if one.day <= as_of]
            zero = None if rule.count_start is None else calendar.last_day(rule.count_start)
            fitted = rivals.distributions(before, days, rule.cumulative, zero, months)
            self._rivals[key] = [
                {**baselines.distributions(before, day, rule.cumulative, config.spread(rule), zero), **each}
                for day, each in zip(days, fitted, strict=True)
            ]
        return self._rivals[key]

    def _best(self, rule: Quantity, as_of: dt.date, months: int, now: Mapping[str, Floats]) -> str:
        """The rival with the lowest past score of those that forecast now, else the weighted mean."""
        key = (rule.model_dump_json(), as_of)
        if key not in self._past:
            self._past[key] = list(self._past_scores(rule, as_of))
        past = [(ahead, scores) for ahead, scores in self._past[key] if scores.keys() >= now.keys()]
        same = [row for row in past if row[0] == months]
        used = same if len(same) >= ENOUGH else past
        if not used:
            return "mean" if "mean" in now else ""
        return min(now, key=lambda name: float(np.mean([np.log(max(scores[name], TINY)) for _, scores in used])))

    def _past_scores(self, rule: Quantity, as_of: dt.date) -> Iterable[tuple[int, Mapping[str, float]]]:
        """Horizon and CRPS by rival of each past question whose outcome was known on a day."""
        then = self._series(rule, self.known(as_of))
        for origin in _origins(then[0].day, as_of) if then else ():
            nearest = [
                (ahead, known.nearest(then, add_months(origin, ahead), rule.window, origin)) for ahead in HORIZONS
            ]
            truths = [(ahead, truth) for ahead, truth in nearest if truth is not None and truth.day <= as_of]
            days = tuple(truth.day for _, truth in truths)
            for (ahead, truth), values in zip(
                truths, self._distributions(rule, origin, days) if days else (), strict=True
            ):
                yield ahead, {name: scoring_rules.crps(each, truth.low, truth.high) for name, each in values.items()}

    def _event(
        self, item: Forecast, rule: Event, as_of: dt.date, day: dt.date, blank: ScoredForecast
    ) -> tuple[ScoredForecast, str]:
        status = known.settled(self.ledger, rule)
        came, why = verdict(status, day)
        if why or status is None or item.p is None:
            return replace(blank, unresolved=why), ""
        since = calendar.last_day(rule.since)

        def rivals_at(origin: dt.date, outcome: bool) -> dict[str, ForecasterScore]:
            there = has_come(origin, rule, self.known(origin))
            rate = 1.0 if there else baselines.chance(known.between(origin, since), item.months)
            return {"persistence": _yes_no(float(there), outcome), "base_rate": _yes_no(rate, outcome)}

        past = []
        for origin in _origins(since, as_of):
            happened, unknown = verdict(known.settled(self.known(as_of), rule), add_months(origin, item.months))
            if not unknown and add_months(origin, item.months) <= as_of:
                past.append(rivals_at(origin, happened))
        given = {"model": chance(round(item.p * (item.draws + 1) - 0.5), item.draws, came), **rivals_at(as_of, came)}
        best = min(("persistence", "base_rate"), key=lambda name: sum(each[name].brier or 0.0 for each in past))
        return replace(
            blank, outcome=float(came), claims=status.claims, speaker=status.speaker, given={**given, BEST: given[best]}
        ), best


def _yes_no(p: float, outcome: bool) -> ForecasterScore:
    return ForecasterScore(p=p, brier=scoring_rules.brier((1 - p, p), int(outcome)))


def _origins(first: dt.date, as_of: dt.date) -> Iterable[dt.date]:
    """Quarterly origins before a day and after a first day."""
    return (origin for k in range(1, ORIGINS + 1) if (origin := add_months(as_of, -QUARTER * k)) > first)


# ---- scores -------------------------------------------------------------------------------------------------------


def _groups(lines: Sequence[RecordedForecast], seed: int) -> Iterable[GroupScore]:
    """Scores of a kind's settled lines: all, by group, by day of recording, by why seen."""
    for kind, score in (("quantity", "crps"), ("event", "brier")):
        settled = [line for line in lines if line.scored.kind == kind and not line.scored.unresolved]
        cuts = {"all": settled}
        for part in (
            lambda line: line.scored.group,
            lambda line: f"recorded {line.forecast.created}",
            lambda line: line.why,
        ):
            names = dict.fromkeys(map(part, settled))
            if len(names) > 1:
                cuts |= {name: [line for line in settled if part(line) == name] for name in names}
        for group, each in cuts.items():
            if each:
                yield _group(group, score, [line.scored for line in each], seed)


def _group(group: str, score: str, cases: Sequence[ScoredForecast], seed: int) -> GroupScore:
    numbers = score == "crps"
    below = [case.given["model"].below or 0.0 for case in cases] if numbers else []
    counts = np.bincount(np.searchsorted(PIT_EDGES, below), minlength=len(PIT_EDGES) + 1)
    skills = {name: found for name in (BEST, *RIVALS) if (found := _skill(cases, score, name, seed)) is not None}
    return GroupScore(
        group=group,
        score=score,
        forecasts=len(cases),
        reports=len({(case.id, case.day) for case in cases}),
        brier={}
        if numbers
        else {who: float(np.mean([case.given[who].brier or 0.0 for case in cases])) for who in ("model", BEST)},
        skill={name: value for name, (value, _) in skills.items()},
        interval=skills[BEST][1] if BEST in skills else None,
        inside={
            f"{level:g}": float(np.mean([case.given["model"].inside[f"{level:g}"] for case in cases]))
            for level in LEVELS
        }
        if numbers
        else {},
        pit=tuple((counts / len(cases)).tolist()) if numbers else (),
    )


def _skill(
    cases: Sequence[ScoredForecast], score: str, rival: str, seed: int
) -> tuple[float, tuple[float, float] | None] | None:
    """Skill with its 90 % interval over quantities or events, whose lines are not independent.

    Of numbers it is 1 - the geometric mean of the ratios of CRPS, of yes/no questions 1 - the ratio of the Brier scores. None
    where no line has both scores, or the rival was never wrong.
    """
    scored = [
        (case.id, getattr(case.given["model"], score), getattr(case.given[rival], score))
        for case in cases
        if rival in case.given
    ]
    if score == "crps":
        scored = [(name, float(np.log(own / other)), 1.0) for name, own, other in scored if own and other]
    units = sorted({name for name, _, _ in scored})
    top, bottom = np.zeros(len(units)), np.zeros(len(units))
    for name, own, other in scored:
        top[units.index(name)] += own
        bottom[units.index(name)] += other
    if not bottom.sum():
        return None

    def shape(ratio: Floats) -> Floats:
        return np.asarray(1 - np.exp(ratio) if score == "crps" else 1 - ratio)

    return float(shape(np.asarray(top.sum() / bottom.sum()))), scoring_rules.ratio_interval(top, bottom, shape, seed)
