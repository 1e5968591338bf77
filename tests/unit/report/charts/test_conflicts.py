"""The picture of contradictions: rows, what each claim allows, and the file that comes out."""

from __future__ import annotations

import math
import re
from typing import Any

import pytest

from standoff.ledger import Claim, Ledger
from standoff.report.charts import conflicts

BASE = {
    "subject": "RUS",
    "quantity": "losses",
    "unit": "person",
    "comparator": "exact",
    "as_of": "2024-02-29",
    "published": "2024-03-01",
    "source": {"title": "Briefing <&> numbers"},
    "basis": "found",
    "status": "accepted",
}


def claim(name: str, side: str, **other: Any) -> Claim:
    number = {} if {"value", "low", "proposition"} & set(other) else {"value": 100}
    return Claim.parse({**BASE, "id": name, "speaker": f"Speaker {name}", "side": side, **number, **other})


def row(*claims: Claim) -> conflicts.ConflictRow:
    ledger = Ledger(claims)
    (found,) = conflicts.rows(ledger, ledger.conflicts())
    return found


def test_a_row_stands_about_the_middle_of_its_extremes() -> None:
    """100 and 400: factor 4, the middle 200, each end a factor of 2 away."""
    found = row(claim("a", "russia"), claim("b", "ukraine", value=400))
    assert found.spread == 4
    assert found.middle == pytest.approx(200, rel=1e-12)
    assert [lane.value / found.middle for lane in found.lanes] == pytest.approx([0.5, 2], rel=1e-12)


def test_units_of_one_kind_share_a_scale() -> None:
    """0.4 thousand is 400."""
    found = row(claim("a", "russia"), claim("b", "ukraine", value=0.4, unit="thousand person"))
    assert [lane.value for lane in found.lanes] == pytest.approx([100, 400], rel=1e-12)


@pytest.mark.parametrize(
    ("given", "low", "high"),
    [
        ({"comparator": "about", "value": 400}, 360, 440),
        ({"comparator": "nearly", "value": 400}, 360, 400),
        ({"comparator": "over", "value": 400}, 400, math.inf),
        ({"comparator": "range", "low": 400, "high": 900}, 400, 900),
    ],
)
def test_a_bar_is_what_the_claim_allows(given: dict[str, Any], low: float, high: float) -> None:
    lane = row(claim("a", "russia"), claim("b", "ukraine", **given)).lanes[-1]
    assert (lane.low, lane.high) == pytest.approx((low, high), rel=1e-12)
    if given["comparator"] == "range":
        assert lane.value == pytest.approx(600, rel=1e-12), "the geometric middle of 400 and 900"


def test_an_open_bar_is_cut_where_over_ends_and_has_an_arrow() -> None:
    found = row(claim("a", "russia", comparator="at_most"), claim("b", "ukraine", value=400, comparator="over"))
    assert conflicts._ends(found, found.lanes[0]) == pytest.approx((0.5 / conflicts.OPEN, 0.5), rel=1e-12)
    assert conflicts._ends(found, found.lanes[1]) == pytest.approx((2, 2 * conflicts.OPEN), rel=1e-12)


def test_negative_numbers_are_drawn_by_size() -> None:
    found = row(claim("a", "russia", value=-2.1), claim("b", "west", comparator="range", low=-10, high=-8))
    assert found.negative
    assert [lane.low for lane in found.lanes][1] == 8
    drawn = conflicts.picture(Ledger(tuple(lane.claim for lane in found.lanes)))
    assert "\u22122.1 people" in drawn
    assert "\u221210.0 to \u22128.0 people" in drawn


def test_what_has_no_ratio_is_not_drawn() -> None:
    """A zero, numbers of both signs, and statements."""
    for value in (0, -400):
        ledger = Ledger((claim("a", "russia"), claim("b", "west", value=value)))
        assert ledger.conflicts()
        assert conflicts.rows(ledger, ledger.conflicts()) == ()
    said = [claim(n, "west", proposition=n, unit="", comparator=None, conflict="x") for n in ("yes", "no")]
    with pytest.raises(ValueError, match="no numeric claims contradict"):
        conflicts.picture(Ledger(tuple(said)))


def test_conflicts_that_share_a_claim_are_one_row() -> None:
    """Three months in a row: two windows of 31 days, one claim in both."""
    ledger = Ledger(
        (
            claim("a", "russia", as_of="2024-01-31"),
            claim("b", "west", as_of="2024-02-29", value=200),
            claim("c", "ukraine", as_of="2024-03-31", published="2024-04-01", value=500),
        )
    )
    assert len(ledger.conflicts()) == 2
    (found,) = conflicts.rows(ledger, ledger.conflicts())
    assert [lane.claim.id for lane in found.lanes] == ["a", "b", "c"]
    assert found.when == "2024-01-31 to 2024-03-31"


def many(count: int) -> Ledger:
    """As many contested quantities, each wider than the one before."""
    return Ledger(
        tuple(
            claim(f"{side}{n}", side, quantity=f"thing_{n}", value=value)
            for n in range(count)
            for side, value in (("russia", 101), ("ukraine", 201 + 100 * n))
        )
    )


def test_the_widest_rows_are_kept_and_the_rest_counted() -> None:
    drawn = conflicts.picture(many(30))
    assert "25 contested quantities" in drawn
    shown = {int(n) for n in re.findall(r"RUS thing (\d+)<", drawn)}
    assert shown == set(range(5, 30))


def test_every_claim_of_a_row_has_a_mark_of_its_side() -> None:
    """25 rows of two marks, and one for each side in the legend."""
    drawn = conflicts.picture(many(25))
    symbols = re.findall(r'<g class="mark-symbol.*?</g>', drawn, flags=re.DOTALL)
    paths = [len(re.findall("<path ", symbol)) for symbol in symbols]
    assert sorted(n for n in paths if n) == [2, 50]


def test_the_file_stands_by_itself() -> None:
    drawn = conflicts.picture(many(3))
    assert drawn.startswith("<svg ") and drawn.endswith("</svg>\n")
    assert 'role="img"' in drawn and 'aria-label="3 contested quantities"' in drawn
    assert "var(" not in drawn
    assert "#b83227" in drawn and "#0b66ad" in drawn, "the colours of Russia and Ukraine in the report"
    assert conflicts.picture(many(1)).count("1 contested quantity<") == 1
