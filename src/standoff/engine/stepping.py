"""One future, stepped through the compiled program, so that a person can decide in it.

A block of futures is simulated part by part; begin and end are numbers of the program, so that nothing is compiled anew, and
parts that follow one another give the same bits as the whole. One of the futures is looked at: its lane.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import jax
import numpy as np

from standoff.array_files import Arrays
from standoff.engine.decision_record import DecisionRecord, solved_games
from standoff.engine.parameters import ParameterTable
from standoff.engine.program import Program
from standoff.engine.run import Outcomes
from standoff.engine.session import Session
from standoff.engine.simulator import Checkpoint, DrawRange, Results
from standoff.versions import versions


@dataclass(frozen=True, eq=False)
class Position:
    """A block of futures at a state, and the lane of the one that is looked at."""

    state: int
    carry: Any = field(repr=False)  #: of the program, draws along the last axis
    outcomes: Arrays = field(repr=False)  #: `PER_DRAW_OUTPUTS` up to the state
    lane: int

    def of(self, name: str) -> np.ndarray:
        """A part of the carry in the lane: `cells` and `chosen` by index, `p` by row of options."""
        return np.asarray(self.carry[name])[..., self.lane]

    @property
    def failed(self) -> bool:
        """Whether the future has failed."""
        return bool(self.outcomes["failed"][self.lane] >= 0)


@dataclass(eq=False)
class Stepper:
    """The future of a number in a session, from as_of on."""

    session: Session
    number: int
    begin: Position = field(init=False, repr=False)  #: the future at as_of
    parameters: np.ndarray = field(init=False, repr=False)  #: (parameter,) canonical values in it

    def __post_init__(self) -> None:
        lane = self.number % self.session.simulator.size
        result = self._run(self.session.model.table, None, self.session.begin, paths=lane + 1)
        self.begin = Position(self.session.begin, result.last, result.outcomes, lane)
        self.parameters = np.array(result.paths["parameters"][:, lane])

    @property
    def program(self) -> Program:
        """The compiled program."""
        return self.session.simulator.program

    def advance(self, now: Position, until: int, options: dict[int, int] | None = None) -> Position:
        """The future at a later state; `options` (by choice) are set by persons in the first step."""
        table = self.session.model.table
        if options:
            table = table._replace(held_options=self.held({(c, now.state): o for c, o in options.items()}))
        result = self._run(table, now, until)
        return Position(until, result.last, result.outcomes, now.lane)

    def held(self, options: Mapping[tuple[int, int], int]) -> np.ndarray:
        """(choice, step) options of a table, set by persons in some steps."""
        out = np.array(self.session.model.table.held_options)
        for place, option in options.items():
            out[place] = option
        return out

    def games(self, now: Position, after: np.ndarray) -> DecisionRecord:
        """The games of the step that begins; `after` (choice,) are the options chosen in them."""
        model, k = self.session.model, now.state
        imposed = np.array([choice.imposed_options[k] for choice in model.plan.choices])
        before = np.where(imposed >= 0, imposed, now.of("chosen")).astype(np.int32)
        due = np.array([choice.is_date[k] for choice in model.plan.choices]) & (imposed < 0)
        lasting = (
            [np.where(before != now.of("chosen"), k, now.of("since")).astype(np.int32)[:, None]]
            if model.program.has_lasting_options
            else []
        )
        return solved_games(
            model,
            after.astype(np.int32)[:, None],
            now.of("cells")[:, None],
            self.parameters[:, None],
            before[:, None],
            due,
            np.int32(k),
            np.uint32(self.session.seed % 2**32),
            np.array([self.number], np.uint32),
            *lasting,
        )

    def ahead(self, now: Position, option: tuple[int, int] | None = None) -> Outcomes:
        """A block of futures that begin like this one and have other chance events from now on.

        They have its stocks, parameters and options in force; `option` is set by a person in the first step, after which
        everybody decides as in the model.
        """
        model = self.session.model
        table = model.table.with_value(model.layout, {i: float(self.parameters[i]) for i in model.layout.varying})
        table = table._replace(chance=np.ones(1))
        if option:
            table = table._replace(held_options=self.held({(option[0], now.state): option[1]}))
        tiled = jax.tree.map(
            lambda part: np.repeat(np.asarray(part)[..., now.lane, None], self.session.simulator.size, axis=-1),
            now.carry,
        )
        result = self._run(table, Position(now.state, tiled, {}, 0), model.program.steps)
        of_draws: dict[str, Any] = {name: result.outcomes[name] for name in ("answers", "failed", "cause", "unsolved")}
        return Outcomes(
            model=model,
            settings=self.session.settings(self.session.simulator.size),
            **of_draws,
            trackers=model.program.watched,
            versions=versions(),
            stocks_at_as_of=self.begin.of("cells").astype(float)[None],
            other_table=True,
        )

    def _run(self, table: ParameterTable, begun: Position | None, until: int, paths: int = 0) -> Results:
        session, size = self.session, self.session.simulator.size
        first = self.number // size * size
        since = None if begun is None else Checkpoint(begun.state, {first: begun.carry})
        wanted = [DrawRange(first, first + size, paths)]
        [result] = session.simulator.run(table, session.seed, wanted, lambda each: each, begun=since, until=until)
        return result
