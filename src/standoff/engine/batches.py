"""Batches of draws: what one job simulates, with sums that do not depend on who did it.

Blocks are folded in order inside a batch, and batches in order in a run. The batches of a run depend on the model and its
settings alone, so that a run has the same bits in one process, in many, and after an interruption.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from typing import Annotated

from annotated_types import Ge, Le

from standoff.array_files import Arrays
from standoff.engine.model import Model
from standoff.engine.model_data import job_of, model_of
from standoff.engine.parameters import ParameterTable
from standoff.engine.recording import Recording
from standoff.engine.run import Counts, Settings, count_block
from standoff.engine.simulator import DrawRange, Results, Simulator
from standoff.job import Job, JobOutput, Natural
from standoff.progress import SILENT, Progress
from standoff.pydantic_messages import short

KIND = "draws"  #: the kind of the jobs of this module
BATCH_BLOCKS = 256  #: at most 102,400 draws: a job of some ten seconds, whose sums take 1.5 MB on the flagship


@dataclass(frozen=True)
class BatchSettings:
    """A batch: settings of its draws, as of a run of its own, and of its blocks."""

    run: Settings
    recorded: Natural  #: first draws of the batch whose outcomes are kept
    block: Annotated[
        int, Ge(1), Le(100_000)
    ]  #: draws of a block; assumption: most machines lack memory for more at once
    totals: bool  #: whether draws without outcomes are counted

    def __post_init__(self) -> None:
        if max(self.run.paths, self.recorded) > self.run.draws:
            raise ValueError("more draws are kept than there are")
        if self.run.precision not in ("single", "double"):
            raise ValueError(f"{short(self.run.precision)} is no precision: single or double")


def batches(settings: Settings, recorded: int, block: int, blocks: int) -> Iterator[tuple[DrawRange, BatchSettings]]:
    """Split the draws of a run into batches of so many blocks, each with its settings."""
    for start in range(0, settings.draws, block * blocks):
        draws = min(block * blocks, settings.draws - start)
        paths, outcomes = (min(max(some - start, 0), draws) for some in (settings.paths, recorded))
        own = replace(settings, draws=draws, paths=paths, first=settings.first + start)
        yield (
            DrawRange(start, start + draws, paths),
            BatchSettings(own, outcomes, block, totals=recorded < settings.draws),
        )


def simulator_of(model: Model, how: BatchSettings, progress: Progress = SILENT) -> Simulator:
    """The compiled program of a batch, which others of the run can use too."""
    with progress.task("compiling"):
        return Simulator.of(model, how.run.precision, how.block)


def simulate_batch(
    model: Model,
    how: BatchSettings,
    advance: Callable[[int], None] = lambda _: None,
    simulator: Simulator | None = None,
) -> Arrays:
    """Simulate a batch; gives the arrays of `Recording.to_arrays`.

    simulator: the program of the batch before, with memory for paths that need not be cleared once more
    """
    recording, simulator = Recording(how.run, how.recorded), simulator or simulator_of(model, how)
    wanted = simulator.blocks(how.run.draws, how.run.paths)
    with closing(record_blocks(model, simulator, wanted, recording, totals=how.totals)) as results:
        for block, (_, sums, counts) in zip(wanted, results, strict=True):
            recording.add(sums, counts)
            advance(block.stop - block.start)
    return recording.to_arrays()


def record_blocks(
    model: Model,
    simulator: Simulator,
    wanted: Iterable[DrawRange],
    recording: Recording,
    *,
    totals: bool = False,
    table: ParameterTable | None = None,
    later: tuple[int, ParameterTable] | None = None,
) -> Generator[tuple[Iterable[str], Arrays, Counts | None], None, None]:
    """Record blocks; yields names of stored arrays, sums over draws and counts of each.

    Close it, also where a run is cut off: its threads would else end in a thread that collects garbage.

    totals: whether draws are counted; table, later: as in `Simulator.run`, by default the table of the model
    """

    def record(result: Results) -> tuple[Iterable[str], Arrays, Counts | None]:
        kept = recording.outcomes_of(result.block)
        values = {name: value[..., :kept] for name, value in result.outcomes.items()} | result.paths
        recording.put(result.block, values)
        return values.keys(), result.sums, count_block(model, result.outcomes) if totals else None

    settings = recording.settings
    return simulator.run(
        model.table if table is None else table, settings.seed, wanted, record, first=settings.first, later=later
    )


def batch_job(model: Model, how: BatchSettings) -> Job:
    """The job that simulates a batch."""
    first = how.run.first
    return job_of(model, KIND, f"draws {first:,} to {first + how.run.draws - 1:,}", asdict(how))


def perform(job: Job) -> JobOutput:
    """Do a job of `batch_job`, in any process."""
    return simulate_batch(model_of(job.case), job.settings_as(BatchSettings)), {}
