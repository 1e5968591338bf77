"""Run blocks of draws of the compiled program on all devices, and yield results in order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from queue import SimpleQueue
from typing import Any, TypeVar

import jax
import jax.numpy as jnp
import numpy as np
from jax.sharding import SingleDeviceSharding

from standoff import xla
from standoff.engine.compile_cache import load_on_every_core
from standoff.engine.model import Model
from standoff.engine.parameters import ParameterTable
from standoff.engine.program import Program

T = TypeVar("T")
BLOCK_DRAWS = 400  # draws of a block: divides round numbers, so that few places stay empty (others: engine.py --chunks)
PATH_DRAWS = (384, 256, 192, 128, 64)  # draws of a block that may keep their paths
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
class BlockExecutor:
    """The program of a model on all devices, for blocks of `size` draws, `wide` with paths."""

    program: Program
    size: int
    n_path_draws: int
    precision: str
    _seats: list[_Worker] = field(repr=False)

    @classmethod
    def of(cls, model: Model, size: int, wide: int, precision: str) -> BlockExecutor:
        """Load the program from disk, or compile it."""
        with xla.float_precision(precision):
            what = f"block of {size}, paths of {wide}, in {jnp.dtype(_dtype(precision)).name}"
            lowered = partial(_lowered, model, size, wide, precision)
            programs = load_on_every_core(model.hash, model.source(__name__), what, lowered)
        seats = [_Worker(where, program) for where, program in zip(xla.single_thread_devices(), programs, strict=True)]
        return cls(model.program, size, wide, precision, seats)

    def run(
        self,
        table: ParameterTable,
        seed: int,
        wanted: Iterable[DrawRange],
        read: Callable[..., T],
        first: int = 0,
        until: int | None = None,
        begun: Checkpoint | None = None,
    ) -> Generator[T, None, None]:
        """Apply `read` to each block simulated with the parameters of a `table`, in order.

        read: takes the results of `Program.block` as arrays of the host, with paths where any is wanted, and the range. It
        is called in a thread; paths are written over after it returns.
        first: number in the seed of the first draw of the run
        until: state at which to stop; by default the last one
        begun: where to begin, with the same blocks; by default at state 0
        """
        end, begins = np.int32(self.program.steps if until is None else until), np.int32(begun.state if begun else 0)
        free = SimpleQueue[tuple[_Worker, ParameterTable]]()
        word = np.uint32(seed % 2**32)

        def one(query: DrawRange) -> T:
            seat, numbers = free.get()
            try:
                with xla.float_precision(self.precision):
                    begin, keep = first + query.start, query.n_paths > 0
                    ids = np.arange(begin, begin + self.size, dtype=np.uint32)
                    paths, seat.paths = seat.paths or self._blank(seat.device), None
                    seat.no_carry = seat.no_carry or _no_carry(seat)
                    carry = begun.carries[query.start] if begun else seat.no_carry
                    stored, sums, seat.paths, last = seat.program()(
                        numbers, word, ids, np.uint32(first + query.stop), np.bool_(keep), paths, (begins, end), carry
                    )
                    host = jax.tree.map(np.asarray, (stored, sums, seat.paths if keep else {}, last))
                    return read(*host, query)
            finally:
                free.put((seat, numbers))

        with xla.float_precision(self.precision):
            host = jax.tree.map(partial(np.asarray, dtype=_dtype(self.precision)), table)
            for seat in self._seats:
                free.put((seat, jax.device_put(host, seat.device)))
        pool, under_way = ThreadPoolExecutor(len(self._seats)), deque[Future[T]]()
        try:
            for question in wanted:
                under_way.append(pool.submit(one, question))
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
        blocks = self.run(
            table, seed, wanted, lambda stored, sums, paths, last, block: (block.start, last), first, state
        )
        return Checkpoint(state, dict(blocks))

    def _blank(self, where: jax.Device) -> dict[str, jax.Array]:
        shapes = self.program.path_shapes(self.size, _dtype(self.precision), self.n_path_draws)
        return {name: jax.device_put(np.zeros(shape, kind), where) for name, (shape, kind) in shapes.items()}


def _no_carry(seat: _Worker) -> Any:
    """Zeros of the carry, the last argument of `Program.block`.

    Its shapes are those of the compiled program: tracing them again would take half a second.
    """
    *_, carry = seat.program().args_info[0]
    return jax.tree.map(lambda like: jax.device_put(np.zeros(like.shape, like.dtype), seat.device), carry)


def _dtype(precision: str) -> Any:
    return jnp.float64 if precision == "double" else jnp.float32


def _lowered(model: Model, size: int, wide: int, precision: str) -> Any:
    """The lowered program of a block for one core; it donates the arrays for paths."""
    dtype = _dtype(precision)
    shaped: Any = partial(jax.ShapeDtypeStruct, sharding=SingleDeviceSharding(xla.single_thread_devices()[0]))
    word = shaped((), jnp.uint32)
    table = jax.tree.map(lambda part: shaped(part.shape, dtype), model.table)
    paths = {name: shaped(*like) for name, like in model.program.path_shapes(size, dtype, wide).items()}
    state = shaped((), jnp.int32)
    carry = jax.tree.map(lambda like: shaped(like.shape, like.dtype), model.program.carry_shapes(size, dtype))
    jitted = jax.jit(model.program.block, donate_argnums=5, keep_unused=True)
    return jitted.lower(
        table, word, shaped((size,), jnp.uint32), word, shaped((), jnp.bool_), paths, (state, state), carry
    )


def default_path_count(model: Model) -> int:
    """Default number of draws with recorded paths: 4,096, or fewer where a path is long."""
    return max(1, min(PATHS, int(PATH_BYTES / path_bytes(model))))


def block_size(model: Model) -> tuple[int, int]:
    """Draws of a block, and how many of them may record their paths, within the memory limit."""
    each = 4 * model.program.steps * len(model.plan.cells)
    return BLOCK_DRAWS, next((wide for wide in PATH_DRAWS if wide * each <= BLOCK_BYTES), PATH_DRAWS[-1])


def path_bytes(model: Model) -> int:
    """Size of the whole path of one draw, in single precision."""
    program = model.program
    return 4 * program.steps * (len(model.plan.cells) + len(program.option_rows) + len(model.plan.choices))
