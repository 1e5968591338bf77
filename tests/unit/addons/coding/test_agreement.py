"""Agreement of coders against a published table."""

import math

import numpy as np
import pytest

from standoff.addons.coding.agreement import biases, interval_alpha

GONE = math.nan
#: four observers, twelve units, missing values (krippendorff2011, example C); alpha of intervals 0.849
TABLE = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, GONE, GONE, GONE],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, GONE, 3],
        [GONE, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, GONE],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, GONE],
    ],
    float,
)


def test_alpha_is_that_of_the_published_table() -> None:
    assert interval_alpha(TABLE) == pytest.approx(0.849, abs=0.0005)


def test_alpha_is_the_definition_written_out() -> None:
    rng = np.random.default_rng(3)
    codes = rng.normal(size=(5, 30))
    codes[rng.random(codes.shape) < 0.4] = GONE
    units = [column[np.isfinite(column)] for column in codes.T]
    units = [unit for unit in units if len(unit) > 1]
    values = np.concatenate(units)
    observed = sum(((unit[:, None] - unit) ** 2).sum() / (len(unit) - 1) for unit in units) / len(values)
    expected = ((values[:, None] - values) ** 2).sum() / (len(values) * (len(values) - 1))
    assert interval_alpha(codes) == pytest.approx(1 - observed / expected, abs=1e-12)


def test_agreement_without_pairs_or_variation_is_unknown() -> None:
    assert math.isnan(interval_alpha(TABLE[:1])) and math.isnan(interval_alpha(np.ones((2, 4))))
    assert interval_alpha(np.vstack([TABLE[1], TABLE[1]])) == 1


def test_a_coder_who_is_always_higher_is_biased_and_not_spread() -> None:
    low, high = biases(("low", "high"), np.array([[0.1, 0.2, 0.3, GONE], [0.3, 0.4, 0.5, 0.9]]))
    assert [low.bias, high.bias] == pytest.approx([-0.2, 0.2])
    assert low.cells == high.cells == 3 and high.spread == pytest.approx(0, abs=1e-9)
