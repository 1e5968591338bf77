"""Sanity checks in reports: the findings that are shown, and how many are not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from standoff.analysis.sanity import SanityFinding, titles
from standoff.report import formatting
from standoff.report.document import Block, BulletList, Content, Fold, Heading, Note, OnPage, Paragraph, Strong

SHOWN = 5  # assumption: a reader of a terminal acts upon no more
NOTE = "What to look at before believing an answer: found by rule in the run, with its number and what to do about it."
CLEAN = "Nothing found."


def blocks(findings: Sequence[SanityFinding], source: str = "") -> list[Block]:
    """The first findings of a document, and how many more there are."""
    out: list[Block] = [
        Heading(f"Sanity checks{f' of {source}' if source else ''}"),
        Paragraph(NOTE if findings else CLEAN, soft=True),
    ]
    if findings:
        out.append(BulletList(tuple(map(sentence, findings[:SHOWN]))))
    if more := rest(findings):
        others = Fold(more, (BulletList(tuple(map(sentence, findings[SHOWN:]))),), level=0)
        out.append(OnPage((others,), (Paragraph(f"{more}: `--json` lists all", soft=True),)))
    return out


def sentence(finding: SanityFinding) -> Content:
    """A finding with its title, its path as a note, and what to do."""
    return (
        Strong(f"{title(finding)}."),
        f" {statement(finding)}.",
        Note(finding.subject),
        f" {formatting.capital(finding.fix)}.",
    )


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
