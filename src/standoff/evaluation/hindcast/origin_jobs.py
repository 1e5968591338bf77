"""Jobs of a hindcast: one origin each, fitted and simulated by whoever does it.

What comes back is written as if it had been made here, so that the hindcast then reads every origin from its folder.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import numpy as np
from annotated_types import Ge

from standoff.errors import Problem, RunError
from standoff.evaluation.hindcast.origin_posteriors import OriginPosteriors
from standoff.evaluation.hindcast.origins import HindcastSettings, mark_of, model_at, read, simulated, write
from standoff.files import write_atomic
from standoff.job import Count, Job, JobCase, JobOutput, Natural
from standoff.job_folder import JobFolder
from standoff.ledger import Ledger
from standoff.progress import Progress
from standoff.scenario import dump, load_text
from standoff.software import software

if TYPE_CHECKING:
    from standoff.job_folder import JobExecutor
    from standoff.scenario import LoadedScenario

KIND = "origin"  #: the kind of the jobs of this module
POSTERIOR = "posterior"  #: name of the array with the bytes of the file of a posterior


@dataclass(frozen=True)
class OriginSettings:
    """Settings of a job."""

    day: dt.date
    months: Count
    draws: Count
    seed: Natural
    fitted: bool
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
    case = JobCase(dump(loaded.scenario), ledger.text)
    posteriors = how.posterior if isinstance(how.posterior, OriginPosteriors) else None
    for day in days:
        model, _ = model_at(loaded, ledger, day, replace(how, posterior=None))
        if posteriors is None or posteriors.file(str(day)).exists():
            at = model if posteriors is None else posteriors(model)
            if read(folder / f"{day}.npz", mark_of(at, how)) is not None:
                continue
        settings = {
            "day": str(day),
            "months": how.months,
            "draws": how.draws,
            "seed": how.seed,
            "fitted": posteriors is not None,
            "late_parameter_widening": how.late_parameter_widening,
            "model": model.hash,
        }
        jobs[day] = Job(KIND, f"origin {day}", case, settings, software())
    results = JobFolder(folder)
    executor.complete(list(jobs.values()), results, progress)
    for day, job in jobs.items():
        arrays = results.get(job).arrays
        if posteriors is not None:
            write_atomic(posteriors.file(str(day)), arrays.pop(POSTERIOR).tobytes())
        model, _ = model_at(loaded, ledger, day, how)
        write(folder / f"{day}.npz", mark_of(model, how), arrays)


def perform(job: Job) -> JobOutput:
    """Do a job of `complete`, in any process."""
    asked = job.settings_as(OriginSettings)
    how = HindcastSettings(asked.months, asked.draws, asked.seed, asked.late_parameter_widening)
    loaded = load_text(job.case.scenario)
    ledger = Ledger.parse(job.case.claims, "claims.jsonl", loaded.scenario.units)
    model, _ = model_at(loaded, ledger, asked.day, how)
    if model.hash != asked.model:
        raise RunError(
            Problem(
                f"the model that was built here is not the one of the job: {model.hash[:12]} and {asked.model[:12]}",
                fix="install the same version of standoff on every machine",
            )
        )
    if not asked.fitted:
        return simulated(model, how), {}
    with TemporaryDirectory(prefix="standoff-") as scratch:
        posteriors = OriginPosteriors(Path(scratch), asked.seed)
        fitted = posteriors(model)
        raw = posteriors.file(str(asked.day)).read_bytes()
    return {**simulated(fitted, how), POSTERIOR: np.frombuffer(raw, np.uint8)}, {}
