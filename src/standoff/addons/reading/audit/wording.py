"""Words around a number by which it is no level: a change, a former level, a removal."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from standoff.addons.reading import actors, dates, numbers, trends
from standoff.addons.reading.sentences import Span

if TYPE_CHECKING:
    from collections.abc import Iterable

    from standoff.addons.reading.actors import Mention
    from standoff.addons.reading.numbers import NumberMention
    from standoff.addons.reading.statement import Statement
    from standoff.addons.reading.trends import Trend

CHANGES = frozenset({"change", "growth", "rise", "fall", "inflation", "added", "drop", "increase"})
PRICES = re.compile(r"(?i)\bprices\b")
REMOVED = re.compile(
    r"(?i)\b(?:(?:ha[ds]|have)\s+left\b(?!\s+(?:in|over|unused)\b)|withdr[ae]w\w*|lift(?:s|ed|ing)?|pulled\s+out|repeal\w*|"
    r"cancel\w*|scrapp\w+|revok\w+|went\s+home|returned\s+home)\b"
)
LEAVING = frozenset(
    {"refugees", "displaced", "departures", "left", "withdrawn", "withdrawal", "leave", "lifted", "returned", "ended"}
)
OPPOSITE = {
    "by": re.compile(r"(?i)\b(?:on|against|upon)\s+(?:the\s+)?$"),
    "to": re.compile(r"(?i)\bfrom\s+(?:the\s+)?$"),
    "from": re.compile(r"(?i)\bto\s+(?:the\s+)?$"),
}
OWNER_NEAR = 20  # assumption: characters between a number and the owner's name in its noun phrase


def place(row: Statement) -> NumberMention | None:
    """The number of a statement in its own words."""
    return _place(row.quote, row.value, row.low, row.high)


def numbers_in(text: str) -> list[NumberMention]:
    """The numbers of a text outside its dates."""
    whole = Span(0, len(text))
    return numbers.find(text, whole, [Span(one.start, one.end) for one in dates.find(text, whole)])


@lru_cache(maxsize=1024)
def _place(quote: str, value: float | None, low: float | None, high: float | None) -> NumberMention | None:
    return next((one for one in numbers_in(quote) if (one.value, one.low, one.high) == (value, low, high)), None)


def trend(row: Statement) -> Trend:
    """Direction in which the level of a statement was reached."""
    one = place(row)
    return trends.trend(row.quote, 0, one.begins) if one is not None else ""


def excludes(row: Statement, name: str) -> bool:
    """Whether words keep a number from a quantity: a change from a level, or a removal."""
    parts, one = set(name.split("_")), place(row)
    if one is not None and one.low is None and trends.is_former(row.quote, 0, one.begins):
        return True
    level = not parts & CHANGES or ("inflation" in parts and not PRICES.search(row.quote))
    if one is not None and level and trends.is_change(row.quote, 0, one.begins):
        return True
    return REMOVED.search(row.quote) is not None and row.unit != "%" and not parts & LEAVING


def is_reversed(row: Statement, name: str, mentions: Iterable[Mention]) -> bool:
    """Whether an actor stands on the other side: `tariffs on America` for `tariff_by_usa`."""
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
        for m in actors.mentions(row.quote)
    )
