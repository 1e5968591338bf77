"""Model to run: shards of draws through the compiled program, in bounded memory, in any order, resumable."""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np

from standoff.engine.compiled import blank_paths, executable
from standoff.engine.decide import COUNTED
from standoff.engine.device import devices
from standoff.engine.device import precision as numbers
from standoff.engine.run import Run, Settings
from standoff.errors import Problem, RunError

if TYPE_CHECKING:
    from standoff.engine.build import Model
    from standoff.engine.program import Program
    from standoff.engine.store import Folder

CHUNKS = (
    768,
    512,
    384,
    256,
    128,
)  # draws of a block: measured by benchmarks/engine.py --chunks; a longer one is not faster
BLOCK_BYTES = 150e6  # assumption: what whole paths of a block may take, for a million draws in 1.5 GB
PATHS = 4096  # assumption: enough for a 5 % quantile to be right to 0.7 percentile points (2 standard errors)
LAST = 2**31  # numbers of draws end before it: they have 32 bits, and a block goes on past its draws
PATH_BYTES = 200e6  # assumption: what whole paths may take unless more are asked for
EVERY = ("answers", "failed", *COUNTED)  #: what is kept of every draw, not only of those with paths
Pieces = list[np.ndarray]  #: one array a device, draws along the last axis
Reports = dict[str, np.ndarray]  #: sums over the draws of a block, (block, T, ...)
Progress = Callable[[int, int], None]  #: called with draws done and draws asked


@dataclass
class Totals:
    """Sums over shards, in double precision; spreads are merged by the pairwise formula of Chan, Golub, LeVeque 1983."""

    count: Any = 0
    mean: Any = 0.0
    spread: Any = 0.0
    held: Any = 0.0
    p: Any = 0.0

    def add(self, reports: dict[str, np.ndarray]) -> None:
        """Merge block reports, each (block, T, ...)."""
        for b in range(reports["count"].shape[0]):
            count = reports["count"][b].astype(np.int64)
            share = np.maximum(self.count + count, 1)[:, None]
            delta = reports["mean"][b].astype(np.float64) - self.mean
            weight = (count / share[:, 0])[:, None]
            self.spread = (
                self.spread
                + reports["spread"][b].astype(np.float64)
                + np.square(delta) * weight * np.asarray(self.count).reshape(-1, 1)
            )
            self.mean = self.mean + delta * weight
            self.count = self.count + count
        for name in ("held", "p"):
            if name in reports:
                total = reports[name].astype(np.float64).sum(axis=0)
                setattr(self, name, getattr(self, name) + total)


@dataclass
class Kept:
    """Arrays with draws along the last axis, made once and filled shard by shard."""

    settings: Settings
    arrays: dict[str, np.ndarray] = field(default_factory=dict)

    def put(self, shard: Shard, values: dict[str, Pieces]) -> None:
        """Place what a shard kept. `cells` gets a state in front, for `start`."""
        for name, pieces in values.items():
            total = self.settings.draws if name in EVERY else self.settings.paths
            place, stop = shard.start, shard.stop if name in EVERY else shard.start + shard.kept
            for piece in pieces:
                if name not in self.arrays:
                    states, *rest = piece.shape
                    shape = (states + 1, *rest[:-1], total) if name == "cells" else (*piece.shape[:-1], total)
                    self.arrays[name] = np.empty(shape, piece.dtype)
                count = min(piece.shape[-1], stop - place)
                if count > 0:
                    whole = self.arrays[name][1:] if name == "cells" else self.arrays[name]
                    whole[..., place : place + count] = piece[..., :count]
                place += count

    def of(self, shard: Shard, names: Iterable[str]) -> dict[str, np.ndarray]:
        """What it holds of a shard, as windows."""
        out = {}
        for name in names:
            stop = shard.stop if name in EVERY else shard.start + shard.kept
            whole = self.arrays[name][1:] if name == "cells" else self.arrays[name]
            out[name] = whole[..., shard.start : stop]
        return out


def simulate(
    model: Model,
    *,
    draws: int,
    seed: int,
    precision: str = "single",
    paths: int | str | None = None,
    first: int = 0,
    chunk: int | None = None,
    progress: Progress | None = None,
    folder: Folder | None = None,
) -> Run:
    """Run `draws` futures of the model.

    The numbers of draw `i` depend on the model, the seed and `i` alone: not on `draws`, `chunk`, the devices, or what
    else runs. `precision` is `single` (for ensembles) or `double` (for audits; same random numbers). `paths` is how many
    draws keep their whole path (`"all"`, or as many of the first 4,096 as 200 MB hold). The draws are those from `first`
    on. With a `folder` every finished shard is stored, and a run that was cut off goes on.
    """
    if draws < 1:
        raise RunError(Problem(f"{draws} draws", allowed="1 or more"))
    if not 0 <= first <= LAST - draws:
        raise RunError(Problem(f"draws {first:,} to {first + draws - 1:,}", allowed=f"numbers from 0 to {LAST - 1:,}"))
    if precision not in {"single", "double"}:
        raise RunError(Problem(f"unknown precision `{precision}`", allowed="single, double"))
    if not (paths is None or paths == "all" or (isinstance(paths, int) and paths > 0)):
        raise RunError(Problem(f"`{paths}` paths", allowed="all, or 1 or more"))
    count = draws if paths == "all" else min(draws, affordable(model) if paths is None else int(paths))
    settings = Settings(draws, seed, precision, count, first)
    program = model.program
    if folder is not None:
        folder.open(model, settings)
    with numbers(precision):
        totals, kept = _all_shards(model, program, settings, chunk or fitting(model), progress, folder)
    run = _run(model, program, settings, totals, kept)
    if folder is not None:
        folder.finish(run)
    return run


def affordable(model: Model) -> int:
    """How many draws keep their path unless the caller says: 4,096, or fewer where a path is long."""
    return max(1, min(PATHS, int(PATH_BYTES / path_bytes(model))))


def fitting(model: Model) -> int:
    """The longest block whose paths are not too large."""
    return next((chunk for chunk in CHUNKS if chunk * path_bytes(model) <= BLOCK_BYTES), CHUNKS[-1])


def path_bytes(model: Model) -> int:
    """What the whole path of one draw takes, in single precision."""
    program = model.program
    return 4 * program.steps * (len(model.plan.cells) + len(program.option_rows) + len(model.plan.choices))


@dataclass(frozen=True)
class Shard:
    """Draws `start .. stop - 1`, of which the first `kept` keep their paths."""

    start: int
    stop: int
    kept: int


def shards(draws: int, paths: int, size: int) -> Iterator[Shard]:
    """Cut the draws."""
    for start in range(0, draws, size):
        stop = min(start + size, draws)
        yield Shard(start, stop, min(max(paths - start, 0), stop - start))


def _all_shards(
    model: Model, program: Program, settings: Settings, chunk: int, progress: Progress | None, folder: Folder | None
) -> tuple[Totals, dict[str, np.ndarray]]:
    size = chunk * len(devices())
    cut = list(shards(settings.draws, settings.paths, size))
    done = {} if folder is None else folder.shards()
    waiting = [shard for shard in cut if (shard.start, shard.stop) not in done]
    results = _results(model, program, settings, waiting, size)
    totals, kept, finished = Totals(), Kept(settings), 0
    for shard in cut:
        fresh = None  # the folder, where this shard is not in it yet
        if folder is not None and (shard.start, shard.stop) in done:
            whole, reports = folder.read(shard.start, shard.stop)
            of_draws = {name: [value] for name, value in whole.items()}
        else:
            of_draws, reports = next(results)
            fresh = folder
        totals.add(reports)
        kept.put(shard, of_draws)
        if fresh is not None:
            fresh.write(shard.start, shard.stop, kept.of(shard, of_draws), reports)
        finished += shard.stop - shard.start
        if progress is not None:
            progress(finished, settings.draws)
    return totals, kept.arrays


def _results(
    model: Model, program: Program, settings: Settings, wanted: Sequence[Shard], size: int
) -> Iterator[tuple[dict[str, Pieces], Reports]]:
    """Run shards in turn, the next one already under way while one is read.

    Whole paths are large and kept of the first shards only: one set of arrays for them is given to the compiled program
    to write over, again and again, so that the system need not clear fresh memory for every shard.
    """
    if not wanted:
        return
    dtype = jnp.float64 if settings.precision == "double" else jnp.float32
    compiled, blank = executable(model, size, dtype), blank_paths(program, size, dtype)
    table = tuple(jnp.asarray(part, dtype) for part in model.table.arrays())

    def start(n: int, spare: Any) -> Any:
        if n == len(wanted):
            return None
        begin, end = (settings.first + number for number in (wanted[n].start, wanted[n].stop))
        ids = jnp.arange(begin, begin + size, dtype=jnp.uint32)
        stop, keep = jnp.asarray(end, jnp.uint32), jnp.asarray(wanted[n].kept > 0)
        return compiled(table, _seed(settings), ids, stop, keep, spare)

    running = start(0, blank)
    for n, shard in enumerate(wanted):
        kept, reports, paths = running
        if shard.kept:  # its paths must be read before the next shard writes over them
            yield _fetched(kept, reports, shard, paths)
            running = start(n + 1, paths)
        else:
            running = start(n + 1, paths)
            yield _fetched(kept, reports, shard, {})


def _seed(settings: Settings) -> jax.Array:
    return jnp.asarray(settings.seed % 2**32, jnp.uint32)


def _fetched(
    kept: dict[str, Any], reports: dict[str, Any], shard: Shard, paths: dict[str, Any]
) -> tuple[dict[str, Pieces], Reports]:
    """Results of a shard on the host. Pieces are windows on the program's own memory: copy them before it runs again."""
    every = {name: value for name, value in kept.items() if name in EVERY or shard.kept} | paths
    pieces = {name: [np.asarray(part.data)[0] for part in value.addressable_shards] for name, value in every.items()}
    return pieces, {name: np.asarray(value) for name, value in reports.items()}


def _run(model: Model, program: Program, settings: Settings, totals: Totals, kept: dict[str, np.ndarray]) -> Run:
    plan, steps = model.plan, program.steps
    choices = len(plan.choices)
    share = np.maximum(totals.count, 1)
    kept["cells"][0] = kept.pop("start")
    none = np.zeros((steps, len(program.option_rows), settings.paths))

    def by_choice(total: Any) -> np.ndarray:
        return program.by_option(np.asarray(total / share[:, None] if choices else np.zeros((steps, 0))))

    def draws_first(value: np.ndarray) -> np.ndarray:
        return np.moveaxis(value, -1, 0)

    return Run(
        model=model,
        settings=settings,
        count=np.asarray(totals.count),
        mean=totals.mean,
        variance=totals.spread / np.maximum(totals.count - 1, 1)[:, None],
        held=by_choice(totals.held),
        probability=by_choice(totals.p),
        answers=kept["answers"],
        failed=kept["failed"],
        unsolved=kept["unsolved"],
        unproven=kept["unproven"],
        jumped=kept["jumped"],
        cells=draws_first(kept["cells"]),
        path_p=program.by_option(draws_first(kept.get("path_p", none))),
        path_chosen=draws_first(kept.get("path_chosen", np.zeros((steps, choices, settings.paths), np.int8))),
        parameters=draws_first(kept["parameters"]),
        watched=program.watched,
        versions=versions(),
    )


@lru_cache(maxsize=1)
def versions() -> dict[str, str]:
    """Versions of what a result depends on."""
    import standoff

    return {"standoff": standoff.__version__, "jax": jax.__version__, "numpy": np.__version__,
            "python": platform.python_version()}  # fmt: skip
