"""Warm sessions: futures kept in memory at as_of, from which changed numbers are simulated.

A session has the compiled program of a model for blocks of futures, and the state of every future at as_of. `rerun`
goes on from there with other values of levers: nothing is compiled or drawn again, and a future has the same random
numbers as before, so that answers differ by the levers alone. A lever acts from as_of on. A belief acts in history too,
so that the futures are simulated up to as_of once more, and kept for the next levers. So does another parameter table.

Futures have the same numbers in a session as in `simulate`, whatever the size of a block and the number of draws: more
draws add futures to those there are. `rerun` of the state before, for more futures, simulates only those that are new.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from standoff.engine.batches import Partial
from standoff.engine.block_size import default_path_count
from standoff.engine.draw_store import PER_DRAW_OUTPUTS, DrawStore, RunningMoments
from standoff.engine.executor import BlockExecutor, Checkpoint, DrawRange
from standoff.engine.run import Outcomes, Run, Settings
from standoff.engine.simulate import assembled_run
from standoff.errors import ModelError, Problem, StandoffError, join_limited
from standoff.plan import InterventionRecord
from standoff.plan.interventions import canonical_values
from standoff.scenario.overrides import lever_value
from standoff.versions import versions

if TYPE_CHECKING:
    from standoff.engine.model import Model
    from standoff.engine.parameters import ParameterTable
    from standoff.questions import Tracker

Values = Mapping[str, float | str]  #: name of a lever or path of a parameter -> value, as in `--set`
DRAWS = 2000  # assumption: a probability is then right to about one percentage point
LARGEST = float(np.finfo(np.float32).max)  # of single precision, that of a session
BLOCK = 128  # futures of a block; as fast as larger ones (benchmarks/levers.py), and the soonest to stop
HISTORIES = 3  # assumption: states of beliefs that are kept; 2.6 MB for each thousand futures of the flagship
MAX_REUSED = 2048  # futures of the last state that are kept for more of it; assumption: 3 MB a thousand of the flagship


class Interruption(StandoffError):
    """A rerun was stopped between blocks."""


@dataclass(frozen=True, kw_only=True)
class LeverResult(Outcomes):
    """Results of N futures of a session over T' steps after as_of; see `answer`."""

    model: Model
    settings: Settings
    levers: Mapping[str, float]  #: canonical values by path of the parameter, beliefs among them
    answers: np.ndarray  #: (watched, N)
    failed: np.ndarray  #: (N,) state at which the draw failed, or -1
    cause: np.ndarray  #: (N,) cause of failure, an index of `Program.causes`, or -1
    unsolved: np.ndarray  #: (N,) number of decision dates with a game that did not converge
    mean: np.ndarray  #: (T', cell) over the draws at the end of each step, canonical units
    held: np.ndarray  #: (T', choice, option) share of draws with the option in force
    chosen: np.ndarray  #: (N, T', choice) option in force at the end of each step
    paths: Mapping[str, np.ndarray]  #: (N, T') paths of the stocks that were asked for, in their units
    times: tuple[str, ...]  #: labels of the ends of these steps
    standing: np.ndarray  #: (K, cell) stocks at as_of, canonical units, of as many futures as a run records paths of
    moved: tuple[InterventionRecord, ...]  #: the values by the names of the request
    trackers: tuple[Tracker, ...]
    versions: Mapping[str, str]
    other_table: bool = False

    @property
    def interventions(self) -> tuple[InterventionRecord, ...]:
        """Parameters that were set: those of the model, and the levers."""
        return (*self.model.plan.intervention_records, *self.moved)

    @cached_property
    def stocks_at_as_of(self) -> np.ndarray:
        """(K', cell) stocks at as_of, canonical units, in path draws that did not fail."""
        return self.standing[self.valid_paths]


@dataclass(frozen=True, eq=False, kw_only=True)
class MovedRun(Run):
    """A run under levers and beliefs, with paths; its parameters are those after as_of."""

    moved: tuple[InterventionRecord, ...] = ()
    other_table: bool = False

    @property
    def interventions(self) -> tuple[InterventionRecord, ...]:
        """Parameters that were set: those of the model, and the levers."""
        return (*self.model.plan.intervention_records, *self.moved)


@dataclass(frozen=True)
class _Change:
    """Parameter tables before and after as_of, and the values behind them."""

    before: ParameterTable
    after: ParameterTable
    values: Mapping[str, float]
    records: tuple[InterventionRecord, ...]


@dataclass(eq=False)
class LeverSession:
    """Futures of one model in memory; created by `LeverSession.open`."""

    model: Model
    seed: int
    blocks: BlockExecutor = field(repr=False)
    _histories: OrderedDict[str, dict[int, Any]] = field(default_factory=OrderedDict, repr=False)
    _last: tuple[Any, dict[DrawRange, Any]] = field(default=(None, {}), repr=False)  #: the last state, its blocks
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @classmethod
    def open(cls, model: Model, *, seed: int = 1, block: int = BLOCK) -> LeverSession:
        """Load the program of a model for blocks of futures, or compile it."""
        blocks = BlockExecutor.of(model, block, block, "single")
        return cls(model, seed, blocks)

    @property
    def begin(self) -> int:
        """The state at which levers begin to act."""
        return self.model.plan.first_future_step

    @property
    def times(self) -> tuple[str, ...]:
        """Labels of the ends of the steps after as_of."""
        calendar = self.model.scenario.calendar
        return tuple(calendar.label(k + 1) for k in range(self.begin, calendar.steps))

    def rerun(
        self,
        levers: Values | None = None,
        beliefs: Values | None = None,
        *,
        draws: int = DRAWS,
        table: ParameterTable | None = None,
        stocks: Sequence[str] = (),
        stop: Callable[[], bool] = bool,
    ) -> LeverResult:
        """Simulate every future with other values, from as_of on: `{"aid.USA.money": 0}`.

        levers: act from as_of on
        beliefs: parameters that act in history too
        table: parameters in place of the model's own, in history too; levers and beliefs are set in it
        stocks: record the paths of these
        stop: asked between blocks; `Interruption` is raised once it is true

        Raises `ModelError` for an unknown name, a value out of range, and a lever that has an effect only before as_of.
        """
        wrong = [name for name in stocks if name not in self.model.plan.cells]
        if wrong:
            raise ModelError(
                [Problem(f"there is no stock `{name}`", allowed=join_limited(self.model.plan.cells)) for name in wrong]
            )
        change, wanted = self._change(levers or {}, beliefs or {}, table), self._wanted(draws)
        with self._lock:
            past = self._history(change.before, wanted, stop)
            rows = [self.model.plan.cells.index(cell) for cell in stocks]
            begin, totals, parts = self.begin, RunningMoments(), list[dict[str, np.ndarray]]()
            nobody = np.zeros((len(self.times), 0, self.blocks.size), np.int8)

            def read(stored: Any, sums: Any, paths: Any, _: Any, block: DrawRange) -> Any:
                width = block.stop - block.start
                out = {name: stored[name][..., :width] for name in (*PER_DRAW_OUTPUTS, "start")}
                out["paths"] = np.array(paths["cells"][begin:, rows, :width])
                out["chosen"] = np.array(
                    paths["path_chosen"][begin:, :, :width] if "path_chosen" in paths else nobody[..., :width]
                )
                return out, {name: np.array(value[begin:]) for name, value in sums.items()}

            key = (_digest(change.before), _digest(change.after), *stocks)
            known = self._last[1] if self._last[0] == key else {}
            missing, kept = [block for block in wanted if block not in known], dict(known)
            with closing(self._run(change.after, missing, read, stop, begun=past)) as fresh:
                for block in wanted:
                    result = known[block] if block in known else next(fresh)
                    parts.append(result[0])
                    totals.add(result[1])
                    if block.stop <= MAX_REUSED:
                        kept[block] = result
            self._last = key, kept
        joined = {name: np.concatenate([part[name] for part in parts], axis=-1) for name in parts[0]}
        shown = {
            cell: joined["paths"][:, n].T / self.model.plan.stock_units[cell].factor for n, cell in enumerate(stocks)
        }
        count = np.maximum(totals.count, 1)[:, None]
        current = totals.held / count if self.model.plan.choices else np.zeros((len(count), 0))
        return LeverResult(
            model=self.model,
            settings=self._settings(draws),
            levers=change.values,
            **{name: joined[name] for name in ("answers", "failed", "cause", "unsolved")},
            mean=np.asarray(totals.mean),
            held=self.model.program.by_option(np.asarray(current)),
            paths=shown,
            chosen=np.moveaxis(joined["chosen"], -1, 0),
            times=self.times,
            standing=joined["start"][:, : self._settings(draws).paths].T.astype(float),
            moved=change.records,
            trackers=self.model.program.watched,
            versions=versions(),
            other_table=self._is_other(table),
        )

    def run(
        self,
        levers: Values | None = None,
        beliefs: Values | None = None,
        *,
        draws: int = DRAWS,
        table: ParameterTable | None = None,
        stop: Callable[[], bool] = bool,
    ) -> MovedRun:
        """The same as a run with paths, history among them, for findings that need them.

        It keeps as many whole paths as `simulate` does. For `levers`, `beliefs`, `table` and `stop` see `rerun`.
        """
        change, wanted = self._change(levers or {}, beliefs or {}, table), self._wanted(draws)
        settings = self._settings(draws)
        with self._lock:
            recorder, past = _Recorder(self, settings), None
            if self.begin:
                carries = recorder.add(0, self._run(change.before, wanted, recorder.read(0), stop, until=self.begin))
                past = Checkpoint(self.begin, carries)
            recorder.add(self.begin, self._run(change.after, wanted, recorder.read(self.begin), stop, begun=past))
        whole = Partial(DrawStore(settings, draws, recorder.arrays), recorder.totals())
        run = assembled_run(self.model, settings, whole)
        return MovedRun(
            **{item.name: getattr(run, item.name) for item in fields(Run) if item.init},
            moved=change.records,
            other_table=self._is_other(table),
        )

    # -- blocks --------------------------------------------------------------------------------------------------------

    def _settings(self, draws: int) -> Settings:
        return Settings(draws, self.seed, "single", min(draws, default_path_count(self.model)))

    def _wanted(self, draws: int) -> list[DrawRange]:
        size = self.blocks.size
        stops = [min(start + size, draws) for start in range(0, draws, size)]
        return [DrawRange(start, end, end - start) for start, end in zip(range(0, draws, size), stops, strict=True)]

    def _run(
        self,
        table: ParameterTable,
        wanted: Sequence[DrawRange],
        read: Callable[..., Any],
        stop: Callable[[], bool],
        until: int | None = None,
        begun: Checkpoint | None = None,
    ) -> Generator[Any, None, None]:
        with closing(self.blocks.run(table, self.seed, wanted, read, 0, until, begun)) as results:
            for result in results:
                if stop():
                    raise Interruption(Problem("the rerun was stopped"))
                yield result

    def _history(
        self, table: ParameterTable, wanted: Sequence[DrawRange], stop: Callable[[], bool]
    ) -> Checkpoint | None:
        """Every future at as_of, kept for the next call; None where no step comes before it."""
        if not self.begin:
            return None
        key, own = _digest(table), _digest(self.model.table)
        carries = self._histories.setdefault(key, {})
        self._histories.move_to_end(key)
        while len(self._histories) > HISTORIES:
            self._histories.pop(next(name for name in self._histories if name not in {key, own}))

        def read(_: Any, __: Any, ___: Any, last: Any, block: DrawRange) -> tuple[int, Any]:
            return block.start, last

        # of a whole block always: a later call may want more of its futures
        whole = [
            DrawRange(block.start, block.start + self.blocks.size, 0) for block in wanted if block.start not in carries
        ]
        carries.update(self._run(table, whole, read, stop, until=self.begin))
        return Checkpoint(self.begin, carries)

    # -- values --------------------------------------------------------------------------------------------------------

    def _change(self, levers: Values, beliefs: Values, table: ParameterTable | None) -> _Change:
        """Parameter tables of some values; raises `ModelError`."""
        plan, layout = self.model.plan, self.model.layout
        late, always = canonical_values(plan, levers), canonical_values(plan, beliefs)
        if large := [i for i, value in (always | late).items() if abs(value) > LARGEST]:
            raise ModelError(
                [
                    Problem(
                        "it is larger than any number of the engine",
                        path=plan.parameters[i].path,
                        allowed=f"{LARGEST:.2g} at most, in basic units",
                    )
                    for i in large
                ]
            )
        early = {*plan.initial, *(item.scale for item in plan.observations)} & set(late)
        if early:
            raise ModelError(
                [
                    Problem(f"`{plan.parameters[i].path}` acts only before as_of", fix="set it as a belief")
                    for i in sorted(early)
                ]
            )

        def everywhere(moved: Mapping[int, float]) -> dict[int, float]:
            return dict(moved) | {plan.in_force(i): value for i, value in moved.items()}

        before = self.model.table if table is None else table
        before = before.with_value(layout, everywhere(always)) if always else before
        after = before.with_value(layout, everywhere(late)) if late else before
        values = {plan.parameters[i].path: value for i, value in (always | late).items()}
        return _Change(before, after, values, (*self._records(levers, "as_of"), *self._records(beliefs, "start")))

    def _is_other(self, table: ParameterTable | None) -> bool:
        return table is not None and _digest(table) != _digest(self.model.table)

    def _records(self, values: Values, since: str) -> Iterator[InterventionRecord]:
        scenario, label = self.model.scenario, self.model.scenario.label_since(since)
        for name, value in values.items():
            lever = scenario.levers.get(name)
            text = lever_value(name, lever.model_dump(), value, scenario.units) if lever else value
            yield InterventionRecord.of(name, text, label)


class _Recorder:
    """Arrays of a run from blocks that are simulated in two parts, up to as_of and from there."""

    def __init__(self, session: LeverSession, settings: Settings) -> None:
        self.program, self.settings, self.arrays = session.model.program, settings, dict[str, np.ndarray]()
        self.sums: dict[int, RunningMoments] = {}
        self._lock = threading.Lock()

    def add(self, begin: int, results: Iterator[tuple[int, Any, Any]]) -> dict[int, Any]:
        """Add up the sums of a part in the order of its blocks; gives the carries of these."""
        carries, moments = dict[int, Any](), self.sums.setdefault(begin, RunningMoments())
        for start, sums, last in results:
            moments.add(sums)
            carries[start] = last
        return carries

    def read(self, begin: int) -> Callable[..., tuple[int, Any, Any]]:
        """What to do with a block of the part that begins at a state."""

        def record(stored: Any, sums: Any, paths: Any, last: Any, block: DrawRange) -> tuple[int, Any, Any]:
            for name, value in stored.items():
                if name != "start" or begin == min(self.sums, default=begin):
                    self._put(name, value, block, 0)
            for name, value in paths.items():
                first = int(self.program.decisions_made[begin]) if name == "path_p" else begin
                self._put(name, value, block, first)
            return block.start, sums, last

        return record

    def _put(self, name: str, value: np.ndarray, block: DrawRange, first: int) -> None:
        """Store the rows of an array from `first` on, draws along the last axis."""
        total = self.settings.draws if name in PER_DRAW_OUTPUTS else self.settings.paths
        width = min(block.stop, total) - block.start
        if width <= 0:
            return
        ahead = int(name == "cells")  # the state at the beginning comes first
        shape = (len(value) + ahead, *value.shape[1:-1], total) if value.ndim > 1 else (total,)
        with self._lock:
            array = (
                self.arrays.setdefault(name, np.zeros(shape, value.dtype))
                if name not in self.arrays
                else self.arrays[name]
            )
        rows = (slice(first + ahead, None), ...) if value.ndim > 1 else ()
        array[*rows, block.start : block.start + width] = (
            value[first:, ..., :width] if value.ndim > 1 else value[:width]
        )

    def totals(self) -> RunningMoments:
        """Sums over draws of every step, each from its own part."""
        first, *rest = (self.sums[begin] for begin in sorted(self.sums))
        out = replace(first)
        for begin, moments in zip(sorted(self.sums)[1:], rest, strict=True):
            for item in fields(RunningMoments):
                rows = np.array(getattr(out, item.name))
                if rows.ndim:
                    rows[begin:] = getattr(moments, item.name)[begin:]
                setattr(out, item.name, rows)
        return out


def _digest(table: ParameterTable) -> str:
    return hashlib.sha256(b"".join(np.ascontiguousarray(part).tobytes() for part in table)).hexdigest()
