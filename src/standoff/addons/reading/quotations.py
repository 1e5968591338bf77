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
    from collections.abc import Sequence

PARAGRAPH = r"\n[ \t\r]*\n"
DOUBLE = r"(?:\"|\u201c|'')"
OPENS = rf"(?<![^ \t\r\n(\[\u2014\u2013/:-]){DOUBLE}(?=\S)"  #: a double mark that opens: space before, and none behind
SINGLE = (
    r"(?:(?<=[\s(\[\u2014\u2013:])|\A)['\u2018]"
    r"(?!['\u2018\s]|(?:em|til|tis|twas|cause|bout|round|n)\b|\d\ds\b|\d\d\b(?!['\u2019,.]))(?=[\w$\u20ac\u00a3\u2026\[])"
)  #: an opening single mark, no apostrophe of `'em` or `'90s`
SHUT = r"(?<=\S)['\u2019](?!\w)"  #: what may close it
SURE = rf"(?:(?<=[,.?!\u2026\u2014]){SHUT}|{SHUT}(?=[,.;:?!)\]\u2014\u2013]|\Z|\n)|(?<=[^sS']){SHUT})"  # no possessive
WITHIN = rf"(?:(?!{SINGLE}|{PARAGRAPH}).){{1,2000}}?"  # assumption: characters of the longest quotation in single marks
QUOTATION = re.compile(
    rf"(?s:(?:{OPENS}|\u201c).*?(?:\u201d|(?!{OPENS}){DOUBLE}|(?={PARAGRAPH})|\Z)|{SINGLE}(?:{WITHIN}{SURE}|{WITHIN}{SHUT}))"
)


def find(text: str) -> list[Span]:
    """The quotations in order; one that is not closed ends with its paragraph."""
    return [Span(*match.span()) for match in QUOTATION.finditer(text)]


def around(quotes: Sequence[Span], span: Span) -> list[Span]:
    """The quotations that share words with a span; `quotes` are in order."""
    first = bisect.bisect_right(quotes, span.start, key=lambda quote: quote.end)
    last = bisect.bisect_left(quotes, span.end, key=lambda quote: quote.start)
    return list(quotes[first:last])


def inside(quotes: Sequence[Span], index: int) -> bool:
    """Whether a place is within a quotation."""
    return any(quote.start < index < quote.end for quote in quotes)
