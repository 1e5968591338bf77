"""What opens or shuts the room for a deal, as a document."""

from __future__ import annotations

from standoff.analysis.bargaining import RoomForDeal
from standoff.report import formatting, title
from standoff.report.charts.war_end import ASSUMED
from standoff.report.document import Block, ShownNumber, remark, table


def blocks(room: RoomForDeal) -> list[Block]:
    """Document of the finding."""
    return [*title.blocks(room.origin), *body(room)]


def body(room: RoomForDeal, evidence: str = "") -> list[Block]:
    """The same without its title, for a section of the report.

    evidence: key of the panel behind its numbers
    """
    rows = [
        (name, *(ShownNumber(formatting.signed(100 * each, 1), evidence) for each in points))
        for name, points in room.parts.items()
    ]
    text = (
        f"If nothing else ended the war and all stayed as at {room.origin.as_of}, a deal within a year had a chance of "
        f"{formatting.percent(room.chance)}; if fighting on brought each side just what it holds, "
        f"{formatting.percent(room.even)}. Points between the two, by what each side believes; they add up, and a plus opens "
        f"the room; {ASSUMED}."
    )
    heads = (f"{side}:" for side in room.sides)
    return [table("part", *heads, rows=rows, caption="What opens or shuts the room for a deal"), remark(text)]
