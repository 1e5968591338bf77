"""Simulation-based calibration of a fit: parameters drawn from the prior, claims drawn from them, and found again.

The small war of `tests/unit/calibrate/toy.py` without its choices (their likelihood is counted out in `test_sequence`).
For draws of all numbers from the prior, the rank of the true one among draws of the posterior must be uniform
(talts2018). Draws of Hamiltonian Monte Carlo must do so exactly: by chi squared over ten bins for each parameter. The
normal at the mode is an approximation, whose central 90 % must hold about nine in ten true values.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import stats
from tests.unit.inference import toy

from standoff.inference import hmc, laplace
from standoff.inference.fit import log_density
from standoff.inference.fit.log_density import LogDensity

pytestmark = pytest.mark.slow
SETS = 100
DRAWS, WARMUP = 480, 150  #: of each of 8 chains
KEPT = 59  #: independent draws whose ranks count; the least effective number must be larger
SETTLED = (
    0.95  #: share of sets on which such short chains agree; counted: 92, 94 and 96 of 100 with other seeds and rounding
)
SIGMAS = 4.0


def assumed() -> Any:
    """The small war, whose choices are assumptions, and so say nothing."""
    silent = {name: {"history": [{"since": "2023-12", "option": option, "sources": "assumption"}]}
              for name, option in (("AAA", "hold"), ("BBB", "wait"))}  # fmt: skip
    return toy.model(choices=silent)


@functools.cache
def seen() -> LogDensity:
    with jax.enable_x64(True):
        return log_density.target(assumed())


@functools.cache
def outputs() -> Callable[[Any], Any]:
    return jax.jit(seen().outputs)


def drawn(rng: np.random.Generator, number: int) -> tuple[np.ndarray, LogDensity]:
    """True numbers of the window from the prior, and claims drawn from them."""
    looked = seen()
    z, s = rng.standard_normal(looked.size), rng.standard_normal(looked.sources)
    level = outputs()(jnp.asarray(z[:, None]))[: looked.claims, 0]
    now = log_density.spoken(level, jnp.asarray(s), looked.arrays, looked.blocks)
    claims = looked.arrays.claims.draw(jax.random.key(number), level + now.bias + now.error, now.spread)
    return z, replace(looked, arrays=looked.arrays._replace(claims=claims))


def parameters() -> np.ndarray:
    """Places of the numbers that are no chance, whose coordinates are what they are."""
    return np.array([i for i, name in enumerate(seen().window.names) if not name.startswith("chance ")])


def test_ranks_of_draws_are_uniform() -> None:
    rng, places = np.random.default_rng(11), parameters()
    ranks, narrowed, settled, compiled = [], [], 0, None
    with jax.enable_x64(True):
        assert not seen().options.with_gradient
        push, bend = laplace.jvp_batch(seen()), laplace.likelihood_curvature(seen())
        for number in range(SETS):
            z, looked = drawn(rng, number)
            found = laplace.laplace(looked, push=push, bend=bend, stored=0.0)
            compiled = compiled or hmc.compiled(found.coordinates)
            sampled = hmc.sample(found, draws=DRAWS, seed=number, ready=compiled, warmup=WARMUP, learned=0)
            settled += sampled.rhat < 1.05 and sampled.ess > KEPT
            flat = found.plain(sampled.draws.reshape(-1, sampled.draws.shape[-1]))[:, places]
            some = flat[rng.permutation(len(flat))[:KEPT]]
            ranks.append((some < z[places]).sum(axis=0))
            narrowed.append(1 - flat.std(axis=0))
    taught = np.mean(narrowed, axis=0) > 0.1
    assert taught.sum() >= 2  # loss rate and share of the dead: else nothing is tested
    assert settled >= SETTLED * SETS - SIGMAS * (SETTLED * (1 - SETTLED) * SETS) ** 0.5
    found = np.array(ranks)
    fair = np.histogram(np.arange(KEPT + 1), bins=10, range=(-0.5, KEPT + 0.5))[0] * SETS / (KEPT + 1)
    for i, place in enumerate(places):
        counts = np.histogram(found[:, i], bins=10, range=(-0.5, KEPT + 0.5))[0]
        p = stats.chisquare(counts, fair).pvalue
        assert p > 0.001 / len(places), (
            seen().window.names[place],
            counts,
            p,
        )  # a false alarm once in a thousand seeds
    inside = ((found > 0.05 * KEPT) & (found < 0.95 * KEPT)).mean(axis=0)
    assert abs(inside[taught].mean() - 0.9) < SIGMAS * (0.9 * 0.1 / SETS) ** 0.5


def test_laplace_covers_about_what_it_should() -> None:
    """Numbers that were taught something share sets of claims, so that the bound is that of one."""
    rng, places = np.random.default_rng(12), parameters()
    with jax.enable_x64(True):
        push, bend = laplace.jvp_batch(seen()), laplace.likelihood_curvature(seen())
        ranks, narrowed = [], []
        for number in range(SETS):
            z, looked = drawn(rng, number)
            found = laplace.laplace(looked, push=push, bend=bend, stored=0.0)
            assert found.converged
            draws = found.plain(found.draws(rng, 200))[:, places]
            ranks.append((draws < z[places]).mean(axis=0))
            narrowed.append(1 - draws.std(axis=0))
    rank = np.array(ranks)
    taught = np.mean(narrowed, axis=0) > 0.1
    assert taught.sum() >= 2
    inside = ((rank > 0.05) & (rank < 0.95)).mean(axis=0)
    assert abs(inside[taught].mean() - 0.9) < SIGMAS * (0.9 * 0.1 / SETS) ** 0.5
    assert abs(rank[:, taught].mean() - 0.5) < SIGMAS * 0.29 / np.sqrt(SETS)
