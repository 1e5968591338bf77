"""Settled questions scored: what a run said, what happened, and what one would have said without a model."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from standoff import units
from standoff.analysis.answer import answer
from standoff.analysis.finding import Provenance
from standoff.engine import failure
from standoff.errors import ModelError, Problem
from standoff.evaluation import scoring_rules
from standoff.evaluation.records import Scored, Scores
from standoff.evaluation.skill import calibration, coverage, remarks, skills, verdict
from standoff.scenario.outcome import NEVER

if TYPE_CHECKING:
    from standoff.analysis.answer import Answer
    from standoff.engine.run import Run
    from standoff.plan import Parameter, PlannedQuestion
    from standoff.scenario.outcome import Outcome

LEVELS = (0.5, 0.9)  #: central intervals whose coverage is counted
GRID = 1000  #: equally likely values that stand for a base rate; the CRPS is then right to a thousandth of its spread


def score_runs(runs: Iterable[tuple[str, Run]], seed: int = 1) -> Scores:
    """Score the settled questions of runs, each with the name of its case; `seed` is that of the bootstrap.

    A run is read and let go before the next is asked for. Raises `ModelError` where nothing is settled.
    """
    origins, rows, notes, cases = [], list[Scored](), list[str](), list[str]()
    for case, run in runs:
        cases.append(case)
        origins.append(Provenance.of(run))
        rows += settled(run, case)
        notes += _cautions(run, case)
    if not rows:
        raise ModelError(
            Problem(f"no question of {', '.join(f'`{case}`' for case in cases) or 'no case'} is settled",
                    allowed="a question with `outcome: yes @claim-id`, and a date after as_of",
                    fix="write what happened, and the claim that says so")
        )  # fmt: skip
    found = skills(rows, seed)
    return Scores(tuple(origins), tuple(rows), found, calibration(rows), coverage(rows), verdict(found),
                  (*remarks(rows, found), *notes))  # fmt: skip


def settled(run: Run, case: str = "") -> tuple[Scored, ...]:
    """The settled questions of a run whose date lies after as_of, scored, in the order of the file."""
    asked = {item.id: item for item in run.model.plan.questions if item.question.outcome and _ahead(run, item)}
    if not asked:
        return ()
    found = {item.id: item for item in answer(run, tuple(asked)).answers}
    return tuple(_scored(run, case, item, found[name]) for name, item in asked.items())


def _ahead(run: Run, asked: PlannedQuestion) -> bool:
    return asked.state > run.model.plan.first_future_step


def _cautions(run: Run, case: str) -> list[str]:
    """What a reader of the scores of a run must know."""
    plan = run.model.plan
    past = [item.id for item in plan.questions if item.question.outcome and not _ahead(run, item)]
    out = [f"{case}: {', '.join(past)}: dated on or before as_of, not scored"] if past else []
    out += [f"{case}: {warning}" for warning in plan.warnings if "published after as_of" in warning]
    failed = failure.told(run)
    return [*out, f"{case}: {failed}; they are left out"] if failed else out


def _scored(run: Run, case: str, asked: PlannedQuestion, said: Answer) -> Scored:
    question, outcome = asked.question, asked.question.outcome
    assert outcome is not None
    chance = {"event": _event, "first_of": _first_of}.get(question.kind)
    common: dict[str, Any] = {
        "case": case or run.model.scenario.title, "variant": run.model.plan.variant, "as_of": run.model.scenario.as_of,
        "id": asked.id, "kind": question.kind, "text": question.text, "date": said.date,
        "unit": "month" if question.kind == "until" else asked.unit, "outcome": outcome.said, "claims": outcome.sources,
        "mc_error": said.mc_error,
    }  # fmt: skip
    if chance is not None:
        return Scored(**common, **chance(run, asked, said, outcome), interval=None, below=None, inside={})
    return Scored(**common, **_number(run, asked, said, outcome))


# ---- what is given a probability ----------------------------------------------------------------------------------


def _event(run: Run, asked: PlannedQuestion, said: Answer, outcome: Outcome) -> dict[str, Any]:
    count = int(run.valid.sum())
    hits = round(float(said.answer or 0.0) * count)
    came = outcome.said == "yes"
    base = _chance_without(run, asked)
    given = {"model": scoring_rules.smoothed((count - hits, hits), count)[1], "even": 0.5}
    given |= {} if base is None else {"base_rate": base}
    now = said.baselines.get("persistence")
    given |= {} if now is None else {"persistence": now}
    scores = {who: _chance((1 - p, p), int(came)) for who, p in given.items()}
    return {"forecast": hits / count, "smoothed": float(given["model"]), "base_rate": given.get("base_rate"),
            "happened": float(came), "scores": scores}  # fmt: skip


def _first_of(run: Run, asked: PlannedQuestion, said: Answer, outcome: Outcome) -> dict[str, Any]:
    count, table = int(run.valid.sum()), said.detail["first"]
    labels = list(table)  # those of the question, then that none of them comes by the date
    place = labels.index(outcome.said) if outcome.said in asked.expressions else len(labels) - 1
    p = scoring_rules.smoothed([share * count for share in table.values()], count)
    even = np.full(len(labels), 1 / len(labels))
    return {"forecast": float(table[labels[place]]), "smoothed": float(p[place]), "base_rate": None, "happened": 1.0,
            "scores": {"model": _chance(p, place), "even": _chance(even, place)}}  # fmt: skip


def _chance(p: Any, happened: int) -> dict[str, float]:
    return {"brier": scoring_rules.brier(p, happened), "log": scoring_rules.logarithmic(p, happened)}


# ---- what is given a number ---------------------------------------------------------------------------------------


def _number(run: Run, asked: PlannedQuestion, said: Answer, outcome: Outcome) -> dict[str, Any]:
    """Scores in the unit of the question; times in months, cut at the horizon."""
    kind, horizon = asked.question.kind, math.inf
    others: dict[str, np.ndarray] = {}
    if kind == "until":
        dt = run.model.scenario.calendar.dt
        horizon = (asked.state - run.model.plan.first_future_step) * dt
        values = (run.answer(asked.id) - run.model.plan.first_future_step) * dt
    elif kind == "rank":
        table = np.stack([run.answer(f"{asked.id}/{key}") for key in asked.expressions])
        values = 1.0 + (table > table[list(asked.expressions).index(str(asked.question.of))]).sum(axis=0)
        others["even"] = np.arange(1.0, len(table) + 1)
    else:
        values = run.answer(asked.id) / _unit(run, asked.unit)
    base = _numbers_without(run, asked)
    if base is not None:
        others["base_rate"] = base
    if (now := said.baselines.get("persistence")) is not None:
        others["persistence"] = np.array([now])
    low, high = _happened(run, asked, outcome)
    cut = {who: np.minimum(each, horizon) for who, each in {"model": values, **others}.items()}
    scores = {
        who: {"crps": scoring_rules.crps(each, min(low, horizon), min(high, horizon))} for who, each in cut.items()
    }
    middle = (low + high) / 2
    return {
        "forecast": said.answer, "smoothed": None, "base_rate": None if base is None else float(np.median(base)),
        "happened": middle, "interval": said.interval, "scores": scores,
        "below": float(np.mean(values < middle) + np.mean(values == middle) / 2),
        "inside": {f"{level:g}": scoring_rules.covered(values, level, low, high) for level in LEVELS},
    }  # fmt: skip


def _happened(run: Run, asked: PlannedQuestion, outcome: Outcome) -> tuple[float, float]:
    """Ends of what happened, in the unit of the question or in months; both infinite for never."""
    if outcome.said == NEVER:
        return math.inf, math.inf
    found = outcome.number()
    unit = "month" if asked.question.kind == "until" else asked.unit
    factor = _unit(run, found.unit or unit) / _unit(run, unit)
    return found.numbers[0] * factor, found.numbers[-1] * factor


def _chance_without(run: Run, asked: PlannedQuestion) -> float | None:
    """The base rate of an event: the median where it is a belief."""
    return None if asked.question.base_rate is None else _rate(run, asked).quantile(0.5)


def _numbers_without(run: Run, asked: PlannedQuestion) -> np.ndarray | None:
    """Quantiles of the base rate of a number in its unit; of a time in months, and only if it was given in a unit of time."""
    kind, unit = asked.question.kind, asked.unit
    if asked.question.base_rate is None or (kind == "until" and not _same(run, unit, "month")):
        return None
    rate, factor = _rate(run, asked), 1.0 if kind == "until" else _unit(run, unit)
    return np.array([rate.quantile((each + 0.5) / GRID) for each in range(GRID)]) / factor


def _rate(run: Run, asked: PlannedQuestion) -> Parameter:
    return run.model.plan.parameter(f"questions.{asked.id}.base_rate.value")


def _unit(run: Run, text: str) -> float:
    return units.parse(text or "1", run.model.scenario.units).factor


def _same(run: Run, one: str, other: str) -> bool:
    declared = run.model.scenario.units
    return units.parse(one or "1", declared).same_kind(units.parse(other, declared))
