"""Audit of a text: annotated HTML file, and verdicts for the terminal."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from rich.console import Group, RenderableType
from rich.text import Text

from standoff.addons.reading.audit import KINDS, REASONS, WRONG
from standoff.report import assets, formatting, render
from standoff.report.content_policy import policy
from standoff.report.document import Heading

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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
    out = []
    by_place = groupby(sorted(audit.verdicts, key=_place), _place)
    for number, ((start, end), group) in enumerate(by_place, start=1):
        verdicts = sorted(group, key=lambda verdict: ORDER[verdict.kind])
        about = {"kind": verdicts[0].kind, "wrong": any(v.kind in WRONG for v in verdicts)}
        out.append({"number": number, "start": start, "end": end, "verdicts": verdicts, **about})
    return out


def _place(verdict: AuditVerdict) -> tuple[int, int]:
    return verdict.start, verdict.end


def _pieces(text: str, notes: Sequence[dict[str, Any]]) -> list[list[tuple[str, dict[str, Any] | None]]]:
    """Split the text into paragraphs of plain and marked pieces; nested passages are merged."""
    paragraphs: list[list[tuple[str, dict[str, Any] | None]]] = [[]]
    at = 0
    for mark in (*notes, {"start": len(text), "end": len(text)}):
        if mark["start"] < at:
            continue
        first, *lines = text[at : mark["start"]].split("\n")
        paragraphs[-1].append((first, None))
        paragraphs += [[(line, None)] for line in lines]
        paragraphs[-1].append((text[mark["start"] : mark["end"]], mark if "number" in mark else None))
        at = mark["end"]
    return [told for one in paragraphs if (told := [(piece, note) for piece, note in one if note or piece.strip()])]


def uncompared(audit: TextAudit) -> str:
    """Number of sentences without a verdict, by reason; empty where each has one."""
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
        parts += [render.terminal([Heading(title)])] * bool(selected)
        parts += [Text.assemble(*line) for verdict in selected for line in _verdict_lines(verdict)]
    if audit.uncompared and full:
        parts.append(render.terminal([Heading("Sentences without a verdict")]))
        for one in audit.uncompared:
            parts.append(Text.assemble((one.reason, "dim"), _quoted(one.quote)))
            parts.append(Text(f"    {REASONS[one.reason]}", "dim"))
    elif audit.uncompared:
        parts.append(Text(f"{uncompared(audit)} (--full lists them)", "dim"))
    if audit.left_out:
        count = formatting.counted(len(audit.left_out), "claim")
        parts.append(Text(f"{count} of the ledger come from this text and were not used", "dim"))
    return Group(*parts)


def _verdict_lines(verdict: AuditVerdict) -> Iterator[list[str | tuple[str, str]]]:
    """Lines of a verdict, each of pieces with their styles."""
    yield [(verdict.kind, COLOURS.get(verdict.kind, "bold red")), _quoted(verdict.quote)]
    yield [f"    {formatting.grouped(verdict.text)}"]
    if verdict.nearest:
        yield [(f"    nearest quantities: {', '.join(verdict.nearest)}", "dim")]
    for one in verdict.claims:
        words = formatting.shortened(formatting.grouped(one.statement), WIDTH)
        yield [(f"    {one.role}: {one.id} ({words})", "dim")]
    yield [""]


def _quoted(quote: str) -> str:
    return f"  “{formatting.shortened(quote, WIDTH)}”"
