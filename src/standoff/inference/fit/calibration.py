"""Simulation-based calibration of a fit: does it find what claims were simulated from?

For sets of unknowns drawn from the prior and claims drawn given them (`calibration_set`), the rank of each true number among
draws of its posterior must be uniform (`calibration_records`). A set is a job with a seed of its own from that of the series,
so that sets can be done anywhere, and more of them be added to a folder.

Sources: talts2018; chi squared with Bonferroni's bound, by derivation.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import jax
import numpy as np

from standoff import blas, xla
from standoff.engine.model_data import case_of, job_of, model_of
from standoff.errors import Problem, RunError
from standoff.inference import _optional
from standoff.inference.fit import records
from standoff.inference.fit.calibration_records import CENTRAL, Calibration, FailedSet, calibration_of, coverage
from standoff.inference.fit.calibration_set import DRAWS, Calibrator
from standoff.inference.laplace import LEAST_INFORMATION
from standoff.job import Natural
from standoff.job_folder import JobFolder, LocalExecutor
from standoff.progress import SILENT, Progress

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from standoff.engine.model import Model
    from standoff.job import Job, JobCase, JobOutput
    from standoff.job_folder import JobExecutor, JobResult

KIND = "calibration"  #: the kind of the jobs of this module
SETS = 100
MOST = 1_000_000  #: sets; assumption: nobody has the time for more
_CALIBRATORS: dict[str, Calibrator] = {}  # the last one, by the digest of its case: its programs take long to compile


@dataclass(frozen=True)
class SetSettings:
    """Settings of a job."""

    seed: Natural
    set: Natural
    quick: bool
    draws: Natural
    fitted: list[Natural]  #: numbers of unknowns


def calibrate(
    model: Model,
    sets: int = SETS,
    *,
    quick: bool = False,
    draws: int = DRAWS,
    seed: int = 1,
    least_information: float = LEAST_INFORMATION,
    progress: Progress = SILENT,
    executor: JobExecutor | None = None,
    folder: Path | None = None,
) -> Calibration:
    """Fit sets of claims that are simulated from known unknowns, and rank these among the draws.

    quick: fit by the normal distribution at the mode; else by Hamiltonian Monte Carlo
    draws: of each chain; chains that do not agree are sampled once more, four times as long and with the adaptation of a fit
    least_information: as in a fit, unknowns about which the case's own claims say less keep their priors; 0 fits them all
    executor: does the sets elsewhere, one job each (`standoff.distributed`)
    folder: keeps jobs and results, so that an interrupted calibration resumes, and a longer one goes on

    Raises `ModelError` where the scenario does not say what to compare.
    """
    if not 1 <= sets <= MOST:
        raise RunError(Problem(f"{sets:,} sets", allowed=f"1 to {MOST:,}"))
    if draws < 1:
        raise RunError(Problem(f"{draws} draws", allowed="1 or more"))
    if not quick:
        _optional.require()
    with _one_core():
        with progress.task("history up to the first state"):
            calibrator = _calibrator(case_of(model), model)
        with progress.task("unknowns that the claims inform"):
            fitted = calibrator.fitted(least_information)
    common = {"seed": seed, "quick": quick, "draws": 0 if quick else draws, "fitted": fitted.tolist()}
    jobs = [job_of(model, KIND, f"set {n + 1} of the calibration", common | {"set": n}) for n in range(sets)]
    with JobFolder.opened(folder) as results:
        (executor or LocalExecutor(perform)).complete(jobs, results, progress)
        return _calibration(model, calibrator, fitted, quick, seed, jobs, [results.get(job) for job in jobs])


def perform(job: Job) -> JobOutput:
    """Do a job of `calibrate`, in any process."""
    how = job.settings_as(SetSettings)
    with _one_core():
        calibrator = _calibrator(job.case)
        rng = np.random.default_rng([how.seed, how.set])
        try:
            found = calibrator.ranked(np.array(how.fitted, int), rng, how.draws, how.quick)
        except FloatingPointError as error:
            return {}, {"failed": str(error)}
    facts = {"converged": found.converged, "resampled": found.resampled, "why": found.why}
    return {"ranks": found.ranks, "contraction": found.contraction}, facts


@contextmanager
def _one_core() -> Iterator[None]:
    """Double precision on one core, where small programs are ten times as quick as on devices.

    Sets can be done side by side instead.
    """
    device = xla.single_thread_devices()[0]
    with xla.float_precision("double"), blas.one_thread(), jax.default_device(device):
        yield


def _calibrator(case: JobCase, model: Model | None = None) -> Calibrator:
    """The calibrator of a case, and its compiled programs."""
    if case.digest not in _CALIBRATORS:
        made = Calibrator.of(model or model_of(case))
        _CALIBRATORS.clear()
        _CALIBRATORS[case.digest] = made
    return _CALIBRATORS[case.digest]


def _calibration(
    model: Model,
    calibrator: Calibrator,
    fitted: np.ndarray,
    quick: bool,
    seed: int,
    jobs: list[Job],
    results: list[JobResult],
) -> Calibration:
    both = list(zip(jobs, results, strict=True))
    failed = [FailedSet(job.label, str(result.facts["failed"])) for job, result in both if "failed" in result.facts]
    ranked = [(job, result) for job, result in both if "failed" not in result.facts]
    unknowns = calibrator.unknowns(fitted.tolist())
    shape = (len(ranked), len(unknowns))
    ranks = np.array([result.arrays["ranks"] for _, result in ranked], np.int64).reshape(shape)
    contraction = np.array([result.arrays["contraction"] for _, result in ranked]).reshape(shape)
    narrowed = contraction.mean(axis=0) if ranked else np.zeros(len(unknowns))
    found = [calibration_of(unknown, ranks[:, i], float(narrowed[i])) for i, unknown in enumerate(unknowns)]
    informed = np.array([item.informed for item in found], bool)
    covered = [coverage(ranks[:, informed], share) for share in CENTRAL]
    found.sort(key=lambda item: (1.0 if item.p is None else item.p, -item.contraction))
    density = calibrator.density
    return Calibration(
        **records.provenance_fields(model, seed),
        method="laplace" if quick else "hmc",
        sets=len(jobs),
        failed=tuple(failed),
        unconverged=tuple(
            f"{job.label}: {result.facts['why']}" for job, result in ranked if not result.facts["converged"]
        ),
        resampled=sum(bool(result.facts["resampled"]) for _, result in ranked),
        claims=density.claims,
        choices_left_out=calibrator.choices_left_out,
        unknowns=tuple(found),
        covered=tuple(share for share, _ in covered),
        covered_errors=tuple(error for _, error in covered),
    )
