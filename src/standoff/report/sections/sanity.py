"""Sanity checks in reports: the findings that are shown, and how many are not."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from standoff.analysis.sanity import titles
from standoff.report import formatting
from standoff.report.document import BulletList, Content, Heading, Paragraph, noted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from standoff.analysis.sanity import SanityFinding
    from standoff.report.document import Block

SHOWN = 5  # assumption: a reader of a terminal acts upon no more
NOTE = "What to look at before believing an answer: found by rule in the run, with its number and what to do about it."
CLEAN = "Nothing found."


def blocks(findings: Sequence[SanityFinding]) -> list[Block]:
    """The findings of a document."""
    out: list[Block] = [Heading("Sanity checks"), Paragraph(NOTE if findings else CLEAN, soft=True)]
    return out + ([BulletList(tuple(sentence(item) for item in findings))] if findings else [])


def sentence(finding: SanityFinding) -> Content:
    """A finding with its title and what to do; its path as a note."""
    return noted(f"{title(finding)}. {statement(finding)}. {formatting.capital(finding.fix)}.", finding.subject)


def statement(finding: SanityFinding) -> str:
    """The parameter, stock, choice or question in words, and what was found there."""
    return f"{finding.label}: {finding.text}"


def title(finding: SanityFinding) -> str:
    """What is wrong, in a few words."""
    return formatting.capital(titles()[finding.check])


def rest(findings: Sequence[SanityFinding], shown: int = SHOWN) -> str:
    """How many findings of each check are not shown; empty if all are."""
    counts = Counter(titles()[item.check] for item in findings[shown:])
    listed = ", ".join(f"{count} of “{name}”" for name, count in counts.items())
    return f"{sum(counts.values())} more ({listed})" if counts else ""
