"""The model of help: simulation-based calibration (Talts et al. 2018), and recovery of numbers that made the decisions."""

from __future__ import annotations

from collections.abc import Mapping

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from benchmarks import history_calibration as calibration
from scipy import stats

from standoff.addons.history import fit, model
from standoff.addons.history.start import start
from standoff.inference import nuts

pytestmark = pytest.mark.slow
SETS, ROWS = 15, 500
FALSE_ALARM = 0.001  #: chance that a test fails by chance, before division by the number of comparisons


@pytest.fixture(scope="module")
def ranks() -> Mapping[str, list[int]]:
    return calibration.ranks(SETS, ROWS, 3)


def test_ranks_of_the_truth_are_uniform(ranks: Mapping[str, list[int]]) -> None:
    """The test of Kolmogorov and Smirnov, for each number."""
    for name, found in ranks.items():
        uniform = (np.array(found) + 0.5) / (calibration.RANKS + 1)
        assert stats.kstest(uniform, "uniform").pvalue > FALSE_ALARM / len(ranks), name


def test_intervals_of_all_slopes_cover_as_often_as_they_say(ranks: Mapping[str, list[int]]) -> None:
    each = np.array([found for name, found in ranks.items() if name.startswith("slope")]) / calibration.RANKS
    for level in (0.5, 0.9):
        inside = ((each > (1 - level) / 2) & (each < (1 + level) / 2)).mean(axis=0)  # of each set
        error = inside.std(ddof=1) / np.sqrt(SETS)
        assert abs(inside.mean() - level) < stats.norm.isf(FALSE_ALARM / 2) * error + 1 / calibration.RANKS


def test_numbers_that_made_the_decisions_are_recovered() -> None:
    """Ten thousand decisions: errors of slopes are as large as their posteriors say, and small beside their prior."""
    rng = np.random.default_rng(11)
    base = calibration.decisions(10_000, rng)
    layout = model.Layout(
        **calibration.LAYOUT_NUMBERS, rows=tuple(np.bincount(base.arena, minlength=model.ARENA_COUNT).tolist())
    )
    density, size = model.density(layout), model.size(layout)
    with jax.enable_x64(True):
        truth = jnp.asarray(rng.normal(0, 1, size))
        true = model.numbers(truth, layout)._replace(constant=jnp.full(3, -1.5), rate=jnp.full(3, 0.5))
        chances = jnp.stack(model.probabilities(true, base, layout.rows), axis=1)
        data = base._replace(allowed=calibration.outcomes(np.asarray(chances), rng))
        centre = start(density, data, layout)
        found = nuts.fit(density, data, size, seed=1, warmup=100, draws=150, start=centre, accept=fit.ACCEPT[:1])
        got = jax.vmap(lambda u: model.numbers(u, layout))(jnp.asarray(found.flat[::10]))
    slopes = np.asarray(got.slope) + np.asarray(got.deviation).mean(1)
    means, sds = slopes.mean(0), slopes.std(0)
    truth_of_slopes = np.asarray(true.slope) + np.asarray(true.deviation).mean(0)
    z = (means - truth_of_slopes) / sds
    assert 0.7 < np.sqrt((z**2).mean()) < 1.35  # 54 slopes: the root of chi-squared / 54 is in 0.72 to 1.31 with 99.8 %
    assert np.corrcoef(means, truth_of_slopes)[0, 1] > 0.95
    low, high = np.quantile(np.asarray(got.rate), (0.001, 0.999), axis=0)
    assert (low < 0.5).all() and (high > 0.5).all()
