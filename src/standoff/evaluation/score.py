"""Score settled questions of runs beside baselines."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np

from standoff import units
from standoff.analysis.answer import Answer, answer, question_sample
from standoff.analysis.finding import Provenance
from standoff.engine.run import Run
from standoff.errors import ModelError
from standoff.evaluation import scoring_rules
from standoff.evaluation.records import Scored, Scores
from standoff.evaluation.skill import calibration, coverage, remarks, skills, verdict
from standoff.plan import PlannedQuestion
from standoff.questions import Numbers, Probabilities
from standoff.scenario.outcome import NEVER, Outcome

LEVELS = (0.5, 0.9)  #: levels of central intervals whose coverage is counted
GRID = 1000  #: equally likely values of a base rate; the CRPS has an error of a thousandth of its spread


def score_runs(runs: Iterable[tuple[str, Run]], seed: int = 1) -> Scores:
    """Score the settled questions of runs by case name; `seed` is that of the bootstrap.

    Each run is read and released before the next one. Raises `ModelError` where nothing is settled.
    """
    origins, rows, notes, cases = [], list[Scored](), list[str](), list[str]()
    for case, run in runs:
        cases.append(case)
        origins.append(Provenance.of(run))
        rows += settled(run, case)
        notes += _cautions(run, case)
    if not rows:
        named = ", ".join(f"`{case}`" for case in cases) or "no case"
        allowed = "a question with an outcome, such as `yes @claim-id`, and a date after as_of"
        fix = "add `outcome:` with the claim that reports it"
        raise ModelError(f"no question of {named} is settled", allowed=allowed, fix=fix)
    found = skills(rows, seed)
    return Scores(
        tuple(origins),
        tuple(rows),
        found,
        calibration(rows),
        coverage(rows),
        verdict(found),
        (*remarks(rows, found), *notes),
    )


def settled(run: Run, case: str = "") -> tuple[Scored, ...]:
    """Scores of the settled questions of a run with a date after as_of, in file order."""
    questions = [item for item in run.model.plan.questions if item.question.outcome and _ahead(run, item)]
    if not questions:
        return ()
    answers = {item.id: item for item in answer(run, tuple(item.id for item in questions)).answers}
    return tuple(_scored(run, case, item, answers[item.id]) for item in questions)


def _ahead(run: Run, planned: PlannedQuestion) -> bool:
    return planned.state > run.model.plan.first_future_step


def _cautions(run: Run, case: str) -> list[str]:
    """Cautions for readers of the scores of a run."""
    plan = run.model.plan
    past = [item.id for item in plan.questions if item.question.outcome and not _ahead(run, item)]
    out = [f"{case}: {', '.join(past)}: dated on or before as_of, not scored"] if past else []
    out += [f"{case}: {warning}" for warning in plan.warnings if "published after as_of" in warning]
    failed = run.failure_summary
    return [*out, f"{case}: {failed}; they are left out"] if failed else out


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
    count, happened, shown = sum(probabilities.counts), probabilities.happened, probabilities.shown
    p = {"model": scoring_rules.smoothed(probabilities.counts, round(count)), **probabilities.rivals}
    base = probabilities.rivals.get("base_rate")
    return {
        "forecast": float(probabilities.counts[shown] / count),
        "smoothed": float(p["model"][shown]),
        "base_rate": None if base is None else float(base[shown]),
        "happened": float(happened == shown),
        "scores": {
            who: {"brier": scoring_rules.brier(each, happened), "log": scoring_rules.logarithmic(each, happened)}
            for who, each in p.items()
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
    if planned.question.base_rate is not None and unit(planned.unit).same_kind(target):
        rate, ranks = (
            run.model.plan.parameter(f"questions.{planned.id}.base_rate.value"),
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
