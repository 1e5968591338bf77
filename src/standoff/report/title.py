"""Title of a document: the case, its settings, and what differs from the base case."""

from __future__ import annotations

from standoff.analysis.finding import Provenance
from standoff.report import answer_text
from standoff.report.document import Block, Heading, Notice, Paragraph


def blocks(origin: Provenance, *more: str) -> list[Block]:
    """The title; `more` follows the settings on their line."""
    out: list[Block] = [
        Heading(origin.title, 1),
        Paragraph(" · ".join([*answer_text.origin(origin), *more]), soft=True),
    ]
    moved = answer_text.notice(origin)
    return [*out, Notice(moved)] if moved else out
