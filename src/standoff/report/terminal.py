"""Title lines of findings that are written for the terminal alone."""

from __future__ import annotations

from rich.console import RenderableType

from standoff.analysis.finding import Provenance
from standoff.inference.fit.records import FitProvenance
from standoff.report import answer_text, render, title
from standoff.report.document import Notice, Paragraph


def head(origin: Provenance) -> RenderableType:
    """Title of a finding: the case, its settings, and what differs from the base case."""
    return render.terminal([*title.blocks(origin), Paragraph("")])


def notice(origin: Provenance | FitProvenance) -> list[RenderableType]:
    """The line on what differs from the base case, if anything does."""
    text = answer_text.notice(origin)
    return [render.terminal([Notice(text)])] if text else []
