"""The compiled program of a model on all devices, for blocks of draws in order.

Every simulation goes through `Simulator.run`: of runs, of runs once more with another table, of sessions, and of jobs.
Parameters are arguments of the program, so that another table compiles nothing anew, and a draw has the same random numbers
under any table.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from queue import SimpleQueue
from typing import Any, NamedTuple, TypeVar

import jax
import jax.numpy as jnp
import numpy as np
from jax.sharding import SingleDeviceSharding

from standoff import xla
from standoff.array_files import Arrays
from standoff.engine.compile_cache import load_on_every_core
from standoff.engine.decisions import SOLVER_FLAGS
from standoff.engine.model import Model
from standoff.engine.parameters import ParameterTable
from standoff.engine.program import Program
from standoff.progress import SILENT, Progress

T = TypeVar("T")
PER_DRAW_OUTPUTS = ("answers", "failed", "cause", *SOLVER_FLAGS)  #: numbers of every draw, not only of those with paths
#: draws of a block, the same on every machine; 400 divides round numbers, so that few places stay empty (others:
#: benchmarks/engine.py --chunks)
BLOCK_DRAWS = (400, 256, 192, 128, 64)
PATHS_ARGUMENT = (
    5  #: place of the arrays for paths among the arguments of `Program.block`, of which the carry is the last
)
BLOCK_BYTES = 80e6  # assumption: memory for the paths of a block, for a million draws in 1.5 GB
PATHS = 4096  # assumption: enough for a 5 % quantile to be right to 0.7 percentile points (2 standard errors)
PATH_BYTES = 200e6  # assumption: memory for whole paths unless more are requested


@dataclass(frozen=True)
class DrawRange:
    """Draws `start .. stop - 1` of a run, at most one block; the first `n_paths` return paths."""

    start: int
    stop: int
    n_paths: int


@dataclass(frozen=True)
class Checkpoint:
    """The carry of each block at a state, from which the later steps can be simulated again."""

    state: int
    carries: dict[int, Any]  #: first draw of a block -> its carry


class Results(NamedTuple):
    """Results of a block on the host, draws along the last axis.

    Those of `paths` are written over soon: copy them.
    """

    block: DrawRange
    outcomes: Arrays  #: `PER_DRAW_OUTPUTS` of the draws of the block
    paths: Arrays  #: paths, parameters and the like of its first `n_paths` draws; empty without any
    sums: Arrays  #: over its draws, a row for each step that was simulated
    last: Any  #: the carry at the end, of the whole block


@dataclass
class _Worker:
    """A device with its program and reusable arrays for paths.

    Reuse saves the system from clearing new memory for every block.
    """

    device: jax.Device
    program: Callable[[], Any]
    paths: dict[str, jax.Array] | None = None
    no_carry: Any = None  #: zeros, for blocks that begin at state 0


@dataclass
class Simulator:
    """The program of a model on all devices, for blocks of `size` draws."""

    program: Program
    size: int
    precision: str
    _seats: list[_Worker] = field(repr=False)

    @classmethod
    def of(
        cls, model: Model, precision: str = "single", size: int | None = None, progress: Progress = SILENT
    ) -> Simulator:
        """Load the program from disk, or compile it."""
        size = size or block_size(model)
        with progress.task("compiling"), xla.float_precision(precision):
            what = f"block of {size} in {jnp.dtype(_dtype(precision)).name}"
            lowered = partial(_lowered, model, size, precision)
            programs = load_on_every_core(model.hash, model.source(__name__), what, lowered)
        seats = [_Worker(where, program) for where, program in zip(xla.single_thread_devices(), programs, strict=True)]
        return cls(model.program, size, precision, seats)

    def blocks(self, draws: int, paths: int = 0) -> list[DrawRange]:
        """The first draws of a run in blocks, of which the first `paths` return their paths."""
        return list(blocks(draws, paths, self.size))

    def run(
        self,
        table: ParameterTable,
        seed: int,
        wanted: Iterable[DrawRange],
        record: Callable[[Results], T],
        *,
        first: int = 0,
        begun: Checkpoint | None = None,
        until: int | None = None,
        later: tuple[int, ParameterTable] | None = None,
    ) -> Generator[T, None, None]:
        """Apply `record` to each block simulated with the parameters of a `table`, in order.

        It is called in a thread.

        first: number in the seed of the first draw of the run
        begun: where to begin, with the same blocks; by default at state 0
        until: state at which to stop; by default the last one
        later: another table, and the state from which on it applies
        """
        marks = [
            begun.state if begun else 0,
            *(later[:1] if later else ()),
            self.program.steps if until is None else until,
        ]
        spans = [(np.int32(a), np.int32(b)) for a, b in pairwise(marks)]
        free = SimpleQueue[tuple[_Worker, list[ParameterTable]]]()
        word = np.uint32(seed % 2**32)

        def one(block: DrawRange) -> T:
            seat, tables = free.get()
            try:
                with xla.float_precision(self.precision):
                    begin, keep = first + block.start, block.n_paths > 0
                    ids = np.arange(begin, begin + self.size, dtype=np.uint32)
                    common = word, ids, np.uint32(first + block.stop), np.bool_(keep)
                    paths, seat.paths = seat.paths or _zeros(seat, PATHS_ARGUMENT), None
                    seat.no_carry = seat.no_carry or _zeros(seat, -1)
                    carry, parts = begun.carries[block.start] if begun else seat.no_carry, []
                    for numbers, rows, span in zip(tables, designs, spans, strict=True):
                        if self.program.layout.by_row:
                            numbers = numbers._replace(posterior_draws=rows[ids % len(rows)])
                        *part, paths, carry = seat.program()(numbers, *common, paths, span, carry)
                        parts.append(part)
                    seat.paths = paths
                    host = jax.tree.map(np.asarray, (parts, paths if keep else {}, carry))
                    return record(_results(block, *host))
            finally:
                free.put((seat, tables))

        with xla.float_precision(self.precision):
            host = [
                jax.tree.map(partial(np.asarray, dtype=_dtype(self.precision)), each)
                for each in (table, *(later[1:] if later else ()))
            ]
            designs = [each.posterior_draws for each in host]
            for seat in self._seats:
                free.put((seat, jax.device_put(host, seat.device)))
        pool, under_way = ThreadPoolExecutor(len(self._seats)), deque[Future[T]]()
        try:
            for block in wanted:
                under_way.append(pool.submit(one, block))
                if len(under_way) > 2 * len(self._seats):
                    yield under_way.popleft().result()
            while under_way:
                yield under_way.popleft().result()
        finally:
            pool.shutdown(cancel_futures=True)

    def checkpoint(
        self, table: ParameterTable, seed: int, wanted: Iterable[DrawRange], state: int, first: int = 0
    ) -> Checkpoint:
        """Simulate blocks up to a state, and keep their carries."""
        carries = self.run(
            table, seed, wanted, lambda result: (result.block.start, result.last), first=first, until=state
        )
        return Checkpoint(state, dict(carries))


def _results(block: DrawRange, parts: list[Any], paths: Arrays, last: Any) -> Results:
    """Results of a block from those of the parts of its time: sums outside of a part are 0."""
    stored, sums = parts[-1]
    for _, before in parts[:-1]:
        sums = {name: value + before[name] for name, value in sums.items()}
    stored = {**stored, "start": parts[0][0]["start"]}
    outcomes = {name: stored.pop(name)[..., : block.stop - block.start] for name in PER_DRAW_OUTPUTS}
    kept = {name: value[..., : block.n_paths] for name, value in (stored | paths).items()} if block.n_paths else {}
    return Results(block, outcomes, kept, sums, last)


def joined(parts: Iterable[Arrays]) -> Arrays:
    """Arrays of consecutive blocks, joined along the draws."""
    every = list(parts)
    return {name: np.concatenate([part[name] for part in every], axis=-1) for name in every[0]}


def blocks(draws: int, paths: int, size: int) -> Generator[DrawRange, None, None]:
    """Draws in blocks of one size, of which the first `paths` return their paths."""
    for start in range(0, draws, size):
        stop = min(start + size, draws)
        yield DrawRange(start, stop, min(max(paths - start, 0), stop - start))


def _zeros(seat: _Worker, argument: int) -> Any:
    """Zeros in the form of an argument of `Program.block`.

    Its shapes are those of the compiled program: tracing them again would take half a second.
    """
    return jax.tree.map(
        lambda like: jax.device_put(np.zeros(like.shape, like.dtype), seat.device),
        seat.program().args_info[0][argument],
    )


def _dtype(precision: str) -> Any:
    return jnp.float64 if precision == "double" else jnp.float32


def _lowered(model: Model, size: int, precision: str) -> Any:
    """The lowered program of a block for one core; it donates the arrays for paths."""
    dtype = _dtype(precision)
    shaped: Any = partial(jax.ShapeDtypeStruct, sharding=SingleDeviceSharding(xla.single_thread_devices()[0]))
    word, state = shaped((), jnp.uint32), shaped((), jnp.int32)
    table = jax.tree.map(lambda part: shaped(part.shape, dtype), model.table)
    if model.layout.by_row:
        table = table._replace(posterior_draws=shaped((size, len(model.layout.fitted)), dtype))
    paths = {name: shaped(*like) for name, like in model.program.path_shapes(size, dtype).items()}
    carry = jax.tree.map(lambda like: shaped(like.shape, like.dtype), model.program.carry_shapes(size, dtype))
    jitted = jax.jit(model.program.block, donate_argnums=PATHS_ARGUMENT, keep_unused=True)
    return jitted.lower(
        table, word, shaped((size,), jnp.uint32), word, shaped((), jnp.bool_), paths, (state, state), carry
    )


def block_size(model: Model) -> int:
    """Draws of a block: the most whose paths fit the memory limit."""
    each = 4 * model.program.steps * len(model.plan.cells)
    return next((size for size in BLOCK_DRAWS if size * each <= BLOCK_BYTES), BLOCK_DRAWS[-1])


def default_path_count(model: Model) -> int:
    """Default number of draws with recorded paths: 4,096, or fewer where a path is long."""
    return max(1, min(PATHS, int(PATH_BYTES / path_bytes(model))))


def path_bytes(model: Model) -> int:
    """Size of the whole path of one draw, in single precision."""
    program = model.program
    return 4 * program.steps * (len(model.plan.cells) + len(program.option_rows) + len(model.plan.choices))
