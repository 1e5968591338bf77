"""Title of a document: the case, its settings, and what differs from the base case."""

from __future__ import annotations

from standoff.analysis.finding import Provenance
from standoff.report import answer_text
from standoff.report.document import Block, Heading, Notice, given, remark


def blocks(origin: Provenance, *more: str) -> list[Block]:
    """The title; `more` follows the settings on their line."""
    moved = answer_text.notice(origin)
    return [
        Heading(origin.title, 1),
        remark(" · ".join([*answer_text.origin(origin), *more])),
        *given(moved, Notice(moved)),
    ]
