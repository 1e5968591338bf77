"""Batches of draws: what one job simulates, with sums that do not depend on who did it.

Blocks are folded in order inside a batch, and batches in order in a run. The batches of a run depend on the model and its
settings alone, so that a run has the same bits in one process, in many, and after an interruption.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import asdict, dataclass, field, replace
from threading import Lock
from typing import Annotated, Any

import numpy as np
from annotated_types import Ge, Le

from standoff.array_files import Arrays
from standoff.engine.build import job_of, model_of
from standoff.engine.model import Model
from standoff.engine.parameters import ParameterTable
from standoff.engine.program import Program
from standoff.engine.run import Counts, OutcomeTotals, Run, Settings, count_block
from standoff.engine.simulator import PER_DRAW_OUTPUTS, DrawRange, Results, Simulator
from standoff.errors import join_limited
from standoff.job import Job, JobOutput, Natural
from standoff.pydantic_messages import short
from standoff.versions import versions

OF_PATHS = ("start", "cells", "parameters", "sample_size")  #: numbers of draws with paths, at least
SUMS = ("count", "mean", "spread", "held", "p")  #: sums over the draws of a block or of a batch, (T, ...)
SUM, COUNT, SHARE, DRAW = "sum_", "count", "share", "draw_"  #: names of arrays in the result of a job


@dataclass
class RunningMoments:
    """Sums over draws in double precision; variances by Chan, Golub and LeVeque 1983."""

    count: Any = 0
    mean: Any = 0.0
    spread: Any = 0.0
    held: Any = 0.0
    p: Any = 0.0

    @np.errstate(invalid="ignore", over="ignore")
    def add(self, sums: Arrays) -> None:
        """Merge the sums of a block, or of a batch of blocks; an overflow is not finite."""
        count = sums["count"].astype(np.int64)
        weight = (count / np.maximum(self.count + count, 1))[:, None]
        delta = sums["mean"].astype(np.float64) - self.mean
        self.spread = (
            self.spread
            + sums["spread"].astype(np.float64)
            + np.square(delta) * weight * np.asarray(self.count).reshape(-1, 1)
        )
        self.mean = self.mean + delta * weight
        self.count = self.count + count
        for name in ("held", "p"):
            if name in sums:
                setattr(self, name, getattr(self, name) + sums[name].astype(np.float64))

    def by_option(self, program: Program, total: Any) -> np.ndarray:
        """(T, choice, option) mean over the draws of a total, such as `held`."""
        return program.by_option(np.asarray(total / np.maximum(self.count, 1)[:, None]))

    @property
    def sums(self) -> Arrays:
        """The sums by name, as `add` takes them."""
        return {name: value for name in SUMS if np.ndim(value := getattr(self, name))}


@dataclass
class Recording:
    """Outcomes, paths and sums of consecutive draws: of a batch, or of a run.

    Arrays have draws along the last axis, and are filled range by range by several threads.
    """

    settings: Settings
    recorded: int  #: first draws whose outcomes are kept; of later ones there are sums alone
    arrays: Arrays = field(default_factory=dict)
    moments: RunningMoments = field(default_factory=RunningMoments)
    totals: OutcomeTotals = field(default_factory=OutcomeTotals)
    _names: dict[bool, frozenset[str]] = field(default_factory=dict, repr=False)  #: without and with paths
    _making: Lock = field(default_factory=Lock, repr=False)

    def outcomes_of(self, draws: DrawRange) -> int:
        """How many draws of a range keep their outcomes."""
        return min(max(self.recorded - draws.start, 0), draws.stop - draws.start)

    def put(self, draws: DrawRange, values: Arrays) -> None:
        """Store the arrays of a range of draws; `cells` gets the initial state in front.

        Raises `ValueError` where an array is missing or has another shape than that of the ranges before.
        """
        names = self._names.setdefault(draws.n_paths > 0, frozenset(values))
        needed = names.union(PER_DRAW_OUTPUTS, OF_PATHS if draws.n_paths else ())
        if needed != values.keys():
            raise ValueError(f"it holds {join_limited(sorted(values))} in place of {join_limited(sorted(needed))}")
        if draws.n_paths and values["start"].shape != values["cells"].shape[1:]:
            raise ValueError("its paths do not begin with the stocks that they go on with")
        for name, value in values.items():
            total = self.recorded if name in PER_DRAW_OUTPUTS else self.settings.paths
            with self._making:
                if name not in self.arrays:
                    states, *rest = value.shape
                    shape = (states + 1, *rest[:-1], total) if name == "cells" else (*value.shape[:-1], total)
                    self.arrays[name] = np.zeros(shape, value.dtype)
            window = self._window(draws, name)
            if (window.shape, window.dtype) != (value.shape, value.dtype):
                raise ValueError(f"`{name}` is {value.dtype} {value.shape} in place of {window.dtype} {window.shape}")
            window[...] = value

    def _window(self, draws: DrawRange, name: str) -> np.ndarray:
        stop = draws.start + (self.outcomes_of(draws) if name in PER_DRAW_OUTPUTS else draws.n_paths)
        whole = self.arrays[name][1:] if name == "cells" else self.arrays[name]
        return whole[..., min(draws.start, whole.shape[-1]) : stop]

    def of(self, draws: DrawRange, names: Iterable[str]) -> Arrays:
        """The arrays of a range, as views."""
        return {name: self._window(draws, name) for name in names}

    def add(self, sums: Arrays, counts: Counts | None = None) -> None:
        """Add the sums over the next draws, and their counts."""
        self.moments.add(sums)
        if counts is not None:
            self.totals.add(*counts)

    def to_arrays(self) -> Arrays:
        """Everything as arrays by name."""
        of_draws = {name: value[1:] if name == "cells" else value for name, value in self.arrays.items()}
        return packed(of_draws, self.moments.sums, (self.totals.counts, self.totals.shares))

    def add_batch(self, draws: DrawRange, arrays: Arrays) -> None:
        """Add a batch from the arrays of `to_arrays`."""
        self.put(draws, {name.removeprefix(DRAW): value for name, value in arrays.items() if name.startswith(DRAW)})
        counts = (arrays[COUNT], arrays[SHARE]) if arrays[SHARE].size or arrays[COUNT].any() else None
        self.add({name.removeprefix(SUM): value for name, value in arrays.items() if name.startswith(SUM)}, counts)

    def run(self, model: Model, **about: Any) -> Run:
        """The run whose draws these are; `about` are further fields of it."""
        program, steps, choices = model.program, model.program.steps, len(model.plan.choices)
        moments, arrays = self.moments, self.arrays
        arrays["cells"][0] = arrays.pop("start")
        before = np.zeros((1, len(program.option_rows), self.settings.paths))

        def draws_first(value: np.ndarray) -> np.ndarray:
            return np.moveaxis(value, -1, 0)

        of_draws: dict[str, Any] = {name: arrays[name] for name in PER_DRAW_OUTPUTS}
        stocks, good = draws_first(arrays["cells"]), of_draws["failed"][: self.settings.paths] < 0
        return Run(
            model=model,
            settings=self.settings,
            count=np.asarray(moments.count),
            mean=moments.mean,
            variance=moments.spread / np.maximum(moments.count - 1, 1)[:, None],
            active_share=moments.by_option(program, moments.held),
            probability=moments.by_option(program, moments.p),
            **of_draws,
            stocks_at_as_of=stocks[good, model.plan.first_future_step].astype(float),
            stock_paths=stocks,
            path_p=program.by_option(draws_first(arrays.get("path_p", before)[program.decisions_made])),
            path_chosen=draws_first(
                arrays.get("path_chosen", np.zeros((steps, choices, self.settings.paths), np.int8))
            ),
            parameter_values=draws_first(arrays["parameters"]),
            sample_size=draws_first(arrays["sample_size"]),
            trackers=program.watched,
            versions=versions(),
            totals=self.totals if self.totals.counts.any() else None,
            **about,
        )


def packed(of_draws: Arrays, sums: Arrays, counts: Counts | None = None) -> Arrays:
    """Arrays of draws, sums over them and counts by name, as `Recording.add_batch` takes them."""
    out = {SUM + name: value for name, value in sums.items()} | {DRAW + name: value for name, value in of_draws.items()}
    return out | dict(zip((COUNT, SHARE), counts or (np.zeros(1, np.int64), np.zeros(0)), strict=True))


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


def simulate_batch(
    model: Model,
    how: BatchSettings,
    advance: Callable[[int], None] = lambda _: None,
    simulator: Simulator | None = None,
) -> Arrays:
    """Simulate a batch; gives the arrays of `Recording.to_arrays`.

    simulator: the program of the batch before, with memory for paths that need not be cleared once more
    """
    recording, simulator = (
        Recording(how.run, how.recorded),
        simulator or Simulator.of(model, how.run.precision, how.block),
    )
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
