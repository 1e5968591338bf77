"""Scores of the crises of the catalogue: Brier, log and CRPS of settled questions, and skill with intervals over cases.

`standoff score` scores a question with labels as a yes/no question on each, and without the log score; docs/crises.md was
fixed with the scores of this file before the two were one.

    brier        half the sum over outcomes of (p - y)^2: (p - y)^2 for a yes or no, 0 to 1 for any number of labels
    logarithmic  -log of the probability of the actual outcome, nats

Brier skill is 1 - mean score / mean score of the baseline. For the log score it is the difference of the means in nats
per question. The CRPS comes in units that differ between questions, so its skill is 1 - the geometric mean of the
ratios. Questions of one case are not independent: intervals resample whole cases where there are five or more, else
single questions, and state which.

Sources: brier1950, good1952, murphy1973 (calibration), cramer2022 (geometric mean of ratios), hesterberg2015.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from typing import Any

import numpy as np

from standoff import units
from standoff.analysis.answer import Answer, answer, question_sample
from standoff.engine.run import Run
from standoff.evaluation import scoring_rules
from standoff.evaluation.forecast_scores import CalibrationBin, reliability
from standoff.evaluation.scoring_rules import FEWEST, brier, logarithmic
from standoff.plan import PlannedQuestion
from standoff.questions import Numbers, Probabilities, form
from standoff.record import record
from standoff.scenario.outcome import NEVER, Outcome

PAIRS = (  #: score -> baselines; the log score of "as now" is infinite if anything changes
    ("brier", ("base_rate", "even", "persistence")),
    ("log", ("base_rate", "even")),
    ("crps", ("base_rate", "persistence", "even")),
)
COIN = 0.25  #: Brier score of 50 %
WORDS = {"base_rate": "the base rate", "even": "equal chances", "persistence": "no change"}
LEVELS = (0.5, 0.9)  #: levels of central intervals whose coverage is counted
GRID = 1000  #: equally likely values of a base rate; the CRPS has an error of a thousandth of its spread
RESAMPLES = 10_000  # assumption: the ends of a 90 % interval are then accurate to a few per cent of its length


@record
class Scored:
    """One settled question.

    `scores` are by forecaster (model, base_rate, persistence, even), then by rule.
    """

    id: str
    kind: str
    text: str
    unit: str
    inside: Mapping[str, float] = field(default_factory=dict)  #: level -> share of the outcome in that central interval
    scores: Mapping[str, Any]
    case: str
    variant: str
    as_of: str
    date: str
    outcome: str
    claims: tuple[str, ...]  #: claims that report the outcome
    forecast: float | None  #: probability of the event or of the first label; else the median, None for never
    smoothed: float | None = None  #: the scored probability, smoothed for a finite number of draws
    base_rate: float | None  #: baseline forecasts: a probability, or a median
    happened: float | None  #: 1 or 0 for an event; 1 for a label; else the number (midpoint of a range), None for never
    interval: tuple[float | None, float | None] | None = None  #: central 90 % of the futures, for numbers
    below: float | None = None  #: share of futures below the outcome, ties by half, for numbers
    mc_error: float | None


@record
class CaseSkill:
    """Skill of the model over one baseline, on the questions of cases that both answer."""

    score: str  #: brier, log or crps
    against: str  #: base_rate, persistence, even (50 %, or equal shares of the possible results) and others
    questions: int
    skill: float  #: above 0 where the model is better: a share (brier, crps), or nats per question (log)
    interval: tuple[float, float] | None  #: central 90 %, None with too few questions
    better: int  #: questions on which the score is lower than that of the baseline
    cases: int
    model: float | None  #: mean score; None for the CRPS, whose units differ
    other: float | None
    resampled: str  #: unit of resampling: cases, questions, or empty


def settled(run: Run, case: str = "") -> tuple[Scored, ...]:
    """Scores of the settled questions of a run with a date after as_of, in file order."""
    questions = [item for item in run.model.plan.questions if item.question.outcome and _ahead(run, item)]
    if not questions:
        return ()
    answers = {item.id: item for item in answer(run, tuple(item.id for item in questions)).answers}
    return tuple(_scored(run, case, item, answers[item.id]) for item in questions)


def _ahead(run: Run, planned: PlannedQuestion) -> bool:
    return planned.state > run.model.plan.first_future_step


def _scored(run: Run, case: str, planned: PlannedQuestion, answered: Answer) -> Scored:
    question, outcome, plan = planned.question, planned.question.outcome, run.model.plan
    assert outcome is not None
    made = planned.form.forecast(question_sample(run, planned), answered, outcome)
    scores = (
        _probabilities(made) if isinstance(made, Probabilities) else _numbers(run, planned, made, answered, outcome)
    )
    return Scored(
        case=case or run.model.scenario.title,
        variant=plan.variant,
        as_of=run.model.scenario.as_of,
        id=planned.id,
        kind=question.kind,
        text=question.text,
        date=answered.date,
        unit=planned.form.score_unit(planned),
        outcome=outcome.value,
        claims=outcome.sources,
        mc_error=answered.mc_error,
        **scores,
    )


def _probabilities(probabilities: Probabilities) -> dict[str, Any]:
    """Scores of the model and each baseline, by the rules for probabilities."""
    count, happened = sum(probabilities.counts), probabilities.happened
    shown = happened if len(probabilities.counts) > 2 else 0  # of a race the first one, of an event yes
    p = {"model": scoring_rules.smoothed(probabilities.counts, round(count)), **probabilities.rivals}
    base = probabilities.rivals.get("base_rate")
    return {
        "forecast": float(probabilities.counts[shown] / count),
        "smoothed": float(p["model"][shown]),
        "base_rate": None if base is None else float(base[shown]),
        "happened": float(happened == shown),
        "scores": {
            who: {"brier": brier(each, happened), "log": logarithmic(each, happened)} for who, each in p.items()
        },
    }


def _numbers(
    run: Run, planned: PlannedQuestion, numbers: Numbers, answered: Answer, outcome: Outcome
) -> dict[str, Any]:
    """Scores in the unit of the question, with values cut at the horizon."""

    def unit(text: str) -> units.Unit:
        return units.parse(text or "1", run.model.scenario.units)

    written = planned.form.score_unit(planned)
    target = unit(written)
    by_forecaster = {"model": numbers.values, **numbers.rivals}
    if planned.question.compare_with is not None and unit(planned.unit).same_kind(target):
        rate, ranks = (
            run.model.plan.parameter(f"questions.{planned.id}.compare_with.value"),
            (np.arange(GRID) + 0.5) / GRID,
        )
        by_forecaster["base_rate"] = np.array([rate.quantile(rank) for rank in ranks]) / target.factor
    if (now := answered.baselines.get("persistence")) is not None:
        by_forecaster["persistence"] = np.array([now])
    low = high = math.inf  # never
    if outcome.value != NEVER:
        number = outcome.number()
        factor = unit(number.unit or written).factor / target.factor
        low, high = number.numbers[0] * factor, number.numbers[-1] * factor
    base, ends = by_forecaster.get("base_rate"), (min(low, numbers.horizon), min(high, numbers.horizon))
    cut = {who: np.minimum(each, numbers.horizon) for who, each in by_forecaster.items()}
    return {
        "forecast": answered.answer,
        "base_rate": None if base is None else float(np.median(base)),
        "happened": (low + high) / 2,
        "interval": answered.futures,
        "scores": {who: {"crps": scoring_rules.crps(each, *ends)} for who, each in cut.items()},
        "below": scoring_rules.share_below(numbers.values, low, high),
        "inside": {f"{level:g}": scoring_rules.covered(numbers.values, level, low, high) for level in LEVELS},
    }


def ratio_skill(
    score: str, ours: np.ndarray, theirs: np.ndarray, units: Sequence[str | int], seed: int
) -> tuple[float, tuple[float, float] | None]:
    """Skill of (Q,) scores over those of a rival, and its 90 % interval by resampling units.

    brier: 1 - mean / mean; log: the difference of the means; crps: 1 - geometric mean of the ratios, equal scores being 1.
    """
    ones = np.ones(len(ours))
    with np.errstate(divide="ignore", invalid="ignore"):
        if score == "brier":
            top, bottom = ours, theirs
        elif score == "log":
            top, bottom = theirs - ours, ones
        else:
            equal = ours == theirs
            top, bottom = np.log(np.where(equal, 1.0, ours) / np.where(equal, 1.0, theirs)), ones

        def shape(ratio: np.ndarray) -> np.ndarray:
            return ratio if score == "log" else 1 - (ratio if score == "brier" else np.exp(ratio))

        value = float(shape(np.sum(top) / np.sum(bottom)))
    _, unit = np.unique(np.array(units), return_inverse=True)
    return value, ratio_interval(np.bincount(unit, top), np.bincount(unit, bottom), shape, seed)


def ratio_interval(
    top: np.ndarray, bottom: np.ndarray, shape: Callable[[np.ndarray], np.ndarray], seed: int
) -> tuple[float, float] | None:
    """Bootstrap 90 % of `shape(sum(top) / sum(bottom))` over (U,) units; None below five.

    The percentiles lie further out than 5 and 95 %, according to Student's t with U - 1 degrees of freedom.
    """
    units = len(top)
    if units < FEWEST or not (np.isfinite(top).all() and np.isfinite(bottom).all()):
        return None
    samples = np.random.default_rng(seed).multinomial(units, np.full(units, 1 / units), RESAMPLES)
    with np.errstate(divide="ignore", invalid="ignore"):
        values = shape((samples @ top) / (samples @ bottom))
    values = values[~np.isnan(values)]
    if not len(values):
        return None
    low, high = np.quantile(values, scoring_rules.ends(units), method="inverted_cdf")
    return float(low), float(high)


def skills(rows: Sequence[Scored], seed: int) -> tuple[CaseSkill, ...]:
    """Skill of the model over every baseline that shares a question with it."""
    result = (_skill(rows, name, other, seed) for name, others in PAIRS for other in others)
    return tuple(item for item in result if item is not None)


def _skill(rows: Sequence[Scored], name: str, other: str, seed: int) -> CaseSkill | None:
    both = [row for row in rows if name in row.scores["model"] and name in row.scores.get(other, {})]
    if not both:
        return None
    ours, theirs = (np.array([row.scores[who][name] for row in both]) for who in ("model", other))
    cases = [row.case for row in both]
    many = len(set(cases)) >= FEWEST
    value, interval = ratio_skill(name, ours, theirs, cases if many else range(len(both)), seed)
    model, base = (None, None) if name == "crps" else (float(ours.mean()), float(theirs.mean()))
    return CaseSkill(
        score=name,
        against=other,
        questions=len(both),
        cases=len(set(cases)),
        model=model,
        other=base,
        skill=0.0 if math.isnan(value) else value,
        interval=interval,
        better=int((ours < theirs).sum()),
        resampled="" if interval is None else "cases" if many else "questions",
    )


def calibration(rows: Sequence[Scored]) -> tuple[CalibrationBin, ...]:
    """Observed frequencies by forecast bin; empty bins are omitted."""
    events = [row for row in rows if form(row.kind).COMPARED_BY == "probability" and row.smoothed is not None]
    return reliability([row.smoothed or 0.0 for row in events], [row.happened or 0.0 for row in events])


def verdict(result: Sequence[CaseSkill]) -> str:
    """One sentence on skill, over the first baseline of events, or else of numbers."""
    first = next(iter([item for item in result if item.score != "log"]), None)
    if first is None:
        return "Nothing to compare: no question has a baseline."
    over = WORDS[first.against]
    size = f"{first.questions} question{'s' * (first.questions > 1)} of {first.cases} case{'s' * (first.cases > 1)}"
    if first.model is None or first.other is None:
        means = f"CRPS skill {first.skill:+.0%}"
    else:
        means = f"Brier score {first.model:.3f} against {first.other:.3f}, skill {first.skill:+.0%}"
    better = f"better on {first.better} of them"
    if first.against == "base_rate" and first.other is not None and first.other > COIN:
        better += f"; the base rate itself is worse than equal chances, {COIN}"
    if first.interval is None:
        few = "is too few" if first.questions == 1 else "are too few"
        return f"No skill over {over} can be shown, {size} {few}: {means}, {better}."
    low, high = first.interval
    sure = f"{means} (90 %: {low:+.0%} to {high:+.0%}), {better}"
    if low > 0:
        return f"Skill over {over} on {size}: {sure}."
    if high < 0:
        return f"Worse than {over} on {size}: {sure}."
    return f"No skill over {over} is shown on {size}: {sure}."
