"""Reasons over time, and at the decision that makes an event happen.

A contribution is a part of the log odds of an option, as in `standoff explain`: parts add up to the log odds of an option
against the status quo, or against the option that it replaces.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass

import numpy as np

from standoff.engine import decision_record
from standoff.engine.run import Run
from standoff.plan import PlannedChoice, PlannedQuestion

DATES = 8  # assumption: a reader follows no more dates


@dataclass(frozen=True, kw_only=True)
class ReasonPath:
    """Mean log odds of an option against the status quo by reason and decision date."""

    choice: str
    option: str
    reference: str
    dates: tuple[str, ...]
    futures: tuple[int, ...]  #: in which the decision arises, by date
    reasons: tuple[str, ...]
    log_odds: tuple[tuple[float, ...], ...]  #: [reason][date]


@dataclass(frozen=True, kw_only=True)
class DecidingReason:
    """One reason at the deciding date: mean log odds of the option taken against the one left."""

    reason: str
    text: str
    with_event: float  #: in futures in which it happens
    without_event: float  #: at the same dates and for the same options in futures in which it does not
    difference: float
    mc_error: float  #: standard error of the difference


@dataclass(frozen=True, kw_only=True)
class DecidingReasons:
    """Reasons of a choice at the deciding date, against other futures at the same dates."""

    choice: str
    actor: str  #: name
    options: tuple[str, ...]  #: that were taken, the most frequent first
    date: str  #: median deciding date
    with_event: int  #: futures in which it happens by a decision of this choice at one of the dates
    without_event: int  #: futures in which it does not happen
    reasons: tuple[DecidingReason, ...]  #: the largest difference first

    @property
    def sums(self) -> tuple[float, float]:
        """Sums of the reasons with and without the event."""
        return sum(item.with_event for item in self.reasons), sum(item.without_event for item in self.reasons)


def reason_paths(run: Run, question: PlannedQuestion, most: int | None = None) -> tuple[ReasonPath, ...]:
    """Paths of the reasons for each option that a question names, up to its date.

    most: largest number of dates; the first and the last one are among them
    """

    plan, out = run.model.plan, []
    for c, choice in enumerate(plan.choices):
        options = [o for o in plan.options_of(question).get(choice.name, ()) if o != choice.options[choice.status_quo]]
        steps = [k for k in _steps(choice, question, most) if decision_record.has_occasion(run, c, k).any()]
        if not options or not steps:
            continue
        parts = [decision_record.reasons(run, c, k) for k in steps]
        for option in options:
            o = choice.options.index(option)
            means = np.array([part[:, :, o].mean(axis=0) for part in parts]).T
            out.append(
                ReasonPath(
                    choice=choice.name,
                    option=option,
                    reference=choice.options[choice.status_quo],
                    dates=tuple(plan.scenario.calendar.label(k + 1) for k in steps),
                    futures=tuple(map(len, parts)),
                    reasons=tuple(item.name for item in choice.reasons),
                    log_odds=tuple(map(tuple, means.tolist())),
                )
            )
    return tuple(out)


def _steps(choice: PlannedChoice, question: PlannedQuestion, most: int | None) -> list[int]:
    """Free decisions before the date of a question, evenly thinned to `most`."""
    steps = [k for k in range(question.state) if choice.is_free[k]]
    if most is None or len(steps) <= most:
        return steps
    return [steps[n] for n in np.linspace(0, len(steps) - 1, most).round().astype(int)]


def deciding_reasons(run: Run, question: PlannedQuestion, most: int | None = None) -> tuple[DecidingReasons, ...]:
    """Reasons at the decisions that made an event happen, by choice of the question.

    Only for one condition, which has a first date. most: largest number of deciding dates, the most frequent ones
    """
    if not question.form.IS_CONDITION or [*question.expressions] != [""]:
        return ()
    row = [item.name for item in run.trackers].index(question.id)
    happens = run.answers[row][: run.settings.paths][run.valid_paths]
    named = run.model.plan.options_of(question)
    out = (_decided(run, c, happens, most) for c, choice in enumerate(run.model.plan.choices) if choice.name in named)
    return tuple(item for item in out if item is not None)


def taken(choice: PlannedChoice, chosen: np.ndarray, state: int) -> tuple[int, int, int] | None:
    """Step at which the option in force at a state was taken, it, and the one before; or None.

    chosen: (T,) options in force of one future
    """
    step = state - 1
    while step > 0 and chosen[step - 1] == chosen[state - 1]:
        step -= 1
    if state < 1 or not choice.is_free[step]:
        return None  # in force since before as_of, or imposed
    before = int(chosen[step - 1]) if step else choice.status_quo
    return (step, int(chosen[state - 1]), before) if before != chosen[state - 1] else None


def _decided(run: Run, c: int, happens: np.ndarray, most: int | None) -> DecidingReasons | None:

    plan, choice = run.model.plan, run.model.plan.choices[c]
    chosen, futures = run.path_chosen[run.valid_paths, :, c], np.flatnonzero(np.isfinite(happens))
    by_decision: dict[tuple[int, int, int], list[int]] = {}
    for i in futures:
        if (decision := taken(choice, chosen[i], int(happens[i]))) is not None:
            by_decision.setdefault(decision, []).append(int(i))
    common = Counter({step: 0 for step, *_ in by_decision})
    for (step, *_), members in by_decision.items():
        common[step] += len(members)
    steps = {step for step, _ in common.most_common(most)}
    none, pairs, decided = ~np.isfinite(happens), [], Counter[str]()
    dates: list[int] = []
    for (step, option, before), members in sorted(by_decision.items()):
        made = decision_record.has_occasion(run, c, step)
        others = none[made]
        if step not in steps or not others.any():
            continue
        parts = decision_record.reasons(run, c, step)
        off = parts[:, :, option] - parts[:, :, before]
        own = np.isin(np.flatnonzero(made), members)
        pairs.append(np.stack([off[own], np.broadcast_to(off[others].mean(axis=0), off[own].shape)]))
        decided[choice.options[option]] += int(own.sum())
        dates += [step] * int(own.sum())
    if not dates:
        return None
    both = np.concatenate(pairs, axis=1)  # (with or without, future, reason)
    difference = both[0] - both[1]
    rows = [_reason(run, choice, n, both[:, :, n], difference[:, n]) for n in range(len(choice.reasons))]
    return DecidingReasons(
        choice=choice.name,
        actor=plan.scenario.actors[choice.actor].name,
        options=tuple(name for name, _ in decided.most_common()),
        date=plan.scenario.calendar.label(int(np.median(dates)) + 1),
        with_event=len(dates),
        without_event=int(none.sum()),
        reasons=tuple(sorted(rows, key=lambda item: -abs(item.difference))),
    )


def _reason(run: Run, choice: PlannedChoice, n: int, both: np.ndarray, off: np.ndarray) -> DecidingReason:
    name = choice.reasons[n].name
    return DecidingReason(
        reason=name,
        text=run.model.scenario.choices[choice.name].reasons[name].text,
        with_event=float(both[0].mean()),
        without_event=float(both[1].mean()),
        difference=float(off.mean()),
        mc_error=float(off.std()) / math.sqrt(len(off)),
    )
