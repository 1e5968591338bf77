"""Quotations of a text, as spans from mark to mark.

A single mark quotes only as one of a pair: it opens after a gap and before a word, and closes behind a stop, before one, or,
where the letter before it is no `s` of a possessive, before a gap.
"""

from __future__ import annotations

import bisect
import re
from typing import TYPE_CHECKING

from standoff.addons.reading.sentences import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

PARAGRAPH = re.compile(r"\n[ \t\r]*\n")
MARK = re.compile(r"\"|[\u201c\u201d]|''|\n[ \t\r]*\n\s*")
SINGLE = re.compile(
    r"(?:(?<=[\s(\[\u2014\u2013:])|\A)['\u2018]"
    r"(?!['\u2018\s]|(?:em|til|tis|twas|cause|bout|round|n)\b|\d\ds\b|\d\d\b(?!['\u2019,.]))(?=[\w$\u20ac\u00a3\u2026\[])"
)  #: an opening single mark, no apostrophe of `'em` or `'90s`
SHUT = re.compile(r"(?<=\S)['\u2019](?!\w)")  #: what may close it
STOPS = ",.?!\u2026\u2014"
BEYOND = re.compile(r"[,.;:?!)\]\u2014\u2013]|\Z|\n")  #: what follows a quotation that ends without a stop
OPENS = " \t\r\n([\u2014\u2013-/:"  #: what may stand before an opening mark


def find(text: str) -> list[Span]:
    """The quotations in order; one that is not closed ends with its paragraph."""
    double = list(_double(text))
    single = [one for one in _single(text) if not inside(around(double, one), one.start)]
    return sorted([*single, *(one for one in double if not inside(around(single, one), one.start))])


def around(quotes: Sequence[Span], span: Span) -> list[Span]:
    """The quotations that share words with a span; `quotes` are in order."""
    first = bisect.bisect_right(quotes, span.start, key=lambda quote: quote.end)
    last = bisect.bisect_left(quotes, span.end, key=lambda quote: quote.start)
    return list(quotes[first:last])


def inside(quotes: Sequence[Span], index: int) -> bool:
    """Whether a place is within a quotation."""
    return any(quote.start < index < quote.end for quote in quotes)


def _single(text: str) -> Iterator[Span]:
    """Pairs of single marks, each closed before the next that opens and within its paragraph."""
    opening = list(SINGLE.finditer(text))
    for i, one in enumerate(opening):
        limit = opening[i + 1].start() if i + 1 < len(opening) else len(text)
        gap = PARAGRAPH.search(text, one.end(), limit)
        if (last := _closing(text, one.end(), gap.start() if gap else limit)) > 0:
            yield Span(one.start(), last)


def _closing(text: str, start: int, limit: int) -> int:
    """End of a quotation in single marks; 0 where nothing closes it."""
    doubtful = 0
    for match in SHUT.finditer(text, start + 1, limit):
        before = text[match.start() - 1]
        if before in STOPS or BEYOND.match(text, match.end()):
            return match.end()
        if before not in "sS'":
            return match.end()
        doubtful = doubtful or match.end()
    return doubtful


def _double(text: str) -> Iterator[Span]:
    opened = -1
    for match in MARK.finditer(text):
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
        yield Span(opened, len(text))


def _opens(text: str, match: re.Match[str]) -> bool:
    """Whether a straight mark opens: space before, and none behind."""
    before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
    return (not before or before in OPENS) and bool(after) and not after.isspace()
