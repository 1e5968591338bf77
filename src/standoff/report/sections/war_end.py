"""What opens or shuts the room for a deal, as a document."""

from __future__ import annotations

from standoff.analysis.bargaining import RoomForDeal
from standoff.report import formatting, title
from standoff.report.charts.war_end import ASSUMED
from standoff.report.document import Block, Heading, Paragraph, remark, table

HEAD = "What opens or shuts the room for a deal"
NOTE = (
    "Points of that chance, means over futures still at war; they add up. A plus opens the room. Each part is what a side "
    "would take more or less in a deal for it, by its own beliefs"
)


def blocks(found: RoomForDeal) -> list[Block]:
    """Document of the finding."""
    return [*title.blocks(found.origin), Heading(HEAD), *body(found)]


def body(found: RoomForDeal) -> list[Block]:
    """The same without headings, for a section of the report."""
    sides = list(dict.fromkeys(item.side for item in found.parts))
    points = {(item.part, item.side): formatting.signed(100 * item.points, 1) for item in found.parts}
    names = dict.fromkeys(item.part for item in found.parts)
    rows = [(name, *(points[name, side] for side in sides)) for name in names]
    even, chance, room = map(formatting.percent, (found.even, found.chance, found.room))
    text = (
        f"At {found.date} some terms are better for both than to fight on in {room} of futures. If nothing else ended the war "
        f"and all stayed as it is, a deal within a year had a chance of {chance}; if to fight on brought each side just what "
        f"it holds, {even}."
    )
    return [
        Paragraph(text),
        table("part", *(f"{side}:" for side in sides), rows=rows, caption=HEAD),
        remark(f"{NOTE}; {ASSUMED}."),
    ]
