"""Static layout of a plan: rows and widths of arrays, dependencies of choices, perspectives.

Letters: C choices, O options of the widest choice, T steps.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from standoff import expression
from standoff.engine import parameters
from standoff.engine.anticipation import Anticipation, ChoiceDependence, anticipation
from standoff.expression import ChoiceTerm, Node
from standoff.games.information import MoveOrder
from standoff.plan import OptionRestrictions, Plan, PlannedChoice, PlannedReason
from standoff.questions import Tracker
from standoff.record import record

RAREST = 1e-9  #: probability below which a belief counts as never negative; no run has so many draws
CONDITIONING_YEARS = (4, 2, 0)  #: before as_of, when games are solved; assumption, a test compares with all dates
ADJUSTMENTS = ("floor", "cap", "observed")  #: flows that the engine itself adds
CAUSES = {
    "stock": "the stock `{name}` is not a finite number",
    "reason": "the reason `{name}` has no finite payoff",
    "mechanism": "the condition `when` of the mechanism `{name}` has no value",
    "rate": "the rate `{name}` is not a number, or is negative where it must not be",
    "choice": "the condition `when` of the choice `{name}` has no value",
    "option": "the condition `when` of the option `{name}` has no value",
    "question": "the question `{name}` has no value",
}


@dataclass(frozen=True)
class Cause:
    """Cause of a failed draw."""

    kind: str  #: one of `CAUSES`
    name: str  #: name of the stock, mechanism, choice or question; `choice/reason`, `choice/option`

    def __str__(self) -> str:
        return CAUSES[self.kind].format(name=self.name)


@record
class TrackerGroup:
    """Trackers of one kind whose expressions differ only in numbers and stocks: one array.

    Separate trackers would be compiled one by one: 10,000 questions would take minutes.
    """

    kind: str
    template: Node  #: with `#0`, `#1`, ... in place of numbers and stocks
    terms: tuple[tuple[float | str, ...], ...]  #: [place][item] numbers in canonical units, or stocks
    rows: tuple[int, ...]  #: positions among the trackers that depend on states
    since: tuple[int, ...]  #: [item]
    state: tuple[int, ...]  #: [item]
    always_defined: bool  #: whether each has a value for all finite stocks


@dataclass(frozen=True, eq=False)
class ProgramLayout:
    """A plan, and properties that depend only on its names and sizes."""

    plan: Plan
    layout: parameters.ParameterLayout

    # ---- rows ---------------------------------------------------------------------------------------------------------

    @cached_property
    def watched(self) -> tuple[Tracker, ...]:
        """Names of the numbers recorded for each draw: questions, their parts, anchors."""
        plan = self.plan
        own = (
            Tracker(
                item.path, "first", item.state, item.since, ChoiceTerm(plan.choices[item.choice].name, item.options)
            )
            for item in plan.anchors
            if not item.question
        )
        return (*(tracker for question in plan.questions for tracker in question.form.trackers(question, plan)), *own)

    @cached_property
    def steps(self) -> int:
        """Number of steps, T."""
        return self.plan.scenario.calendar.steps

    @cached_property
    def width(self) -> int:
        """Largest number of options of a choice, O."""
        return max((len(choice.options) for choice in self.plan.choices), default=1)

    @cached_property
    def option_rows(self) -> tuple[tuple[int, int], ...]:
        """(choice, option) of every row of a stack over options."""
        return tuple((c, o) for c, choice in enumerate(self.plan.choices) for o in range(len(choice.options)))

    @cached_property
    def rows_of(self) -> tuple[slice, ...]:
        """Rows of each choice in a stack over options."""
        return tuple(_consecutive([len(choice.options) for choice in self.plan.choices]))

    @cached_property
    def reason_rows(self) -> list[range]:
        """For each choice, the rows of its reasons among all reasons."""
        rows = _consecutive([len(choice.reasons) for choice in self.plan.choices])
        return [range(each.start, each.stop) for each in rows]

    @cached_property
    def of_states(self) -> tuple[Tracker, ...]:
        """Recorded numbers that depend on states."""
        return tuple(item for item in self.watched if item.node is not None)

    @cached_property
    def groups(self) -> tuple[TrackerGroup, ...]:
        """Recorded numbers that depend on states, by kind (`value` first) and form of expression."""
        by_form = defaultdict[Any, list[tuple[int, Tracker, tuple[float | str, ...]]]](list)
        for row, item in enumerate(self.of_states):
            assert item.node is not None
            template, terms = expression.template(item.node)
            form = item.kind == "first", template, tuple(isinstance(term, str) for term in terms)
            by_form[form].append((row, item, terms))
        out = []
        for (first, template, _), members in sorted(by_form.items(), key=lambda entry: entry[0][0]):
            rows, items, terms = zip(*members, strict=True)
            out.append(
                TrackerGroup(
                    kind="first" if first else "value",
                    template=template,
                    terms=tuple(zip(*terms, strict=True)),
                    rows=rows,
                    since=tuple(item.since for item in items),
                    state=tuple(item.state for item in items),
                    always_defined=all(item.node is None or expression.always_defined(item.node) for item in items),
                )
            )
        return tuple(out)

    @cached_property
    def places(self) -> np.ndarray:
        """(watched,) position of each recorded number: those of `groups` first, then `of_decisions`."""
        order = [row for group in self.groups for row in group.rows]
        states, decisions = iter(np.argsort(order).tolist()), iter(range(len(order), len(self.watched)))
        return np.array([next(states if item.node is not None else decisions) for item in self.watched], int)

    @cached_property
    def of_decisions(self) -> tuple[Tracker, ...]:
        """Recorded numbers that depend on decisions."""
        return tuple(item for item in self.watched if item.node is None)

    @cached_property
    def causes(self) -> tuple[Cause, ...]:
        """Possible causes of failure, indexed by the recorded number."""
        plan = self.plan
        reasons = [f"{choice.name}/{reason.name}" for choice in plan.choices for reason in choice.reasons]
        named = {
            "stock": plan.cells,
            "reason": reasons,
            "mechanism": [part.name for part in plan.mechanisms],
            "rate": [name for names in self.checked_rates.values() for name in names],
            "choice": [choice.name for choice in plan.choices],
            "option": [
                f"{choice.name}/{option}"
                for choice in plan.choices
                if choice.restrictions is not None
                for option, when in zip(choice.options, choice.restrictions.when, strict=True)
                if when is not None
            ],
            "question": [item.name for item in self.of_states],
        }
        return tuple(Cause(kind, name) for kind, names in named.items() for name in names)

    @cached_property
    def checked_rates(self) -> dict[str, dict[str, Node | int]]:
        """Mechanism -> path -> a rate to be checked: an expression, or a number that options lower."""
        of_options = (effects for choice in self.plan.choices for effects in choice.effects)
        lowered = {
            effect.target
            for effects in (*of_options, self.plan.stock_effects)
            for effect in effects
            if effect.how == "plus" and self.plan.parameters[effect.value].quantile(RAREST) < 0
        }
        out = {}
        for part in self.plan.mechanisms:
            written = {
                f"{part.name}.{field}": getattr(part.params, field)
                for field, role in type(part.params).roles().items()
                if role.of == "rate" and getattr(part.params, field) is not None
            }
            bounded = {i: self.plan.parameters[i] for i in part.parameters if i in lowered}
            out[part.name] = written | {
                item.path.removeprefix("mechanisms."): i
                for i, item in bounded.items()
                if item.low is not None and item.unit.endswith("/month")
            }
        return out

    def cause(self, kind: str, name: str) -> int:
        """The index of a cause of failure."""
        return self.causes.index(Cause(kind, name))

    @cached_property
    def has_history(self) -> tuple[bool, ...]:
        """Whether each actor has an observed option before its first decision."""
        return tuple(bool(choice.imposed_options) and choice.imposed_options[0] >= 0 for choice in self.plan.choices)

    @cached_property
    def options_at_start(self) -> np.ndarray:
        """(C,) options in force before the first step."""
        return np.array(
            [
                choice.imposed_options[0] if observed else choice.status_quo
                for choice, observed in zip(self.plan.choices, self.has_history, strict=True)
            ],
            np.int32,
        )

    @cached_property
    def is_conditioned(self) -> tuple[bool, ...]:
        """Whether each choice has observed options, and later a decision date (`conditioning`)."""
        dated = [any(choice.is_date) for choice in self.plan.choices]
        return tuple(a and b for a, b in zip(self.has_history, dated, strict=True))

    @cached_property
    def conditioning_steps(self) -> tuple[int, ...]:
        """Steps before as_of at which games are solved, to condition on the options observed.

        Where actors have types, also the first step, and each with a change of options.
        """
        first, dt = self.plan.first_future_step, self.plan.scenario.calendar.dt
        if not any(self.is_conditioned) and not self.plan.types:
            return ()
        steps = {step for year in CONDITIONING_YEARS if (step := first - 1 - round(12 * year / dt)) >= 0}
        if self.plan.types and steps:  # what others learn depends on when it was seen
            options = np.array([choice.imposed_options[:first] for choice in self.plan.choices])
            steps |= {0, *(1 + np.flatnonzero(np.diff(options).any(axis=0))).tolist()}
        return tuple(sorted(steps))

    @cached_property
    def option_restrictions(self) -> tuple[OptionRestrictions | None, ...]:
        """Restrictions on the options of each choice."""
        return tuple(choice.restrictions for choice in self.plan.choices)

    @cached_property
    def since_at_start(self) -> np.ndarray:
        """(C,) step at which the options in force at the start were chosen."""
        return np.array([0 if item is None else item.since for item in self.option_restrictions], np.int32)

    @cached_property
    def has_lasting_options(self) -> bool:
        """Whether some option lasts a stated time, so that the time in force counts."""
        return any(item is not None and any(item.lasts) for item in self.option_restrictions)

    def shape_of(self, c: int) -> tuple[int, int]:
        """Number of options of a choice, and of types that act differently in it."""
        own = self.dependence.types.get(c)
        return len(self.plan.choices[c].options), 1 if own is None else len(self.plan.types[own].gauges)

    @cached_property
    def strategy_rows(self) -> tuple[tuple[int, int, int], ...]:
        """(choice, option, type) of every row of a stack over strategies."""
        return tuple((c, o, t) for c in range(len(self.plan.choices)) for o, t in np.ndindex(self.shape_of(c)))

    def unobserved_reasons(self, c: int) -> list[PlannedReason]:
        """Reasons of a conditioned choice whose parameters are learned from observed options."""
        reasons = self.plan.choices[c].reasons if self.is_conditioned[c] else ()
        return [reason for reason in reasons if getattr(reason.part.module, "UNOBSERVED", False)]

    @cached_property
    def learned_parameters(self) -> dict[int, tuple[int, int]]:
        """Learned parameter -> its choice, and its number among those of the choice.

        They are uncertain parameters of unobserved reasons that neither a posterior nor a correlation determines, in the
        order of all uncertain parameters.
        """
        apart, out = {*self.layout.column, *self.layout.correlated}, dict[int, tuple[int, int]]()
        for c in range(len(self.plan.choices)):
            numbers = dict.fromkeys(i for reason in self.unobserved_reasons(c) for i in reason.part.parameters)
            varying = [i for i in numbers if i in self.layout.row_of and i not in apart]
            out |= {parameter: (c, n) for n, parameter in enumerate(varying)}
        return dict(sorted(out.items(), key=lambda pair: self.layout.row_of[pair[0]]))

    @cached_property
    def first_decisions(self) -> np.ndarray:
        """(C, T) whether a step has the first decision of each choice."""
        dates = np.array([choice.is_date for choice in self.plan.choices], bool).reshape(-1, self.steps)
        return dates & (np.cumsum(dates, axis=1) == 1)

    @cached_property
    def months_between_decisions(self) -> np.ndarray:
        """(C, T) months since the previous decision, or as_of; 0 at steps without a decision."""
        first, dt = self.plan.first_future_step, self.plan.scenario.calendar.dt
        out = np.zeros((len(self.plan.choices), self.steps))
        for row, choice in zip(out, self.plan.choices, strict=True):
            dates = np.flatnonzero(choice.is_date)
            row[dates] = dt * np.diff(dates, prepend=first - 1)
        return out

    @cached_property
    def decision_intervals(self) -> np.ndarray:
        """(C,) months between the first two decisions of each choice; a step where there are fewer."""
        rows, dt = self.months_between_decisions, self.plan.scenario.calendar.dt
        later = [row[row > 0][1:2] for row in rows]
        return np.array([row[0] if len(row) else dt for row in later])

    @cached_property
    def decision_steps(self) -> tuple[int, ...]:
        """Steps with at least one decision."""
        return tuple(k for k in range(self.steps) if any(choice.is_date[k] for choice in self.plan.choices))

    @cached_property
    def decisions_made(self) -> np.ndarray:
        """(T,) number of decision dates up to the end of each step."""
        return np.cumsum(np.isin(np.arange(self.steps), self.decision_steps))

    @cached_property
    def sees(self) -> tuple[tuple[int, ...], ...]:
        """For each choice, the choices that its actor observes first."""
        names = [choice.name for choice in self.plan.choices]
        return tuple(tuple(names.index(other) for other in choice.after) for choice in self.plan.choices)

    @cached_property
    def order(self) -> tuple[int, ...]:
        """Order of the choices on one date."""
        return self.moves(tuple(range(len(self.plan.choices)))).order

    def moves(self, players: tuple[int, ...]) -> MoveOrder:
        """Observation structure among some choices: who observes whom."""
        return MoveOrder(
            tuple(len(self.plan.choices[c].options) for c in players),
            tuple(tuple(players.index(other) for other in self.sees[c]) for c in players),
        )

    @cached_property
    def dependence(self) -> ChoiceDependence:
        """Who answers whom."""
        return ChoiceDependence(self.plan)

    def anticipation(self, players: tuple[int, ...]) -> Anticipation:
        """What `players` foresee of the reactions of others."""
        if players not in self._anticipations:
            half_lives = [self.plan.parameters[choice.half_life] for choice in self.plan.choices]
            lasting = [item.belief.shape != "point" or item.quantile(0.5) > 0 for item in half_lives]
            months = [float(every) * lasts for every, lasts in zip(self.decision_intervals, lasting, strict=True)]
            self._anticipations[players] = anticipation(self.dependence, players, months.__getitem__)
        return self._anticipations[players]

    @cached_property
    def _anticipations(self) -> dict[tuple[int, ...], Anticipation]:
        return {}

    def interdependent_choices(self, choice: int) -> tuple[int, ...]:
        """Choices whose probabilities affect one choice, directly or through others, and itself."""
        agents = {agent.choice for agent in self.anticipation((choice,)).agents}
        result, waiting = {choice, *agents}, [choice, *agents]
        while waiting:
            c = waiting.pop()
            read = self.dependence.read(c, "joint") | self.dependence.read(c, "reaction") | set(self.sees[c])
            waiting += read - result
            result |= read
        return tuple(sorted(result))

    @cached_property
    def perspectives(self) -> tuple[str, ...]:
        """Perspectives in which games are solved: "" (true state), and actors with beliefs."""
        return tuple(dict.fromkeys(map(self.viewer, self.plan.choices))) or ("",)

    @cached_property
    def perspective_of(self) -> tuple[int, ...]:
        """For each choice, the index of the perspective of its actor."""
        return tuple(self.perspectives.index(self.viewer(choice)) for choice in self.plan.choices)

    @cached_property
    def game_of(self) -> tuple[tuple[str, ...], ...]:
        """For each choice, the perspectives in which its game is solved in a run.

        A choice that depends on no other is solved from the perspective of its own actor; all others share one game, solved
        from the perspectives of all their actors.
        """
        reckons = [len(self.interdependent_choices(c)) > 1 for c in range(len(self.plan.choices))]
        own = [self.viewer(choice) for choice in self.plan.choices]
        shared = tuple(dict.fromkeys(viewer for viewer, others in zip(own, reckons, strict=True) if others))
        return tuple(shared if others else (viewer,) for viewer, others in zip(own, reckons, strict=True))

    @cached_property
    def games(self) -> dict[tuple[str, ...], tuple[int, ...]]:
        """Choices in the games of each group of perspectives."""
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
        """Perspective from which an actor sees the game: "" if it sees the truth."""
        return choice.actor if choice.actor in self.plan.views else ""

    @cached_property
    def noise(self) -> tuple[str, ...]:
        """Names of the standard normal noise of a step, `component/name`."""
        return tuple(f"{part.name}/{name}" for part in self.plan.mechanisms for name in part.noise)

    @cached_property
    def flow_names(self) -> tuple[tuple[str, str], ...]:
        """(cell, component) of every possible flow, those of the engine last."""
        named = [(cell, part.name) for part in self.plan.mechanisms for cell in part.writes]
        observed = {*(item.cell for item in self.plan.observations), *self.filtered_stocks}
        booked = [
            (cell, word)
            for word in ADJUSTMENTS
            for cell in self.plan.cells
            if (word != "observed" or cell in observed) and self.stock_bound(cell, word) is not None
        ]
        return tuple(sorted(named + booked, key=lambda pair: self.plan.cells.index(pair[0])))

    @cached_property
    def filtered_stocks(self) -> tuple[str, ...]:
        """Disturbances, where growth of a gauge of one is imposed (`engine.disturbances`)."""
        observed = [item.observation for item in self.plan.disturbances if item.observation is not None]
        seen = any(any(self.plan.observations[n].spans) for n in observed)
        return tuple(item.stock for item in self.plan.disturbances) if seen else ()

    @cached_property
    def _stocks(self) -> Mapping[str, Any]:
        return self.plan.scenario.cells()

    def stock_bound(self, cell: str, word: str) -> float | None:
        """Canonical floor or cap of a cell; any number for `observed`."""
        if word == "observed":
            return 0.0
        stock = self._stocks[cell]
        written = stock.floor if word == "floor" else stock.cap
        return None if written is None else written * self.plan.stock_units[cell].factor

    @cached_property
    def clock_tables(self) -> dict[str, np.ndarray]:
        """Clock terms by name, each (state,); beyond the last state as far as an actor looks ahead."""
        ahead = max((reason.horizon for choice in self.plan.choices for reason in choice.reasons), default=0)
        states = range(self.steps + ahead + 2)
        return {name: np.array(self.plan.clock_values(name, states)) for name in self.plan.clock_terms}

    @cached_property
    def observed(self) -> tuple[np.ndarray, np.ndarray]:
        """(observation, T + 1) claimed values in canonical units, and whether each exists."""
        values = [[0.0 if v is None else v for v in item.values] for item in self.plan.observations]
        there = [[v is not None for v in item.values] for item in self.plan.observations]
        shape = (len(values), self.steps + 1)
        return np.array(values).reshape(shape), np.array(there, bool).reshape(shape)

    def by_option(self, stack: np.ndarray) -> np.ndarray:
        """Reshape (..., row of options) to (..., C, O), with 0 for missing options."""
        return self._spread(stack, [len(choice.options) for choice in self.plan.choices])

    def by_reason(self, stack: np.ndarray) -> np.ndarray:
        """Reshape (..., row of reasons and options) to (..., R, O)."""
        return self._spread(stack, [len(choice.options) for choice in self.plan.choices for _ in choice.reasons])

    def _spread(self, stack: np.ndarray, counts: Sequence[int]) -> np.ndarray:
        out = np.zeros((*stack.shape[:-1], len(counts), self.width), stack.dtype)
        for n, rows in enumerate(_consecutive(counts)):
            out[..., n, : counts[n]] = stack[..., rows]
        return out


def _consecutive(counts: Sequence[int]) -> list[slice]:
    """So many rows of each, one after the other."""
    ends = np.cumsum(counts, dtype=int).tolist()
    return [slice(end - count, end) for end, count in zip(ends, counts, strict=True)]
