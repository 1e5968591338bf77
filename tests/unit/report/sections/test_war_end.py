"""What opens or shuts the room for a deal, in words."""

from __future__ import annotations

from standoff.analysis.bargaining import RoomForDeal
from standoff.report.charts.war_end import ASSUMED
from standoff.report.document import ShownNumber, TableBlock, flat
from standoff.report.sections import war_end
from tests.unit.report.plain import finding_with, row, written


def found() -> RoomForDeal:
    parts = {"its losses": (0.034, -0.1262)}
    return finding_with(RoomForDeal, sides=("Redland", "Bluland"), even=0.2, chance=0.08, parts=parts)


def test_points_stand_by_part_and_side_with_what_is_assumed() -> None:
    text = written(war_end.blocks(found()))
    assert row(text, "its losses") == ["its losses", "+3.4", "−12.6"]
    assert ASSUMED in text.replace("\n", " ") and "8 %" in text and "20 %" in text


def test_each_number_of_the_report_leads_to_the_evidence_of_its_answer() -> None:
    (table,) = (block for block in flat(war_end.body(found(), "answer-ends")) if isinstance(block, TableBlock))
    assert table.rows[0][1:] == [ShownNumber("+3.4", "answer-ends"), ShownNumber("−12.6", "answer-ends")]
