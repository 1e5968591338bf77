"""Speakers of the sentences of a quotation, named in one of them or before it."""

from __future__ import annotations

import bisect
import re
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from standoff.addons.reading.sentences import Span
    from standoff.addons.reading.speakers import Saying

WORD = re.compile(r"\w")
NAMES = re.compile(
    r"(?<![,.?!\u2026\u2014][\"\u201d'\u2019])\s+[a-z]"
)  #: behind a quotation that is part of its sentence: `"Goliath" sank`
NAME_LENGTH = 32  # assumption: characters of a name or term in quotation marks; longer ones are what somebody said
CLOSES = "\"\u201d'"  #: the last character of a quotation that is closed


def carry(text: str, sentences: Sequence[Span], sayings: Sequence[list[Saying]], quotes: Sequence[Span]) -> None:
    """Add to `sayings`, by sentence, the speakers of parts of quotations that have none.

    A quotation has the speaker of any of its sentences. One that begins a sentence and has no speaker has that of the
    sentence before in its paragraph, of a sentence before that ends in a colon, or of a quotation before that was left open.
    """
    last, before = None, None
    for quote in quotes:
        first = bisect.bisect_right(sentences, quote.start, key=lambda one: one.end)
        parts = range(first, bisect.bisect_left(sentences, quote.end, key=lambda one: one.start))
        pieces = [(i, max(quote.start, sentences[i].start), min(quote.end, sentences[i].end)) for i in parts]
        own = next((one for piece in reversed(pieces) if (one := _covering(sayings, *piece))), None)
        if own is None and pieces and WORD.search(text, sentences[first].start, quote.start) is None:
            own = _preceding(text, sentences, sayings, first, quote, last, before)
        for i, start, end in pieces:
            if own is not None and not _covering(sayings, i, start, end):
                sayings[i].insert(0, replace(own, start=start, end=end, polarity="positive"))
        last, before = own, quote


def _covering(sayings: Sequence[Sequence[Saying]], i: int, start: int, end: int) -> Saying | None:
    """The statement that covers a part of a quotation."""
    inside = (one for one in reversed(sayings[i]) if one.start < end and start < one.end)
    return next((one for one in inside if one.polarity != "unconfirmed"), None)


def _preceding(
    text: str,
    sentences: Sequence[Span],
    sayings: Sequence[list[Saying]],
    first: int,
    quote: Span,
    last: Saying | None,
    before: Span | None,
) -> Saying | None:
    """The speaker that goes on in a quotation without words of attribution."""
    named = quote.end - quote.start <= NAME_LENGTH and NAMES.match(text, quote.end, sentences[first].end) is not None
    if first == 0 or sayings[first] or named:
        return None
    gap = text[sentences[first - 1].end - 1 : quote.start]
    if "\n" not in gap or gap[0] == ":":  # a paragraph may begin with every line
        return next((one for one in reversed(sayings[first - 1]) if one.polarity == "positive"), None)
    goes_on = before is not None and text[before.end - 1] not in CLOSES and not text[before.end : quote.start].strip()
    return last if goes_on else None
