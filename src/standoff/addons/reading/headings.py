"""Headings of a text, which state nothing: lines of Markdown, and a headline above the text.

`# Kyiv (UKR)`, a line above `=====`, and a first line without a stop above a sentence with one are headings.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from standoff.addons.reading.sentences import Span

LONGEST = 200  # assumption: a headline is shorter than this
MARKED = re.compile(r"#{1,6}\s|[^\n]*\n[ \t]{0,3}(?:={3,}|-{3,})[ \t\r]*\Z")
STOP = re.compile(r"[.!?:;,\u2026\u3002]+[\"'\u201d\u2019)\]]*$")
ITEM = re.compile(r"[-*\u2022\u2013]\s|\(?\d{1,2}[.)]\s")


def find(text: str, spans: Sequence[Span]) -> set[Span]:
    """The sentences of a text, as spans in order, that are headings."""
    words = [text[slice(*one)] for one in spans]
    out = {one for one, told in zip(spans, words, strict=True) if MARKED.match(told)}
    first, second = (*words, "", "")[:2]
    bare = len(first) <= LONGEST and not STOP.search(first) and not ITEM.match(first) and not out & {*spans[:2]}
    if bare and STOP.search(second) and "\n" in text[spans[0].end : spans[1].start]:
        out.add(spans[0])  # a headline: a first line without a stop, above a sentence with one
    return out
