"""No-break spaces between a number and its sign, where a reader's program breaks lines."""

from __future__ import annotations

import re

from standoff.hidden_characters import visible

SPACE = "\u00a0"
PLACE = re.compile(r"(?<=\d) (?=%)|(?<=±) (?=[\d<])|(?<=[ (][<>]) (?=\d)|(?<=&[lg]t;) (?=\d)")
CODE = re.compile(r"(?s)(<(script|style)\b.*?</\2>)")  #: parts of a page in which a space is no text


def text(words: str) -> str:
    """A text in which `8.1 %`, `< 1` and `± 0.4` stay on one line."""
    return PLACE.sub(SPACE, words)


def html(page: str) -> str:
    """A page of HTML with the same, hidden characters as escapes, and its scripts as they are."""
    parts = CODE.split(page)  # text, element, name of the element, text, ...
    return "".join(part if n % 3 == 1 else text(visible(part)) for n, part in enumerate(parts) if n % 3 < 2)
