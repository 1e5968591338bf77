"""Deals that are made though nobody gains by them."""

from __future__ import annotations

import pytest

from standoff.analysis.sanity_checks.gainless_end import of_run

from .paths import checked, since


@pytest.mark.parametrize(("without", "found"), [(0.8, True), (0.2, False)])
def test_deals_without_room_are_found_where_they_are_most(without: float, found: bool) -> None:
    deals = since(10, 100)
    most = 0.7 - 0.5 * since(0, 100, without)
    results = [*of_run(checked({"ended.deal": deals, "terms_least": 0.5, "terms_most": most}))]
    assert [(subject, number) for subject, number, *_ in results] == [("stocks.ended.deal", pytest.approx(0.8))] * found


def test_few_deals_and_cases_without_bargaining_tell_nothing() -> None:
    assert not [*of_run(checked({"ended.deal": since(10, 100, 0.1), "terms_least": 0.5, "terms_most": 0.2}))]
    assert not [*of_run(checked({"fighting": 1.0}))]


def test_the_room_counts_in_the_month_of_the_deal_alone() -> None:
    most = 0.2 + 0.5 * (since(10, 100) - since(11, 100))
    assert not [*of_run(checked({"ended.deal": since(10, 100), "terms_least": 0.5, "terms_most": most}))]
