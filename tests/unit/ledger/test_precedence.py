"""Which claim about one day counts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from types import SimpleNamespace

from standoff.ledger import Claim
from standoff.ledger.precedence import first_published, most_precise


def test_the_narrowest_range_counts_and_of_equal_ones_the_first_by_id(claim: Callable[..., Claim]) -> None:
    points = [
        SimpleNamespace(claim=claim(id=name), low=low, high=high)
        for name, low, high in (("c", 0.0, 9.0), ("b", 4.0, 5.0), ("a", 2.0, 3.0))
    ]
    chosen = most_precise(points)
    assert chosen is not None and chosen.claim.id == "a"
    assert most_precise([]) is None


def test_the_first_published_counts_and_of_equal_ones_the_first_of_the_ledger() -> None:
    days = (dt.date(2024, 3, 2), dt.date(2024, 3, 1), dt.date(2024, 3, 1))
    reports = [SimpleNamespace(name=name, published=day) for name, day in zip("abc", days, strict=True)]
    chosen = first_published(reports)
    assert chosen is not None and chosen.name == "b"
    assert first_published([]) is None
