"""What ranks of simulated sets say: uniform ones pass, uneven ones do not; and that sets are those of their seed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from benchmarks import calibrate as bench
from benchmarks.calibrate import LEVEL, RANKED, Calibration, bins, inside, unknown
from scipy import stats

from standoff.errors import ModelError
from tests.unit.inference import toy

EVERY = np.arange(RANKED + 1)  #: each rank once


def calibration(*ranks: np.ndarray) -> Calibration:
    """A calibration of one unknown for each array of ranks."""
    unknowns = [unknown(f"u{n}", own, 0.4) for n, own in enumerate(ranks)]
    return Calibration(tuple(sorted(unknowns, key=lambda item: item.p)), (), (), 0)


def test_intervals_hold_half_and_nine_tenths_of_uniform_ranks() -> None:
    assert inside(EVERY, 0.5).mean() == 0.5 and inside(EVERY, 0.9).mean() == 0.9
    assert not inside(np.array([0, RANKED]), 0.9).any()


@pytest.mark.parametrize(("sets", "count"), [(9, 0), (10, 2), (29, 5), (30, 6), (50, 10), (1000, 10)])
def test_bins_hold_five_or_more_and_share_the_ranks(sets: int, count: int) -> None:
    assert bins(sets) == count and (not count or (RANKED + 1) % count == 0)


def test_chi_squared_is_that_of_scipy() -> None:
    ranks = np.random.default_rng(1).integers(0, RANKED + 1, 200)
    counts = np.histogram(ranks, bins=10, range=(-0.5, RANKED + 0.5))[0]
    found = unknown("rate", ranks, 0.4)
    assert found.counts == tuple(counts)
    assert found.p == pytest.approx(stats.chi2.sf(np.square(counts - 20).sum() / 20, 9))


def test_one_uneven_unknown_among_many_fails_them_all() -> None:
    found = calibration(*[np.tile(EVERY, 2)[:100]] * 30, np.concatenate([EVERY, np.zeros(40, int)]))
    assert found.least_p < LEVEL and found.unknowns[0].name == "u30"
    assert found.least_p == pytest.approx(31 * found.unknowns[0].p)


def test_uniform_ranks_pass_and_a_small_p_of_many_is_no_alarm() -> None:
    found = calibration(*np.random.default_rng(2).integers(0, RANKED + 1, (200, 100)))
    assert found.least_p >= LEVEL and found.unknowns[0].p < 0.05


def test_false_alarms_are_rare() -> None:
    """Uniform ranks of twenty unknowns, 400 times: at most a hundredth false alarms, within three standard errors."""
    rng = np.random.default_rng(3)
    alarms = sum(calibration(*rng.integers(0, RANKED + 1, (20, 100))).least_p < LEVEL for _ in range(400))
    assert alarms <= 4 + 3 * np.sqrt(4)


def test_few_sets_have_no_verdict() -> None:
    found = calibration(EVERY[:8])
    assert np.isnan(found.least_p) and found.unknowns[0].counts == (8,)


def test_every_unknown_is_ranked_once_a_set_and_a_set_that_cannot_be_fitted_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real = bench.Calibrator.set

    def some(self: Any, number: int, seed: int, draws: int) -> bench.SetRanks:
        if number == 1:
            raise FloatingPointError("no finite size")
        return real(self, number, seed, draws)

    monkeypatch.setattr(bench.Calibrator, "set", some)
    found = bench.calibrate(toy.model(), 3, seed=4, draws=0)
    assert found.failed == ("set 1: no finite size",) and found.choices_left_out == 2
    assert all(sum(item.counts) == 2 for item in found.unknowns)
    names = [item.name for item in found.unknowns]
    assert len(set(names)) == len(names) and {name.split()[0] for name in names} >= {"bias", "noise", "chance"}
    assert found.unknowns != bench.calibrate(toy.model(), 3, seed=5, draws=0).unknowns


def test_a_case_without_targets_is_refused() -> None:
    from standoff import build, load

    with pytest.raises(ModelError, match="no fit targets"):
        bench.calibrate(build(load("closed-form")), 3, seed=1)
