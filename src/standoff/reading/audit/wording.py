"""Words around a number that give it another meaning than a level: a change, a former level, a removal, another owner."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from standoff.reading import actors, dates, numbers
from standoff.reading.sentences import Span

if TYPE_CHECKING:
    from collections.abc import Iterable

    from standoff.reading.actors import Mention
    from standoff.reading.numbers import NumberMention
    from standoff.reading.statement import Statement

Trend = Literal["up", "down", ""]

RISES = r"r(?:ise|isen|ises|ising|ose)|rais(?:e|es|ed|ing)|increas\w+|gr(?:ow|ows|ew|own)|climb\w*|jump\w*|soar\w*|doubl\w+|tripl\w+|put\s+up|surg\w+|swell\w*|swollen"
FALLS = (
    r"f(?:all|alls|ell|allen|alling)|declin\w+|drop\w*|decreas\w+|lower\w*|cut|cuts|cutting|reduc\w+|shr[aiu]nk\w*|contract(?:ed|s)"
    r"|slash\w*|halv\w+|plung\w+|slid|slump\w*|brought\s+down|took\s+down|take[ns]?\s+down|eas(?:ed|es)"
)
QUALIFIER = r"(?:[\w$\u20ac\u00a3]+\s+){0,3}?"
BY = re.compile(rf"(?i)\b(?:{RISES}|{FALLS})\b[^,;]{{0,60}}?\bby\s+{QUALIFIER}$")
FROM = re.compile(rf"(?i)\bfrom\s+{QUALIFIER}$")
TREND = re.compile(rf"(?i)\b(?:(?P<up>{RISES}|up)|(?P<down>{FALLS}|down))\b")
TO = re.compile(rf"(?i)\bto\s+(?:a\s+\w+\s+)?{QUALIFIER}$")
CHANGES = frozenset({"change", "growth", "rise", "fall", "inflation", "added", "drop", "increase"})
PRICES = re.compile(r"(?i)\bprices\b")
REMOVED = re.compile(
    r"(?i)\b(?:(?:ha[ds]|have)\s+left\b(?!\s+(?:in|over|unused)\b)|withdr[ae]w\w*|lift(?:s|ed|ing)?|pulled\s+out|repeal\w*|"
    r"cancel\w*|scrapp\w+|revok\w+|went\s+home|returned\s+home|dropped)\b"
)
LEAVING = frozenset({"left", "withdrawn", "withdrawal", "leave", "lifted", "returned", "ended"})
OPPOSITE = {
    "by": re.compile(r"(?i)\b(?:on|against|upon)\s+(?:the\s+)?$"),
    "to": re.compile(r"(?i)\bfrom\s+(?:the\s+)?$"),
    "from": re.compile(r"(?i)\bto\s+(?:the\s+)?$"),
}
OWNER_NEAR = 20  # assumption: characters between a number and the owner's name in its noun phrase


def place(row: Statement) -> NumberMention | None:
    """The number of a statement in its own words."""
    return _place(row.quote, row.value, row.low, row.high)


@lru_cache(maxsize=1024)
def _place(quote: str, value: float | None, low: float | None, high: float | None) -> NumberMention | None:
    whole = Span(0, len(quote))
    taken = [Span(one.start, one.end) for one in dates.find(quote, whole)]
    found = numbers.find(quote, whole, taken)
    return next((one for one in found if (one.value, one.low, one.high) == (value, low, high)), None)


def is_change(row: Statement) -> bool:
    """Whether a number is the size of a change: `grew by 245 billion`."""
    one = place(row)
    return one is not None and BY.search(row.quote, 0, one.begins) is not None


def is_former(row: Statement) -> bool:
    """Whether a number is a level before a change: `down from 21 percent`."""
    one = place(row)
    if one is None or one.low is not None or TREND.search(row.sentence) is None:
        return False
    return FROM.search(row.quote, 0, one.begins) is not None


def trend(row: Statement) -> Trend:
    """Direction in which a level was reached: `cut its rate to 21 percent`."""
    one = place(row)
    if one is None or TO.search(row.quote, 0, one.begins) is None:
        return ""
    found = list(TREND.finditer(row.quote, 0, one.begins))
    return ("up" if found[-1].lastgroup == "up" else "down") if found else ""


def excludes(row: Statement, name: str) -> bool:
    """Whether the words around a number keep it from a quantity: a change from a level, a removal from a count."""
    parts = set(name.split("_"))
    if is_former(row):
        return True
    if is_change(row) and (not parts & CHANGES or ("inflation" in parts and not PRICES.search(row.quote))):
        return True
    return REMOVED.search(row.quote) is not None and row.unit != "%" and not parts & LEAVING


def is_reversed(row: Statement, name: str, mentions: Iterable[Mention]) -> bool:
    """Whether an actor in the name of a quantity stands on the other side: `tariffs on America` for `tariff_by_usa`."""
    text = row.sentence
    for side, opposite in OPPOSITE.items():
        code = re.search(rf"_{side}_([a-z]{{3,4}})$", name)
        if code is None:
            continue
        own = [m for m in mentions if m.code.split(".")[0].lower() == code.group(1)]
        if own and all(opposite.search(text, 0, m.start) for m in own):
            return True
    return False


def is_owned(row: Statement) -> bool:
    """Whether the noun that a number counts names its owner: `617,000 Ukrainian soldiers`."""
    one = place(row)
    if one is None:
        return False
    return any(
        one.end <= m.start < one.end + OWNER_NEAR and m.kind in {"demonym", "public"} and m.code == row.subject
        for m in actors.find(row.quote, actors.words(row.quote, 0, len(row.quote)))
    )
