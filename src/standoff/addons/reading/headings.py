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
MARKED = re.compile(r"#{1,6}\s")
UNDERLINED = re.compile(r"[^\n]*\n[ \t]{0,3}(?:={3,}|-{3,})[ \t\r]*")
STOP = re.compile(r"[.!?:;,\u2026\u3002]+[\"'\u201d\u2019)\]]*$")
ITEM = re.compile(r"[-*\u2022\u2013]\s|\(?\d{1,2}[.)]\s")


def find(text: str, spans: Sequence[Span]) -> set[Span]:
    """The sentences of a text, as spans in order, that are headings."""
    out = {one for one in spans if _is_marked(text, one)}
    rest = [one for one in spans if one not in out]
    if spans and rest[:1] == list(spans[:1]) and len(rest) > 1 and _is_headline(text, *rest[:2]):
        out.add(rest[0])
    return out


def _is_marked(text: str, one: Span) -> bool:
    if MARKED.match(text, one.start, one.end):
        line = text.rfind("\n", 0, one.start) + 1
        return not text[line : one.start].strip()
    return UNDERLINED.fullmatch(text, one.start, one.end) is not None


def _is_headline(text: str, first: Span, second: Span) -> bool:
    """Whether a first line has no stop, and the sentence after it, on another line, has one."""
    if "\n" not in text[first.end : second.start] or first.end - first.start > LONGEST:
        return False
    line = text[first.start : first.end]
    bare = "\n" not in line and not STOP.search(line) and not ITEM.match(line)
    return bare and STOP.search(text[second.start : second.end]) is not None
