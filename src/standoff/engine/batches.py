"""Batches of draws: what one job simulates, with sums that do not depend on who did it.

Blocks are folded in order inside a batch, and batches in order in a run. The batches of a run depend on the model and its
settings alone, so that a run has the same bits in one process, in many, and after an interruption.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field, replace
from typing import Annotated, Any

from annotated_types import Ge, Le

from standoff.array_files import Arrays
from standoff.engine.draw_store import PER_DRAW_OUTPUTS, DrawStore, RunningMoments
from standoff.engine.executor import BlockExecutor, DrawRange
from standoff.engine.model import Model
from standoff.engine.model_data import job_of, model_of
from standoff.engine.run import OutcomeTotals, Settings, count_block
from standoff.job import Job, JobOutput, Natural
from standoff.progress import SILENT, Progress
from standoff.pydantic_messages import short

KIND = "draws"  #: the kind of the jobs of this module
BATCH_BLOCKS = 256  #: 102,400 draws without paths: a job of some ten seconds on the flagship, whose sums take 1.5 MB
SUM, COUNT, SHARE, DRAW = "sum_", "count", "share", "draw_"  #: names of arrays in a result


Block = Annotated[int, Ge(1), Le(100_000)]  #: assumption: more draws at once take more memory than most machines have


@dataclass(frozen=True)
class BatchSettings:
    """A batch: settings of its draws, as of a run of its own, and of its blocks."""

    run: Settings
    recorded: Natural  #: first draws of the batch whose outcomes are kept
    block: Block  #: draws of a block
    wide: Block  #: draws of a block with paths
    totals: bool  #: whether draws without outcomes are counted

    def __post_init__(self) -> None:
        if max(self.run.paths, self.recorded) > self.run.draws:
            raise ValueError("more draws are kept than there are")
        if self.wide > self.block:
            raise ValueError(f"`wide` {self.wide} is more than `block` {self.block}")
        if self.run.precision not in ("single", "double"):
            raise ValueError(f"{short(self.run.precision)} is no precision: single or double")


@dataclass
class Partial:
    """Sums and arrays of consecutive draws: of a block, of a batch, or of a run."""

    store: DrawStore
    moments: RunningMoments = field(default_factory=RunningMoments)
    totals: OutcomeTotals = field(default_factory=OutcomeTotals)

    def add(self, draws: DrawRange, values: Arrays | None, sums: Arrays, counts: tuple[Any, Any] | None) -> None:
        """Add the next draws; `values` is None where they are in the store already."""
        if values is not None:
            self.store.put(draws, values)
        self.moments.add(sums)
        if counts is not None:
            self.totals.add(*counts)

    def to_arrays(self) -> Arrays:
        """Everything as arrays by name."""
        out = {SUM + name: value for name, value in self.moments.sums.items()}
        out |= {COUNT: self.totals.counts, SHARE: self.totals.shares}
        arrays = self.store.arrays
        return out | {DRAW + name: value[1:] if name == "cells" else value for name, value in arrays.items()}

    def add_batch(self, draws: DrawRange, arrays: Arrays) -> None:
        """Add a batch from the arrays of `to_arrays`."""
        values = {name.removeprefix(DRAW): value for name, value in arrays.items() if name.startswith(DRAW)}
        sums = {name.removeprefix(SUM): value for name, value in arrays.items() if name.startswith(SUM)}
        self.add(
            draws, values, sums, (arrays[COUNT], arrays[SHARE]) if arrays[SHARE].size or arrays[COUNT].any() else None
        )


def shards(draws: int, paths: int, size: int, wide: int) -> Iterator[DrawRange]:
    """Split the draws into blocks: `wide` at a time while they record paths, then `size`."""
    start = 0
    while start < draws:
        stop = min(start + (wide if start < paths else size), draws)
        yield DrawRange(start, stop, min(max(paths - start, 0), stop - start))
        start = stop


def batches(
    settings: Settings, recorded: int, block: int, wide: int, blocks: int
) -> Iterator[tuple[DrawRange, BatchSettings]]:
    """Split the draws of a run into batches of so many blocks, each with its settings."""
    start, paths, totals = 0, settings.paths, recorded < settings.draws
    cut = list(shards(min(settings.draws, paths + wide), paths, block, wide)) if paths else []
    ends = [item.stop for item in cut if item.start < paths]  # blocks with paths; the others are of one size
    while start < settings.draws:
        narrow = [end for end in ends if end > start][:blocks]
        stop = narrow[-1] if narrow else start
        stop = min(stop + (blocks - len(narrow)) * block, settings.draws)
        n_paths = min(max(paths - start, 0), stop - start)
        own = replace(settings, draws=stop - start, paths=n_paths, first=settings.first + start)
        few = min(max(recorded - start, 0), stop - start)
        yield DrawRange(start, stop, n_paths), BatchSettings(own, few, block, wide, totals)
        start = stop


def block_executor(model: Model, how: BatchSettings, progress: Progress = SILENT) -> BlockExecutor:
    """The compiled program of a batch, which others of the run can use too."""
    with progress.task("compiling"):
        return BlockExecutor.of(model, how.block, how.wide, how.run.precision)


def simulate_batch(
    model: Model,
    how: BatchSettings,
    advance: Callable[[int], None] = lambda _: None,
    blocks: BlockExecutor | None = None,
) -> Arrays:
    """Simulate a batch; gives the arrays of `Partial.to_arrays`.

    blocks: the program of the batch before, with memory for paths that need not be cleared once more
    """
    cut = list(shards(how.run.draws, how.run.paths, how.block, how.wide))
    done = Partial(DrawStore(how.run, how.recorded))
    blocks = blocks or block_executor(model, how)
    with ExitStack() as stack:
        results = simulate_blocks(model, how.run, blocks, cut, done.store, how.totals)
        stack.callback(results.close)  # here, also where it is cut off: not in a thread that collects garbage
        for shard, (_, sums, counts) in zip(cut, results, strict=True):
            done.add(shard, None, sums, counts)
            advance(shard.stop - shard.start)
    return done.to_arrays()


def simulate_blocks(
    model: Model, settings: Settings, blocks: BlockExecutor, cut: Sequence[DrawRange], store: DrawStore, totals: bool
) -> Generator[tuple[Iterable[str], Arrays, tuple[Any, Any] | None], None, None]:
    """Run blocks; yield names of stored arrays, sums over draws and counts of each."""

    def read(
        of_draws: Arrays, reports: Arrays, paths: Arrays, _: Any, shard: DrawRange
    ) -> tuple[Iterable[str], Arrays, tuple[Any, Any] | None]:
        own = {
            name: value[..., : shard.stop - shard.start] for name, value in of_draws.items() if name in PER_DRAW_OUTPUTS
        }
        counts = count_block(model, own) if totals else None
        values = {name: value[..., : store.outcomes_of(shard)] for name, value in own.items()}
        if shard.n_paths:
            some = {name: value for name, value in of_draws.items() if name not in PER_DRAW_OUTPUTS} | paths
            values |= {name: value[..., : shard.n_paths] for name, value in some.items()}
        store.put(shard, values)
        return values.keys(), reports, counts

    return blocks.run(model.table, settings.seed, cut, read, settings.first)


def batch_job(model: Model, how: BatchSettings) -> Job:
    """The job that simulates a batch."""
    first = how.run.first
    return job_of(model, KIND, f"draws {first:,} to {first + how.run.draws - 1:,}", asdict(how))


def perform(job: Job) -> JobOutput:
    """Do a job of `batch_job`, in any process."""
    return simulate_batch(model_of(job.case), job.settings_as(BatchSettings)), {}
