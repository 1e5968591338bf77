"""Fractions in words: `a third of`, `two fifths of`, `half the`, `nine in ten`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from standoff.addons.reading.number_words import SMALL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from standoff.addons.reading.sentences import Span

TH = ["half", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"]
PARTS = {word: count for count, word in enumerate(TH, 2)} | {"halves": 2, "quarter": 4}
COUNT = "|".join(word for word, number in SMALL.items() if 1 <= number <= 20)
PART = "|".join(sorted((word for word in PARTS if word != "half"), key=len, reverse=True))
FRACTION = re.compile(
    rf"(?i)\b(?:(?P<count>an?|{COUNT})[\s-]+(?P<part>{PART}|half)s?\s+of\b(?!\s+(?:a|an|one)\s)"
    rf"|(?<!first\s)(?<!second\s)(?<!last\s)(?<!other\s)(?<!latter\s)(?<!and\sa\s)(?P<half>half)\s+(?:of\s+)?"
    rf"(?=(?:the|its|their|his|our|all|[A-Z]\w+['\u2019]s)\b)(?!the\s+(?:time|day|night|year|century|way))"
    rf"|(?P<some>{COUNT})\s+(?:in|out\s+of)\s+(?:every\s+)?(?P<all>{COUNT})\b(?!\s+(?:days?|weeks?|months?|years?|hours?|of)\b))"
)


class Fraction(NamedTuple):
    """A fraction and its place."""

    start: int
    end: int
    percent: float


def find(text: str, sentence: Span, taken: Sequence[Span]) -> list[Fraction]:
    """The fractions of a sentence, outside the spans of its dates."""
    out = []
    for match in FRACTION.finditer(text, sentence.start, sentence.end):
        share = _share(match)
        if 0 < share < 1 and not any(match.start() < end and match.end() > start for start, end in taken):
            end = match.end("part" if match.group("part") else "half" if match.group("half") else "all")
            out.append(Fraction(match.start(), end, float(f"{100 * share:.4g}")))
    return out


def _share(match: re.Match[str]) -> float:
    if match.group("half"):
        return 0.5
    if match.group("all"):
        return SMALL[match.group("some").lower()] / SMALL[match.group("all").lower()]
    count = match.group("count").lower()
    return SMALL.get(count, 1) / PARTS[match.group("part").lower()]
