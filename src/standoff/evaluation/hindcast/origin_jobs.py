"""Jobs of a hindcast: one origin each, simulated by whoever does it.

What comes back is written as if it had been made here, so that the hindcast then reads every origin from its folder.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from annotated_types import Ge

from standoff.errors import RunError
from standoff.evaluation.hindcast.origins import HindcastSettings, mark_of, model_at, read, simulated, write
from standoff.job import Count, Job, JobCase, JobOutput, Natural
from standoff.job_folder import JobExecutor, JobFolder
from standoff.ledger import Ledger
from standoff.ledger.cards import in_units, true_units
from standoff.progress import Progress
from standoff.scenario import LoadedScenario, dump, load_text
from standoff.software import software

KIND = "origin"  #: the kind of the jobs of this module


@dataclass(frozen=True)
class OriginSettings:
    """Settings of a job."""

    day: dt.date
    months: Count
    draws: Count
    seed: Natural
    late_parameter_widening: Annotated[float, Ge(0)]
    model: str  #: digest


def complete(
    loaded: LoadedScenario,
    ledger: Ledger,
    days: Sequence[dt.date],
    how: HindcastSettings,
    folder: Path,
    executor: JobExecutor,
    progress: Progress,
) -> None:
    """Have every origin made that the folder lacks."""
    jobs: dict[dt.date, Job] = {}
    case = JobCase(dump(loaded.scenario), ledger.text, units=true_units(ledger))
    for day in days:
        model, _ = model_at(loaded, ledger, day, how)
        if read(folder / f"{day}.npz", mark_of(model, how)) is not None:
            continue
        shared = {name: getattr(how, name) for name in ("months", "draws", "seed", "late_parameter_widening")}
        settings = shared | {"day": str(day), "model": model.hash}
        jobs[day] = Job(KIND, f"origin {day}", case, settings, software())
    results = JobFolder(folder)
    executor.complete(list(jobs.values()), results, progress)
    for day, job in jobs.items():
        model, _ = model_at(loaded, ledger, day, how)
        write(folder / f"{day}.npz", mark_of(model, how), results.get(job).arrays)


def perform(job: Job) -> JobOutput:
    """Do a job of `complete`, in any process."""
    settings = job.settings_as(OriginSettings)
    how = HindcastSettings(settings.months, settings.draws, settings.seed, settings.late_parameter_widening)
    loaded = load_text(job.case.scenario)
    ledger = in_units(Ledger.parse(job.case.claims, "claims.jsonl", loaded.scenario.units), job.case.units)
    model, _ = model_at(loaded, ledger, settings.day, how)
    if model.hash != settings.model:
        raise RunError(
            f"the model that was built here is not the one of the job: {model.hash[:12]} and {settings.model[:12]}",
            fix="install the same version of standoff on every machine",
        )
    return simulated(model, how), {}
