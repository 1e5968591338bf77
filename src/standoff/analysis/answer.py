"""Answers to the scenario's questions, each beside what a reader would say without a model."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from standoff import expression
from standoff.analysis.cautions import cautions
from standoff.analysis.finding import Finding, Provenance
from standoff.analysis.provenance import claims_behind, influences
from standoff.engine import failure
from standoff.errors import ModelError, Problem, did_you_mean, join_limited
from standoff.statistics import median_error, wilson_interval

if TYPE_CHECKING:
    from standoff.engine.run import Outcomes
    from standoff.plan import Plan, PlannedQuestion


@dataclass(frozen=True)
class Answer:
    """One question answered.

    `answer` is a probability for an event, a median for a quantity or a time, a mean part of the log odds for a reason,
    a median rank, or the most likely label of a `first_of`. `interval` is the central 90 % of the futures for
    quantities, times, ranks and reasons, and the 90 % Monte Carlo interval for probabilities. `mc_error` is the
    standard error from the number of draws. `claims` are those directly behind the answer, `grounds` the same and those
    further up by how they come in: question, fitted, observed, numbers, reasons, further (see `standoff.analysis.provenance`);
    `influence` is that of each claim on any number that is directly behind the answer and was fitted to it, in standard
    deviations of the prior.
    """

    id: str
    kind: str
    lines: tuple[int, ...]
    text: str
    date: str
    unit: str
    answer: float | str | None
    interval: tuple[float | None, float | None] | None
    mc_error: float | None
    baselines: Mapping[str, float | None]
    claims: tuple[str, ...]
    resolution: str
    detail: Mapping[str, Any] = field(default_factory=dict)
    grounds: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    influence: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Answers(Finding):
    """All questions answered."""

    answers: tuple[Answer, ...] = ()
    warnings: tuple[str, ...] = ()

    def __getitem__(self, name: str) -> Answer:
        """The answer to the question `name`."""
        for found in self.answers:
            if found.id == name:
                return found
        known = [found.id for found in self.answers]
        raise ModelError(
            Problem(f"there is no question `{name}`", allowed=join_limited(known), fix=did_you_mean(name, known))
        )


def answer(run: Outcomes, questions: tuple[str, ...] = ()) -> Answers:
    """Answer the questions of a run, or the named ones: the main one first, then in the order of the file.

    `run` is a simulated model, or what a session gives under moved levers.
    """
    plan = run.model.plan
    named = {plan.question(name).id for name in questions}
    failure.refuse(run)
    chosen = [asked for asked in plan.questions if not named or asked.id in named]
    chosen.sort(key=lambda asked: asked.id != plan.main_question)
    return Answers(Provenance.of(run), tuple(_answer(run, asked) for asked in chosen), cautions(run))


def _answer(run: Outcomes, asked: PlannedQuestion) -> Answer:
    question = asked.question
    detail: dict[str, Any] = {}
    baselines: dict[str, float | None] = {}
    value: float | str | None
    interval: tuple[float | None, float | None] | None
    error: float | None
    if question.kind == "event":
        hits = np.isfinite(run.answer(asked.id))
        value, interval, error = wilson_interval(int(hits.sum()), len(hits))
        current = value_at_as_of(run, asked.expressions[""])
        baselines["persistence"] = float(np.mean(current) >= 0.5) if len(current) else None
    elif question.kind == "quantity":
        factor = _factor(run, asked)
        values = run.answer(asked.id) / factor
        value, interval, error = _quantity(values)
        current = value_at_as_of(run, asked.expressions[""])
        baselines["persistence"] = float(np.median(current)) / factor if len(current) else None
    elif question.kind == "until":
        months = _months(run, run.answer(asked.id))
        value, interval, error = _quantity(months)
        hits = np.isfinite(months)
        share, _, share_error = wilson_interval(int(hits.sum()), len(hits))
        detail = {"probability_by": share, "probability_mc_error": share_error, "horizon": question.by}
    elif question.kind == "first_of":
        value, interval, error, detail = _first_of(run, asked)
    elif question.kind == "rank":
        table = np.stack([run.answer(f"{asked.id}/{key}") for key in asked.expressions])
        place = list(asked.expressions).index(str(question.of))
        ranks = 1.0 + (table > table[place]).sum(axis=0)
        value, interval, error = _quantity(ranks)
        detail = {"of": str(question.of), "first": float(np.mean(ranks == 1)), "values": {
            key: float(np.median(row)) for key, row in zip(asked.expressions, table, strict=True)}}  # fmt: skip
    else:
        value, interval, error, detail = _reason(run, asked)
    if question.base_rate is not None:
        rate = run.model.plan.parameter(f"questions.{asked.id}.base_rate.value")
        baselines["base_rate"] = rate.quantile(0.5) / (_factor(run, asked) if question.kind == "quantity" else 1.0)
    behind = claims_behind(run.model.plan, asked)
    return Answer(
        asked.id, question.kind, question.lines, question.text, str(question.by or question.at), asked.unit, value,
        interval, error, baselines, _direct(behind), question.resolution, detail, behind,
        influences(run.model.plan, asked),
    )  # fmt: skip


def value_at_as_of(run: Outcomes, node: expression.Node) -> np.ndarray:
    """An expression at as_of, for every path draw in which it has a value then."""
    plan, state = run.model.plan, run.model.plan.first_future_step
    cells = run.stocks_at_as_of

    def holds(asked: expression.ChoiceTerm) -> np.ndarray:
        names = [choice.name for choice in plan.choices]
        choice = plan.choices[names.index(asked.choice)]
        stands = choice.imposed_options[max(state - 1, 0)]
        wanted = [choice.options.index(option) for option in asked.options]
        return np.full(len(cells), (stands if stands >= 0 else choice.status_quo) in wanted)

    read = (node, lambda name: cells[:, plan.cells.index(name)], holds, np)
    with np.errstate(all="ignore"):
        value, known = (
            np.broadcast_to(found(*read), len(cells)) for found in (expression.evaluate, expression.defined)
        )
    out: np.ndarray = value[known]
    return out


def claims_of(plan: Plan, asked: PlannedQuestion) -> tuple[str, ...]:
    """Claims directly behind an answer, see `standoff.analysis.provenance`: all but those further up."""
    return _direct(claims_behind(plan, asked))


def _direct(found: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(claim for kind, claims in found.items() if kind != "further" for claim in claims)


def _factor(run: Outcomes, asked: PlannedQuestion) -> float:
    from standoff import units

    return units.parse(asked.unit or "1", run.model.scenario.units).factor


def _months(run: Outcomes, states: np.ndarray) -> np.ndarray:
    calendar = run.model.scenario.calendar
    return (states - run.model.plan.first_future_step) * calendar.dt


def _quantity(values: np.ndarray) -> tuple[float | None, tuple[float | None, float | None], float | None]:
    ordered = np.sort(values)

    def at(p: float) -> float | None:
        found = ordered[min(int(p * len(ordered)), len(ordered) - 1)]
        return float(found) if math.isfinite(found) else None

    error = median_error(values)
    return at(0.5), (at(0.05), at(0.95)), error if math.isfinite(error) else None


def _first_of(run: Outcomes, asked: PlannedQuestion) -> tuple[str, None, float, dict[str, Any]]:
    names = list(asked.expressions)
    hits = np.stack([run.answer(f"{asked.id}/{key}") for key in names])
    first = hits.min(axis=0)
    wins = (hits == first) & np.isfinite(first)
    share = wins / np.maximum(wins.sum(axis=0), 1)
    table = dict(zip(names, share.mean(axis=1).tolist(), strict=True))
    table["none by then"] = float(np.mean(~np.isfinite(first)))
    best = max(table, key=lambda key: table[key])
    _, _, error = wilson_interval(round(table[best] * hits.shape[1]), hits.shape[1])
    each = {key: float(np.isfinite(row).mean()) for key, row in zip(names, hits, strict=True)}
    months = {key: _quantity(_months(run, row))[0] for key, row in zip(names, hits, strict=True)}
    return best, None, error, {"first": table, "happens_by": each, "median_months": months}


def _reason(run: Outcomes, asked: PlannedQuestion) -> tuple[float, tuple[float, float], float, dict[str, Any]]:
    assert asked.question.reason is not None
    choice = next(c for c in run.model.plan.choices if c.name == asked.question.reason[0])
    parts = np.stack([run.answer(f"{asked.id}/{reason.name}") for reason in choice.reasons])
    place = [reason.name for reason in choice.reasons].index(asked.question.reason[1])
    mine = parts[place]
    share = np.abs(mine) / np.maximum(np.abs(parts).sum(axis=0), 1e-300)
    low, high = np.quantile(mine, (0.05, 0.95))
    detail = {
        "share": float(share.mean()),
        "share_interval": [float(x) for x in np.quantile(share, (0.05, 0.95))],
        "log_odds": float(parts.sum(axis=0).mean()),
        "option": asked.question.option,
        "against": choice.options[choice.status_quo],
        "probability": float(run.answer(f"{asked.id}/probability").mean()),
    }
    return float(mine.mean()), (float(low), float(high)), float(mine.std(ddof=1) / math.sqrt(len(mine))), detail
