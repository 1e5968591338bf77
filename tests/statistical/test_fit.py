"""Simulation-based calibration of a fit: parameters drawn from the prior, claims drawn from them, and found again.

The small war of `tests/unit/inference/toy.py` without its choices (their likelihood is counted out in `test_sequence`).
For draws of all numbers from the prior, the rank of the true one among draws of the posterior must be uniform
(talts2018). Draws of Hamiltonian Monte Carlo must do so exactly: by chi squared over ten bins for each parameter. The
normal at the mode is an approximation, whose central 90 % must hold about nine in ten true values.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from benchmarks.calibrate import LEVEL, Calibration, UnknownCalibration, calibrate
from tests.unit.inference import toy

pytestmark = pytest.mark.slow
SETS = 50
SETTLED = (
    0.95  #: share of sets on which short chains agree; counted: 92, 94 and 96 of 100 with other seeds and rounding
)
SIGMAS = 4.0


def assumed() -> Any:
    """The small war, whose choices are assumptions, and so say nothing."""
    silent = {
        name: {"history": [{"since": "2023-12", "option": option, "sources": "assumption"}]}
        for name, option in (("AAA", "hold"), ("BBB", "wait"))
    }
    return toy.model(choices=silent)


def parameters(found: Calibration) -> list[UnknownCalibration]:
    """The numbers that are no chance and of no source, of which all are fitted."""
    other = ("chance", "bias", "noise", "share", "error")
    return [item for item in found.unknowns if item.name.split()[0] not in other]


def check_coverage(items: list[UnknownCalibration]) -> None:
    """Numbers that were taught something share sets of claims, so that the bound is that of one."""
    taught = [item.covered[1] for item in items if item.informed]
    assert len(taught) >= 2  # loss rate and share of the dead: else nothing is tested
    assert abs(np.mean(taught) - 0.9) < SIGMAS * (0.9 * 0.1 / SETS) ** 0.5


def test_ranks_of_draws_are_uniform() -> None:
    found = calibrate(assumed(), SETS, seed=11, least_information=0.0)
    items = parameters(found)
    assert found.choices_left_out == 0 and not found.failed and len(found.unknowns[0].counts) == 10
    settled = SETS - len(found.unconverged)
    assert settled >= SETTLED * SETS - SIGMAS * (SETTLED * (1 - SETTLED) * SETS) ** 0.5
    for item in items:  # a false alarm once in a thousand seeds
        assert item.p > 0.001 / len(items), (item.name, item.counts, item.p)
    check_coverage(items)
    assert found.least_p >= LEVEL, found.unknowns[0]  # noise of every month and errors of sources too


def test_screened_numbers_and_choices_that_are_left_out_keep_ranks_uniform() -> None:
    """As a fit does it: what the claims say little of is not fitted, and its effect is taken for a straight line."""
    found = calibrate(toy.model(), SETS, seed=12)
    assert found.choices_left_out == 2 and len(found.unknowns) < 40  # of more than seventy
    assert found.least_p >= LEVEL, found.unknowns[0]


def test_laplace_covers_about_what_it_should() -> None:
    found = calibrate(assumed(), SETS, seed=12, draws=0, least_information=0.0)
    assert not found.unconverged and not found.failed
    items = parameters(found)
    check_coverage(items)
    rank = np.mean([np.dot(item.counts, np.arange(10) + 0.5) / 10 / SETS for item in items if item.informed])
    assert abs(rank - 0.5) < SIGMAS * 0.29 / np.sqrt(SETS)
