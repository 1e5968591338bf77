"""What moves the answers: levers, options and beliefs at their ends, in the same futures.

A lever acts from as_of on; an option is held from then on, unknown to the others until it is taken; a belief acts in history
too. Each end is one run of the same futures with the same random numbers, which gives the change of every answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import numpy as np

from standoff import labels
from standoff.analysis.answer import Answer, answer
from standoff.analysis.compare_variants import base_values
from standoff.analysis.paired import Difference, PairedOutcomes, held_from_now, outcome_values
from standoff.analysis.parameter_range import unit_of, written
from standoff.analysis.stored_bands import Bands
from standoff.engine.model import Model
from standoff.engine.session import LeverResult, Session
from standoff.plan import Plan, PlannedChoice
from standoff.record import record
from standoff.scenario import overrides

MOVED_DRAWS = 2048  # assumption: resolves a percentage point of a rare event
CLEAR = 3.0  # standard errors; of a hundred and forty comparisons at two, seven would be clear by chance
LOW, HIGH = 0.05, 0.95  # quantiles of the belief about a number
EVEN = 0.5  # where the other answer becomes the likelier one
HALVINGS = 6  # of the range between the ends: a flip point is then right to a sixty-fourth of it


@record
class Mover:
    """Something that may be set, whose it is, and the values at which it is tried."""

    kind: Literal["lever", "hold", "belief"]
    name: str  #: of the lever or the choice, or the path of the belief
    text: str
    actor: str  #: whose it is to set; empty for nobody
    unit: str  #: of the numbers; empty without one
    now: float | None  #: median of the belief about the number; None of a choice
    ends: tuple[float | str, ...]  #: low and high in this unit, or the options of the choice


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

    def largest(self, question: str) -> Difference:
        """The change of an answer at the end that changes it more."""
        return max(self.changes[question], key=lambda end: abs(end.change))

    def is_clear(self, question: str) -> bool:
        """Whether any end changes an answer beyond chance."""
        return any(map(is_clear, self.changes[question]))


@dataclass(frozen=True)
class PairedStates:
    """A case as it stands, and the changes of its answers in other states of the same futures."""

    session: Session
    draws: int
    stop: Callable[[], bool]
    base: LeverResult
    labels: Mapping[str, str]  #: question -> its answer, which is followed where it is a label
    before: Mapping[str, np.ndarray]  #: question -> (N,) outcomes

    @classmethod
    def of(
        cls,
        session: Session,
        answers: Iterable[Answer] | None = None,
        draws: int = MOVED_DRAWS,
        stop: Callable[[], bool] = bool,
    ) -> PairedStates:
        """The case as it stands.

        answers: of the questions that are followed, with their labels; by default all, as these futures have them.
        `Interruption` once `stop` is true.
        """
        base = session.move(draws=draws, stop=stop)
        known = tuple(answer(base, bands=Bands()) if answers is None else answers)
        return cls(session, draws, stop, base, {item.id: str(item.answer) for item in known}, base_values(base, known))

    def moved(self, questions: Iterable[str] | None = None, **state: Any) -> tuple[LeverResult, dict[str, Difference]]:
        """Another state, as `Session.move` takes it, with its changes; by default of all."""
        run, plan = self.session.move(**state, draws=self.draws, stop=self.stop), self.session.model.plan
        asked = [plan.question(name) for name in (self.labels if questions is None else questions)]
        values = ((item, outcome_values(run, item, self.labels[item.id])) for item in asked)
        return run, {
            item.id: PairedOutcomes.of(item, [self.before[item.id], after]).difference() for item, after in values
        }


def is_clear(change: Difference) -> bool:
    """Whether a change is beyond chance."""
    return abs(change.change) > CLEAR * change.mc_error


def movers(model: Model, beliefs: Iterable[int] = ()) -> tuple[Mover, ...]:
    """The levers, the choices that are free after as_of, and some beliefs, by parameter."""
    plan = model.plan
    free = (choice for choice in plan.choices if any(choice.is_free[plan.first_future_step :]))
    return (*levers(plan), *(_hold(plan, choice) for choice in free), *(_belief(plan, index) for index in beliefs))


def levers(plan: Plan) -> Iterator[Mover]:
    """The levers of a case at the ends of their ranges."""
    for name, lever in plan.scenario.levers.items():
        low, high, unit = overrides.ends(lever.model_dump(), plan.scenario.units)
        target = plan.number(lever.target)
        path = plan.parameters[target].path
        holder = next((word for word in reversed(path.split(".")) if word in plan.scenario.actors), "")
        yield Mover(
            kind="lever",
            name=name,
            text=lever.text or labels.humanise(name),
            actor=plan.choice_at(path).actor if path.startswith("choices.") else holder,
            unit=unit.text if unit.dims else "",
            now=plan.parameters[plan.in_force(target)].quantile(0.5) / unit.factor,
            ends=(low, high),
        )


def _hold(plan: Plan, choice: PlannedChoice) -> Mover:
    return Mover(
        kind="hold",
        name=choice.name,
        text=labels.choice(plan, choice.name),
        actor=choice.actor,
        unit="",
        now=None,
        ends=tuple(choice.options),
    )


def _belief(plan: Plan, index: int) -> Mover:
    parameter = plan.parameters[index]
    low, now, high = (parameter.quantile(p) / parameter.factor for p in (LOW, 0.5, HIGH))
    unit = unit_of(plan, index)
    return Mover(
        kind="belief",
        name=parameter.path,
        text=labels.parameter(plan, parameter.path),
        actor="",
        unit="" if unit == "1" else unit,
        now=now,
        ends=(low, high),
    )


def main_step(plan: Plan) -> int:
    """The step, counted from as_of, at whose end the main question is asked; else the last."""
    state = plan.question(plan.main_question).state if plan.questions else plan.scenario.calendar.steps
    return max(state - 1 - plan.first_future_step, 0)


def movements(
    session: Session,
    of: Iterable[Mover],
    answers: Iterable[Answer] | None = None,
    draws: int = MOVED_DRAWS,
    stop: Callable[[], bool] = bool,
) -> Iterator[Movement]:
    """The answers with each mover at each of its ends; arguments as of `PairedStates.of`."""
    plan, states = session.model.plan, PairedStates.of(session, answers, draws, stop)
    asked = main_step(plan)

    def movement(mover: Mover) -> Movement:
        runs, rows = zip(*(states.moved(**_state(session.model, mover, end)) for end in mover.ends), strict=True)
        changes = {name: tuple(row[name] for row in rows) for name in states.labels}

        def is_likely(question: str, value: float) -> bool:
            return states.moved([question], **_state(session.model, mover, value))[1][question].after > EVEN

        def crosses(question: str) -> bool:
            low, high = (end.after > EVEN for end in changes[question])
            return plan.question(question).form.COMPARED_BY != "mean" and low != high

        crossing = [name for name in changes if mover.kind == "lever" and crosses(name)]
        return Movement(
            mover=mover,
            changes=changes,
            shares={
                choice.name: tuple(
                    tuple(run.held[asked, row, : len(choice.options)].tolist()) for run in (states.base, *runs)
                )
                for row, choice in enumerate(plan.choices)
                if mover.kind == "hold"
            },
            flips={name: _flip(mover, partial(is_likely, name)) for name in crossing},
            futures=int(states.base.valid.sum()),
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


def _state(model: Model, mover: Mover, end: float | str) -> dict[str, Any]:
    """A mover at one of its ends, as `Session.move` takes it."""
    if mover.kind == "hold":
        return {"held": held_from_now(model, {mover.name: str(end)})}
    if mover.kind == "lever":
        return {"levers": {mover.name: end}}
    return {"beliefs": {mover.name: written(model.plan, mover.name, end)}}
