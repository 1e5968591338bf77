"""Unit and quantity of a number in a text.

The noun after the number gives the unit; words near it give the event, such as a loss. Names are those used by the
cases of the catalogue (`personnel_losses`, `fighters_killed`, `sanctions_in_force`, `aid_total`).
"""

from __future__ import annotations

import re
from typing import NamedTuple

from standoff.addons.reading import numbers
from standoff.addons.reading import quantity_words as words
from standoff.addons.reading.quantity_words import COUNTED, NOT_COUNTED, UNIT_OF

__all__ = ["COUNTED", "NOT_COUNTED", "UNIT_OF", "CountedUnit", "counted"]


class CountedUnit(NamedTuple):
    """Unit and quantity of a number."""

    unit: str
    quantity: str
    noun: str
    end: int  #: end of the noun


def counted(text: str, start: int, end: int, clause_start: int, clause_end: int, unit: str) -> CountedUnit:
    """Unit and quantity of the number at `start:end`; `unit` is its currency or %.

    The unit is empty where no noun gives one.
    """
    before, after = text[clause_start:start], text[end:clause_end]
    noun, noun_end = ("", end)
    if not unit and (area := words.SQUARE.match(after)):
        return CountedUnit("km^2", "territory", area.group().strip(), end + area.end())
    if not unit and (volume := words.CUBIC.match(after)):
        name = "gas" if words.GAS.search(text, clause_start, clause_end) else "volume"
        return CountedUnit("km^3", name, volume.group().strip(), end + volume.end())
    if not unit and (model := words.MODEL.match(after)):
        noun = model.group("model")
        return CountedUnit(
            "item", _things("jets" if noun[0] in "FJ" else "items", before[-70:], after), noun, end + model.end()
        )
    if (
        not unit
        and (time := words.LASTING.match(after))
        and _lasts(before, after[time.end() :], text[clause_start:clause_end])
    ):
        return CountedUnit(time.group("unit").lower(), "stock", time.group("unit"), end + time.end())
    if not unit or unit == "%":
        noun, noun_end = _noun(after, end)
    result = unit or UNIT_OF.get(noun.lower(), "")
    if noun.lower() in NOT_COUNTED:
        return CountedUnit(result, "", noun, noun_end)
    if not result and noun:
        result = "item" if noun.lower().endswith("s") and noun.lower() not in NOT_COUNTED else ""
    if not result and (things := HARDWARE_LOST.search(before)):
        return CountedUnit("item", _things(things.group(1).lower(), "losses", ""), things.group(1), noun_end)
    if not result and (back := _subject_noun(before)):
        result, noun = UNIT_OF[back], back
    return CountedUnit(
        result, _quantity(result, noun.lower(), before, after, text[clause_start:clause_end]), noun, noun_end
    )


HARDWARE_LOST = re.compile(
    rf"(?i)\b({'|'.join(sorted(words.HARDWARE, key=len, reverse=True))})s?\s+loss(?:es)?\b[^,;]{{0,24}}$"
)  #: `tank losses at 3,200`
OF_WHOLE = re.compile(
    rf"(?i)\s+(?:out\s+)?of\s+(?:(?:the|its|their|his|our|all|some|about|nearly|a\s+total\s+of)\s+)*(?:{numbers.DIGITS})(?=\s)"
)  #: `22 of the 25 drones`
WHOLE = re.compile(
    rf"(?i)(?:{numbers.DIGITS}|\b(?:{numbers.NAMES}))\s+(?:out\s+)?of\s+(?:(?:the|its|their|his|our|all|some|about|nearly|a\s+total\s+of)\s+)*$"
)  #: before the whole of which a number is a part
PASSIVE = re.compile(r"(?i)\s+(?:(?!that\b|which\b|who\b)[a-z-]+\s+){0,3}(?:was|were|been|are|is)\s")
MODEL = re.compile(r"(?:\b[A-Z][a-z]+|\bof|\d) \d$")


def _lasts(before: str, after: str, clause: str) -> bool:
    """Whether a time is how long a stock lasts: `gas for 11 days`, `11 days of gas`."""
    has_stock = words.STOCK.search(clause) is not None
    return has_stock and (words.LASTS.search(before) is not None or words.WORTH.match(after) is not None)


def _noun(after: str, end: int) -> tuple[str, int]:
    """The noun after a number: a known one, else the last word of the phrase."""
    if part := OF_WHOLE.match(after):
        after, end = after[part.end() :], end + part.end()
    last, last_end = plural = "", end
    before = ""
    for count, match in enumerate(words.TOKEN.finditer(after[:90])):
        word = match.group()
        lower, before = word.lower(), f"{before[-12:]} {word}"
        if count < 8 and MODEL.search(before):  # `14 Leopard 2 tanks`, `18 of 25 drones`
            continue
        if count > 6 or not word[0].isalpha():
            break
        if lower in {"of", "or", "more", "so", "the", "its", "plus", "than", "by"} and count < 4 and not last:
            continue
        if lower in UNIT_OF:
            return word, end + match.end()
        if lower in NOT_COUNTED:
            return word, end + match.end()
        if lower in words.STOP or lower.endswith("ly"):
            break
        last, last_end = word, end + match.end()
        if lower.endswith("s"):
            plural = (last, last_end)
    return plural if plural[0] else (last, last_end)


def _subject_noun(before: str) -> str:
    """`losses reached 500,000`: the noun before the number."""
    for match in reversed(list(words.TOKEN.finditer(before[-110:]))):
        lower = match.group().lower()
        if (
            lower in UNIT_OF
            and UNIT_OF[lower] in {"person", "sanction", "shell", "item"}
            and lower not in {"killed", "men", "forces", "others"}
        ):
            return lower
    return ""


def _quantity(unit: str, noun: str, before: str, after: str, clause: str) -> str:
    if unit in {"person", "item", "shell"} and WHOLE.search(before):
        before, after = "", "" if PASSIVE.match(after) else words.GONE.split(after)[0]
    near = before[-70:] + " # " + after[:80]
    if unit == "person":
        return _people(noun, near, clause, after)
    if unit == "sanction":
        fresh = words.FRESH.search(near)
        return "sanctions_added" if fresh else "sanctions_in_force"
    if unit in {"item", "shell", *words.MEASURES}:
        return _things(noun, before[-70:], after[:80])
    if unit == "%":
        return next((name for pattern, name in words.SHARES if pattern.search(clause)), "share")
    if unit and unit.isupper():
        return next((name for pattern, name in words.MONEY if pattern.search(clause)), "money")
    return ""


def _people(noun: str, near: str, clause: str, after: str) -> str:
    fate = "killed" if words.DEAD.search(near) else ""
    hurt = words.HURT.search(near)
    if words.FOREIGN.search(near) or noun.startswith("mercenar"):
        if fate and not (words.STAYING.search(near) and not words.DEAD.search(near)):
            return "fighters_killed"
        if words.ARRIVED.search(near):
            return "fighters_arrived"
        if words.LEFT.search(near):
            return "fighters_left"
        return "fighters_remaining"
    for pattern, name in words.PERSONNEL:
        if pattern.search(near):
            if name == "civilians":
                lost = fate or hurt or words.LOST.search(near)
                one = "civilians_killed" if fate and not hurt else "civilians_injured" if hurt and not fate else ""
                return one or ("civilian_casualties" if lost else "civilians")
            return name
    if fate and hurt:
        first = after[:60]
        both = words.BOTH.search(near)
        if both:
            return "personnel_losses"
        return "personnel_wounded" if words.HURT.search(first) and not words.DEAD.search(first) else "personnel_killed"
    if fate:
        return "personnel_killed"
    if hurt:
        return "personnel_wounded"
    if words.LOST.search(near):
        return "personnel_losses"
    return next((name for pattern, name in words.FORCE if pattern.search(clause)), "personnel")


def _things(noun: str, before: str, after: str) -> str:
    name = words.HARDWARE.get(noun.removesuffix("s"), words.HARDWARE.get(noun, noun.replace("-", "_")))
    if event := _event(before, after):
        return f"{name}_{event}"
    return re.sub(r"[^a-z0-9_]", "", name) if name.isascii() else "items"


def _event(before: str, after: str) -> str:
    """Event of things: by a passive after them, else the last verb before, else the first after."""
    passive = PASSIVE.match(after)
    later = _verbs(after)
    if passive and later and later[0][0] >= passive.end() - 1:
        return later[0][1]
    verbs = _verbs(before)
    return verbs[-1][1] if verbs else later[0][1] if later else ""


def _verbs(text: str) -> list[tuple[int, str]]:
    """The events that words name, in order."""
    return sorted((match.start(), name) for name, pattern in words.EVENTS.items() for match in pattern.finditer(text))
