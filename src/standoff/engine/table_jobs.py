"""Jobs of a study: the draws of a run once more under one other parameter table each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from annotated_types import Ge

from standoff.engine.model_data import case_of, model_of, table_of
from standoff.engine.parameters import ParameterTable
from standoff.engine.rerun import Rerunner, RerunResult
from standoff.engine.simulate import simulate
from standoff.errors import Problem, RunError
from standoff.job import Count, Job, JobOutput, Natural
from standoff.job_folder import JobExecutor, JobFolder
from standoff.progress import SILENT, Progress, track
from standoff.software import software

KIND = "table"  #: the kind of the jobs of this module


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
        Job(KIND, f"table {n + 1} of {len(tables)}", _case(again, table), settings, software())
        for n, table in enumerate(tables)
    ]
    with JobFolder.opened(folder) as results:
        executor.complete(jobs, results, progress)
        for job in jobs:
            arrays = results.get(job).arrays
            yield again.result({name: arrays[name] for name in ("answers", "failed", "cause")}, arrays["p"])


def _case(again: Rerunner, table: ParameterTable) -> Any:
    case = case_of(again.run.model)
    columns = {f"table_{column}": np.asarray(getattr(table, column)) for column in table._fields}
    return replace(case, arrays={**case.arrays, **columns})


def perform(job: Job) -> JobOutput:
    """Do a job of `with_tables`, in any process."""
    how, arrays = job.settings_as(TableSettings), job.case.arrays
    model = model_of(replace(job.case, arrays={k: v for k, v in arrays.items() if not k.startswith("table_")}))
    table = table_of(arrays, "table", model.table)
    if how.step >= (len(model.program.decisions_made) if model.plan.choices else 0):
        raise RunError(Problem(f"there is no decision at step {how.step}", job.label, "step"))
    again = Rerunner.from_run(simulate(model, draws=1, seed=how.seed))
    result = again.with_table(table, how.draws, how.step)
    return {"answers": result.run.answers, "failed": result.run.failed, "cause": result.run.cause, "p": result.p}, {}
