"""Ranges of numbers, and agreement of two numbers with their comparators."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from standoff.addons.reading.audit.ranges import agrees, implied_range, overlap, rounded_range, stated_number
from standoff.ledger import Claim
from tests.unit.addons.reading.conftest import claim

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class Plain:
    """A number with its comparator, read from a claim."""

    claim: Claim

    @property
    def number(self) -> tuple[float, float]:
        return (stated_number(self.claim),) * 2

    @property
    def ends(self) -> tuple[float, float]:
        return implied_range(self.claim)

    @property
    def comparator(self) -> str:
        return str(self.claim.comparator)


def number(value: float, comparator: str = "exact", quantity: str = "tanks_lost", unit: str = "item") -> Claim:
    row: Any = claim("n", "IRN", quantity, value, "2020-05-01", "Iraqi staff", "iraq", unit)
    return Claim.parse({**row.model_dump(mode="json", exclude_defaults=True), "comparator": comparator})


@pytest.mark.parametrize(
    ("text", "other", "agree"),
    [
        ((380, "about"), (315, "about"), False),  # 342 to 418 and 283.5 to 346.5 meet, but hold neither number
        ((346, "about"), (315, "about"), True),
        ((500, "exact"), (442, "about"), False),
        ((300, "exact"), (315, "about"), True),
        ((400, "over"), (350, "over"), False),
        ((300, "over"), (350, "over"), True),
        ((300, "at_most"), (350, "at_most"), False),
        ((400, "at_most"), (350, "at_most"), True),
        ((440, "exact"), (350, "over"), True),
        ((460, "exact"), (350, "over"), False),
    ],
)
def test_one_number_lies_in_the_range_of_the_other(text: Any, other: Any, agree: bool) -> None:
    assert agrees(Plain(number(*text)), Plain(number(*other))) is agree


def test_an_exact_number_allows_no_more_than_about() -> None:
    assert implied_range(number(100_000)) == pytest.approx(implied_range(number(100_000, "about")))
    assert implied_range(number(413_760)) == (413_755, 413_765)
    assert implied_range(number(0)) == (-0.5, 0.5)
    assert implied_range(number(-100)) == pytest.approx((-110, -90))


@pytest.mark.parametrize(
    ("value", "comparator", "unit", "exact"),
    [
        (30, "exact", "1", True),
        (30, "exact", "item", True),
        (30, "about", "item", False),
        (30, "exact", "%", False),
        (300, "exact", "item", False),
        (2.5, "exact", "1", False),
    ],
)
def test_a_few_things_are_counted_one_by_one(value: float, comparator: str, unit: str, exact: bool) -> None:
    assert (implied_range(number(value, comparator, "members", unit)) == (value, value)) is exact


@pytest.mark.parametrize(
    ("quantity", "unit", "value", "high"),
    [
        ("settlement_share_rouble_yuan", "%", 80, 100),
        ("public_for_mediation", "%", 80, 100),
        ("share_of_aid", "1", 0.8, 1),
        ("exports_growth", "%", 80, 104),
        ("share_change", "%", 80, 104),
        ("losses_share_of_prewar_force", "%", 80, 104),
        ("share_ratio", "1", 0.8, 1.04),
        ("settlement_share_rouble_yuan", "%", 120, 156),  # a claim that exceeds the whole stays as it is
        ("share_of_aid", "item", 80, 104),
    ],
)
def test_shares_end_at_the_whole(quantity: str, unit: str, value: float, high: float) -> None:
    assert implied_range(number(value, "over", quantity, unit)) == pytest.approx((value, high))


def test_a_share_of_nothing_is_not_negative() -> None:
    assert implied_range(number(0, "exact", "share_of_aid", "%")) == (0, 0.5)


@pytest.mark.parametrize(
    ("comparator", "ends"),
    [
        ("exact", (544_500, 545_500)),
        ("about", (544_500, 545_500)),
        ("over", (545_000, 545_500)),
        ("at_most", (544_500, 545_000)),
    ],
)
def test_numbers_that_a_number_repeats_in_fewer_digits(comparator: str, ends: tuple[float, float]) -> None:
    assert rounded_range(number(545_000, comparator)) == ends
    assert rounded_range(number(-545_000, comparator)) == (-ends[1], -ends[0])


def test_intervals_meet_up_to_rounding() -> None:
    meets: Callable[..., bool] = overlap
    assert meets((0, 0.3), (0.1 + 0.2, 1)) and meets((0, 0), (0, 0)) and not meets((0, 1), (1.001, 2))
