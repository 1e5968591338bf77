"""One future as a story: what is chosen, what happens, and why.

A future has a number, under which it has the same random numbers in every state of the levers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from standoff.addons.explorer import charts
from standoff.analysis.paired import paired_sample
from standoff.analysis.reason_attribution import taken
from standoff.engine import decision_record
from standoff.engine.run import Run
from standoff.errors import ModelError, Problem
from standoff.plan import PlannedChoice, PlannedQuestion, labels
from standoff.questions import NONE
from standoff.report import formatting

LARGEST = 3  # reasons of a decision in a story; assumption: a reader follows no more


@dataclass(frozen=True, kw_only=True)
class StoryEvent:
    """Something that happens in one future."""

    at: str
    kind: str  #: choice, question, exhaustion, fighting (a stock of that name begins or ends) or flag (another one)
    actor: str
    text: str
    claims: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class StoryReason:
    """One of the largest reasons of a decision."""

    reason: str
    text: str
    log_odds: float


@dataclass(frozen=True, kw_only=True)
class StoryDecision:
    """Why an option was taken in place of the one before."""

    at: str
    choice: str
    actor: str
    option: str
    text: str
    reasons: tuple[StoryReason, ...]


@dataclass(frozen=True, kw_only=True)
class StoryStock:
    """A stock in one future, at the times of a chart."""

    stock: str
    name: str
    unit: str
    values: tuple[float, ...]


@dataclass(frozen=True, kw_only=True)
class FutureStory:
    """One future from as_of on."""

    number: int
    outcome: str
    events: tuple[StoryEvent, ...]
    reasons: tuple[StoryDecision, ...]
    stocks: tuple[StoryStock, ...]
    times: tuple[str, ...]


def story(run: Run, number: int, shown: Mapping[str, charts.ChartScale]) -> FutureStory:
    """One future as a story, with some stocks in the scale of their charts; raises `ModelError`."""
    if not 0 <= number < run.settings.paths:
        allowed = f"0 to {run.settings.paths - 1}, whose paths are kept"
        raise ModelError(Problem(f"there is no path of the future {number}", "number", allowed=allowed))
    if not run.valid[number]:
        raise ModelError(Problem(f"the future {number} failed", "number", fix="open another one"))
    plan = run.model.plan
    decisions = tuple(sorted(_decisions(run, number), key=lambda item: item[:2]))
    events = [*_choices(run, number, decisions), *_conditions(run, number), *_flags(run, number)]
    states, row = charts.chart_states(plan), int(run.valid_paths[:number].sum())
    return FutureStory(
        number=number,
        outcome=_outcome(run, plan.question(plan.main_question), number) if plan.questions else "",
        events=tuple(event for _, event in sorted(events, key=lambda pair: pair[0])),
        reasons=tuple(decision for *_, decision in decisions),
        stocks=tuple(
            StoryStock(
                stock=cell,
                name=labels.stock(plan, cell),
                unit=form_.unit,
                values=charts.fan_rows(run, cell, form_, states, [row])[0],
            )
            for cell, form_ in shown.items()
        ),
        times=charts.chart_times(plan),
    )


def _decisions(run: Run, number: int) -> Iterator[tuple[int, int, StoryDecision]]:
    """(step, choice, decision) of every option that the decider took in place of another."""
    plan, row = run.model.plan, int(run.valid_paths[:number].sum())
    for c, choice in enumerate(plan.choices):
        chosen = run.path_chosen[number, :, c]
        states = [k + 1 for k in range(plan.first_future_step, len(chosen)) if not k or chosen[k] != chosen[k - 1]]
        for step, option, before in filter(None, (taken(choice, chosen, state) for state in states)):
            occasion = decision_record.has_occasion(run, c, step)
            if not occasion[row]:
                continue  # the option ended with its occasion
            parts = decision_record.reasons(run, c, step)[int(occasion[:row].sum())]
            sizes = parts[:, option] - parts[:, before]
            order = sorted(range(len(sizes)), key=lambda r: -abs(sizes[r]))[:LARGEST]
            texts = plan.scenario.choices[choice.name].reasons
            names = [choice.reasons[r].name for r in order]
            yield (
                step,
                c,
                StoryDecision(
                    at=run.times[step + 1],
                    choice=choice.name,
                    actor=labels.actor(plan, choice.actor),
                    option=choice.options[option],
                    text=labels.option(plan, choice.name, choice.options[option]),
                    reasons=tuple(
                        StoryReason(
                            reason=name, text=texts[name].text or formatting.humanise(name), log_odds=float(sizes[r])
                        )
                        for name, r in zip(names, order, strict=True)
                    ),
                ),
            )


def _choices(
    run: Run, number: int, decisions: Sequence[tuple[int, int, StoryDecision]]
) -> Iterator[tuple[int, StoryEvent]]:
    """Changes of the option in force after as_of, by decision or as its occasion is over."""
    plan, known = run.model.plan, {(step, c): decision for step, c, decision in decisions}
    for c, choice in enumerate(plan.choices):
        chosen, claims = run.path_chosen[number, :, c], {reason.name: reason.claims for reason in choice.reasons}
        for k in range(plan.first_future_step, len(chosen)):
            before = int(chosen[k - 1]) if k else choice.status_quo
            if chosen[k] == before:
                continue
            decision = known.get((k, c))
            option = labels.option(plan, choice.name, choice.options[chosen[k]])
            yield (
                k + 1,
                StoryEvent(
                    at=run.times[k + 1],
                    kind="choice",
                    actor=labels.actor(plan, choice.actor),
                    text=f"{option}{'' if decision else _cause(choice, k)}",
                    claims=tuple(dict.fromkeys(name for item in decision.reasons for name in claims[item.reason]))
                    if decision
                    else (),
                ),
            )


def _cause(choice: PlannedChoice, step: int) -> str:
    """Why an option changes without a decision."""
    return (
        ", set by a person"
        if choice.held and choice.held[step] >= 0
        else ", as there is no longer an occasion to choose"
    )


def _conditions(run: Run, number: int) -> Iterator[tuple[int, StoryEvent]]:
    """Questions whose condition comes true."""
    for query in run.model.plan.questions:
        if not query.form.IS_CONDITION:
            continue
        sample, indicators = paired_sample(run, query), query.question.indicators or {}
        for label in query.expressions:
            state = float(sample[label][number])
            if not np.isfinite(state):
                continue
            at, (side, _, constraint) = run.times[int(state)], label.partition(", ")
            sign = indicators.get(label, indicators.get(constraint, ""))
            words = label or ("Yes" if query.form.COMPARED_BY == "probability" else f"Until {at}")
            text = f"{label}: {sign}" if sign else label if constraint else f"{query.question.text} {words}."
            yield (
                int(state),
                StoryEvent(
                    at=at,
                    kind="exhaustion" if constraint else "question",
                    actor=side if constraint else "",
                    text=text,
                    claims=tuple(query.question.claims),
                ),
            )


def _flags(run: Run, number: int) -> Iterator[tuple[int, StoryEvent]]:
    """Stocks of 0 or 1 that begin or end after as_of."""
    plan = run.model.plan
    for cell in charts.flags(run):
        path = run.stock_paths[number, :, plan.cells.index(cell)]
        for state in range(plan.first_future_step + 1, len(path)):
            if path[state] != path[state - 1]:
                kind = "fighting" if cell.partition(".")[0] == "fighting" else "flag"
                text = f"{labels.stock(plan, cell)} {'begins' if path[state] else 'ends'}"
                yield state, StoryEvent(at=run.times[state], kind=kind, actor="", text=text, claims=())


def _outcome(run: Run, query: PlannedQuestion, number: int) -> str:
    """The main question in one future, in words."""
    sample, question = paired_sample(run, query), query.question
    if query.form.HAS_LABELS:
        first = {label: float(sample[label][number]) for label in query.expressions}
        best = min(first, key=lambda label: first[label])
        words = f"{best}, {run.times[int(first[best])]}" if np.isfinite(first[best]) else NONE
    elif query.form.IS_CONDITION:
        state = float(sample[""][number])
        words = f"yes, in {run.times[int(state)]}" if np.isfinite(state) else f"not by {query.date}"
    else:
        words = formatting.number(float(query.form.values(sample)[number]), None, query.form.unit(query))
    return f"{question.text} {formatting.capital(words)}."
