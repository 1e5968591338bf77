"""Audit of a text as blocks: what disagrees first, then everything in the order of the text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from standoff.addons.reading.audit import KINDS, REASONS, WRONG
from standoff.report.document import BulletList, Heading, Paragraph, Strong, given, remark, table_part
from standoff.report.formatting import counted, grouped, shortened

if TYPE_CHECKING:
    from collections.abc import Iterator

    from standoff.addons.reading.audit import AuditVerdict, TextAudit
    from standoff.report.document import Block

WIDTH = 160  # characters of a quote; assumption


def head(audit: TextAudit) -> str:
    """The outcome in two sentences: the verdicts, and how much of the text they cover."""
    parts = [f"{count} {kind}" for kind, count in audit.counts.items()]
    verdicts = (
        f"{counted(len(audit.verdicts), 'verdict')}: {', '.join(parts)}"
        if parts
        else "no statement of the text is about anything in the ledger"
    )
    covered = f"{audit.checked} of {counted(audit.sentences, 'sentence')} compared with a claim"
    return f"{verdicts}. {covered}, {audit.unread} not understood."


def blocks(audit: TextAudit, full: bool = True) -> list[Block]:
    """Verdicts with evidence, failed ones first; `full` adds the sentences without a verdict."""
    out: list[Block] = [
        Heading(f"{audit.name} against {audit.case or 'a ledger'}", 1),
        Paragraph(head(audit)),
        remark(f"undated statements are dated {audit.text_date}"),
    ]
    for title, chosen in (("Statements that disagree with the ledger", True), ("Other statements", False)):
        selected = [verdict for verdict in audit.verdicts if (verdict.kind in WRONG) == chosen]
        out += [*given(selected, Heading(title)), *(block for verdict in selected for block in _verdict(verdict))]
    reasons = ", ".join(f"{number} {reason}" for reason, number in audit.reasons.items())
    without = f"{counted(len(audit.uncompared), 'sentence')} without a verdict: {reasons}"
    if full:
        rows = [(one.reason, shortened(one.quote, WIDTH), REASONS[one.reason]) for one in audit.uncompared]
        out += table_part("Sentences without a verdict", ("reason", "words", "what it means"), rows, without)
        out += table_part("Kinds of verdicts", ("kind", "what it means"), [*KINDS.items()])
    else:
        out += given(audit.uncompared, remark(f"{without} (--full lists them)"))
    claims = counted(len(audit.left_out), "claim")
    return [*out, *given(audit.left_out, remark(f"{claims} of the ledger come from this text and were not used"))]


def _verdict(verdict: AuditVerdict) -> Iterator[Block]:
    """A verdict: the words, what is said of them, and the claims."""
    yield Paragraph((Strong(verdict.kind), f"  \u201c{shortened(verdict.quote, WIDTH)}\u201d"))
    yield Paragraph(grouped(verdict.text))
    if verdict.nearest:
        yield remark(f"nearest quantities: {', '.join(verdict.nearest)}")
    points = [
        f"{one.role}: {one.speaker} ({one.side}), {one.as_of}: {shortened(grouped(one.statement), WIDTH)} `{one.id}`"
        for one in verdict.claims
    ]
    yield from given(points, BulletList(points))
