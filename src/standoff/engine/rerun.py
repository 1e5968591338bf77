"""Simulate the draws of a run with other parameter tables, here or as jobs elsewhere.

Parameters are arguments of the compiled program, so that nothing is compiled again, and a draw has the same random
numbers under other parameters as in the run: the effect of a change of parameters is a mean over paired futures.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from annotated_types import Ge

from standoff.array_files import Arrays
from standoff.engine.build import job_of, model_of, table_of
from standoff.engine.parameters import ParameterTable
from standoff.engine.run import Run
from standoff.engine.simulate import simulate
from standoff.engine.simulator import Checkpoint, Results, Simulator, joined
from standoff.errors import RunError
from standoff.job import Count, Job, JobOutput, Natural
from standoff.job_folder import JobExecutor, JobFolder
from standoff.progress import SILENT, Progress, track

KIND = "table"  #: the kind of the jobs of this module
OUTCOMES = ("answers", "failed", "cause")  #: numbers of each draw that a rerun keeps


@dataclass(frozen=True)
class RerunResult:
    """Results of some draws: outcomes for questions, and probabilities of one decision."""

    run: Run  #: the same model and settings, with `answers` and `failed` of these draws
    p: np.ndarray  #: (row of options, N) solved probabilities in the decision of a step; no rows unless requested


@dataclass(frozen=True)
class Rerunner:
    """The compiled program of a run, for other parameter tables."""

    run: Run
    simulator: Simulator

    @classmethod
    def from_run(cls, run: Run) -> Rerunner:
        """Load the program of a run from disk, or compile it."""
        return cls(run, Simulator.of(run.model, run.settings.precision))

    def checkpoint(self, count: int, state: int) -> Checkpoint:
        """The first `count` draws of the run at a state, from which `with_table` can go on."""
        settings, wanted = self.run.settings, self.simulator.blocks(count)
        return self.simulator.checkpoint(self.run.model.table, settings.seed, wanted, state, settings.first)

    def with_table(
        self,
        table: ParameterTable,
        count: int,
        step: int = -1,
        progress: Progress = SILENT,
        until: int | None = None,
        begun: Checkpoint | None = None,
    ) -> RerunResult:
        """Simulate the first `count` draws with a parameter table; `RunError` if all fail.

        step: of a decision whose solved probabilities are returned too
        until: state at which to stop; numbers read later stay unset
        begun: a checkpoint of as many draws, for a table that changes nothing before its state
        """
        settings, parts = self.run.settings, list[Arrays]()
        wanted = self.simulator.blocks(count, count if step >= 0 else 0)

        def record(result: Results) -> Arrays:
            kept = {name: result.outcomes[name] for name in OUTCOMES}
            if step >= 0:
                kept["p"] = np.array(result.paths["path_p"][self.run.model.program.decisions_made[step]], float)
            return kept

        results = self.simulator.run(
            table, settings.seed, wanted, record, first=settings.first, begun=begun, until=until
        )
        with progress.task("draws", count) as task:
            for block, part in zip(wanted, results, strict=True):
                parts.append(part)
                task.update(block.stop - block.start)
        return self.result(joined(parts))

    def result(self, outcomes: Arrays) -> RerunResult:
        """Results from the `OUTCOMES` of draws, and `p`; `RunError` if all failed."""
        settings = replace(self.run.settings, draws=len(outcomes["failed"]), paths=1)
        fields: dict[str, Any] = {name: outcomes[name] for name in OUTCOMES}
        again = replace(self.run, settings=settings, totals=None, **fields)
        if not again.valid.any():
            raise RunError(
                f"all {settings.draws:,} draws failed with the changed parameters, {again.first_failure}",
                fix="look for a value that is far too large",
            )
        return RerunResult(again, outcomes.get("p", np.zeros((0, settings.draws))))


@dataclass(frozen=True)
class TableSettings:
    """Settings of a job: `step` is of a decision whose probabilities are returned too, or -1."""

    draws: Count
    seed: Natural
    step: Annotated[int, Ge(-1)]


def with_tables(
    again: Rerunner,
    tables: Sequence[ParameterTable],
    count: int,
    step: int = -1,
    *,
    progress: Progress = SILENT,
    name: str = "parameter tables",
    executor: JobExecutor | None = None,
    folder: Path | None = None,
) -> Iterator[RerunResult]:
    """`Rerunner.with_table` for each table in order, here or by an executor."""
    if executor is None:
        for table in track(progress, name, tables):
            yield again.with_table(table, count, step)
        return
    settings = {"draws": count, "seed": again.run.settings.seed, "step": step}
    jobs = [
        job_of(again.run.model, KIND, f"table {n} of {len(tables)}", settings, [table])
        for n, table in enumerate(tables, 1)
    ]
    with JobFolder.opened(folder) as results:
        executor.complete(jobs, results, progress)
        for job in jobs:
            yield again.result(results.get(job).arrays)


def perform(job: Job) -> JobOutput:
    """Do a job of `with_tables`, in any process."""
    how, model = job.settings_as(TableSettings), model_of(job.case)
    table = table_of(job, 0, model.table)
    if how.step >= (len(model.program.decisions_made) if model.plan.choices else 0):
        raise RunError(f"there is no decision at step {how.step}", job.label, "step")
    result = Rerunner.from_run(simulate(model, draws=1, seed=how.seed)).with_table(table, how.draws, how.step)
    return {name: getattr(result.run, name) for name in OUTCOMES} | {"p": result.p}, {}
