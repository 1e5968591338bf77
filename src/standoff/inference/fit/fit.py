"""Fit the parameters of a scenario to dated claims and observed choices.

The posterior is that of `log_density.target`; `quick` takes the normal distribution at its mode (`laplace`), else `hmc` draws
from the posterior itself, in coordinates that this normal whitens. Choices of rival theories have no slope: draws are
conditioned on them afterwards (`smc`). Numbers of which the evidence says nothing keep their priors; their spread is in the
likelihood as variance.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from standoff import blas, xla
from standoff.engine.model import Model
from standoff.errors import ModelError, Problem, RunError
from standoff.inference import hmc, laplace, smc
from standoff.inference.fit import fit_targets, log_density, posterior, records, summary
from standoff.progress import SILENT, Progress

DRAWS = 3_000
MAX_DRAWS = 1_024  #: number of stored and re-simulated draws, four times `summary.AT_ONCE`


def fit(
    model: Model,
    *,
    quick: bool = False,
    draws: int = DRAWS,
    seed: int = 1,
    progress: Progress = SILENT,
    checkpoint: Path | None = None,
) -> records.FitResult:
    """Estimate the parameters of a model from claims and observed choices up to its as_of.

    checkpoint: folder in which parts of the draws are kept while chains run; the same call resumes from them after an
    interruption, and with more draws it goes on
    Raises `ModelError` where the scenario does not say what to compare, nothing was published by then, or a prior rests on
    something that was published later.
    """
    if draws < 1:
        raise RunError(Problem(f"{draws} draws", allowed="1 or more"))
    xla.devices()
    with xla.float_precision("double"), blas.one_thread():
        return _fit(model, quick, draws, seed, progress, checkpoint)


def _fit(
    model: Model, quick: bool, draws: int, seed: int, progress: Progress, checkpoint: Path | None
) -> records.FitResult:
    fit_targets.refuse_leaks(model.plan, ())
    with progress.task("history up to the first state"):
        density = log_density.target(model)
    result = laplace.laplace(density, progress=progress)
    paths = [name for name in np.array(density.window.names)[result.fitted] if name in model.plan.index]
    fit_targets.refuse_leaks(model.plan, paths)
    rng = np.random.default_rng(seed)
    sampled: hmc.HmcResult | smc.SmcResult | None = None
    if quick:
        x = result.draws(rng, draws)[None]
    else:
        sampled = first = hmc.sample(result, draws=draws, seed=seed, progress=progress, folder=checkpoint)
        x = sampled.draws
    x = x[:, :: -(-x.shape[0] * x.shape[1] // MAX_DRAWS)]
    if not quick and density.options.under_other_theories:
        sampled = smc.sample(result, first, x, density.rivals(), seed=seed, progress=progress)
        x = sampled.draws
    with progress.task("simulating at the draws"):
        return summary.summarise(density, result, x, sampled, seed, rng)


def explain(model: Model, path: Path, *, progress: Progress = SILENT) -> None:
    """Add the influence of claims to a stored posterior, as at the end of a fit.

    Raises `ModelError` where it does not belong to the model, or heeds choices of theories without a slope.
    """
    data = posterior.read(path)
    posterior.load(model, path)  # it belongs
    date, method = str(data.attrs["as_of"]), data.attrs["method"]
    if date != model.scenario.as_of:
        raise ModelError(
            Problem(
                f"its evidence ends on {date}, that of the model on {model.scenario.as_of}",
                str(path),
                fix=f"give --as-of {date}",
            )
        )
    if method == "smc":
        raise ModelError(
            Problem(
                "it contains choices of theories without a gradient",
                str(path),
                fix="fit again: a new fit stores the influence of its evidence",
            )
        )
    xla.devices()
    with xla.float_precision("double"), blas.one_thread():
        density = log_density.target(model)
        result = laplace.laplace(density, progress=progress)
        with progress.task("contributions of claims"):
            informs = summary.evidence(density, result, posterior.names(data))
        posterior.write(posterior.with_evidence(data, model, informs), path)
