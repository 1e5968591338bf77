"""The filtered level of an arena against closed forms."""

from __future__ import annotations

import numpy as np
import pytest

from standoff.addons.history.level import filtered

YEARS = np.repeat(np.arange(2000, 2010), 2000)
ARENA = np.full(len(YEARS), "rebels")


def outcomes(rate: float) -> np.ndarray:
    """The same share of each year."""
    out = np.zeros(len(YEARS))
    for year in np.unique(YEARS):
        rows = np.flatnonzero(year == YEARS)
        out[rows[: round(rate * len(rows))]] = 1
    return out


def test_the_first_year_is_as_forecast() -> None:
    chance = np.full(len(YEARS), 0.02)
    assert filtered(chance, outcomes(0.1), YEARS, ARENA, 0.2)[YEARS == 2000] == pytest.approx(0.02)


def test_the_level_moves_to_what_happens_and_a_wide_walk_moves_faster() -> None:
    chance = np.full(len(YEARS), 0.02)
    slow, fast = (filtered(chance, outcomes(0.04), YEARS, ARENA, scale)[YEARS == 2009][0] for scale in (0.05, 2.0))
    assert 0.02 < slow < fast
    assert fast == pytest.approx(0.04, rel=0.03)


def test_forecasts_that_come_true_stay() -> None:
    chance = np.full(len(YEARS), 0.03)
    assert filtered(chance, outcomes(0.03), YEARS, ARENA, 0.3) == pytest.approx(chance, rel=0.02)


def test_arenas_do_not_mix_and_later_years_do_not_matter() -> None:
    chance = np.full(len(YEARS), 0.02)
    arena = np.where(np.arange(len(YEARS)) % 2, "rebels", "government")
    helped = np.where((arena == "rebels") & (np.arange(len(YEARS)) % 20 == 1), 1.0, 0.0)
    out = filtered(chance, helped, YEARS, arena, 0.3)
    assert out[arena == "government"][-1] < 0.02 < out[arena == "rebels"][-1]
    changed = helped.copy()
    changed[YEARS == 2009] = 1
    assert filtered(chance, changed, YEARS, arena, 0.3) == pytest.approx(out)


def test_one_step_is_the_posterior_mode() -> None:
    """Expected 40 with prior variance v: the mode solves count - 40 e^m = m / v."""
    years = np.repeat([2000, 2001], 2000)
    chance, helped = np.full(4000, 0.02), np.zeros(4000)
    helped[:60] = 1
    out = filtered(chance, helped, years, np.full(4000, "rebels"), 0.3)[-1]
    level = np.log(out / (1 - out)) - np.log(0.02 / 0.98)
    variance = 0.3**2 + 0.3**2 / 5
    assert 60 - 40 * np.exp(level) == pytest.approx(level / variance, abs=1e-6)
