"""What ranks say: uniform ones pass, uneven ones do not, and coverage is a share of them."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from scipy import stats

from standoff.inference.fit.calibration_records import (
    RANKED,
    Calibration,
    Unknown,
    bins,
    calibration_of,
    coverage,
    inside,
)

EVERY = np.arange(RANKED + 1)  #: each rank once
NAME = Unknown("mechanisms.war.rate", "rate of the war", "parameter")


def calibration(*ranks: np.ndarray, **changes: Any) -> Calibration:
    """A calibration of one unknown for each array of ranks."""
    unknowns = tuple(
        calibration_of(Unknown(f"u{n}", f"unknown {n}", "parameter"), own, 0.4) for n, own in enumerate(ranks)
    )
    fields: dict[str, Any] = {
        "title": "North",
        "variant": "",
        "as_of": "2024-03",
        "since": "2024-01",
        "model": "a" * 64,
        "seed": 1,
        "versions": {},
        "method": "hmc",
        "sets": len(ranks[0]),
        "failed": (),
        "unconverged": (),
        "resampled": 0,
        "claims": 12,
        "choices_left_out": 2,
        "unknowns": tuple(sorted(unknowns, key=lambda item: 1.0 if item.p is None else item.p)),
        "covered": (0.5, 0.9),
        "covered_errors": (0.02, 0.01),
    }
    return Calibration(**fields | changes)


def test_intervals_hold_half_and_nine_tenths_of_uniform_ranks() -> None:
    assert inside(EVERY, 0.5).mean() == 0.5 and inside(EVERY, 0.9).mean() == 0.9
    assert not inside(np.array([0, RANKED]), 0.9).any()
    assert coverage(np.tile(EVERY[:, None], 3), 0.9)[0] == pytest.approx(0.9)


def test_the_error_of_a_coverage_is_that_over_sets() -> None:
    """Unknowns of one set fall together, so that three columns of the same ranks say as much as one."""
    one, three = (coverage(np.tile(EVERY[:, None], count), 0.5)[1] for count in (1, 3))
    assert one == three == pytest.approx(np.sqrt(0.25 / RANKED))


@pytest.mark.parametrize(("sets", "count"), [(9, 0), (10, 2), (29, 5), (30, 6), (50, 10), (1000, 10)])
def test_bins_hold_five_or_more_and_share_the_ranks(sets: int, count: int) -> None:
    assert bins(sets) == count and (not count or (RANKED + 1) % count == 0)


def test_chi_squared_is_that_of_scipy() -> None:
    ranks = np.random.default_rng(1).integers(0, RANKED + 1, 200)
    found = calibration_of(NAME, ranks, 0.4)
    counts = np.histogram(ranks, bins=10, range=(-0.5, RANKED + 0.5))[0]
    assert found.counts == tuple(counts)
    assert found.p == pytest.approx(stats.chi2.sf(np.square(counts - 20).sum() / 20, 9))


def test_one_uneven_unknown_among_many_fails_them_all() -> None:
    uneven = np.concatenate([EVERY, np.zeros(40, int)])
    found = calibration(*[np.tile(EVERY, 2)[:100]] * 30, uneven)
    assert found.passed is False and found.unknowns[0].label == "unknown 30"
    assert found.least_p == pytest.approx(31 * (found.unknowns[0].p or 0.0))


def test_uniform_ranks_pass_and_a_small_p_of_many_is_no_alarm() -> None:
    rng = np.random.default_rng(2)
    found = calibration(*rng.integers(0, RANKED + 1, (200, 100)))
    assert found.passed and (found.unknowns[0].p or 1.0) < 0.05


def test_false_alarms_are_rare() -> None:
    """Uniform ranks of twenty unknowns, 400 times: at most a hundredth false alarms, within three standard errors."""
    rng = np.random.default_rng(3)
    alarms = sum(not calibration(*rng.integers(0, RANKED + 1, (20, 100))).passed for _ in range(400))
    assert alarms <= 4 + 3 * np.sqrt(4)


def test_few_sets_have_no_verdict() -> None:
    found = calibration(EVERY[:8])
    assert found.passed is None and found.unknowns[0].p is None
    data = json.loads(json.dumps(found.to_data(), allow_nan=False))
    assert data["passed"] is None and data["unknowns"][0]["counts"] == [8]
