"""Summary of a hindcast: scores by quantity and horizon, skill with intervals, coverage.

Skill is 1 - score / score of the baseline, with scores summed over origins; over several quantities it is one minus the
geometric mean of these ratios. For the log score it is the mean difference in nats per question. Horizons overlap, so
that origins are not independent: intervals resample blocks of neighbouring origins, as long as the horizon (a circular
block bootstrap).

Sources: politis1992 (circular blocks), cramer2022 (geometric mean of ratios), gneiting2007 (proper scores).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from standoff.evaluation.hindcast.baselines import WORDS
from standoff.evaluation.hindcast.scored_forecasts import LEVELS, ScoredForecast, mean_inside
from standoff.evaluation.records import Coverage, ScoredQuestion, Skill
from standoff.evaluation.scoring_rules import FEWEST
from standoff.record import record
from standoff.serialise import to_plain

RESAMPLES = 4000  # assumption: the ends of a 90 % interval are then accurate to a few per cent of its length
ENDS = (0.05, 0.95)
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
RIVALS = ("persistence", "trend", "base_rate", "mean")


@record
class HindcastSkill(Skill):
    """Skill of the model over one baseline, on questions that both answered."""

    group: str  #: id of a quantity, a group, or `all`
    months: int  #: horizon, 0 for all
    origins: int
    reports: int  #: number of different reports behind these questions
    forecaster: str = "model"  #: or `stacked`


@record
class HindcastCoverage(Coverage):
    """Coverage of a central interval of the model.

    Its own interval counts questions as independent.
    """

    group: str
    months: int


@record
class ScoreRow(ScoredQuestion):
    """Mean scores of a quantity or event at one horizon, over origins that all answered."""

    group: str
    months: int
    origins: int
    speaker: str


@record
class HindcastProvenance:
    """Settings and inputs of a hindcast."""

    title: str
    variant: str
    draws: int
    seed: int
    wider: float
    posterior: bool
    ledger: str  #: digest of the whole ledger, the source of outcomes
    origins: tuple[Mapping[str, Any], ...]  #: as_of, digests of ledger and model, late parameters, failed draws
    versions: Mapping[str, str]


@dataclass(frozen=True)
class Hindcast:
    """All forecasts of a hindcast with outcomes and scores."""

    made: HindcastProvenance
    verdict: tuple[str, ...]  #: the first lines: quantities with and without skill
    rows: tuple[ScoreRow, ...]
    skills: tuple[HindcastSkill, ...]
    coverage: tuple[HindcastCoverage, ...]
    notes: tuple[str, ...]
    cases: tuple[ScoredForecast, ...]

    def to_data(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return to_plain(asdict(self))


def scored(forecasts: Iterable[ScoredForecast], made: HindcastProvenance, every: int, seed: int) -> Hindcast:
    """Summarise scored questions; `every` is the number of months between origins."""
    every_case = tuple(forecasts)
    known = [case for case in every_case if not case.unresolved]
    rows = tuple(_row(*each) for each in _by(known, lambda case: (case.id, case.months)).values())
    skills = tuple(_skills(known, every, seed))
    return Hindcast(
        made, verdict(skills, known, made), rows, skills, tuple(_coverage(known)), _notes(every_case, made), every_case
    )


def _by(forecasts: Sequence[ScoredForecast], key: Any) -> dict[Any, list[ScoredForecast]]:
    out: dict[Any, list[ScoredForecast]] = {}
    for case in forecasts:
        out.setdefault(key(case), []).append(case)
    return out


def _cuts(forecasts: Sequence[ScoredForecast]) -> dict[tuple[str, int], list[ScoredForecast]]:
    """All questions, those of each horizon, and those of each group, by group and months."""
    return {
        ("all", 0): [*forecasts],
        **{("all", months): each for months, each in _by(forecasts, lambda case: case.months).items()},
        **{(group, 0): each for group, each in _by(forecasts, lambda case: case.group).items()},
    }


def _row(*forecasts: ScoredForecast) -> ScoreRow:
    first = forecasts[0]
    score = "crps" if first.kind == "quantity" else "brier"
    most = max(len(case.given) for case in forecasts)
    shared = [case for case in forecasts if len(case.given) == most]
    return ScoreRow(
        id=first.id,
        group=first.group,
        text=first.text,
        months=first.months,
        unit=first.unit,
        kind=first.kind,
        origins=len(forecasts),
        speaker=", ".join(dict.fromkeys(case.speaker for case in forecasts)),
        scores={who: float(np.mean([getattr(case.given[who], score) for case in shared])) for who in shared[0].given},
        inside=mean_inside(forecasts) if first.kind == "quantity" else {},
    )


# ---- skill --------------------------------------------------------------------------------------------------------


def _skills(forecasts: Sequence[ScoredForecast], every: int, seed: int) -> Iterable[HindcastSkill]:
    for kind, score in (("quantity", "crps"), ("event", "brier"), ("event", "log")):
        own = [case for case in forecasts if case.kind == kind]
        cuts = _cuts(own) | {(name, 0): each for name, each in _by(own, lambda case: case.id).items()}
        cuts |= _by(own, lambda case: (case.id, case.months))
        for cut, each in cuts.items():
            for rival in RIVALS[score == "log" :]:  # log scores of 0 are infinite
                for who in ("model", "stacked")[: 1 + (score == "crps")]:
                    if found := skill(each, score, rival, every, seed, who, cut):
                        yield found


def skill(
    forecasts: Sequence[ScoredForecast],
    score: str,
    rival: str,
    every: int,
    seed: int,
    who: str = "model",
    cut: tuple[str, int] = ("all", 0),
) -> HindcastSkill | None:
    """Skill on the questions of a group and a horizon; None without a shared question."""
    both = [
        case for case in forecasts if {rival, who} <= {*case.given} and getattr(case.given[rival], score) is not None
    ]
    if not both:
        return None
    origins = sorted({case.origin for case in forecasts})
    names = sorted({(case.id, case.months) for case in both})
    pairs = [[getattr(case.given[each], score) or 0.0 for each in (who, rival)] for case in both]
    sums = np.zeros((3, len(names), len(origins)))  # of the model, of the rival, questions
    for case, pair in zip(both, pairs, strict=True):
        sums[:, names.index((case.id, case.months)), origins.index(case.origin)] += (*pair, 1)
    value = float(_value(sums, np.ones((1, len(origins))), score)[0])
    if not math.isfinite(value):  # the rival was never wrong
        return None
    used, reports = len({case.origin for case in both}), len({(case.id, case.day) for case in both})
    interval = None
    if min(used, reports) >= FEWEST:  # a report forecast from several origins counts once
        length = max(1, round(max(case.months for case in both) / every))
        samples = _value(sums, blocks(len(origins), length, seed), score)
        low, high = np.quantile(samples[np.isfinite(samples)], ENDS)
        interval = (float(low), float(high))
    return HindcastSkill(
        group=cut[0],
        months=cut[1],
        score=score,
        against=rival,
        questions=len(both),
        origins=used,
        reports=reports,
        skill=value,
        interval=interval,
        better=sum(own < other for own, other in pairs),
        forecaster=who,
    )


def _value(sums: np.ndarray, times: np.ndarray, score: str) -> np.ndarray:
    """(resample,) skill if each origin counts `times` (resample, origin)."""
    own, other, count = (np.einsum("no,ro->rn", part, times) for part in sums)  # n: quantity and horizon, o: origin
    with np.errstate(invalid="ignore", divide="ignore"):
        if score == "log":
            return (other - own).sum(axis=1) / count.sum(axis=1)
        if score == "brier":
            return 1 - own.sum(axis=1) / other.sum(axis=1)
        there = (own > 0) & (other > 0)
        logs = np.log(np.where(there, own, 1.0)) - np.log(np.where(there, other, 1.0))
        return 1 - np.exp(logs.sum(axis=1) / there.sum(axis=1))


def blocks(count: int, length: int, seed: int) -> np.ndarray:
    """(resample, origin) counts of origins in a circular block bootstrap of block `length`."""
    length = min(length, count)
    starts = np.random.default_rng(seed).integers(count, size=(RESAMPLES, math.ceil(count / length)))
    places = ((starts[:, :, None] + np.arange(length)) % count).reshape(RESAMPLES, -1)[:, :count]
    out = np.zeros((RESAMPLES, count))
    np.add.at(out, (np.arange(RESAMPLES)[:, None], places), 1)
    return out


def _coverage(forecasts: Sequence[ScoredForecast]) -> Iterable[HindcastCoverage]:
    for (group, months), each in _cuts([case for case in forecasts if case.kind == "quantity"]).items():
        shares = [case.given["model"].inside for case in each]
        for level in LEVELS if each else ():
            inside = [share[f"{level:g}"] for share in shares]
            yield HindcastCoverage.of(level, inside, group=group, months=months)


# ---- in words -----------------------------------------------------------------------------------------------------


def verdict(
    skills: Sequence[HindcastSkill], forecasts: Sequence[ScoredForecast], made: HindcastProvenance
) -> tuple[str, ...]:
    """Verdict: quantities without skill, then with skill, then the meaning of the scores."""
    if not forecasts:
        return ("Nothing can be scored: no question has both a forecast and a reported outcome.",)
    out = []
    for score, kind, what in (("crps", "quantity", "numbers"), ("brier", "event", "yes/no questions")):
        groups = dict.fromkeys(case.group for case in forecasts if case.kind == kind)
        lowest: dict[str, HindcastSkill] = {}
        for item in skills:
            if (item.months, item.score, item.forecaster) == (0, score, "model") and item.group in groups:
                lowest[item.group] = min(lowest.get(item.group, item), item, key=lambda each: each.skill)
        if lowest:
            parts = "; ".join(_sorted([*lowest.values()]))
            out.append(f"Forecasts of {what}, against the best baseline of each group: {parts}.")
    late = [int(item["late"]) for item in made.origins]
    if any(late):
        names = (
            "1 parameter of the model cites" if max(late) == 1 else f"up to {max(late)} parameters of the model cite"
        )
        out.append(
            f"This does not test foresight: {names} only claims published after the origin. The author of their ranges knew the "
            f"outcomes; the ranges were widened by a factor of {made.wider:g} and their medians kept."
        )
    return tuple(out)


def _sorted(items: Sequence[HindcastSkill]) -> list[str]:
    """Groups with negative, undetermined (too few origins), and positive skill."""
    worse = [item for item in items if item.interval and item.interval[1] < 0]
    better = [item for item in items if item.interval and item.interval[0] > 0]
    rest = [item for item in items if item not in worse and item not in better]
    named = (("worse on", worse), ("no significant skill on", rest), ("skill on", better))
    return [f"{word} {', '.join(map(_describe, each))}" for word, each in named if each]


def _describe(item: HindcastSkill) -> str:
    size = f"{item.questions} questions, {item.reports} reports"
    ends = " to ".join(map(_percent, item.interval)) if item.interval else "too few"
    return f"{item.group} ({_percent(item.skill)} over {WORDS[item.against]}, {ends}; {size})"


def _percent(share: float) -> str:
    """A share with its sign, as `−2 %`."""
    return f"{100 * share:+.0f} %".replace("-", "\u2212")


def _notes(forecasts: Sequence[ScoredForecast], made: HindcastProvenance) -> tuple[str, ...]:
    failed = sum(int(item["failed"]) for item in made.origins)
    out = [f"{failed} draws failed and are left out"] if failed else []
    open_ = _by([case for case in forecasts if case.unresolved], lambda case: (case.id, DAY.sub("", case.unresolved)))
    for (name, _), each in open_.items():
        out.append(f"{name}: {len(each)} not scored{', for example' * (len(each) > 1)}: {each[0].unresolved}")
    return tuple(out)
