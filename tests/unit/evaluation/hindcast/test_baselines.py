"""What one would say without a model: closed forms of the rules, and their spread."""

from __future__ import annotations

import datetime as dt
import math

import numpy as np
import pytest

from standoff.evaluation.hindcast import baselines
from standoff.evaluation.hindcast.reports import Report
from standoff.units import DAYS_PER_MONTH


def reports(*values: float, step: float = 1.0) -> list[Report]:
    """Reports a month apart."""
    first = dt.date(2020, 1, 1)
    days = [first + dt.timedelta(days=round(k * step * DAYS_PER_MONTH)) for k in range(len(values))]
    return [Report(day, v, v, v, ("c",), "s", day) for day, v in zip(days, values, strict=True)]


def later(known: list[Report], months: float) -> dt.date:
    return known[-1].day + dt.timedelta(days=round(months * DAYS_PER_MONTH))


def test_a_steady_count_goes_on_and_the_spread_shrinks_to_the_part_of_the_prior() -> None:
    known = reports(*range(0, 240, 10))
    found = baselines.distributions(known, later(known, 6), True, 0.3)
    assert set(found) == {"persistence", "trend", "base_rate", "mean"}
    for values in found.values():
        assert np.median(values) == pytest.approx(230 + 60, rel=0.01)  # days are whole, months are not
    # no error was made: 3 s0^2 / (3 + n) is left of s0 = 0.3 x 60, with n = 22 // 6 windows
    n = math.floor(23 / 6)
    scale = 18 * math.sqrt(3 / (3 + n))
    from scipy.special import stdtrit

    wanted = scale * (stdtrit(3 + n, 0.95) - stdtrit(3 + n, 0.05))
    low, high = np.quantile(found["trend"], (0.05, 0.95))
    assert high - low == pytest.approx(wanted, rel=0.06)


def test_a_level_stays_or_follows_its_trend_or_returns_to_its_mean() -> None:
    known = reports(10, 12, 14, 16)
    found = baselines.distributions(known, later(known, 2), False, 1.0)
    medians = {who: float(np.median(values)) for who, values in found.items()}
    assert medians["persistence"] == pytest.approx(16, abs=0.05)
    assert medians["trend"] == pytest.approx(20, abs=0.05)
    assert medians["base_rate"] == pytest.approx(13, abs=0.05)


def test_errors_that_were_made_widen_a_rule_and_lower_its_weight() -> None:
    known = reports(*(50 + 20 * (k % 2) for k in range(24)))  # up and down each month
    found = baselines.distributions(known, later(known, 1), False, 1.0)
    spread = {who: float(np.subtract(*np.quantile(values, (0.95, 0.05)))) for who, values in found.items()}
    assert spread["persistence"] > 1.5 * spread["base_rate"]  # it errs by 20 each month, the mean by 10
    assert abs(np.median(found["mean"]) - np.median(found["base_rate"])) < abs(
        np.median(found["mean"]) - np.median(found["persistence"])
    )


def test_a_count_never_falls_and_a_mixture_is_what_its_weights_say() -> None:
    known = reports(0, 1, 100, 101)
    found = baselines.distributions(known, later(known, 3), True, 2.0)
    assert all(values.min() >= 101 for values in found.values())
    mixed = baselines.mixture([(np.zeros(200), 3.0), (np.ones(200), 1.0)])
    assert mixed.mean() == pytest.approx(0.25, abs=0.006)


def test_nothing_is_said_where_nothing_was_known() -> None:
    assert baselines.distributions([], dt.date(2024, 1, 1), False, 1.0) == {}
    one = reports(5)
    assert baselines.distributions(one, later(one, 3), True, 1.0) == {}
    assert baselines.distributions(
        one, later(one, 3), True, 1.0, dt.date(2019, 1, 1)
    )  # with the zero there are two points


def test_the_chance_of_what_never_came_falls_with_the_time_that_it_did_not() -> None:
    """Jeffreys' prior and no event in T months: 1 - sqrt(T / (T + h))."""
    assert baselines.chance(12, 36) == pytest.approx(0.5)
    assert baselines.chance(120, 3) < baselines.chance(12, 3) < baselines.chance(12, 12) < 1
    assert baselines.chance(10, 1e-9) == pytest.approx(0, abs=1e-9)
