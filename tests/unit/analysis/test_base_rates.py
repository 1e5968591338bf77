"""Rates in data: converted to the time of the question, with Jeffreys' interval, and never a count that knows what came."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from scipy import stats

from standoff.analysis.base_rates import DAYS, base_rates, over, span
from standoff.engine.model import Model
from standoff.errors import StandoffError
from standoff.questions import BaseRate

COUNT = {
    "count": 57,
    "of": 798,
    "since": 1975,
    "until": 2017,
    "data": "UCDP",
    "sources": "assumption",
    "text": "counted",
}


@pytest.fixture(scope="module")
def rates(calm: Callable[..., Model]) -> Callable[..., tuple[BaseRate, ...]]:
    def rates_of(**fields: Any) -> tuple[BaseRate, ...]:
        asked = {"text": "?", "event": "fear > 0.6", "by": "2024-12", "resolution": "x", **fields}
        plan = calm({"questions": {"high": asked}}).plan
        return base_rates(plan, plan.question("high"))

    return rates_of


def test_a_rate_for_a_year_becomes_that_of_the_time_left(calm: Callable[..., Model], rates: Any) -> None:
    plan = calm().plan
    (found,) = rates(data_rate=COUNT)
    years = (plan.scenario.calendar.date(plan.scenario.calendar.steps) - plan.scenario.as_of_day).days / 365.2425
    low, high = stats.beta(57.5, 798 - 57 + 0.5).ppf([0.05, 0.95])
    assert 0 < years < 3
    assert found.rate == pytest.approx(1 - (1 - 57 / 798) ** years)
    assert found.interval == pytest.approx((1 - (1 - low) ** years, 1 - (1 - high) ** years))
    assert (found.kind, found.count, found.of, found.since, found.until) == ("data", 57, 798, 1975, 2017)


def test_twelve_months_are_a_year_and_a_rate_without_time_stays(rates: Any) -> None:
    (monthly,) = rates(data_rate=COUNT | {"count": 1, "of": 100, "per": "month"})
    (yearly,) = rates(data_rate=COUNT | {"count": 1, "of": 100})
    (case,) = rates(data_rate=COUNT | {"count": 1, "of": 100, "per": "case"})
    assert over(0.01, 12) == pytest.approx(1 - 0.99**12) and DAYS["year"] == 12 * DAYS["month"]
    assert 1 - monthly.rate == pytest.approx((1 - yearly.rate) ** 12)
    assert case.rate == pytest.approx(0.01)


@pytest.mark.parametrize(
    ("value", "per"), [("5 to 7 %/year", 0.06), ("0.06 1/year", 0.06), ("prior(rivals_war)", None)]
)
def test_a_rate_per_time_of_the_list_becomes_that_of_the_time_left(
    calm: Callable[..., Model], rates: Any, value: str, per: float | None
) -> None:
    plan = calm().plan
    years = (plan.scenario.calendar.date(plan.scenario.calendar.steps) - plan.scenario.as_of_day).days / 365.2425
    (found,) = rates(base_rate={"value": value if per is None else f"{value} @assumption", "text": "x"})
    assert found.months == pytest.approx(12 * years) and "months" in found.place and found.has_horizon
    if per is not None:
        middle = per if found.interval is None else (0.05 * 0.07) ** 0.5  # a range of positive numbers is lognormal
        assert found.rate == pytest.approx(1 - (1 - middle) ** years, rel=1e-3)
        assert found.interval is None or found.interval[0] == pytest.approx(1 - 0.95**years, rel=1e-3)


def test_a_yearly_prior_is_no_probability_of_another_time(rates: Any) -> None:
    (listed,) = rates(base_rate={"value": "prior(rivals_war.within_a_year)", "text": "x"})
    (years,) = rates(base_rate={"value": "0.012 1/year @assumption", "text": "x"})
    assert listed.months == years.months and listed.rate == pytest.approx(years.rate, rel=0.1)


def test_more_than_certain_in_a_year_is_refused(rates: Any) -> None:
    with pytest.raises(StandoffError, match="no probability"):
        rates(base_rate={"value": "130 %/year @assumption", "text": "x"})


def test_a_later_start_of_the_question_shortens_the_time(calm: Callable[..., Model]) -> None:
    asked = {"text": "?", "event": "fear > 0.6", "by": "2024-12", "since": "2024-11", "resolution": "x"}
    plan = calm({"questions": {"high": asked}}).plan
    assert span(plan, plan.question("high")) == 31  # the days of December


def test_an_event_that_never_happened_has_an_upper_end(rates: Any) -> None:
    (found,) = rates(data_rate=COUNT | {"count": 0, "of": 166, "per": "case"})
    assert found.rate == 0.0
    assert found.interval == (0.0, pytest.approx(stats.beta(0.5, 166.5).ppf(0.95)))


def test_the_list_stands_first_with_its_number_of_cases(rates: Any) -> None:
    listed = {"value": "beta(11.5, 17.5) @assumption", "of": 28, "text": "famous cases"}
    first, second = rates(base_rate=listed, data_rate=COUNT)
    assert (first.kind, first.of, second.kind) == ("list", 28, "data")
    assert first.rate == pytest.approx(stats.beta(11.5, 17.5).ppf(0.5), abs=2e-4)
    assert first.interval == pytest.approx(tuple(stats.beta(11.5, 17.5).ppf([0.05, 0.95])), abs=1e-3)


def test_what_no_data_set_counts_has_no_rate(rates: Any) -> None:
    (found,) = rates(data_rate={"none": "nobody counts it"})
    assert (found.rate, found.count, found.text) == (None, None, "nobody counts it")
    assert rates() == ()


def test_a_count_that_goes_beyond_as_of_is_not_used(rates: Any) -> None:
    (found,) = rates(data_rate=COUNT | {"until": 2024})
    assert found.rate is None and "2024, after" in found.text


@pytest.mark.parametrize(("until", "is_used"), [(2023, True), (2024, True), (2025, False), (2030, False)])
def test_a_year_that_ends_on_the_day_of_the_case_is_known(
    calm: Callable[..., Model], until: int, is_used: bool
) -> None:
    asked = {
        "text": "?",
        "event": "fear > 0.6",
        "by": "2025-06",
        "resolution": "x",
        "data_rate": COUNT | {"until": until},
    }
    plan = calm({"as_of": "2024-12-31", "end": "2025-12", "questions": {"high": asked}}).plan
    (found,) = base_rates(plan, plan.question("high"))
    assert (found.rate is not None) == is_used


def test_a_number_has_no_rates(calm: Callable[..., Model]) -> None:
    asked = {
        "text": "?",
        "quantity": "fear",
        "at": "2024-12",
        "resolution": "x",
        "base_rate": {"value": "0.4 @assumption", "text": "mean"},
    }
    plan = calm({"questions": {"level": asked}}).plan
    assert base_rates(plan, plan.question("level")) == ()


def test_a_rate_in_data_changes_no_run(calm: Callable[..., Model]) -> None:
    asked = {"text": "?", "event": "fear > 0.6", "by": "2024-12", "resolution": "x"}
    assert calm({"questions": {"high": asked}}).hash == calm({"questions": {"high": asked | {"data_rate": COUNT}}}).hash
