"""Quotations of a text, as spans from mark to mark."""

from __future__ import annotations

import bisect
import re
from typing import TYPE_CHECKING

from standoff.reading.sentences import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MARK = re.compile(r"\"|[\u201c\u201d]|''|\n[ \t\r]*\n\s*")
OPENS = " \t\r\n([\u2014\u2013-/:"  #: what may stand before an opening mark


def find(text: str, start: int = 0, end: int | None = None) -> list[Span]:
    """The quotations in order; one that is not closed ends with its paragraph."""
    return list(_spans(text, start, len(text) if end is None else end))


def around(quotes: Sequence[Span], span: Span) -> list[Span]:
    """The quotations that share words with a span; `quotes` are in order."""
    first = bisect.bisect_right(quotes, span.start, key=lambda quote: quote.end)
    last = bisect.bisect_left(quotes, span.end, key=lambda quote: quote.start)
    return list(quotes[first:last])


def inside(quotes: Sequence[Span], index: int) -> bool:
    """Whether a place is within a quotation."""
    return any(quote.start < index < quote.end for quote in quotes)


def _spans(text: str, start: int, end: int) -> Iterator[Span]:
    opened = -1
    for match in MARK.finditer(text, start, end):
        mark, at = match.group(), match.start()
        if mark[0] == "\n":
            if opened >= 0:
                yield Span(opened, at)
            opened = -1
        elif mark != "\u201d" and (_opens(text, match) or (mark == "\u201c" and opened < 0)):
            opened = at if opened < 0 else opened
        elif opened >= 0:
            yield Span(opened, match.end())
            opened = -1
    if opened >= 0:
        yield Span(opened, end)


def _opens(text: str, match: re.Match[str]) -> bool:
    """Whether a straight mark opens: space before, and none behind."""
    before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
    return (not before or before in OPENS) and bool(after) and not after.isspace()
