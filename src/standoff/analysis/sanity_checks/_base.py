"""What sanity checks yield, and the run as they read it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from standoff import expression
from standoff.plan import Plan, PlannedChoice
from standoff.record import record

if TYPE_CHECKING:
    from standoff.analysis.answer import Answer
    from standoff.engine.run import Run

Findings: TypeAlias = Iterator[tuple[str, float, str, str]]
#: path in the scenario of the question, choice, stock or parameter; the number behind it, as named by the check; what was
#: found, a sentence that goes on after the name of the path in words; what to do about it


@record
class CheckedRun:
    """A run with its answers. Arrays are over the K' futures with recorded paths."""

    run: Run
    answers: tuple[Answer, ...]

    @property
    def plan(self) -> Plan:
        """The plan of the model."""
        return self.run.model.plan

    def stock(self, cell: str, state: int) -> np.ndarray:
        """(K',) a stock in canonical units."""
        return self.run.stock_paths[self.run.valid_paths, state, self.plan.cells.index(cell)].astype(float)

    def condition(self, node: expression.Node, state: int, date: int | None = None) -> np.ndarray:
        """(K',) whether a condition holds at a state, or with the calendar of the state `date`."""

        def value(name: str) -> np.ndarray:
            if name in self.plan.condition_numbers:
                return self.number(self.plan.condition_numbers[name], state)
            if name not in self.plan.clock_terms:
                return self.stock(name, state)
            return np.array(self.plan.clock_values(name, [state if date is None else date]))

        with np.errstate(all="ignore"):
            held = expression.evaluate(node, value, lambda term: self.in_force(*self._term(term), state - 1), np)
        return np.broadcast_to(held, int(self.run.valid_paths.sum()))

    def number(self, parameter: int, state: int) -> np.ndarray:
        """(K',) a parameter at a state, as set and as changed by outcomes and options."""
        numbers = self.run.parameter_values[self.run.valid_paths].astype(float)

        def value(i: int) -> np.ndarray:
            later = [item for item in self.plan.interventions if item.target == i and state >= item.first]
            return numbers[:, later[-1].value if later else i]

        now = value(parameter)
        outcomes = (item for item in self.plan.stock_effects if item.target == parameter)
        changes = [((self.stock(item.outcome, state) > 0) & (state >= item.first), item) for item in outcomes]
        for c, o, effect in self.run.model.program.effects.get(parameter, ()):
            changes.append((self.in_force(c, (o,), max(state - 1, 0)), effect))
        for stands, effect in changes:
            now = np.where(stands, effect.on(now, value(effect.value)), now)
        return now

    def in_force(self, choice: int, options: tuple[int, ...], step: int) -> np.ndarray:
        """(K',) whether one of some options is in force after a step; at the start after step -1."""
        path = self.run.path_chosen[self.run.valid_paths, step, choice]
        return np.isin(path if step >= 0 else 0 * path + self.run.model.program.options_at_start[choice], options)

    def probabilities(self, choice: int, step: int) -> np.ndarray:
        """(K', option) probabilities of the options if the actor decided afresh on that date."""
        count = len(self.plan.choices[choice].options)
        return self.run.path_p[self.run.valid_paths, step, choice, :count].astype(float)

    def arises(self, choice: int, step: int) -> np.ndarray:
        """(K',) whether a decision arises: its condition holds, and the actor is not bound."""
        when, free = self.plan.choices[choice].when, ~self.is_bound(choice, step)
        return free if when is None else free & self.condition(when, step, step + 1)

    def first(self, choice: int) -> int | None:
        """The step of the first decision; none where there is none, or it arises in no future."""
        step = next(free_dates(self.plan.choices[choice]), None)
        return None if step is None or not self.arises(choice, step).any() else step

    def is_bound(self, choice: int, step: int) -> np.ndarray:
        """(K',) whether the option in force as a step begins cannot be left yet."""
        limits = self.plan.choices[choice].restrictions
        before = self.run.path_chosen[self.run.valid_paths, :step, choice]
        if limits is None or not step:
            return np.zeros(len(before), bool)
        is_new = before[:, 1:] != before[:, :-1]
        last = step - 1 - np.argmax(is_new[:, ::-1], axis=1) if step > 1 else np.zeros(len(before), int)
        since = np.where(is_new.any(axis=1), last, limits.since)
        return np.array(limits.irreversible)[before[:, -1]] | (step - since < np.array(limits.lasts)[before[:, -1]])

    def chance(self, node: expression.Node, step: int) -> np.ndarray:
        """(K',) probability that the decisions of a step, made afresh, bring a condition about.

        Choices that do not decide on that date count as they stand.
        """
        if isinstance(node, expression.ChoiceTerm):
            choice, options = self._term(node)
            stands = self.in_force(choice, options, step)
            if not self.plan.choices[choice].is_free[step]:
                return stands.astype(float)
            return np.where(self.arises(choice, step), self.probabilities(choice, step)[:, options].sum(axis=1), stands)
        if isinstance(node, expression.Logic):
            parts = [self.chance(part, step) for part in node.arguments]
            if node.op == "not":
                return 1 - parts[0]
            return np.prod(parts, axis=0) if node.op == "and" else 1 - np.prod([1 - part for part in parts], axis=0)
        return self.condition(node, step + 1).astype(float)

    def _term(self, term: expression.ChoiceTerm) -> tuple[int, tuple[int, ...]]:
        """The index of a choice and of its options."""
        choice = [item.name for item in self.plan.choices].index(term.choice)
        return choice, tuple(map(self.plan.choices[choice].options.index, term.options))


def free_dates(choice: PlannedChoice, since: int = 0, until: int | None = None) -> Iterator[int]:
    """Steps in `since .. until` on which an actor decides freely."""
    return (step for step, free in enumerate(choice.is_free[:until]) if free and step >= since)


def percent(share: float) -> str:
    """A share as a percentage; small and large ones keep a decimal."""
    if 0 < share < 0.0005 or 0.9995 < share < 1:
        return "< 0.1 %" if share < 0.5 else "> 99.9 %"
    return f"{100 * share:.{0 if 0.0995 <= share <= 0.9 or share in (0, 1) else 1}f} %"
