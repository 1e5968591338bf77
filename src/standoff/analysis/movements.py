"""What moves the answers: levers, options and beliefs at their ends, in the same futures.

A lever acts from as_of on; an option is held from then on, unknown to the others until it is taken; a belief acts in history
too. Each end is one run of the same futures with the same random numbers, which gives the change of every answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Literal

import numpy as np

from standoff.analysis.answer import answer
from standoff.analysis.compare_variants import base_values
from standoff.analysis.paired import Difference, PairedOutcomes, outcome_values
from standoff.analysis.parameter_range import written
from standoff.analysis.stored_bands import Bands
from standoff.engine.model import Model
from standoff.engine.session import LeverResult, Session
from standoff.plan import PlannedQuestion
from standoff.record import record
from standoff.scenario import overrides

MOVED_DRAWS = 2048  # assumption: resolves a percentage point of a rare event
LOW, HIGH = 0.05, 0.95  # quantiles of the belief about a number
EVEN = 0.5  # where the other answer becomes the likelier one
HALVINGS = 6  # of the range between the ends: a flip point is then right to a sixty-fourth of it


@record
class Mover:
    """Something that may be set, with the values at which it is tried."""

    kind: Literal["lever", "hold", "belief"]
    name: str  #: of the lever or the choice, or the path of the belief
    ends: tuple[float | str, ...]  #: low and high in the unit of the lever or the belief, or the options of the choice


@record
class Movement:
    """The answers with one mover at each of its ends, beside the case as it stands.

    `shares` are of futures: as the case stands, and then by end; only of a hold.
    """

    mover: Mover
    changes: Mapping[str, tuple[Difference, ...]]  #: question -> by end
    shares: Mapping[str, tuple[tuple[float, ...], ...]]  #: by choice and option, when the main question is asked
    flips: Mapping[str, float]  #: question -> value of a lever at which its probability crosses a half
    futures: int


def movers(model: Model, beliefs: Iterable[int] = ()) -> tuple[Mover, ...]:
    """The levers, the choices that are free after as_of, and some beliefs, by parameter."""
    plan, scenario = model.plan, model.scenario
    levers = {name: overrides.ends(lever.model_dump(), scenario.units)[:2] for name, lever in scenario.levers.items()}
    free = {
        choice.name: tuple(choice.options) for choice in plan.choices if any(choice.is_free[plan.first_future_step :])
    }
    believed = {
        plan.parameters[i].path: tuple(plan.parameters[i].quantile(p) / plan.parameters[i].factor for p in (LOW, HIGH))
        for i in beliefs
    }
    kinds: tuple[tuple[Any, Mapping[str, tuple[Any, ...]]], ...] = (
        ("lever", levers),
        ("hold", free),
        ("belief", believed),
    )
    return tuple(Mover(kind=kind, name=name, ends=ends) for kind, of in kinds for name, ends in of.items())


def held_from_now(model: Model, held: Mapping[str, str]) -> np.ndarray:
    """(choice, step) options by choice that persons set from as_of on, -1 where there is none."""
    plan = model.plan
    out = np.full((len(plan.choices), model.scenario.calendar.steps), -1)
    for row, choice in enumerate(plan.choices):
        if choice.name in held:
            out[row, plan.first_future_step :] = choice.options.index(held[choice.name])
    return out


def movements(
    session: Session, of: Sequence[Mover], draws: int = MOVED_DRAWS, stop: Callable[[], bool] = bool
) -> Iterator[Movement]:
    """The answers with each mover at each of its ends, one mover after another.

    `Interruption` once `stop` is true.
    """
    plan = session.model.plan
    base = session.move(draws=draws, stop=stop)
    first = answer(base, bands=Bands())
    before, labels = base_values(base, first), {item.id: str(first[item.id].answer) for item in first.answers}
    asked = max(plan.question(plan.main_question).state - 1 - plan.first_future_step, 0) if plan.questions else 0

    def changed(
        mover: Mover, end: float | str, questions: Sequence[PlannedQuestion]
    ) -> tuple[LeverResult, list[Difference]]:
        run = _moved(session, mover, end, draws, stop)
        states = ((item, [before[item.id], outcome_values(run, item, labels[item.id])]) for item in questions)
        return run, [PairedOutcomes.of(item, values).difference() for item, values in states]

    def movement(mover: Mover) -> Movement:
        runs, rows = zip(*(changed(mover, end, plan.questions) for end in mover.ends), strict=True)
        changes = dict(zip((item.id for item in plan.questions), zip(*rows, strict=True), strict=True))

        def is_likely(question: PlannedQuestion, value: float) -> bool:
            return changed(mover, value, [question])[1][0].after > EVEN

        def crosses(question: PlannedQuestion) -> bool:
            low, high = (end.after > EVEN for end in changes[question.id])
            return question.form.COMPARED_BY != "mean" and low != high

        crossing = [item for item in plan.questions if mover.kind == "lever" and crosses(item)]
        return Movement(
            mover=mover,
            changes=changes,
            shares={
                choice.name: tuple(tuple(run.held[asked, row, : len(choice.options)].tolist()) for run in (base, *runs))
                for row, choice in enumerate(plan.choices)
                if mover.kind == "hold"
            },
            flips={item.id: _flip(mover, partial(is_likely, item)) for item in crossing},
            futures=int(base.valid.sum()),
        )

    return map(movement, of)


def _flip(mover: Mover, is_likely: Callable[[float], bool]) -> float:
    """The value between the ends of a lever at which an answer crosses one half, by halving."""
    one, other = (float(end) for end in mover.ends)
    was = is_likely(one)
    for _ in range(HALVINGS):
        middle = (one + other) / 2
        one, other = (middle, other) if is_likely(middle) == was else (one, middle)
    return (one + other) / 2


def _moved(session: Session, mover: Mover, end: float | str, draws: int, stop: Callable[[], bool]) -> LeverResult:
    """The futures with a mover at one of its ends."""
    if mover.kind == "hold":
        return session.move(held=held_from_now(session.model, {mover.name: str(end)}), draws=draws, stop=stop)
    if mover.kind == "lever":
        return session.move({mover.name: end}, draws=draws, stop=stop)
    return session.move(beliefs={mover.name: written(session.model.plan, mover.name, end)}, draws=draws, stop=stop)
