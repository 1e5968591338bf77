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
from pydantic import ValidationError

from standoff import catalog
from standoff.dates import add_months
from standoff.errors import StandoffError
from standoff.evaluation import scoring_rules
from standoff.evaluation.hindcast import baselines, config, rivals
from standoff.evaluation.hindcast import reports as known
from standoff.evaluation.hindcast.config import Event, Quantity
from standoff.evaluation.hindcast.forecast_ledger import LEVELS as RANKS
from standoff.evaluation.hindcast.forecast_ledger import Forecast
from standoff.evaluation.hindcast.reports import Report
from standoff.evaluation.hindcast.scored_forecasts import (
    ForecasterScore,
    ScoredForecast,
    chance,
    mean_inside,
    no_report,
    number,
    rival_chances,
    settled_by,
    verdict,
    yes_or_no,
)
from standoff.ledger import Ledger
from standoff.progress import SILENT, Progress, track
from standoff.scenario import LoadedScenario, calendar
from standoff.scenario.fields import Date, Record
from standoff.serialise import to_plain
from standoff.types import Floats
from standoff.versions import require_packages

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


class Sighting(Record):
    """Outcomes that lay at hand when forecasts were recorded, in whatever form."""

    asks: tuple[str, ...]  #: names of quantities or events of hindcast.yaml
    until: Date  #: last day of which the outcome was at hand
    text: str  #: where it was, in words


class Declaration(Record):
    """`forecasts.yaml` of a case: what was at hand when its forecasts were recorded."""

    recorded_until: Date  #: last day of recording that the declaration speaks of
    known_until: Date  #: last day of which anything was known then, apart from sightings
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
            is_reproduced=item.ledger == ledger.as_of(calendar.last_day(item.as_of)).hash,
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
    return config.validated(path, Declaration)[1] if path.is_file() else None


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
        self._rivals: dict[tuple[str, dt.date, tuple[dt.date, ...]], list[dict[str, Floats]]] = {}
        self._past: dict[tuple[str, dt.date], list[tuple[int, Mapping[str, float]]]] = {}

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
        kind = Quantity if item.kind == Quantity.KIND else Event
        try:
            rule = kind.model_validate(item.resolution, context={"units": self.declared})
            self.ledger.filter(**rule.claims)
        except (ValidationError, StandoffError, TypeError, ValueError) as error:  # the last two: no filters of claims
            return replace(blank, unresolved=f"its rule cannot be read: {str(error).splitlines()[0]}"), ""
        if isinstance(rule, Event):
            return self._event(item, rule, as_of, day, blank)
        if rule.reconcile is not None:
            return replace(blank, unresolved="it needs reconciled claims, which were not computed"), ""
        truth = known.nearest(known.series(self.ledger, rule, self.declared), day, rule.window, as_of)
        if truth is None:
            return replace(blank, unresolved=no_report(rule, day)), ""
        (values,) = self._distributions(rule, as_of, (day,))
        rivals = {name: values[name] for name in RIVALS if name in values}
        forecasts = {"model": np.interp(baselines.RANKS, RANKS, item.quantiles), **rivals}
        outcome = (truth.low, truth.high) if truth.high > truth.low else (truth.value,)
        given = {name: number(each, outcome) for name, each in forecasts.items()}
        best = self._best(rule, as_of, item.months, values)
        return settled_by(blank, truth, given | ({BEST: given[best]} if best else {})), best

    def _reports(self, rule: Quantity, as_of: dt.date) -> list[Report]:
        """Reports that were published by a day, about days up to it."""
        return [one for one in known.series(self.ledger.as_of(as_of), rule, self.declared) if one.day <= as_of]

    def _distributions(self, rule: Quantity, as_of: dt.date, days: tuple[dt.date, ...]) -> list[dict[str, Floats]]:
        """(200,) values by rival for each day, from the claims published by `as_of`."""
        key = (rule.model_dump_json(), as_of, days)
        if key not in self._rivals:
            before, grows, zero = self._reports(rule, as_of), rule.cumulative, rule.zero
            twin = self.by_month.get((rule.value, rule.unit)) if rule.period == "year" else None
            fitted = rivals.distributions(before, days, grows, zero, self._reports(twin, as_of) if twin else [])
            self._rivals[key] = [
                {**baselines.distributions(before, day, grows, config.spread(rule), zero), **each}
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
        then = known.series(self.ledger.as_of(as_of), rule, self.declared)
        for origin in _origins(then[0].day, as_of) if then else ():
            truths = {
                ahead: truth
                for ahead in HORIZONS
                if (truth := known.nearest(then, add_months(origin, ahead), rule.window, origin)) and truth.day <= as_of
            }
            days = tuple(truth.day for truth in truths.values())
            for (ahead, truth), values in zip(
                truths.items(), self._distributions(rule, origin, days) if days else (), strict=True
            ):
                yield ahead, {name: scoring_rules.crps(each, truth.low, truth.high) for name, each in values.items()}

    def _event(
        self, item: Forecast, rule: Event, as_of: dt.date, day: dt.date, blank: ScoredForecast
    ) -> tuple[ScoredForecast, str]:
        status = known.settled(self.ledger, rule)
        came, why = verdict(status, day)
        if why or status is None or item.p is None:
            return replace(blank, unresolved=why), ""

        def rivals_at(origin: dt.date, outcome: bool) -> dict[str, ForecasterScore]:
            chances = rival_chances(origin, rule, item.months, self.ledger)
            return {who: replace(yes_or_no(p, outcome), log=None) for who, p in chances.items()}  # only Brier scores

        past, by_then = [], known.settled(self.ledger.as_of(as_of), rule)
        for origin in _origins(calendar.last_day(rule.since), as_of):
            happened, unknown = verdict(by_then, add_months(origin, item.months))
            if not unknown and add_months(origin, item.months) <= as_of:
                past.append(rivals_at(origin, happened))
        rivals = rivals_at(as_of, came)
        given = {"model": chance(round(item.p * (item.draws + 1) - 0.5), item.draws, came), **rivals}
        best = min(rivals, key=lambda name: sum(each[name].brier or 0.0 for each in past))
        given[BEST] = given[best]
        return replace(blank, outcome=float(came), claims=status.claims, speaker=status.speaker, given=given), best


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
    means = {who: [case.given[who].brier or 0.0 for case in cases] for who in ("model", BEST) if not numbers}
    return GroupScore(
        group=group,
        score=score,
        forecasts=len(cases),
        reports=len({(case.id, case.day) for case in cases}),
        brier={who: float(np.mean(scores)) for who, scores in means.items()},
        skill={name: value for name, (value, _) in skills.items()},
        interval=skills[BEST][1] if BEST in skills else None,
        inside=mean_inside(cases) if numbers else {},
        pit=tuple((counts / len(cases)).tolist()) if numbers else (),
    )


def _skill(
    cases: Sequence[ScoredForecast], score: str, rival: str, seed: int
) -> tuple[float, tuple[float, float] | None] | None:
    """Skill with its 90 % interval over quantities or events, whose lines are not independent.

    None where no line has both scores, or the rival was never wrong.
    """
    both = [case for case in cases if rival in case.given]
    pairs = [tuple(getattr(case.given[who], score) for who in ("model", rival)) for case in both]
    rows = [(case.id, *pair) for case, pair in zip(both, pairs, strict=True) if score == "brier" or all(pair)]
    if not any(theirs for _, _, theirs in rows):
        return None
    names, ours, theirs = zip(*rows, strict=True)
    return scoring_rules.skill(score, np.array(ours), np.array(theirs), names, seed)
