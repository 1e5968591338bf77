"""Claims of a ledger as lines and as CSV, their conflicts as a table, and missing groups."""

from __future__ import annotations

import csv as csv_format
import io
import re
from collections.abc import Sequence

from standoff.analysis.grouping_checks import MissingGroup
from standoff.errors import RunError
from standoff.ledger import Ledger
from standoff.ledger.conflicts import Conflict
from standoff.ledger.ledger import COLUMNS
from standoff.report.document import Block, Paragraph, table
from standoff.report.formatting import counted, shortened

SHOWN, SHORT = 12, 90  # conflicts, and letters of each; assumption: what fits on a screen
FORMULA = re.compile(r"^\s*[=+\-@＝＋－＠]|^[\t\r\n]")  # text that a spreadsheet may run, by OWASP's rule for CSV
NUMBER = re.compile(r"\s*[+-]?[\d.,]*\d\s*")


def lines(ledger: Ledger) -> list[str]:
    """Two lines for each claim, and their number."""
    out = []
    for claim in ledger:
        about = f"{claim.subject} {claim.quantity}".rstrip()  # a claim in words has no quantity
        out.append(f"{claim.as_of}  {about}: {claim.statement}")
        out.append(f"    {claim.speaker} ({claim.side}), {claim.published}  {claim.id}")
    return [*out, counted(len(ledger), "claim")]


def conflicts(every: Sequence[Conflict], full: bool = False) -> list[Block]:
    """A table of conflicts, and their number; of many, unless `full`, the largest ones in short."""
    full = full or len(every) <= SHOWN
    shown = every if full else sorted(every, key=lambda item: -(item.spread or 0.0))[:SHOWN]
    rows = [
        (
            conflict.subject,
            conflict.quantity,
            conflict.kind,
            "-" if conflict.spread is None else f"x {conflict.spread:.2f}",
            conflict.text if full else shortened(conflict.text.split(": ", 2)[-1], SHORT),
        )
        for conflict in shown
    ]
    heads = ("subject", "quantity", "kind", "ratio:", "difference")
    rest = "" if len(rows) == len(every) else f", the {len(rows)} largest shown (--full shows all in full)"
    return [table(*heads, rows=rows), Paragraph(f"{counted(len(every), 'conflict')}{rest}")]


def missing_groups(gaps: Sequence[MissingGroup]) -> list[str]:
    """Two lines for each pair of claims that belong into one group, and their number."""
    out = []
    for gap in gaps:
        out += [gap.text, f"    {gap.claims[0]}  {gap.claims[1]}"]
    return [*out, counted(len(gaps), "missing group")]


def csv(ledger: Ledger) -> str:
    """One CSV row per claim; an apostrophe precedes texts that look like formulas."""
    if not len(ledger):
        raise RunError("no claim passes the filters", fix="leave out a filter")
    stream = io.StringIO()
    writer = csv_format.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([_cell(value) for value in row.values()] for row in ledger.rows())
    return stream.getvalue()


def _cell(value: object) -> object:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return " ".join(map(str, value))
    if isinstance(value, int | float):
        return value
    text = "" if value is None else str(value)
    return text if NUMBER.fullmatch(text) else FORMULA.sub(r"'\g<0>", text, count=1)
