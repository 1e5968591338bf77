"""Numbers in words."""

from __future__ import annotations

import re
from functools import lru_cache

from standoff.units import MAGNITUDES

SMALL = {
    "zero": 0,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
    "thirteen": 13,
    "fourteen": 14,
    "fifteen": 15,
    "sixteen": 16,
    "seventeen": 17,
    "eighteen": 18,
    "nineteen": 19,
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
}
SCALES = {
    **MAGNITUDES,
    "dozen": 12.0,
    "mln": 1e6,
    "bln": 1e9,
    "tn": 1e12,
    "m": 1e6,
    "b": 1e9,
    "lakh": 1e5,
    "crore": 1e7,
}


@lru_cache(maxsize=4096)
def spell(phrase: str) -> float | None:
    """The value of number words, or None: `two hundred and fifty thousand` is 250000."""
    words = re.split(r"[\s-]+", phrase.lower())
    total, current, observed = 0.0, 0.0, False
    for word in words:
        if word in {"and", ""}:
            continue
        if word in {"a", "an"}:
            current = current or 1.0
        elif word == "half":
            current = 0.5
        elif word in SMALL:
            current += SMALL[word]
            observed = True
        elif word in SCALES:
            observed = True
            scale = SCALES[word]
            if scale <= 100:
                current = (current or 1.0) * scale
            else:
                total += (current or 1.0) * scale
                current = 0.0
        else:
            return None
    return total + current if observed else None
