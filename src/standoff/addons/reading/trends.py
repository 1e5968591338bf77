"""Words of rise and fall around a number: a change, the level before it, the level after it."""

from __future__ import annotations

import re
from typing import Literal

from standoff.addons.reading.lexicon import any_of

Trend = Literal["up", "down", ""]

RISES = any_of(
    """r(?:ise|isen|ises|ising|ose) rais(?:e|es|ed|ing) increas\\w+ gr(?:ow|ows|ew|own) climb\\w* jump\\w* soar\\w* doubl\\w+
    tripl\\w+ put\\s+up surg\\w+ swell\\w* swollen"""
)
FALLS = any_of(
    """f(?:alls?|ell|allen|alling) declin\\w+ drop\\w* decreas\\w+ lower\\w* cuts? cutting reduc\\w+ shr[aiu]nk\\w*
    contract(?:ed|s) slash\\w* halv\\w+ plung\\w+ slid slump\\w* eas(?:ed|es)
    (?:brought|took|taken?|takes)\\s+(?:it\\s+)?down (?:came|gone|went)\\s+down"""
)
WORDS = r"(?:[\w$\u20ac\u00a3]+\s+){0,3}?"
BY = re.compile(rf"(?i)\b(?:{RISES}|{FALLS})\b[^,;]{{0,60}}?\bby\s+{WORDS}$")
FROM = re.compile(rf"(?i)\bfrom\s+{WORDS}$")
TO = re.compile(rf"(?i)\bto\s+(?:a\s+\w+\s+)?{WORDS}$")
TREND = re.compile(rf"(?i)\b(?:(?P<up>{RISES}|up)|(?P<down>{FALLS}|down))\b")


def is_change(text: str, start: int, number: int) -> bool:
    """Whether a number is the size of a change: `grew by 245 billion`."""
    return BY.search(text, start, number) is not None


def is_former(text: str, start: int, number: int) -> bool:
    """Whether a number is a level before a change: `down from 21 percent`."""
    return FROM.search(text, start, number) is not None and TREND.search(text, start, number) is not None


def trend(text: str, start: int, number: int) -> Trend:
    """Direction in which a level was reached: `cut its rate to 21 percent`."""
    if TO.search(text, start, number) is None:
        return ""
    words = list(TREND.finditer(text, start, number))
    return ("up" if words[-1].lastgroup == "up" else "down") if words else ""
