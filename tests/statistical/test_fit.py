"""Simulation-based calibration of a fit: parameters drawn from the prior, claims drawn from them, and found again.

The small war of `tests/unit/calibrate/toy.py` without its choices (their likelihood is counted out in `test_sequence`).
For draws of all numbers from the prior, the rank of the true one among draws of the posterior must be uniform
(talts2018): of so many sets of claims and parameters, about nine in ten true values lie within the central 90 %.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from tests.unit.calibrate import toy

from standoff.calibrate import newton, observe, target

pytestmark = pytest.mark.slow
SETS = 60
DRAWS = 200


def assumed() -> Any:
    """The small war, whose choices are assumptions, and so say nothing."""
    silent = {name: {"history": [{"since": "2023-12", "option": option, "sources": "assumption"}]}
              for name, option in (("AAA", "hold"), ("BBB", "wait"))}  # fmt: skip
    return toy.model(choices=silent)


def test_laplace_covers_what_it_should() -> None:
    """Every number of the window is fitted; sets of claims share one compilation."""
    rng = np.random.default_rng(11)
    with jax.enable_x64(True):
        seen = target.target(assumed())
        assert not seen.options.seen
        push, bend = newton.pushed(seen), newton.curved(seen)
        outputs = jax.jit(seen.outputs)
        ranks, contraction = [], []
        for number in range(SETS):
            z, s = rng.standard_normal(seen.size), rng.standard_normal(seen.sources)
            error, bias, spread = target.spoken(jnp.asarray(s), seen.said, seen.blocks)
            level = outputs(jnp.asarray(z[:, None]))[: seen.claims, 0]
            value = observe.draw(jax.random.key(number), level + bias + error, spread, seen.said.half, seen.said.fall)
            said = replace(seen, said=seen.said._replace(value=value))
            found = newton.laplace(said, push=push, bend=bend, kept=0.0)
            assert found.found
            draws = np.asarray(found.coordinates.all_plain(jnp.asarray(found.draws(rng, DRAWS))))[:, : seen.size]
            ranks.append((draws < z).mean(axis=0))
            contraction.append(1 - draws.std(axis=0))
    rank, narrowed = np.array(ranks), np.array(contraction)
    taught = narrowed.mean(axis=0) > 0.1
    assert taught.sum() >= 5  # else nothing is tested
    inside = ((rank > 0.05) & (rank < 0.95)).mean(axis=0)
    # 60 sets: 90 % +- 3.9 points of standard error each; all taught numbers together share sets, so the bound is that of one
    assert abs(inside[taught].mean() - 0.9) < 4 * 0.039
    assert abs(rank[:, taught].mean() - 0.5) < 4 * 0.29 / np.sqrt(SETS)
