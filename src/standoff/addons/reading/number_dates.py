"""The date of a number in a sentence with several dates."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from standoff.addons.reading import trends

if TYPE_CHECKING:
    from collections.abc import Sequence

    from standoff.addons.reading.dates import DateMention
    from standoff.addons.reading.numbers import NumberMention
    from standoff.addons.reading.sentences import Span

NEAR = 40  # assumption: characters between a number and the date behind it
BEHIND = re.compile(r"(?i)(?:\s+[a-z-]+){0,4}?\s+(?:in|on|by|at|for|during)\s+(?:the\s+)?")  #: `9.4 percent in June`
NOW = re.compile(r"\s+(?:now\s+)?")  #: `2 percent today`
ASIDE = re.compile(
    r",\s+(?:who|which|whose|whom|where|when|formed|founded|set\s+up|created)\b(?:[^,]|(?<=\d),(?=\d))*(?:,\s|$)"
)
BETWEEN = re.compile(r"\d|[,;:]|\b(?:and|from|to|who|which|that)\b")


def choose(text: str, span: Span, index: int, when: Sequence[DateMention], number: NumberMention | None) -> str | None:
    """The date of a statement at `index` among those of its clause.

    Empty if the statement has none, None if that is open.
    """
    if number is not None:
        if own := _attached(text, number, when):
            return own.value
        if trends.is_former(text, span.start, number.begins):
            return ""
        when = _beside(text, span, number, when)
    best = min(when, key=lambda d: (d.role != "as_of", abs(d.start - index)), default=None)
    return best.value if best is not None else None


def _attached(text: str, number: NumberMention, when: Sequence[DateMention]) -> DateMention | None:
    """The date that stands behind a number, with nothing but its noun between."""
    for date in when:
        gap = text[number.end : date.start]
        if not 0 < len(gap) <= NEAR or date.start < number.end or BETWEEN.search(gap):
            continue
        if BEHIND.fullmatch(gap) or (date.form == "relative" and NOW.fullmatch(gap)):
            return date
    return None


def _beside(text: str, span: Span, number: NumberMention, when: Sequence[DateMention]) -> list[DateMention]:
    """Dates without those of another aside: `X, who took over in 2024, lost 30`."""
    asides = [m.span() for m in ASIDE.finditer(text, span.start, span.end)]
    apart = [(a, b) for a, b in asides if not a <= number.start < b]
    return [date for date in when if not any(a <= date.start < b for a, b in apart)]
