"""Scores of settled forecasts by group, horizon, origin and question, beside rivals.

Skill is 1 - score / score of a rival: of each question and horizon the ratio of the scores summed over origins; of a question
the geometric mean over its horizons; of a group that over its questions, so that a question of many cells counts once. Of
yes/no questions the mean Brier score of each is compared instead, since a rival that says no is often never wrong.

Questions of one origin share its surprises, and origins of one question overlap. So 90 % intervals resample questions, where
there are five, and with them blocks of neighbouring origins as long as the longest horizon, where there are five origins
and outcomes, with ends further out by Student's t. Of five cases or more, whole cases are resampled in their place.

Sources: cramer2022 (geometric mean of ratios), owen2007 (both resampled), politis1992 (circular blocks), gneiting2007
(proper scores).
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np
from scipy.special import ndtri

from standoff.dates import month_count
from standoff.evaluation import scoring_rules
from standoff.evaluation.forecast_record import KINDS, Forecast, Given, Kind, values_of
from standoff.evaluation.hindcast.reports import Report
from standoff.evaluation.scoring_rules import FEWEST
from standoff.record import record
from standoff.serialise import to_plain
from standoff.statistics import Z90, wilson_interval
from standoff.types import Floats

MODEL, BEST, ENSEMBLE = "model", "best", "ensemble"
HALF = 0.5  #: share of an outcome, where it is known as a range: with less of it inside, a forecast is a miss
LEVELS = (0.5, 0.9)  #: levels of central intervals whose coverage is counted
TRUTHS = 9  #: equally likely values that represent a reconciled outcome; assumption
RESAMPLES = 4000  # assumption: the ends of a 90 % interval are then accurate to a few per cent of its length
EDGES = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)  #: bins of probabilities; assumption: few, since events are few
COIN = 0.25  #: Brier score of 50 %: a forecast that scores worse is a miss
Outcome: TypeAlias = Callable[[Forecast], Report | str]  #: the outcome of a forecast, or why it is open


@dataclass(frozen=True)
class CalibrationBin:
    """Observed frequency of events with forecasts between `low` and `high`."""

    low: float
    high: float
    questions: int
    forecast: float  #: mean
    happened: float
    interval: tuple[float, float]  #: central 90 % of the frequency, as if events were independent


@record
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


@record
class ScoredForecast:
    """A forecast with what came of it."""

    forecast: Forecast
    outcome: Report | None  #: of an event 1 or 0
    unresolved: str = ""  #: why there is none
    given: Mapping[str, ForecasterScore]  #: model, rivals, `best` of these, ensemble, others

    @property
    def score(self) -> str:
        """The rule that scores it."""
        return "crps" if self.forecast.form == "quantity" else "brier"

    @property
    def is_miss(self) -> bool:
        """Whether the outcome lies outside the central 90 %, or beyond 50 % of an event."""
        own = self.given[MODEL]
        return own.inside.get("0.9", 1.0) < HALF or (own.brier or 0.0) > COIN


@record
class RelativeSkill:
    """Skill over a rival, with its central 90 %."""

    skill: float
    interval: tuple[float, float] | None  #: None with too few questions and origins


@record
class CutScore:
    """Scores of some settled forecasts of numbers, or of events."""

    cut: str  #: all, group, months, origin, question, and of events `came`
    name: str
    score: str  #: crps of numbers, brier of events
    questions: int
    forecasts: int
    outcomes: int  #: different ones
    over_best: Mapping[str, RelativeSkill]  #: of model, ensemble and others, over the best rival of the origin
    over: Mapping[str, float]  #: of the model, over each rival
    means: Mapping[str, float]  #: mean Brier scores; empty for numbers, whose units differ
    inside: Mapping[str, float]  #: level -> share of outcomes in the central interval


@record
class ForecastScores:
    """Forecasts with outcomes and scores, those of different proof apart."""

    lines: tuple[ScoredForecast, ...]
    cuts: Mapping[Kind, tuple[CutScore, ...]]
    reliability: Mapping[Kind, tuple[CalibrationBin, ...]]  #: of events
    superseded: int = 0  #: forecasts that do not count, since a later one took their place
    head: str = ""  #: digest of the record's last line
    notes: tuple[str, ...] = ()  #: cautions for readers

    @property
    def settled(self) -> tuple[ScoredForecast, ...]:
        """Lines with an outcome."""
        return tuple(line for line in self.lines if line.outcome is not None)

    def cut(self, kind: Kind, cut: str, score: str, name: str = "") -> CutScore | None:
        """The scores of one part, if it has any."""
        found = (one for one in self.cuts[kind] if (one.cut, one.score) == (cut, score) and name in ("", one.name))
        return next(found, None)

    def to_data(self) -> dict[str, Any]:
        """Plain data for JSON; forecasts without quantiles and rules, which stand in the record."""
        unsaid = {"forecast", "rivals", "ensemble", "rule"}
        lines = [
            line.forecast.model_dump(mode="json", exclude=unsaid)
            | {
                "date": line.forecast.rule.date,
                "outcome": line.outcome and _plain(line.outcome),
                "unresolved": line.unresolved,
                "given": {who: asdict(each) for who, each in line.given.items()},
            }
            for line in self.lines
        ]
        parts: dict[str, Any] = {
            name: {kind: [asdict(each) for each in held] for kind, held in getattr(self, name).items()}
            for name in ("cuts", "reliability")
        }
        return to_plain(
            {"head": self.head, "notes": self.notes, "superseded": self.superseded, "lines": lines, **parts}
        )


def _plain(report: Report) -> dict[str, Any]:
    return asdict(report) | {"day": str(report.day), "published": str(report.published)}


def score_forecasts(
    forecasts: Iterable[Forecast],
    outcome: Outcome,
    seed: int = 1,
    others: Mapping[str, Mapping[str, Given]] | None = None,
    superseded: int = 0,
    head: str = "",
    notes: Sequence[str] = (),
) -> ForecastScores:
    """Score forecasts by their outcomes.

    others: by id of a forecast, what other forecasters say
    """
    lines = tuple(_scored(item, outcome(item), (others or {}).get(item.id, {})) for item in forecasts)
    by_kind = {kind: [line for line in lines if line.forecast.kind == kind and line.outcome] for kind in KINDS}
    return ForecastScores(
        lines=lines,
        cuts={kind: tuple(_cuts(each, seed)) for kind, each in by_kind.items()},
        reliability={kind: _reliability(each) for kind, each in by_kind.items()},
        superseded=superseded,
        head=head,
        notes=tuple(notes),
    )


def _scored(item: Forecast, outcome: Report | str, others: Mapping[str, Given]) -> ScoredForecast:
    said: dict[str, Given] = {MODEL: item.forecast, **item.rivals, **others}
    if item.ensemble is not None:
        said[ENSEMBLE] = item.ensemble
    truth = None if isinstance(outcome, str) else outcome
    reconciled = bool(item.rule.reconciled)
    given = {who: _forecaster(each, truth, reconciled) for who, each in said.items()}
    if item.best:
        given[BEST] = given[item.best]
    return ScoredForecast(
        forecast=item, outcome=truth, unresolved=outcome if isinstance(outcome, str) else "", given=given
    )


def _forecaster(given: Given, truth: Report | None, reconciled: bool) -> ForecasterScore:
    if isinstance(given, tuple):
        values = values_of(given)
        if truth is None:
            return ForecasterScore(**_middle(values))
        return number(values, _ends(truth, reconciled))
    return ForecasterScore(p=given, brier=None if truth is None else (given - truth.value) ** 2)


def _middle(values: Floats) -> dict[str, Any]:
    return dict(zip(("low", "median", "high"), np.quantile(values, (0.05, 0.5, 0.95)).tolist(), strict=True))


def _ends(truth: Report, reconciled: bool) -> tuple[float, ...]:
    """The outcome as likely numbers: one, the ends of a range, or nine of a lognormal."""
    if not reconciled or truth.low <= 0:
        return (truth.low, truth.high) if truth.high > truth.low else (truth.value,)
    deviation = np.log(truth.high / truth.low) / (2 * Z90)
    ranks = (np.arange(TRUTHS) + 0.5) / TRUTHS
    return tuple((truth.value * np.exp(deviation * ndtri(ranks))).tolist())


def number(values: Floats, outcome: Sequence[float]) -> ForecasterScore:
    """Score equally likely values against a number, a range (uniform), or several numbers."""
    ends = [(outcome[0], outcome[1])] if len(outcome) == 2 else [(one, one) for one in outcome]

    def mean(score: Callable[[float, float], float]) -> float:
        return float(np.mean([score(*pair) for pair in ends]))

    return ForecasterScore(
        **_middle(values),
        crps=mean(partial(scoring_rules.crps, values)),
        inside={f"{level:g}": mean(partial(scoring_rules.covered, values, level)) for level in LEVELS},
        below=mean(partial(scoring_rules.share_below, values)),
    )


def _reliability(lines: Sequence[ScoredForecast]) -> tuple[CalibrationBin, ...]:
    events = [line for line in lines if line.forecast.form == "event"]
    return reliability(
        [line.given[MODEL].p or 0.0 for line in events], [line.outcome.value for line in events if line.outcome]
    )


def reliability(forecasts: Sequence[float], outcomes: Sequence[float]) -> tuple[CalibrationBin, ...]:
    """Observed frequencies of events, 1 or 0, by bins of their probabilities."""
    p, y, out = np.array(forecasts), np.array(outcomes), list[CalibrationBin]()
    for low, high in pairwise(EDGES):
        here = (p >= low) & ((p < high) | (high == EDGES[-1]))
        if here.any():
            share, interval, _ = wilson_interval(int(y[here].sum()), int(here.sum()))
            out.append(CalibrationBin(low, high, int(here.sum()), float(p[here].mean()), share, interval))
    return tuple(out)


# ---- parts --------------------------------------------------------------------------------------------------------


def _cuts(lines: Sequence[ScoredForecast], seed: int) -> Iterator[CutScore]:
    """Scores of all settled lines, and of each part of them."""
    for score in ("crps", "brier"):
        own = [line for line in lines if line.score == score]
        parts = {("all", "all"): own}
        if score == "brier":
            came = {line.forecast.question for line in own if line.outcome and line.outcome.value}
            for line in own:
                word = "came" if line.forecast.question in came else "never came"
                parts.setdefault(("came", word), []).append(line)
        for line in own:
            item = line.forecast
            for key in (
                ("group", item.group),
                ("months", str(item.months)),
                ("origin", item.as_of),
                ("question", item.question),
            ):
                parts.setdefault(key, []).append(line)
        for (cut, name), each in parts.items():
            if each:
                yield _cut(cut, name, score, each, seed)


def _cut(cut: str, name: str, score: str, lines: Sequence[ScoredForecast], seed: int) -> CutScore:
    numbers = score == "crps"
    whose = dict.fromkeys(who for line in lines for who in line.given if who not in (*line.forecast.rivals, BEST))
    rivals = dict.fromkeys(who for line in lines for who in line.forecast.rivals)
    over_best = {who: skill(lines, score, who, BEST, seed) for who in whose}
    over = {rival: skill(lines, score, MODEL, rival, seed, False) for rival in rivals}
    means = {} if numbers else {who: _mean_brier(lines, who) for who in (*whose, BEST)}
    return CutScore(
        cut=cut,
        name=name,
        score=score,
        questions=len({line.forecast.question for line in lines}),
        forecasts=len(lines),
        outcomes=len({(line.forecast.question, line.forecast.rule.date) for line in lines}),
        over_best={who: found for who, found in over_best.items() if found is not None},
        over={rival: found.skill for rival, found in over.items() if found is not None},
        means=means,
        inside=mean_inside(lines) if numbers else {},
    )


def _mean_brier(lines: Sequence[ScoredForecast], who: str) -> float:
    """Mean Brier score of a forecaster, where it gave a forecast."""
    return float(np.mean([line.given[who].brier or 0.0 for line in lines if who in line.given]))


def mean_inside(lines: Sequence[ScoredForecast]) -> dict[str, float]:
    """Level -> mean share of outcomes inside that central interval of the model."""
    shares = [line.given[MODEL].inside for line in lines]
    return {f"{level:g}": float(np.mean([share[f"{level:g}"] for share in shares])) for level in LEVELS}


# ---- skill --------------------------------------------------------------------------------------------------------


def skill(
    lines: Sequence[ScoredForecast], score: str, who: str, rival: str, seed: int, with_interval: bool = True
) -> RelativeSkill | None:
    """Skill over a rival; None without a shared question, or where the rival was never wrong."""
    both = [line for line in lines if {who, rival} <= {*line.given}]
    if not both:
        return None
    cells = sorted({(line.forecast.question, line.forecast.months) for line in both})
    questions = sorted({name for name, _ in cells})
    origins = sorted({line.forecast.origin for line in both})
    sums = np.zeros((3, len(cells), len(origins)))  # of the forecaster, of the rival, forecasts
    for line in both:
        place = cells.index((line.forecast.question, line.forecast.months)), origins.index(line.forecast.origin)
        sums[(slice(None), *place)] += (*(getattr(line.given[each], score) or 0.0 for each in (who, rival)), 1)
    member = np.array([[name == question for name, _ in cells] for question in questions], float)  # (question, cell)
    cases = {line.forecast.question: line.forecast.case for line in both}
    unit = cases if len({*cases.values()}) >= FEWEST else {name: name for name in questions}
    owner = np.array([[unit[name] == each for name in questions] for each in sorted({*unit.values()})], float)
    value = float(_value(sums, member, np.ones((1, len(origins))), np.ones((1, len(questions))), score)[0])
    if not math.isfinite(value):
        return None
    if not with_interval:
        return RelativeSkill(skill=value, interval=None)
    return RelativeSkill(skill=value, interval=_interval(both, sums, member, owner, origins, score, seed))


def _interval(
    lines: Sequence[ScoredForecast],
    sums: Floats,
    member: Floats,
    owner: Floats,
    origins: Sequence[dt.date],
    score: str,
    seed: int,
) -> tuple[float, float] | None:
    """Central 90 % of a skill over questions and blocks of origins; None with few of both.

    owner: (unit, question), what is resampled: cases with their questions where there are five, else questions
    """
    outcomes, size = len({(line.forecast.question, line.forecast.rule.date) for line in lines}), len(owner)
    many = size >= FEWEST
    long = len({line.forecast.case for line in lines}) == 1 and min(len(origins), outcomes) >= FEWEST
    if not (many or long):
        return None
    rng = np.random.default_rng(seed)
    times = blocks(len(origins), _block(lines, origins), rng) if long else np.ones((RESAMPLES, len(origins)))
    share = rng.multinomial(size, np.full(size, 1 / size), RESAMPLES) if many else np.ones((RESAMPLES, size))
    samples = _value(sums, member, times, share.astype(float) @ owner, score)
    units = min(count for count, used in ((size, many), (len(origins), long)) if used)
    low, high = np.quantile(samples[np.isfinite(samples)], scoring_rules.ends(units)).tolist()
    return low, high


def _block(lines: Sequence[ScoredForecast], origins: Sequence[dt.date]) -> int:
    """Origins within the longest horizon."""
    every = (month_count(origins[-1]) - month_count(origins[0])) / (len(origins) - 1)
    return max(1, round(max(line.forecast.months for line in lines) / every))


def _value(sums: Floats, member: Floats, times: Floats, share: Floats, score: str) -> Floats:
    """(resample,) skill.

    times: (resample, origin), how often an origin counts; share: (resample, question), how often a question does
    """
    own, other, count = (np.einsum("co,ro->rc", part, times) for part in sums)  # c: question and horizon, o: origin
    with np.errstate(invalid="ignore", divide="ignore"):
        if score == "brier":
            totals = [part @ member.T for part in (own, other, count)]
            there = share * (totals[2] > 0)
            means = [(there * np.nan_to_num(part / totals[2])).sum(axis=1) for part in totals[:2]]
            return 1 - means[0] / means[1]
        there = (own > 0) & (other > 0)
        logs = np.log(np.where(there, own, 1.0)) - np.log(np.where(there, other, 1.0))
        cells = there @ member.T  # (resample, question)
        each = np.nan_to_num(logs @ member.T / cells)
        weight = share * (cells > 0)
        return 1 - np.exp((weight * each).sum(axis=1) / weight.sum(axis=1))


def blocks(count: int, length: int, rng: np.random.Generator) -> Floats:
    """(resample, origin) counts of origins in a circular block bootstrap of block `length`."""
    length = min(length, count)
    starts = rng.integers(count, size=(RESAMPLES, math.ceil(count / length)))
    places = ((starts[:, :, None] + np.arange(length)) % count).reshape(RESAMPLES, -1)[:, :count]
    out = np.zeros((RESAMPLES, count))
    np.add.at(out, (np.arange(RESAMPLES)[:, None], places), 1)
    return out
