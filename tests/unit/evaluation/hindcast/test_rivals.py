"""Standard methods of time series against closed forms and against what they are made for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from standoff.dates import add_months
from standoff.evaluation.hindcast import rivals
from standoff.evaluation.hindcast.baselines import COUNT
from standoff.evaluation.hindcast.reports import Report

pytest.importorskip("statsmodels")
LAST = dt.date(2024, 12, 31)


def reports(values: Sequence[float], last: dt.date = LAST) -> list[Report]:
    days = [add_months(last, k - len(values) + 1) for k in range(len(values))]
    return [Report(day, value, value, value, ("c",), "office", day) for day, value in zip(days, values, strict=True)]


def level(seed: int, count: int = 120, noise: float = 2.0) -> list[float]:
    return list(100 + noise * np.random.default_rng(seed).standard_normal(count))


def test_noise_around_a_level_is_forecast_by_its_mean_and_spread() -> None:
    """Of a constant with noise of 2, the mean of 120 months is within 3 * 2 / sqrt(120), the spread within a tenth."""
    (found,) = rivals.distributions(reports(level(1)), [add_months(LAST, 3)], grows=False)
    assert set(found) == set(rivals.METHODS)
    truth = np.array(level(1))
    for name in ("ses", "local_level", "log_ar1"):
        values = found[name]
        assert values.shape == (COUNT,) and np.all(np.diff(values) >= 0)
        assert np.median(values) == pytest.approx(truth.mean(), abs=3 * 2 / 120**0.5 + 0.3), name
        assert values.std() == pytest.approx(truth.std(), rel=0.25), name


def test_a_count_goes_on_at_its_pace_and_never_falls() -> None:
    months = np.full(60, 10.0) + np.random.default_rng(2).standard_normal(60)
    total = list(np.cumsum(months))
    near, far = rivals.distributions(reports(total), [add_months(LAST, 6), add_months(LAST, 12)], grows=True)
    for name in rivals.METHODS:
        assert np.median(near[name]) == pytest.approx(total[-1] + 60, abs=8), name
        assert np.median(far[name]) == pytest.approx(total[-1] + 120, abs=16), name
        assert near[name].min() >= total[-1] and far[name].std() > near[name].std()


def test_theta_is_exponential_smoothing_with_half_the_slope() -> None:
    """Hyndman and Billah 2003: on a line without noise the forecast rises by half of its slope a step."""
    line = [50 + 2.0 * k for k in range(40)]
    one, five = rivals.distributions(reports(line), [add_months(LAST, 1), add_months(LAST, 5)], grows=False)
    assert np.median(five["theta"]) - np.median(one["theta"]) == pytest.approx(4 * 1.0, abs=0.2)


def test_the_mean_of_a_year_adds_known_months_to_simulated_ones() -> None:
    months = reports([10.0] * 60 + [20.0] * 6)
    years = reports([10.0, 10.0])
    (found,) = rivals.distributions(years, [add_months(LAST, 3)], False, by_month=months)
    for values in (found["ses"], found["local_level"]):  # of twelve months three are at 10, six at 20, three to come
        assert np.median(values) == pytest.approx((3 * 10 + 6 * 20 + 3 * 20) / 12, abs=1.0)


@pytest.mark.parametrize("values", [[], [1.0], [1.0, 2.0], [0.0] * 30])
def test_too_few_months_or_nothing_at_all_is_no_forecast(values: list[float]) -> None:
    assert rivals.distributions(reports(values), [add_months(LAST, 3)], grows=False) == [{}]


def test_a_count_begins_at_its_start() -> None:
    """Two reports a month apart have too short a past; with a start at zero two years before there is one."""
    few = reports([240.0, 250.0])
    day = [add_months(LAST, 2)]
    assert rivals.distributions(few, day, grows=True) == [{}]
    (found,) = rivals.distributions(few, day, True, dt.date(2022, 11, 30))
    assert np.median(found["ses"]) == pytest.approx(270, abs=3)


def test_what_was_fitted_is_read_from_the_disk_with_the_same_numbers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    days = [add_months(LAST, 3), add_months(LAST, 6)]
    first = rivals.distributions(reports(level(4)), days, grows=False)
    monkeypatch.setattr(rivals, "METHODS", {})  # nothing is fitted any more
    again = rivals.distributions(reports(level(4)), days, grows=False)
    assert [*first[0]] == [*again[0]]
    for one, two in zip(first, again, strict=True):
        assert all(np.array_equal(one[name], two[name]) for name in one)
    assert rivals.distributions(reports(level(5)), days, grows=False) == [{}, {}]
