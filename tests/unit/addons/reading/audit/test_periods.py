"""Numbers of a day against totals."""

from __future__ import annotations

import pytest

from standoff.addons.reading import pipeline
from standoff.addons.reading.audit import audit, periods
from standoff.ledger import Ledger
from tests.unit.addons.reading.conftest import claim

PUBLISHED = "2020-05-20"
TANKS = Ledger((claim("c", "IRN", "tanks_lost", 9000, "2020-05-10", "Iraqi general staff", "iraq", "item"),))


def of_short_period(text: str) -> list[bool]:
    return [periods.is_of_short_period(row) for row in pipeline.read(text, PUBLISHED) if row.comparator]


@pytest.mark.parametrize(
    "text",
    [
        "Iran lost 40 tanks on Monday.",
        "Iran lost 40 tanks on Monday, Iraqi officials said.",
        "Iraqi officials said that Iran lost 40 tanks yesterday.",
        "On 5 May 2020 Iran lost 40 tanks.",
        "Iran lost 40 tanks on 5 May.",
        "Iran has lost 40 tanks in one day.",
        "Iran lost 40 tanks in a single day.",
        "Overnight, Iran lost 40 tanks.",
        "Iran has lost 40 tanks in the past 24 hours.",
        "Over the weekend Iran lost 40 tanks.",
        "Iran lost 40 tanks on Monday, the most since March.",
        "Iran's losses on Monday were 40 tanks.",
    ],
)
def test_a_number_of_one_day_is_not_compared_with_a_total(text: str) -> None:
    assert of_short_period(text) == [True]
    result = audit(text, TANKS, published=PUBLISHED)
    assert {verdict.kind for verdict in result.verdicts} == {"not matched"}


@pytest.mark.parametrize(
    "text",
    [
        "Iran lost 40 tanks.",
        "As of 5 May 2020, Iran lost 40 tanks.",
        "Iran lost 40 tanks by Monday.",
        "Iran had lost 40 tanks on 5 May 2020.",
        "Iran lost 40 tanks since 5 May 2020.",
        "So far Iran lost 40 tanks.",
        "Iraqi officials said on Monday that Iran lost 40 tanks.",
        "On 5 May 2020 Iranian losses stood at 40 tanks.",
    ],
)
def test_a_total_is_compared(text: str) -> None:
    assert of_short_period(text) == [False]
    assert {verdict.kind for verdict in audit(text, TANKS, published=PUBLISHED).verdicts} == {"low"}


def test_each_number_of_a_sentence_has_its_own_period() -> None:
    assert of_short_period("Iran lost 40 tanks on Monday, bringing its total losses to 9,000 tanks.") == [True, False]


@pytest.mark.parametrize(("number", "factor"), [("24", "by a factor of 350 at"), ("6,500", "by a factor of 1.3 at")])
def test_a_factor_is_no_power_of_ten(number: str, factor: str) -> None:
    (verdict,) = audit(f"By 10 May 2020 Iran had lost {number} tanks.", TANKS).verdicts
    assert factor in verdict.text


SHELLS = Ledger(
    (claim("s", "IRN", "shell_production", 300_000, "2020-05-10", "A neutral institute", "neutral", "shell/year"),)
)


@pytest.mark.parametrize(
    ("text", "kind", "unit"),
    [
        ("Iran makes 300,000 shells a year.", "consistent", "shell/year"),
        ("Iran makes 25,000 shells per month.", "consistent", "shell/month"),
        ("Iran makes 90,000 shells annually.", "low", "shell/year"),
        ("Iran has made 300,000 shells.", "not matched", ""),
    ],
)
def test_a_rate_is_compared_with_a_rate(text: str, kind: str, unit: str) -> None:
    (verdict,) = audit(text, SHELLS, published=PUBLISHED).verdicts
    assert verdict.kind == kind and unit in verdict.text and "_" not in verdict.text
