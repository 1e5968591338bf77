"""The panel of decisions as a document: decisions and beginnings, tables, what was lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from standoff.report.document import Heading, Notice, Paragraph, table
from standoff.report.formatting import MINUS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from standoff.addons.history.summary import PanelSummary
    from standoff.report.document import Block

ARENAS = {"government": "government", "rebels": "rebels", "interstate": "state against state"}
NOTE = (
    "A year each, without side-years in which a mission or coalition helps. A government is one side in all its internal "
    "wars. Decisions are those of states that did not help in the side's last year; end, %: of those that did. Likely helpers "
    "are great powers, neighbours and states within 950 km, allies and rivals of a party, and those that helped either side in "
    "its last year."
)


def blocks(summary: PanelSummary) -> list[Block]:
    """Document of a panel."""
    others = [use for use in summary.tables if not use.verified]
    out: list[Block] = [
        Heading(f"Decisions about the wars of others, {summary.first_year} to {summary.last_year}", 1),
        Paragraph(
            f"{summary.decisions:,} decisions: each of {summary.states} states, in each year, about each side of a war of "
            f"others ({summary.side_years:,} side-years). {summary.helps:,} times a state helped, and "
            f"{summary.beginnings:,} times it began to. In {summary.mission_side_years:,} side-years a mission or coalition "
            f"helped, with {summary.mission_beginnings:,} of the beginnings."
        ),
    ]
    if others:
        names = ", ".join(use.file for use in others)
        out.append(
            Notice(f"Another edition than that of the shipped coefficients: {names}. Counts may differ a little.")
        )
    return [
        *out,
        Heading("Decisions of single states"),
        table(
            "side",
            "years",
            "side-years:",
            "decisions:",
            "begin:",
            "begin, %:",
            "likely, %:",
            "end, %:",
            rows=list(_counts(summary)),
        ),
        Paragraph(NOTE, soft=True),
        Heading("Tables"),
        table(
            "table",
            "publisher",
            "licence",
            "edition",
            "rows:",
            "until:",
            "carried:",
            rows=[
                (
                    use.title,
                    use.publisher,
                    use.licence,
                    "verified" if use.verified else "other",
                    f"{use.rows:,}",
                    str(use.last_year),
                    f"{use.carried:,}" if use.carried else "",
                )
                for use in summary.tables
            ],
        ),
        Paragraph("carried: decisions for which the last year of the table stands in for a later one", soft=True),
        Heading("What was lost"),
        table("of", "lost", "count:", rows=list(_losses(summary))),
    ]


def _counts(summary: PanelSummary) -> Iterator[tuple[str, ...]]:
    before = ""
    for count in summary.counts:
        if not count.side_years:
            continue
        name = ARENAS[count.arena]
        yield (
            "" if name == before else name,
            f"{count.first_year}–{count.last_year}",
            f"{count.side_years:,}",
            f"{count.decisions:,}",
            f"{count.beginnings:,}",
            _percent(count.begins, 2),
            _percent(count.likely_begins, 2),
            _percent(count.ends, 0),
        )
        before = name


def _losses(summary: PanelSummary) -> Iterator[tuple[str, str, str]]:
    for step in summary.account:
        yield step.title, "", f"{step.total:,}"
        for reason, count in step.lost.items():
            if count:
                yield "", reason, f"{MINUS}{count:,}"
        yield "", f"= {step.outcome}", f"{step.remaining:,}"


def _percent(share: float | None, decimals: int) -> str:
    return "" if share is None else f"{100 * share:.{decimals}f}"
