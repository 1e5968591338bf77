"""Sanity checks in reports: the findings that are shown, and how many are not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from standoff.analysis.sanity import SanityFinding, titles
from standoff.report import formatting
from standoff.report.document import Block, BulletList, Content, Fold, Heading, Note, OnPage, Strong, given, remark

SHOWN = 5  # assumption: a reader of a terminal acts upon no more
NOTE = "What to look at before believing an answer: found by rule in the run, with its number and what to do about it."
CLEAN = "Nothing found."


def blocks(findings: Sequence[SanityFinding], source: str = "") -> list[Block]:
    """The first findings of a document, and how many more there are."""
    more = rest(findings)
    others = Fold(more, (BulletList([*map(sentence, findings[SHOWN:])]),), level=0)
    return [
        Heading(f"Sanity checks{f' of {source}' if source else ''}"),
        remark(NOTE if findings else CLEAN),
        *given(findings, BulletList([*map(sentence, findings[:SHOWN])])),
        *given(more, OnPage((others,), (remark(f"{more}: `--json` lists all"),))),
    ]


def sentence(finding: SanityFinding) -> Content:
    """What is wrong; where, and what was found there; what to do."""
    return (
        Strong(f"{title(finding)}."),
        f" {finding.label}: {finding.text}.",
        Note(finding.subject),
        f" {formatting.capital(finding.fix)}.",
    )


def title(finding: SanityFinding) -> str:
    """What is wrong, in a few words."""
    return formatting.capital(titles()[finding.check])


def rest(findings: Sequence[SanityFinding], shown: int = SHOWN) -> str:
    """How many findings of each check are not shown; empty if all are."""
    counts = Counter(titles()[item.check] for item in findings[shown:])
    listed = ", ".join(f"{count} of “{name}”" for name, count in counts.items())
    return f"{sum(counts.values())} more ({listed})" if counts else ""
