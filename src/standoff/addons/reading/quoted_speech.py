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
NAME = re.compile(
    r"(?s).{1,32}(?<![,.?!\u2026\u2014][\"\u201d'\u2019])\s+[a-z]"
)  #: in marks and part of its sentence: `"Goliath" sank`; longer ones (assumption) are what somebody said
CLOSES = "\"\u201d'"  #: the last character of a quotation that is closed


def carry(text: str, sentences: Sequence[Span], sayings: Sequence[list[Saying]], quotes: Sequence[Span]) -> None:
    """Add to `sayings`, by sentence, the speakers of parts of quotations that have none.

    A quotation has the speaker of any of its sentences. One that begins a sentence and has no speaker has that of the
    sentence before in its paragraph, of a sentence before that ends in a colon, or of a quotation before that was left open.
    """
    end = 0  # of the quotation before
    for quote in quotes:
        first = bisect.bisect_right(sentences, quote.start, key=lambda one: one.end)
        parts = sayings[first : bisect.bisect_left(sentences, quote.end, key=lambda one: one.start)]
        own = [one for part in parts for one in part if one.start < quote.end and quote.start < one.end]
        begins = parts and first and not parts[0] and not WORD.search(text, sentences[first].start, quote.start)
        if begins and not own and not NAME.fullmatch(text, quote.start, quote.end + 2):
            last = sentences[first - 1].end
            gap = text[last - 1 : quote.start]
            if "\n" not in gap or gap[0] == ":" or (end >= last and gap[0] not in CLOSES):
                own = sayings[first - 1]
        own = [one for one in own if one.polarity != "unconfirmed"]
        for part in parts:
            part[:0] = [replace(one, start=quote.start, end=quote.end, polarity="positive") for one in own[-1:]]
        end = quote.end
