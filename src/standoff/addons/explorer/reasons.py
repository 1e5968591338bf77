"""Reasons of a choice beside those in the case, and reasons that make an event happen.

The numbers are those of `standoff explain` for the same state, draws and seed: contributions to the log odds of an option
against a reference, which add up in every future.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from standoff.addons.explorer.responses import beside
from standoff.analysis.explain import (
    ExpectedChoice,
    Explanation,
    OptionSummary,
    ReasonContribution,
    decision_step,
    explained,
    find_choice,
)
from standoff.analysis.reason_attribution import DATES, deciding_reasons
from standoff.engine.run import Run
from standoff.errors import ModelError
from standoff.plan import Plan, PlannedQuestion, PlannedReason, labels
from standoff.report import formatting


@dataclass(frozen=True, kw_only=True)
class OptionBesideBase(OptionSummary):
    """An option in the moved state and in the case."""

    before: float | None  #: its probability in the case; None where the decision does not arise there


@dataclass(frozen=True, kw_only=True)
class ReasonBesideBase(ReasonContribution):
    """A reason of a decision in the moved state and in the case.

    `claims` are those of the reason and of its numbers, `sources` all others: keys of works, `history`, `assumption`.
    """

    before: float | None  #: its log odds in the case
    numbers: tuple[str, ...]  #: paths of its parameters, the weight first


@dataclass(frozen=True, kw_only=True)
class ForecastBesideBase(ExpectedChoice):
    """What the decider expects another actor to do, and what it does."""

    before_does: float | None


@dataclass(frozen=True, kw_only=True)
class ChoiceReasons(Explanation):
    """Why an option rather than another, in a decision of the moved state; `before` is the case."""

    before_log_odds: float | None
    options: tuple[OptionBesideBase, ...]
    reasons: tuple[ReasonBesideBase, ...]
    forecasts: tuple[ForecastBesideBase, ...]


@dataclass(frozen=True, kw_only=True)
class EventReason:
    """A reason at the decisions that make an event happen, against futures in which it does not."""

    choice: str
    actor: str
    reason: str
    text: str
    log_odds: float  #: with the event less without it
    with_event: float
    without_event: float
    error: float


@dataclass(frozen=True, kw_only=True)
class EventReasons:
    """When an event happens, and which reasons decide it."""

    question: str
    futures: int  #: in which it happens
    of: int
    dates: tuple[tuple[str, int], ...]  #: label, and futures in which it happens then
    reasons: tuple[EventReason, ...]
    note: str


def choice_reasons(now: Run, before: Run, choice: str, at: str, option: str = "", against: str = "") -> ChoiceReasons:
    """Explain a decision in two runs: that of a moved state, and that of the case.

    Raises `StandoffError` for an unknown choice, option or date, and where the decision does not arise in the moved state.
    """
    plan = now.model.plan
    index = find_choice(plan, choice)
    planned = plan.choices[index]
    step = decision_step(plan, planned, at)
    result = explained(now, index, step, at, option, against)
    base = result if before is now else _explained(before, index, step, result)
    first = {item.option: item.probability for item in base.options} if base else {}
    parts = {item.reason: item.log_odds for item in base.reasons} if base else {}
    does = {(item.choice, item.option): item.does for item in base.forecasts} if base else {}
    return beside(
        ChoiceReasons,
        result,
        before_log_odds=base.log_odds if base else None,
        options=tuple(
            beside(
                OptionBesideBase,
                item,
                text=labels.option(plan, planned.name, item.option),
                before=first.get(item.option),
            )
            for item in result.options
        ),
        reasons=tuple(
            _reason(plan, item, entry, parts.get(entry.reason))
            for item, entry in zip(planned.reasons, result.reasons, strict=True)
        ),
        forecasts=tuple(
            beside(ForecastBesideBase, item, before_does=does.get((item.choice, item.option)))
            for item in result.forecasts
        ),
    )


def _explained(before: Run, index: int, step: int, like: Explanation) -> Explanation | None:
    """The same decision in the case; None where it does not arise there."""
    try:
        return explained(before, index, step, like.at, like.option, like.reference)
    except ModelError:
        return None


def _reason(plan: Plan, planned: PlannedReason, entry: ReasonContribution, before: float | None) -> ReasonBesideBase:
    sources = dict.fromkeys((*entry.claims, *entry.sources))
    return beside(
        ReasonBesideBase,
        entry,
        text=labels.reason(entry),
        before=before,
        weight=formatting.believed(entry.weight),
        claims=tuple(name for name in sources if name in plan.ledger),
        sources=tuple(name for name in sources if name not in plan.ledger),
        numbers=tuple(plan.parameters[index].path for index in reason_numbers(planned)),
    )


def reason_numbers(reason: PlannedReason) -> tuple[int, ...]:
    """Parameters of a reason, its weight first."""
    return tuple(dict.fromkeys([reason.weight, *reason.part.parameters]))


def event_reasons(run: Run, question: str) -> EventReasons:
    """Dates at which a condition comes true, and reasons at the decisions that make it so.

    Raises `ModelError` for an unknown question.
    """
    query = run.model.plan.question(question)
    if not query.form.IS_CONDITION:
        return _without(run, query, "The question asks for a number, which has no date of its own.")
    when = np.min([run.answer(f"{query.id}/{key}" if key else query.id) for key in query.expressions], axis=0)
    states = Counter(when[np.isfinite(when)].astype(int).tolist())
    dates = tuple((run.times[state], count) for state, count in sorted(states.items()))
    results = deciding_reasons(run, query, DATES)
    rows = tuple(
        EventReason(
            choice=item.choice,
            actor=item.actor,
            reason=part.reason,
            text=labels.reason(part),
            log_odds=part.difference,
            with_event=part.with_event,
            without_event=part.without_event,
            error=part.mc_error,
        )
        for item in results
        for part in item.reasons
    )
    note = "No single decision makes it happen: stocks, several conditions, or all futures do."
    if results:
        pairs = "; ".join(
            f"{item.actor}: {item.with_event:,} against {item.without_event:,} futures" for item in results
        )
        note = f"Log odds of the option that makes it happen, less those at the same dates where it does not ({pairs})."
    elif not states:
        note = "It happens in no future."
    return EventReasons(
        question=query.id, futures=sum(states.values()), of=len(when), dates=dates, reasons=rows, note=note
    )


def _without(run: Run, query: PlannedQuestion, note: str) -> EventReasons:
    return EventReasons(question=query.id, futures=0, of=int(run.valid.sum()), dates=(), reasons=(), note=note)
