"""Simulate a model: shards of draws in bounded memory, in any order, resumable."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np

from standoff.engine.executor import BlockExecutor, DrawRange
from standoff.engine.run import Run, Settings
from standoff.engine.run_folder import RunFolder, refused
from standoff.engine.solved_games import SOLVER_FLAGS
from standoff.errors import Problem, RunError, join_limited
from standoff.progress import SILENT, Progress
from standoff.versions import versions

if TYPE_CHECKING:
    from pathlib import Path

    from standoff.engine.model import Model

BLOCK_DRAWS = 400  # draws of a block: divides round numbers, so that few places stay empty (others: engine.py --chunks)
PATH_DRAWS = (384, 256, 192, 128, 64)  # draws of a block that may keep their paths
BLOCK_BYTES = 80e6  # assumption: memory for the paths of a block, for a million draws in 1.5 GB
PATHS = 4096  # assumption: enough for a 5 % quantile to be right to 0.7 percentile points (2 standard errors)
LAST = 2**31  # upper bound of draw numbers: they have 32 bits, and a block is padded beyond its draws
PATH_BYTES = 200e6  # assumption: memory for whole paths unless more are requested
PER_DRAW_OUTPUTS = (
    "answers",
    "failed",
    "cause",
    *SOLVER_FLAGS,
)  #: numbers of every draw, not only of those with paths
OF_PATHS = ("start", "cells", "parameters", "sample_size")  #: numbers of draws with paths, at least
Arrays = dict[str, np.ndarray]  #: draws along the last axis; or sums over the draws of a block, (T, ...)


@dataclass
class RunningMoments:
    """Sums over shards in double precision; variances by Chan, Golub and LeVeque 1983."""

    count: Any = 0
    mean: Any = 0.0
    spread: Any = 0.0
    held: Any = 0.0
    p: Any = 0.0

    def add(self, reports: Arrays) -> None:
        """Merge the sums of a block."""
        count = reports["count"].astype(np.int64)
        weight = (count / np.maximum(self.count + count, 1))[:, None]
        delta = reports["mean"].astype(np.float64) - self.mean
        self.spread = (
            self.spread
            + reports["spread"].astype(np.float64)
            + np.square(delta) * weight * np.asarray(self.count).reshape(-1, 1)
        )
        self.mean = self.mean + delta * weight
        self.count = self.count + count
        for name in ("held", "p"):
            if name in reports:
                setattr(self, name, getattr(self, name) + reports[name].astype(np.float64))


@dataclass
class DrawStore:
    """Arrays with draws along the last axis, filled shard by shard by several threads."""

    settings: Settings
    arrays: Arrays = field(default_factory=dict)
    _names: dict[bool, frozenset[str]] = field(default_factory=dict, repr=False)  #: without and with paths
    _making: Lock = field(default_factory=Lock, repr=False)

    def put(self, shard: DrawRange, values: Arrays) -> None:
        """Store the arrays of a shard; `cells` gets the initial state in front.

        Raises `ValueError` where an array is missing or has another shape than that of the shards before.
        """
        names = self._names.setdefault(shard.n_paths > 0, frozenset(values))
        needed = names.union(PER_DRAW_OUTPUTS, OF_PATHS if shard.n_paths else ())
        if needed != values.keys():
            raise ValueError(f"it holds {join_limited(sorted(values))} in place of {join_limited(sorted(needed))}")
        if shard.n_paths and values["start"].shape != values["cells"].shape[1:]:
            raise ValueError("its paths do not begin with the stocks that they go on with")
        for name, value in values.items():
            total = self.settings.draws if name in PER_DRAW_OUTPUTS else self.settings.paths
            with self._making:
                if name not in self.arrays:
                    states, *rest = value.shape
                    shape = (states + 1, *rest[:-1], total) if name == "cells" else (*value.shape[:-1], total)
                    self.arrays[name] = np.zeros(shape, value.dtype)
            window = self._window(shard, name)
            if (window.shape, window.dtype) != (value.shape, value.dtype):
                raise ValueError(f"`{name}` is {value.dtype} {value.shape} in place of {window.dtype} {window.shape}")
            window[...] = value

    def _window(self, shard: DrawRange, name: str) -> np.ndarray:
        stop = shard.stop if name in PER_DRAW_OUTPUTS else shard.start + shard.n_paths
        whole = self.arrays[name][1:] if name == "cells" else self.arrays[name]
        return whole[..., shard.start : stop]

    def of(self, shard: DrawRange, names: Iterable[str]) -> Arrays:
        """The arrays of a shard, as views."""
        return {name: self._window(shard, name) for name in names}


def simulate(
    model: Model,
    *,
    draws: int,
    seed: int,
    precision: str = "single",
    paths: int | str | None = None,
    first: int = 0,
    chunk: int | None = None,
    progress: Progress = SILENT,
    folder: RunFolder | None = None,
) -> Run:
    """Simulate `draws` futures of a model.

    The numbers of draw `i` depend on the model, the seed and `i` alone: not on `draws`, `chunk`, the devices, or what
    else runs. `precision` is `single` (for ensembles) or `double` (for audits; same random numbers). `paths` is how
    many draws keep their whole path (`"all"`, or as many of the first 4,096 as 200 MB hold). The draws are those from
    `first` on. With a `folder` every finished shard is stored, and an interrupted run resumes.
    """
    if draws < 1:
        raise RunError(Problem(f"{draws} draws", allowed="1 or more"))
    if not 0 <= first <= LAST - draws:
        raise RunError(Problem(f"draws {first:,} to {first + draws - 1:,}", allowed=f"numbers from 0 to {LAST - 1:,}"))
    if precision not in {"single", "double"}:
        raise RunError(Problem(f"unknown precision `{precision}`", allowed="single, double"))
    if not (paths is None or paths == "all" or (isinstance(paths, int) and paths > 0)):
        raise RunError(Problem(f"`{paths}` paths", allowed="all, or 1 or more"))
    count = draws if paths == "all" else min(draws, default_path_count(model) if paths is None else int(paths))
    settings = Settings(draws, seed, precision, count, first)
    stored = None if folder is None else Stored(folder, folder.open(model, settings), sums(model))
    size, wide = block_size(model)
    totals, retained = _all_shards(model, settings, chunk or size, min(chunk or size, wide), progress, stored)
    run = assembled_run(model, settings, totals, retained)
    if folder is not None:
        folder.finish(run)
    return run


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


def shards(draws: int, paths: int, size: int, wide: int) -> Iterator[DrawRange]:
    """Split the draws into shards: `wide` at a time while they record paths, then `size`."""
    start = 0
    while start < draws:
        stop = min(start + (wide if start < paths else size), draws)
        yield DrawRange(start, stop, min(max(paths - start, 0), stop - start))
        start = stop


def sums(model: Model) -> dict[str, tuple[int, ...]]:
    """Shapes of the sums over draws of a shard: one row per step."""
    program = model.program
    columns = {"count": (), "mean": (len(model.plan.cells),), "spread": (len(model.plan.cells),)}
    if model.plan.choices:
        columns |= {"held": (len(program.option_rows),), "p": (len(program.option_rows),)}
    return {name: (program.steps, *rest) for name, rest in columns.items()}


@dataclass(frozen=True)
class Stored:
    """The folder of a run, with the identity and contents of its shards."""

    folder: RunFolder
    about: Mapping[str, Any]
    sums: Mapping[str, tuple[int, ...]]

    def finished(self, cut: Sequence[DrawRange]) -> dict[DrawRange, Path]:
        """Finished shards of a run; raises `RunError` if the folder has others."""
        known, there = {(shard.start, shard.stop): shard for shard in cut}, self.folder.shards()
        others = [
            refused(file, "has other draws than those of the run")
            for index, file in there.items()
            if index not in known
        ]
        if others:
            raise RunError(others)
        return {known[index]: file for index, file in there.items()}

    def read(self, shard: DrawRange, file: Path, totals: RunningMoments, store: DrawStore) -> None:
        """Read a shard: store its draws, and add its sums."""
        of_draws, reports = self.folder.read(shard.start, shard.stop, self.about)
        try:
            shapes = {name: value.shape for name, value in reports.items()}
            if shapes != self.sums:
                raise ValueError(f"its sums are {shapes} in place of {self.sums}")
            store.put(shard, of_draws)
            totals.add(reports)
        except (ValueError, KeyError, TypeError) as error:  # by whoever packed it: as it was written it fits
            raise RunError(refused(file, f"cannot be used: {error}")) from None

    def write(self, shard: DrawRange, store: DrawStore, names: Iterable[str], reports: Arrays) -> None:
        """Write a shard."""
        self.folder.write(shard.start, shard.stop, store.of(shard, names), reports, self.about)


def _all_shards(
    model: Model, settings: Settings, size: int, wide: int, progress: Progress, stored: Stored | None
) -> tuple[RunningMoments, Arrays]:
    cut = list(shards(settings.draws, settings.paths, size, wide))
    done = {} if stored is None else stored.finished(cut)
    totals, retained = RunningMoments(), DrawStore(settings)
    missing = [shard for shard in cut if shard not in done]
    with ExitStack() as stack:
        if missing:
            with progress.task("compiling"):
                blocks = BlockExecutor.of(model, size, wide, settings.precision)
            assert blocks is not None
            results = _results(model, settings, blocks, missing, retained)
            stack.callback(results.close)  # here, also where a run is cut off: not in a thread that collects garbage
        task = stack.enter_context(progress.task("draws", settings.draws))
        for shard in cut:
            if stored is not None and shard in done:
                stored.read(shard, done[shard], totals, retained)
            else:
                names, reports = next(results)
                if stored is not None:
                    stored.write(shard, retained, names, reports)
                totals.add(reports)
            task.update(shard.stop - shard.start)
    return totals, retained.arrays


def _results(
    model: Model, settings: Settings, blocks: BlockExecutor, cut: Sequence[DrawRange], store: DrawStore
) -> Generator[tuple[Iterable[str], Arrays], None, None]:
    """Run shards, and yield the names of the stored arrays and the sums over draws of each."""

    def read(
        of_draws: Arrays, reports: Arrays, paths: Arrays, _: Any, shard: DrawRange
    ) -> tuple[Iterable[str], Arrays]:
        values = {
            name: value[..., : shard.stop - shard.start] for name, value in of_draws.items() if name in PER_DRAW_OUTPUTS
        }
        if shard.n_paths:
            some = {name: value for name, value in of_draws.items() if name not in PER_DRAW_OUTPUTS} | paths
            values |= {name: value[..., : shard.n_paths] for name, value in some.items()}
        store.put(shard, values)
        return values.keys(), reports

    return blocks.run(model.table, settings.seed, cut, read, settings.first)


def assembled_run(model: Model, settings: Settings, totals: RunningMoments, retained: Arrays) -> Run:
    """A run from sums over draws and arrays with draws along the last axis."""
    plan, program, steps = model.plan, model.program, model.program.steps
    choices = len(plan.choices)
    share = np.maximum(totals.count, 1)
    retained["cells"][0] = retained.pop("start")
    before = np.zeros((1, len(program.option_rows), settings.paths))

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
        active_share=by_choice(totals.held),
        probability=by_choice(totals.p),
        answers=retained["answers"],
        failed=retained["failed"],
        cause=retained["cause"],
        unsolved=retained["unsolved"],
        uniqueness_unproven=retained["uniqueness_unproven"],
        left_branch=retained["left_branch"],
        stock_paths=draws_first(retained["cells"]),
        path_p=program.by_option(draws_first(retained.get("path_p", before)[program.decisions_made])),
        path_chosen=draws_first(retained.get("path_chosen", np.zeros((steps, choices, settings.paths), np.int8))),
        parameters=draws_first(retained["parameters"]),
        sample_size=draws_first(retained["sample_size"]),
        trackers=program.watched,
        versions=versions(),
    )
