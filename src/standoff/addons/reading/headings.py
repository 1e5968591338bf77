"""Headings of a text, which state nothing: lines of Markdown, and a headline above the text.

`# Kyiv (UKR)`, a line above `=====`, and a first line without a stop above a sentence with one are headings.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from standoff.addons.reading.sentences import Span

MARKED = re.compile(r"#{1,6}\s|[^\n]*\n[ \t]{0,3}(?:={3,}|-{3,})[ \t\r]*\Z")
ITEM = r"[-*\u2022\u2013]\s|\(?\d{1,2}[.)]\s"
CLOSING = r"[\"'\u201d\u2019)\]]*\Z"
STOP = re.compile(r"[.!?:;,\u2026\u3002]" + CLOSING)
HEADLINE = re.compile(
    rf"(?!{ITEM}).{{0,199}}[^.!?:;,\u2026\u3002\"'\u201d\u2019)\]]{CLOSING}"
)  # assumption: a headline is no longer than this


def find(text: str, spans: Sequence[Span]) -> set[Span]:
    """The sentences of a text, as spans in order, that are headings."""
    out = {span for span in spans if MARKED.match(text, *span)}
    begins = len(spans) > 1 and HEADLINE.match(text, *spans[0]) and STOP.search(text, *spans[1])
    if begins and out.isdisjoint(spans[:2]):
        out.add(spans[0])  # a headline: a first line without a stop, above a sentence with one
    return out
