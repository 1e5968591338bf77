"""Warm sessions: futures kept in memory at as_of, from which changed numbers are simulated.

A session has the compiled program of a model, and the state of every future at as_of. `move` goes on from there with other
values of levers: nothing is compiled or drawn again, and a future has the same random numbers as before, so that answers
differ by the levers alone. A lever acts from as_of on. A belief acts in history too, so that the futures are simulated up to
as_of once more, and kept for the next levers. So does another parameter table.

Futures have the same numbers in a session as in `simulate`, whatever the number of draws: more draws add futures to those
there are. `move` of the state before, for more futures, simulates only those that are new.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar

import numpy as np

from standoff.array_files import Arrays
from standoff.engine.batches import Recording, RunningMoments, record_blocks
from standoff.engine.model import Model
from standoff.engine.parameters import ParameterTable
from standoff.engine.run import Outcomes, Run, Settings
from standoff.engine.simulator import Checkpoint, DrawRange, Results, Simulator, default_path_count, joined
from standoff.errors import ModelError, Problem, StandoffError, require
from standoff.plan import InterventionRecord
from standoff.plan.interventions import canonical_values
from standoff.progress import SILENT, Progress
from standoff.scenario.overrides import lever_value
from standoff.versions import versions

T = TypeVar("T")
Values = Mapping[str, float | str]  #: name of a lever or path of a parameter -> value, as in `--set`
DRAWS = 2000  # assumption: a probability is then right to about one percentage point
LARGEST = float(np.finfo(np.float32).max)  # of single precision, that of a session
HISTORIES = 3  # assumption: states of beliefs that are kept; 2.6 MB for each thousand futures of the flagship
MAX_REUSED = 2048  # futures of the last state that are kept for more of it; assumption: 3 MB a thousand of the flagship


class Interruption(StandoffError):
    """A simulation was stopped between blocks."""


@dataclass(frozen=True, eq=False, kw_only=True)
class LeverResult(Outcomes):
    """Results of N futures of a session over T' steps after as_of; see `answer`."""

    levers: Mapping[str, float]  #: canonical values by path of the parameter, beliefs among them
    mean: np.ndarray  #: (T', cell) over the draws at the end of each step, canonical units
    held: np.ndarray  #: (T', choice, option) share of draws with the option in force
    chosen: np.ndarray  #: (N, T', choice) option in force at the end of each step
    paths: Mapping[str, np.ndarray]  #: (N, T') paths of the stocks that were asked for, in their units
    times: tuple[str, ...]  #: labels of the ends of these steps


class _Change(NamedTuple):
    """Parameter tables before and after as_of, and the values behind them."""

    before: ParameterTable
    after: ParameterTable
    values: Mapping[str, float]
    records: tuple[InterventionRecord, ...]
    other_table: bool


def session(model: Model, *, seed: int = 1, progress: Progress = SILENT) -> Session:
    """Open a session of a model: one more value of a lever takes a tenth of a second.

    `with session(model) as s: s.move({"aid.USA.money": 0})`. `move` gives the outcomes of every future, for `answer` and other
    findings, and `run` a whole run with paths. The futures of a seed are those of `simulate`. At the end of the `with`
    block its memory is freed.
    """
    return Session(model, seed, Simulator.of(model, progress=progress))


@dataclass(eq=False)
class Session:
    """Futures of one model in memory; opened by `session`."""

    model: Model
    seed: int
    simulator: Simulator = field(repr=False)
    _histories: OrderedDict[str, dict[int, Any]] = field(default_factory=OrderedDict, repr=False)
    _last: tuple[Any, dict[DrawRange, Any]] = field(default=(None, {}), repr=False)  #: the last state, its blocks
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._histories.clear()
            self._last = None, {}

    @property
    def begin(self) -> int:
        """The state at which levers begin to act."""
        return self.model.plan.first_future_step

    @property
    def times(self) -> tuple[str, ...]:
        """Labels of the ends of the steps after as_of."""
        calendar = self.model.scenario.calendar
        return tuple(calendar.label(k + 1) for k in range(self.begin, calendar.steps))

    def move(
        self,
        levers: Values | None = None,
        beliefs: Values | None = None,
        *,
        draws: int = DRAWS,
        table: ParameterTable | None = None,
        held: np.ndarray | None = None,
        stocks: Sequence[str] = (),
        stop: Callable[[], bool] = bool,
    ) -> LeverResult:
        """Simulate every future with other values, from as_of on: `{"aid.USA.money": 0}`.

        levers: act from as_of on
        beliefs: parameters that act in history too
        table: parameters in place of the model's own, in history too; levers and beliefs are set in it
        held: (choice, step) options that a person sets after as_of, -1 where there is none
        stocks: record the paths of these
        stop: asked between blocks; `Interruption` is raised once it is true

        Raises `ModelError` for an unknown name, a value out of range, and a lever that has an effect only before as_of.
        """
        plan, program, begin = self.model.plan, self.model.program, self.begin
        for name in stocks:
            require(name, plan.cells, "stock")
        rows, settings = [plan.cells.index(cell) for cell in stocks], self.settings(draws)
        change, wanted = self._change(levers or {}, beliefs or {}, table, held), self.simulator.blocks(draws, draws)

        def record(result: Results) -> tuple[Arrays, Arrays]:
            none = np.zeros((program.steps, 0, result.block.n_paths), np.int8)
            kept = {**result.outcomes, "start": result.paths["start"]}
            kept["paths"] = np.array(result.paths["cells"][begin:, rows])
            kept["chosen"] = np.array(result.paths.get("path_chosen", none)[begin:])
            return kept, {name: np.array(value[begin:]) for name, value in result.sums.items()}

        with self._lock:
            past = self._history(change.before, wanted, stop)
            key = (change.before.digest, change.after.digest, *stocks)
            known = self._last[1] if self._last[0] == key else {}
            missing = [block for block in wanted if block not in known]
            fresh = self.simulator.run(change.after, self.seed, missing, record, begun=past)
            parts = known | dict(zip(missing, _until(stop, fresh), strict=True))
            self._last = (
                key,
                {block: part for block, part in parts.items() if block.stop <= MAX_REUSED or block in known},
            )
        moments = RunningMoments()
        for block in wanted:
            moments.add(parts[block][1])
        kept = joined(parts[block][0] for block in wanted)
        of_draws: dict[str, Any] = {name: kept[name] for name in ("answers", "failed", "cause", "unsolved")}
        return LeverResult(
            model=self.model,
            settings=settings,
            levers=change.values,
            **of_draws,
            mean=np.asarray(moments.mean),
            held=moments.by_option(program, moments.held),
            paths={cell: kept["paths"][:, n].T / plan.stock_units[cell].factor for n, cell in enumerate(stocks)},
            chosen=np.moveaxis(kept["chosen"], -1, 0),
            times=self.times,
            stocks_at_as_of=kept["start"].T[: settings.paths][kept["failed"][: settings.paths] < 0].astype(float),
            moved=change.records,
            trackers=program.watched,
            versions=versions(),
            other_table=change.other_table,
        )

    def run(
        self,
        levers: Values | None = None,
        beliefs: Values | None = None,
        *,
        draws: int = DRAWS,
        table: ParameterTable | None = None,
        held: np.ndarray | None = None,
        stop: Callable[[], bool] = bool,
    ) -> Run:
        """The same as a run with paths, history among them, for findings that need them.

        It keeps as many whole paths as `simulate` does; its parameters are those after as_of. For `levers`, `beliefs`, `table`,
        `held` and `stop` see `move`.
        """
        change, recording = (
            self._change(levers or {}, beliefs or {}, table, held),
            Recording(self.settings(draws), draws),
        )
        later = (self.begin, change.after) if self.begin else None
        wanted = self.simulator.blocks(draws, recording.settings.paths)
        with self._lock:
            results = record_blocks(
                self.model,
                self.simulator,
                wanted,
                recording,
                table=change.before if later else change.after,
                later=later,
            )
            for _, sums, _ in _until(stop, results):
                recording.add(sums)
        return recording.run(self.model, moved=change.records, other_table=change.other_table)

    def settings(self, draws: int) -> Settings:
        """Settings of so many futures."""
        return Settings(draws, self.seed, "single", min(draws, default_path_count(self.model)))

    def _history(
        self, table: ParameterTable, wanted: Sequence[DrawRange], stop: Callable[[], bool]
    ) -> Checkpoint | None:
        """Every future at as_of, kept for the next call; None where no step comes before it."""
        if not self.begin:
            return None
        key, own = table.digest, self.model.table.digest
        carries = self._histories.setdefault(key, {})
        self._histories.move_to_end(key)
        while len(self._histories) > HISTORIES:
            self._histories.pop(next(name for name in self._histories if name not in {key, own}))
        # of a whole block always: a later call may want more of its futures
        size = self.simulator.size
        whole = [DrawRange(block.start, block.start + size, 0) for block in wanted if block.start not in carries]
        results = self.simulator.run(
            table, self.seed, whole, lambda result: (result.block.start, result.last), until=self.begin
        )
        carries.update(_until(stop, results))
        return Checkpoint(self.begin, carries)

    def _change(
        self, levers: Values, beliefs: Values, table: ParameterTable | None, held: np.ndarray | None = None
    ) -> _Change:
        """Parameter tables of some values; raises `ModelError`."""
        plan, layout = self.model.plan, self.model.layout
        late, always = canonical_values(plan, levers), canonical_values(plan, beliefs)
        problems = [
            Problem(
                "it is larger than any number of the engine",
                path=plan.parameters[i].path,
                allowed=f"{LARGEST:.2g} at most, in basic units",
            )
            for i, value in (always | late).items()
            if abs(value) > LARGEST
        ]
        early = {*plan.initial, *(item.scale for item in plan.observations)}
        problems += [
            Problem(f"`{plan.parameters[i].path}` acts only before as_of", fix="set it as a belief")
            for i in sorted(early & set(late))
        ]
        if problems:
            raise ModelError(problems)

        def everywhere(moved: Mapping[int, float]) -> dict[int, float]:
            return dict(moved) | {plan.in_force(i): value for i, value in moved.items()}

        other = table is not None and table.digest != self.model.table.digest
        before = self.model.table if table is None else table
        before = before.with_value(layout, everywhere(always)) if always else before
        after = before.with_value(layout, everywhere(late)) if late else before
        if held is not None:
            other, after = True, after._replace(held_options=np.where(held >= 0, held, after.held_options))
        values = {plan.parameters[i].path: value for i, value in (always | late).items()}
        records = (*self._records(levers, "as_of"), *self._records(beliefs, "start"))
        return _Change(before, after, values, records, other)

    def _records(self, values: Values, since: str) -> Iterator[InterventionRecord]:
        scenario, label = self.model.scenario, self.model.scenario.label_since(since)
        for name, value in values.items():
            lever = scenario.levers.get(name)
            text = lever_value(name, lever.model_dump(), value, scenario.units) if lever else value
            yield InterventionRecord.of(name, text, label)


def _until(stop: Callable[[], bool], results: Generator[T, None, None]) -> Generator[T, None, None]:
    """Results of blocks; `Interruption` once `stop` is true."""
    with closing(results):
        for result in results:
            if stop():
                raise Interruption("the simulation was stopped")
            yield result
