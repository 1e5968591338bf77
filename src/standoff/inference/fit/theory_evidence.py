"""Marginal likelihood of the observed choices under each decision theory.

All other evidence is fitted once, without any choice. Its draws are then led to the seen choices under each theory in turn,
by the same steps for all (`smc`), quantal response among them, so that what is compared differs in the theory alone.
The probability of what was chosen is its mean over what is known and unknown before the choices are heard: a theory that
could have been right whatever was done gains nothing by it. Its ratio between theories is the Bayes factor.
Source: kass1995.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from standoff import blas, xla
from standoff.engine.model import Model
from standoff.errors import ModelError, Problem
from standoff.inference import hmc, laplace, smc
from standoff.inference.fit import fit_targets, log_density, records, summary
from standoff.inference.fit.fit import MAX_DRAWS
from standoff.progress import SILENT, Progress, track
from standoff.serialise import to_plain


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


@dataclass(frozen=True, kw_only=True)
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


def compare_theories(
    models: Mapping[str, Model], *, draws: int, seed: int = 1, progress: Progress = SILENT
) -> TheoryEvidence:
    """Compare theories by marginal likelihood; `models` has one model per theory.

    Raises `ModelError` as a fit does, and where no choice was seen.
    """
    model = next(iter(models.values()))
    xla.devices()
    with xla.float_precision("double"), blas.one_thread():
        fit_targets.refuse_leaks(model.plan, ())
        histories = track(progress, "histories up to the first state", list(models.items()))
        density = {name: _choosing(log_density.target(one)) for name, one in histories}
        first = next(iter(density.values()))
        if not first.options.with_gradient:
            raise ModelError(
                Problem(
                    "no observed choice cites claims",
                    path="choices",
                    fix="add claims as `sources` of entries of `history:`",
                )
            )
        silent = replace(first, options=replace(first.options, with_gradient=()))
        result = laplace.laplace(silent, progress=progress)
        programs = hmc.compiled(result.coordinates)
        sampled = hmc.sample(result, draws=draws, seed=seed, ready=programs, progress=progress)
        x = sampled.draws[:, :: -(-sampled.draws.shape[0] * sampled.draws.shape[1] // MAX_DRAWS)]
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
                    summary.choices_of_rivals(density[name], particles),
                )
            )
    ranked = tuple(sorted(out, key=lambda item: -item.log_probability))
    return TheoryEvidence(**records.provenance_fields(model, seed), claims=first.claims, theories=ranked)


def _choosing(density: log_density.LogDensity) -> log_density.LogDensity:
    """The density with all observed choices, under any theory."""
    every = (*density.options.with_gradient, *density.options.under_other_theories)
    return replace(density, options=replace(density.options, with_gradient=every, under_other_theories=()))
