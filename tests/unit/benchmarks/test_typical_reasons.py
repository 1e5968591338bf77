"""The share of a reason that actors have in common: random effects of kinds, in a closed form."""

from __future__ import annotations

import numpy as np
import pytest
from benchmarks.typical_reasons import slope


def test_the_slope_is_the_intraclass_correlation_about_zero() -> None:
    """Contributions are m_kind + e_actor: the slope is the mean of m squared over that of m squared plus e squared."""
    rng = np.random.default_rng(1)
    middles = rng.normal(-0.5, 1.0, 400)
    values = {
        str(kind): [(str(case), float(middle + e)) for case, e in enumerate(rng.normal(0, 2.0, 30))]
        for kind, middle in enumerate(middles)
    }
    wanted = (middles**2).mean() / ((middles**2).mean() + 4.0)
    assert slope(values) == pytest.approx(wanted, abs=0.01)


def test_actors_of_one_case_tell_nothing_about_each_other() -> None:
    values = {"norm": [("one", 1.0), ("one", 1.0), ("two", 0.5)]}
    assert slope(values) == pytest.approx((0.5 + 0.5 + 0.5) / (1 + 1 + 0.25))
