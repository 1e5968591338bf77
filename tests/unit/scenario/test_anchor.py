"""Anchors are read as they are written."""

from __future__ import annotations

import pytest

from standoff.errors import StandoffError
from standoff.scenario import anchor


def test_an_anchor_has_a_probability_a_date_and_sources() -> None:
    found = anchor.parse("12 % by 2027-12 @a-claim @assumption")
    assert (found.prior.numbers, found.prior.unit, found.by) == ((12.0,), "%", "2027-12")
    assert found.prior.sources == ("a-claim", "assumption")
    assert anchor.parse(str(found)) == found
    assert anchor.parse(found) is found


@pytest.mark.parametrize(
    ("raw", "word"),
    [
        ("12 % @assumption", "no date"),
        ("12 % by soon @assumption", "not a date"),
        ("5 to 12 % by 2027-12 @assumption", "not one number"),
        ("often by 2027-12 @assumption", "often"),
        (12, "no date"),
    ],
)
def test_an_anchor_that_cannot_be_read_says_what_is_allowed(raw: object, word: str) -> None:
    with pytest.raises(StandoffError, match=word) as caught:
        anchor.parse(raw)
    assert caught.value.problems[0].allowed
