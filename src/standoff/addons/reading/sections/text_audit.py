"""Audit of a text: annotated HTML file, and verdicts for the terminal."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from rich.console import Group, RenderableType
from rich.text import Text

from standoff.addons.reading.audit import KINDS, REASONS, WRONG
from standoff.report import assets, formatting, render
from standoff.report.content_policy import policy
from standoff.report.document import Heading

if TYPE_CHECKING:
    from collections.abc import Sequence

    from standoff.addons.reading.audit import AuditVerdict, TextAudit

WIDTH = 160  # characters of a quote; assumption
ORDER = {kind: i for i, kind in enumerate(["arithmetic", "contradicted", "near", "consistent", "not matched"])}
COLOURS = {"consistent": "green", "near": "yellow", "not matched": "dim"}


def page(audit: TextAudit, text: str) -> str:
    """Annotated HTML: statements marked by their worst verdict, with claims in the margin."""
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    template = environment.from_string(assets.read("annotated.html.j2"))
    notes = _notes(audit)
    return template.render(
        found=audit,
        notes=notes,
        pieces=_pieces(text, notes),
        kinds=KINDS,
        said=head(audit),
        reasons=REASONS,
        without=uncompared(audit),
        grouped=formatting.grouped,
        policy=policy(),
    )


def head(audit: TextAudit) -> str:
    """The outcome in two sentences: the verdicts, and how much of the text they cover."""
    parts = [f"{count} {kind}" for kind, count in sorted(audit.counts.items(), key=lambda item: ORDER[item[0]])]
    verdicts = (
        f"{formatting.counted(len(audit.verdicts), 'verdict')}: {', '.join(parts)}"
        if parts
        else "no statement of the text is about anything in the ledger"
    )
    covered = f"{audit.checked} of {formatting.counted(audit.sentences, 'sentence')} compared with a claim"
    return f"{verdicts}. {covered}, {audit.unread} not understood."


def _notes(audit: TextAudit) -> list[dict[str, Any]]:
    """Group verdicts by passage, numbered in the order of the text."""
    by: dict[tuple[int, int], list[AuditVerdict]] = defaultdict(list)
    for verdict in audit.verdicts:
        by[verdict.start, verdict.end].append(verdict)
    out = []
    for number, (start, end) in enumerate(sorted(by), start=1):
        verdicts = sorted(by[start, end], key=lambda verdict: ORDER[verdict.kind])
        out.append(
            {
                "number": number,
                "start": start,
                "end": end,
                "verdicts": verdicts,
                "kind": verdicts[0].kind,
                "wrong": any(v.kind in WRONG for v in verdicts),
            }
        )
    return out


def _pieces(text: str, notes: Sequence[dict[str, Any]]) -> list[list[tuple[str, dict[str, Any] | None]]]:
    """Split the text into paragraphs of plain and marked pieces; nested passages are merged."""
    pieces: list[tuple[str, dict[str, Any] | None]] = []
    at = 0
    for mark in notes:
        if mark["start"] < at:
            continue
        pieces += [(text[at : mark["start"]], None), (text[mark["start"] : mark["end"]], mark)]
        at = mark["end"]
    pieces.append((text[at:], None))
    paragraphs: list[list[tuple[str, dict[str, Any] | None]]] = [[]]
    for piece, note in pieces:
        if note is not None:
            paragraphs[-1].append((piece, note))
            continue
        for i, line in enumerate(piece.split("\n")):
            if i and paragraphs[-1]:
                paragraphs.append([])
            if line.strip():
                paragraphs[-1].append((line, None))
    return [paragraph for paragraph in paragraphs if paragraph]


def uncompared(audit: TextAudit) -> str:
    """ShownNumber of sentences without a verdict, by reason; empty where each has one."""
    count = len(audit.uncompared)
    reasons = ", ".join(f"{number} {reason}" for reason, number in audit.reasons.items())
    return f"{formatting.counted(count, 'sentence')} without a verdict: {reasons}" if count else ""


def terminal(audit: TextAudit, full: bool = False) -> RenderableType:
    """Verdicts with evidence, failed ones first; `full` adds the sentences without a verdict."""
    parts: list[RenderableType] = [
        Text(f"{audit.name} against {audit.case or 'a ledger'}", "bold"),
        Text(head(audit)),
        Text(f"undated statements are dated {audit.text_date}", "dim"),
    ]
    for title, chosen in (("Statements that disagree with the ledger", True), ("Other statements", False)):
        selected = [verdict for verdict in audit.verdicts if (verdict.kind in WRONG) == chosen]
        if selected:
            parts.append(render.terminal([Heading(title)]))
        for verdict in selected:
            parts += _verdict_lines(verdict)
    if audit.uncompared:
        parts.append(
            render.terminal([Heading("Sentences without a verdict")])
            if full
            else Text(f"{uncompared(audit)} (--full lists them)", "dim")
        )
    for one in audit.uncompared if full else ():
        parts += [
            Text.assemble((one.reason, "dim"), f"  “{formatting.shortened(one.quote, WIDTH)}”"),
            Text(f"    {REASONS[one.reason]}", "dim"),
        ]
    if audit.left_out:
        parts.append(
            Text(
                f"{formatting.counted(len(audit.left_out), 'claim')} of the ledger come from this text and were not used",
                "dim",
            )
        )
    return Group(*parts)


def _verdict_lines(verdict: AuditVerdict) -> list[RenderableType]:
    out: list[RenderableType] = [
        Text.assemble(
            (verdict.kind, COLOURS.get(verdict.kind, "bold red")),
            f"  “{formatting.shortened(verdict.quote, WIDTH)}”",
        ),
        Text(f"    {formatting.grouped(verdict.text)}"),
    ]
    if verdict.nearest:
        out.append(Text(f"    nearest quantities: {', '.join(verdict.nearest)}", "dim"))
    out += [
        Text(f"    {one.role}: {one.id} ({formatting.shortened(formatting.grouped(one.statement), WIDTH)})", "dim")
        for one in verdict.claims
    ]
    return [*out, Text()]
