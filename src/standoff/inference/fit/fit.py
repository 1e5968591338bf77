"""Fit the parameters of a scenario to dated claims and observed choices.

The posterior is that of `log_density.target`; `quick` takes the normal distribution at its mode (`laplace`), else `hmc` draws
from the posterior itself, in coordinates that this normal whitens. Choices of rival theories have no slope: draws are
conditioned on them afterwards (`smc`). Numbers of which the evidence says nothing keep their priors; their spread is in the
likelihood as variance.

`compare_theories` gives the marginal likelihood of the observed choices under each decision theory. All other evidence is fitted
once, without any choice. Its draws are then led to the seen choices under each theory in turn, by the same steps for all (`smc`),
quantal response among them, so that what is compared differs in the theory alone. The probability of what was chosen is its mean
over what is known and unknown before the choices are heard: a theory that could have been right whatever was done gains nothing by
it. Its ratio between theories is the Bayes factor. Source: kass1995.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from standoff import blas, xla
from standoff.engine.model import Model
from standoff.errors import ModelError, RunError
from standoff.inference import hmc, laplace, smc
from standoff.inference.fit import fit_targets, log_density, posterior, records, summary
from standoff.progress import SILENT, Progress, track
from standoff.record import record
from standoff.serialise import to_plain

DRAWS = 3_000
MAX_DRAWS = 1_024  #: number of stored and re-simulated draws, four times `summary.AT_ONCE`


@contextmanager
def _double_precision() -> Iterator[None]:
    xla.devices()
    with xla.float_precision("double"), blas.one_thread():
        yield


@_double_precision()
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
        raise RunError(f"{draws} draws", allowed="1 or more")
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
    x = posterior.thinned(x, MAX_DRAWS)
    if not quick and density.options.under_other_theories:
        sampled = smc.sample(result, first, x, density.rivals(), seed=seed, progress=progress)
        x = sampled.draws
    with progress.task("simulating at the draws"):
        return summary.summarise(density, result, x, sampled, seed, rng)


@_double_precision()
def explain(model: Model, path: Path, *, progress: Progress = SILENT) -> None:
    """Add the influence of claims to a stored posterior, as at the end of a fit.

    Raises `ModelError` where it does not belong to the model, or heeds choices of theories without a slope.
    """
    data = posterior.read(path)
    posterior.load(model, path)  # it belongs
    date, method = str(data.attrs["as_of"]), data.attrs["method"]
    if date != model.scenario.as_of:
        raise ModelError(
            f"its evidence ends on {date}, that of the model on {model.scenario.as_of}",
            str(path),
            fix=f"give --as-of {date}",
        )
    if method == "smc":
        raise ModelError(
            "it contains choices of theories without a gradient",
            str(path),
            fix="fit again: a new fit stores the influence of its evidence",
        )
    density = log_density.target(model)
    result = laplace.laplace(density, progress=progress)
    with progress.task("contributions of claims"):
        informs = summary.evidence(density, result, posterior.words(data["parameter"]))
    posterior.write(posterior.with_evidence(data, model, informs), path)


@dataclass(frozen=True)
class TheoryLikelihood:
    """Marginal likelihood of the observed choices under one theory."""

    name: str
    log_probability: float  #: natural log, of all choices
    error: float  #: Monte Carlo standard error
    temperatures: int
    passed: bool  #: convergence diagnostics, with those of the first draws
    why: str
    choices: tuple[records.ChoiceFit, ...]  #: mean probability of each choice given all other evidence


@record
class TheoryEvidence(records.FitProvenance):
    """Theories, the most likely first."""

    claims: int  #: parameters of the first fit
    theories: tuple[TheoryLikelihood, ...]

    @property
    def passed(self) -> bool:
        """Whether all convergence checks passed."""
        return all(item.passed for item in self.theories)

    def shares(self) -> dict[str, float]:
        """Posterior probability of each theory, with equal prior probabilities."""
        log = np.array([item.log_probability for item in self.theories])
        weight = np.exp(log - log.max())
        return dict(zip((item.name for item in self.theories), (weight / weight.sum()).tolist(), strict=True))

    def log_bayes_factor(self) -> tuple[float, float]:
        """Log Bayes factor of the two best theories, and its error; needs two theories."""
        first, second = self.theories[:2]
        return first.log_probability - second.log_probability, math.hypot(first.error, second.error)

    def to_data(self) -> dict[str, Any]:
        """Plain data for JSON."""
        out = {key: to_plain(value) for key, value in dataclasses.asdict(self).items()}
        return {**out, "shares": self.shares()}


@_double_precision()
def compare_theories(
    models: Mapping[str, Model], *, draws: int, seed: int = 1, progress: Progress = SILENT
) -> TheoryEvidence:
    """Compare theories by marginal likelihood; `models` has one model per theory.

    Raises `ModelError` as a fit does, and where no choice was seen.
    """
    model = next(iter(models.values()))
    fit_targets.refuse_leaks(model.plan, ())
    histories = track(progress, "histories up to the first state", list(models.items()))
    density = {name: _choosing(log_density.target(one)) for name, one in histories}
    first = next(iter(density.values()))
    if not first.options.with_gradient:
        raise ModelError(
            "no observed choice cites claims",
            path="choices",
            fix="add claims as `sources` of entries of `history:`",
        )
    silent = replace(first, options=replace(first.options, with_gradient=()))
    result = laplace.laplace(silent, progress=progress)
    programs = hmc.compiled(result.coordinates)
    sampled = hmc.sample(result, draws=draws, seed=seed, ready=programs, progress=progress)
    x = posterior.thinned(sampled.draws, MAX_DRAWS)
    out = []
    for name in track(progress, "theories", list(density)):
        conditioned = smc.sample(result, sampled, x, density[name], seed=seed, ready=programs, progress=progress)
        diagnostics, particles = conditioned.diagnostics(result), conditioned.particles
        out.append(
            TheoryLikelihood(
                name,
                particles.log_evidence,
                particles.error,
                len(particles.temperatures),
                diagnostics.passed,
                diagnostics.why,
                summary.choice_fits(density[name], particles.before, particles.after),
            )
        )
    ranked = tuple(sorted(out, key=lambda item: -item.log_probability))
    return TheoryEvidence(**records.provenance_fields(model, seed), claims=first.claims, theories=ranked)


def _choosing(density: log_density.LogDensity) -> log_density.LogDensity:
    """The density with all observed choices, under any theory."""
    every = (*density.options.with_gradient, *density.options.under_other_theories)
    return replace(density, options=replace(density.options, with_gradient=every, under_other_theories=()))
