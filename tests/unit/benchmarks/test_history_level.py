"""Levels of an arena against closed forms: filtered, and that of a reference class."""

from __future__ import annotations

import numpy as np
import pytest
from benchmarks.history_level import filtered, of_class

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


@pytest.mark.parametrize(("years", "rate"), [(None, 0.03), (2, 0.05)])
def test_alike_decisions_have_the_rate_of_their_class(years: int | None, rate: float) -> None:
    """2,000 decisions a year: 2 % help up to 2003 and 5 % after; the class of 2006 has six years, or the last two."""
    helped = np.where(YEARS < 2004, outcomes(0.02), outcomes(0.05))
    out = of_class(np.full(len(YEARS), 0.2), helped, YEARS, ARENA, 2006, years)
    members = 2000 * (years or 6)
    assert out[YEARS == 2006] == pytest.approx((rate * members + 0.5) / (members + 1))
    assert out[YEARS < 2006] == pytest.approx(0.2)
    changed = np.where(YEARS >= 2006, 1.0, helped)
    assert of_class(np.full(len(YEARS), 0.2), changed, YEARS, ARENA, 2006, years)[YEARS == 2006] == pytest.approx(
        out[YEARS == 2006]
    )


def test_decisions_of_a_class_keep_their_odds_to_one_another_and_add_up_to_its_count() -> None:
    chance = np.where(np.arange(len(YEARS)) % 2, 0.01, 0.2)
    out = of_class(chance, outcomes(0.05), YEARS, ARENA, 2009)[YEARS == 2009]
    odds = (out / (1 - out))[:2]
    assert odds[0] / odds[1] == pytest.approx((0.2 / 0.8) / (0.01 / 0.99))
    assert out.sum() == pytest.approx(0.05 * 2000, rel=1e-3)
