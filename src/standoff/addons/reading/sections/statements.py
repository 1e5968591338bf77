"""Extracted statements as blocks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from standoff.addons.reading.draft_claims import in_readable_size
from standoff.ledger import Claim
from standoff.report.document import BulletList, Heading, Paragraph, remark
from standoff.report.formatting import counted, grouped, shortened

if TYPE_CHECKING:
    from collections.abc import Sequence

    from standoff.addons.reading.statement import Statement
from standoff.report.document import Block

WIDTH = 150  # characters of a quote; assumption


def blocks(rows: Sequence[Statement], name: str) -> list[Block]:
    """Statements in the order of the text, each with its extracted facts."""
    out: list[Block] = [Heading(name, 1)]
    for row in rows:
        out += [Paragraph(f"{row.start}  {shortened(row.quote, WIDTH)}"), BulletList(facts(row))]
    return [*out, remark(f"{counted(len(rows), 'statement')}; `--json` gives every field")]


def facts(row: Statement) -> list[str]:
    """Extracted facts of a statement, one line per kind."""
    codes = f" ({', '.join(row.speaker_codes)})" * bool(row.speaker_codes)
    out = [f"{row.speaker}{codes}" + f", {row.polarity}" * (row.polarity != "positive")]
    if row.comparator:
        number = grouped(Claim.model_construct(**in_readable_size(row)).statement)
        when = f" at {row.as_of}" if row.as_of else ", undated"
        out.append(f"{row.subject or '?'} {row.quantity or 'number'}: {number}{when}")
    if row.doubts:
        out.append(f"to check: {', '.join(row.doubts)}")
    if row.reason:
        of = f" of {row.reason['of']}" if row.reason["of"] else ""
        out.append(f"reason {row.reason['number']}{of} of {row.reason['actor']}")
    return out
