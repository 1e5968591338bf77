"""Jobs of a hindcast: one origin each, fitted and simulated by whoever does it.

What comes back is written as if it had been made here, so that the hindcast then reads every origin from its folder.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import numpy as np
from annotated_types import Ge

from standoff.engine.model import Model
from standoff.errors import ModelError, RunError
from standoff.evaluation.hindcast.origins import HindcastSettings, mark_of, model_at, read, simulated, write
from standoff.files import write_atomic
from standoff.inference import _optional
from standoff.inference.fit import posterior
from standoff.inference.fit.fit import fit
from standoff.job import Count, Job, JobCase, JobOutput, Natural
from standoff.job_folder import JobExecutor, JobFolder
from standoff.ledger import Ledger
from standoff.progress import SILENT, Progress
from standoff.scenario import LoadedScenario, dump, load_text
from standoff.software import software

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


class OriginPosteriors:
    """Models with the posterior of what was known at their as_of, each stored in a folder."""

    def __init__(self, folder: Path, seed: int, progress: Progress = SILENT) -> None:
        self.folder, self.seed, self.progress = folder, seed, progress

    def file(self, as_of: str) -> Path:
        """The file of an origin."""
        return self.folder / f"posterior-{as_of}.nc"

    def __call__(self, model: Model) -> Model:
        """The model with its posterior; raises `ModelError` where a prior cites a later claim."""
        _optional.require()
        file = self.file(model.scenario.as_of)
        with suppress(RunError, ModelError):  # none there, or of another model
            return posterior.load(model, file)
        posterior.save(fit(model, quick=True, seed=self.seed, progress=self.progress), model, file)
        return posterior.load(model, file)


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
        shared = {name: getattr(how, name) for name in ("months", "draws", "seed", "late_parameter_widening")}
        settings = shared | {"day": str(day), "fitted": posteriors is not None, "model": model.hash}
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
    settings = job.settings_as(OriginSettings)
    how = HindcastSettings(settings.months, settings.draws, settings.seed, settings.late_parameter_widening)
    loaded = load_text(job.case.scenario)
    ledger = Ledger.parse(job.case.claims, "claims.jsonl", loaded.scenario.units)
    model, _ = model_at(loaded, ledger, settings.day, how)
    if model.hash != settings.model:
        raise RunError(
            f"the model that was built here is not the one of the job: {model.hash[:12]} and {settings.model[:12]}",
            fix="install the same version of standoff on every machine",
        )
    if not settings.fitted:
        return simulated(model, how), {}
    with TemporaryDirectory(prefix="standoff-") as scratch:
        posteriors = OriginPosteriors(Path(scratch), settings.seed)
        fitted = posteriors(model)
        raw = posteriors.file(str(settings.day)).read_bytes()
    return {**simulated(fitted, how), POSTERIOR: np.frombuffer(raw, np.uint8)}, {}
