"""Rows of reading for the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.text import Text

from standoff.report import words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from standoff.reading import Row

WIDTH = 150  # characters of a quote; assumption


def page(rows: Sequence[Row], name: str) -> RenderableType:
    """Each statement in the order of the text: its words, and below them what was found."""
    parts: list[RenderableType] = [Text(name, "bold"), Text()]
    for row in rows:
        quote = " ".join(row.quote.split())
        parts.append(Text(f"{row.start:>6}  {quote[:WIDTH]}{'...' if len(quote) > WIDTH else ''}"))
        parts += [Text(f"        {line}", "dim") for line in facts(row)]
    return Group(*parts, Text(), Text(f"{words.counted(len(rows), 'statement')}; `--json` gives every field", "dim"))


def facts(row: Row) -> list[str]:
    """What was found in a row, one line a kind."""
    out = [f"{row.speaker}{_codes(row.speaker_codes)}" + ("" if row.polarity == "positive" else f", {row.polarity}")]
    if row.comparator:
        when = f" at {row.as_of}" if row.as_of else ", undated"
        out.append(f"{row.subject or '?'} {row.quantity or 'number'}: {said(row)}{when}")
    out += [f"{event['kind']} {event['date']}: {event['name']}" for event in row.events]
    out += [
        f"{one['kind']}: {one['source']} > {one['target'] or '?'}{'' if one['polarity'] == 'positive' else ', denied'}"
        for one in row.relations
    ]
    out += [
        f"because: {' '.join(link['cause']['text'].split())[:60]} => {' '.join(link['effect']['text'].split())[:60]}"
        for link in row.causal
    ]
    if row.reason:
        of = f" of {row.reason['of']}" if row.reason["of"] else ""
        out.append(f"reason {row.reason['number']}{of} of {row.reason['actor']}")
    out += [f"{hedge['kind']}: {hedge['text']}" for hedge in row.hedges]
    return out


def said(row: Row) -> str:
    """The number in words."""
    unit = f" {row.unit}" if row.unit else ""
    if row.low is not None and row.high is not None:
        return f"{row.low:,.10g} to {row.high:,.10g}{unit}"
    word = "" if row.comparator == "exact" else row.comparator.replace("_", " ") + " "
    return f"{word}{row.value:,.10g}{unit}"


def _codes(codes: Sequence[str]) -> str:
    return f" ({', '.join(codes)})" if codes else ""
