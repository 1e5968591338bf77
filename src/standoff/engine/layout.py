"""What a plan says before anything is calculated: rows and widths of arrays, who reckons with whom, in whose eyes.

Letters: C choices, O options of the widest choice, T steps.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from standoff.engine import parameters
from standoff.engine.trackers import TrackerGroup, build_trackers, groups, reason_rows
from standoff.games.information import MoveOrder
from standoff.plan import Plan, PlannedChoice
from standoff.questions import Tracker

ADJUSTMENTS = ("floor", "cap", "observed")  #: flows that the engine itself books
CAUSES = {
    "stock": "the stock `{name}` is not a finite number",
    "reason": "the reason `{name}` has no finite payoff",
    "mechanism": "the condition `when` of the mechanism `{name}` has no value",
    "choice": "the condition `when` of the choice `{name}` has no value",
    "question": "the question `{name}` has no value",
}


@dataclass(frozen=True)
class Cause:
    """The reason why a draw failed."""

    kind: str  #: one of `CAUSES`
    name: str  #: of the stock, mechanism, choice or question; `choice/reason`

    def __str__(self) -> str:
        return CAUSES[self.kind].format(name=self.name)


@dataclass(frozen=True, eq=False)
class ProgramLayout:
    """A plan, and what follows from its names and sizes alone."""

    plan: Plan
    layout: parameters.ParameterLayout

    # ---- rows ---------------------------------------------------------------------------------------------------------

    @cached_property
    def watched(self) -> tuple[Tracker, ...]:
        """The numbers kept of each draw."""
        return build_trackers(self.plan)

    @cached_property
    def steps(self) -> int:
        """T."""
        return self.plan.scenario.calendar.steps

    @cached_property
    def width(self) -> int:
        """O."""
        return max((len(choice.options) for choice in self.plan.choices), default=1)

    @cached_property
    def option_rows(self) -> tuple[tuple[int, int], ...]:
        """(choice, option) of every row of a stack over options."""
        return tuple((c, o) for c, choice in enumerate(self.plan.choices) for o in range(len(choice.options)))

    @cached_property
    def rows_of(self) -> tuple[slice, ...]:
        """Rows of each choice in a stack over options."""
        ends = np.cumsum([len(choice.options) for choice in self.plan.choices]).tolist()
        return tuple(slice(end - len(choice.options), end) for end, choice in zip(ends, self.plan.choices, strict=True))

    @cached_property
    def reason_rows(self) -> list[range]:
        """Rows of each choice's reasons."""
        return reason_rows(self.plan)

    @cached_property
    def of_states(self) -> tuple[Tracker, ...]:
        """What is kept of each draw and read from a state."""
        return tuple(item for item in self.watched if item.node is not None)

    @cached_property
    def groups(self) -> tuple[TrackerGroup, ...]:
        """The same by kind and form of their expressions."""
        return groups(self.of_states)

    @cached_property
    def places(self) -> np.ndarray:
        """(watched,) where each number stands when those of `groups` and then those `of_decisions` follow one another."""
        order = [row for group in self.groups for row in group.rows]
        states, decisions = iter(np.argsort(order).tolist()), iter(range(len(order), len(self.watched)))
        return np.array([next(states if item.node is not None else decisions) for item in self.watched], int)

    @cached_property
    def of_decisions(self) -> tuple[Tracker, ...]:
        """What is kept of each draw and comes from a decision."""
        return tuple(item for item in self.watched if item.node is None)

    @cached_property
    def causes(self) -> tuple[Cause, ...]:
        """What a draw can fail of, by the number that is kept of it."""
        plan = self.plan
        reasons = [f"{choice.name}/{reason.name}" for choice in plan.choices for reason in choice.reasons]
        named = {"stock": plan.cells, "reason": reasons, "mechanism": [part.name for part in plan.mechanisms],
                 "choice": [choice.name for choice in plan.choices],
                 "question": [item.name for item in self.of_states]}  # fmt: skip
        return tuple(Cause(kind, name) for kind, names in named.items() for name in names)

    def cause(self, kind: str, name: str) -> int:
        """The number of a cause."""
        return self._cause_numbers[Cause(kind, name)]

    @property
    def first_question(self) -> int:
        """The cause of the first of `of_states`; those of the others follow it."""
        return len(self.causes) - len(self.of_states)

    @cached_property
    def _cause_numbers(self) -> dict[Cause, int]:
        return {cause: n for n, cause in enumerate(self.causes)}

    @cached_property
    def has_history(self) -> tuple[bool, ...]:
        """Whether each actor was seen to choose before its first decision; `status_quo` alone is only a label."""
        return tuple(bool(choice.imposed_options) and choice.imposed_options[0] >= 0 for choice in self.plan.choices)

    @cached_property
    def first_decisions(self) -> np.ndarray:
        """(C, T) the first decision of each choice."""
        dates = np.array([choice.is_date for choice in self.plan.choices], bool).reshape(-1, self.steps)
        out: np.ndarray = dates & (np.cumsum(dates, axis=1) == 1)
        return out

    @cached_property
    def decision_steps(self) -> tuple[int, ...]:
        """Steps at which anybody decides."""
        return tuple(k for k in range(self.steps) if any(choice.is_date[k] for choice in self.plan.choices))

    @cached_property
    def decisions_made(self) -> np.ndarray:
        """(T,) how many dates of decisions there were by the end of each step."""
        return np.cumsum(np.isin(np.arange(self.steps), self.decision_steps))

    @cached_property
    def sees(self) -> tuple[tuple[int, ...], ...]:
        """For each choice, those whose options are known when it is made."""
        names = [choice.name for choice in self.plan.choices]
        return tuple(tuple(names.index(other) for other in choice.after) for choice in self.plan.choices)

    @cached_property
    def order(self) -> tuple[int, ...]:
        """The choices in the order in which they are made on one date."""
        return self.moves(tuple(range(len(self.plan.choices)))).order

    def moves(self, players: tuple[int, ...]) -> MoveOrder:
        """Who sees whom among some choices."""
        return MoveOrder(
            tuple(len(self.plan.choices[c].options) for c in players),
            tuple(tuple(players.index(other) for other in self.sees[c]) for c in players),
        )

    def interdependent_choices(self, choice: int) -> tuple[int, ...]:
        """The choices that matter to one: those that its reasons name or that it sees, what matters to these, and itself."""
        names = [other.name for other in self.plan.choices]
        result, waiting = {choice}, [choice]
        while waiting:
            c = waiting.pop()
            near = {names.index(other) for reason in self.plan.choices[c].reasons for other in reason.others}
            waiting += (near | set(self.sees[c])) - result
            result |= near | set(self.sees[c])
        return tuple(sorted(result))

    @cached_property
    def perspectives(self) -> tuple[str, ...]:
        """In whose eyes games are solved: of nobody ("": as they are), and of each decider with beliefs of its own."""
        return tuple(dict.fromkeys(map(self.viewer, self.plan.choices))) or ("",)

    @cached_property
    def perspective_of(self) -> tuple[int, ...]:
        """For each choice, the place of the eyes of its actor."""
        return tuple(self.perspectives.index(self.viewer(choice)) for choice in self.plan.choices)

    @cached_property
    def game_of(self) -> tuple[tuple[str, ...], ...]:
        """For each choice, the eyes in which its game is solved in a run.

        Who reckons with nobody needs its own eyes alone; those who reckon with others share one game, in the eyes of all of
        them.
        """
        reckons = [len(self.interdependent_choices(c)) > 1 for c in range(len(self.plan.choices))]
        own = [self.viewer(choice) for choice in self.plan.choices]
        shared = tuple(dict.fromkeys(viewer for viewer, others in zip(own, reckons, strict=True) if others))
        return tuple(shared if others else (viewer,) for viewer, others in zip(own, reckons, strict=True))

    @cached_property
    def games(self) -> dict[tuple[str, ...], tuple[int, ...]]:
        """Choices that take part in the games that are solved in some eyes: `table_of` in use."""
        return {
            perspective: tuple(
                sorted(
                    {
                        j
                        for c, selected in enumerate(self.game_of)
                        if selected == perspective
                        for j in self.interdependent_choices(c)
                    }
                )
            )
            for perspective in dict.fromkeys(self.game_of)
        }

    def viewer(self, choice: PlannedChoice) -> str:
        """Whose eyes the game is seen through when this choice is made: nobody's, where the actor sees the truth."""
        return choice.actor if choice.actor in self.plan.views else ""

    @cached_property
    def noise(self) -> tuple[str, ...]:
        """Names of the standard normal numbers of a step, `part/name`."""
        return tuple(f"{part.name}/{name}" for part in self.plan.mechanisms for name in part.noise)

    @cached_property
    def flow_names(self) -> tuple[tuple[str, str], ...]:
        """(cell, part) of every flow that can move a stock, and the engine's own bookings last."""
        named = [(cell, part.name) for part in self.plan.mechanisms for cell in part.writes]
        observed = {item.cell for item in self.plan.observations}
        booked = [
            (cell, word)
            for word in ADJUSTMENTS
            for cell in self.plan.cells
            if (word != "observed" or cell in observed) and self.stock_bound(cell, word) is not None
        ]
        return tuple(sorted(named + booked, key=lambda pair: self.plan.cells.index(pair[0])))

    def stock_bound(self, cell: str, word: str) -> float | None:
        """Canonical floor or cap of a cell; for `observed` any number."""
        if word == "observed":
            return 0.0
        stock = self.plan.scenario.cells()[cell]
        written = stock.floor if word == "floor" else stock.cap
        return None if written is None else written * self.plan.stock_units[cell].factor

    @cached_property
    def observed(self) -> tuple[np.ndarray, np.ndarray]:
        """(observation, T + 1) claimed values in canonical units, and whether one is there."""
        values = [[0.0 if v is None else v for v in item.values] for item in self.plan.observations]
        there = [[v is not None for v in item.values] for item in self.plan.observations]
        shape = (len(values), self.steps + 1)
        return np.array(values).reshape(shape), np.array(there, bool).reshape(shape)

    def by_option(self, stack: np.ndarray) -> np.ndarray:
        """(..., row of options) as (..., C, O), 0 where a choice has fewer options."""
        out = np.zeros((*stack.shape[:-1], len(self.plan.choices), self.width), stack.dtype)
        for row, (c, o) in enumerate(self.option_rows):
            out[..., c, o] = stack[..., row]
        return out

    def by_reason(self, stack: np.ndarray) -> np.ndarray:
        """(..., row of reasons and options) as (..., R, O)."""
        counts = [len(choice.options) for choice in self.plan.choices for _ in choice.reasons]
        out = np.zeros((*stack.shape[:-1], len(counts), self.width), stack.dtype)
        ends = np.cumsum(counts)
        for row, (end, count) in enumerate(zip(ends, counts, strict=True)):
            out[..., row, :count] = stack[..., end - count : end]
        return out
