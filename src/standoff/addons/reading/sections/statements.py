"""Extracted statements for the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.text import Text

from standoff.report import formatting

if TYPE_CHECKING:
    from collections.abc import Sequence

    from standoff.addons.reading.statement import Statement

WIDTH = 150  # characters of a quote; assumption


def page(rows: Sequence[Statement], name: str) -> RenderableType:
    """Statements in the order of the text, each with its extracted facts."""
    parts: list[RenderableType] = [Text(name, "bold"), Text()]
    for row in rows:
        parts.append(Text(f"{row.start:>6}  {formatting.shortened(row.quote, WIDTH)}"))
        parts += [Text(f"        {line}", "dim") for line in facts(row)]
    return Group(
        *parts, Text(), Text(f"{formatting.counted(len(rows), 'statement')}; `--json` gives every field", "dim")
    )


def facts(row: Statement) -> list[str]:
    """Extracted facts of a statement, one line per kind."""
    out = [f"{row.speaker}{_codes(row.speaker_codes)}" + ("" if row.polarity == "positive" else f", {row.polarity}")]
    if row.comparator:
        when = f" at {row.as_of}" if row.as_of else ", undated"
        out.append(f"{row.subject or '?'} {row.quantity or 'number'}: {number_text(row)}{when}")
    if row.doubts:
        out.append(f"to check: {', '.join(row.doubts)}")
    if row.reason:
        of = f" of {row.reason['of']}" if row.reason["of"] else ""
        out.append(f"reason {row.reason['number']}{of} of {row.reason['actor']}")
    return out


def number_text(row: Statement) -> str:
    """The number in words."""
    unit = f" {row.unit}" * bool(row.unit) + f" a {row.per}" * bool(row.per)
    if row.low is not None and row.high is not None:
        return f"{_written(row.low)} to {_written(row.high)}{unit}"
    word = "" if row.comparator == "exact" else row.comparator.replace("_", " ") + " "
    return word + ("" if row.value is None else _written(row.value)) + unit


def _written(number: float) -> str:
    """A number without an exponent: in full, from a billion on with the word for it."""
    scale, word = next((item for item in formatting.SCALES if abs(number) >= max(item[0], 1e9)), (1.0, ""))
    return f"{number / scale:,.10g} {word}".rstrip()


def _codes(codes: Sequence[str]) -> str:
    return f" ({', '.join(codes)})" if codes else ""
