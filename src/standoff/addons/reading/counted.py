"""Units of counted nouns: measures, people by a few nouns, and everything else an item."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from standoff import units
from standoff.addons.reading.lexicon import each

if TYPE_CHECKING:
    from standoff.addons.reading.numbers import NumberMention
    from standoff.addons.reading.sentences import Place

PEOPLE = each(
    """soldier troop serviceman servicemen personnel man men woman women people person civilian casualty casualties fighter
    mercenary mercenaries volunteer recruit conscript reservist refugee prisoner militant dead death fatality fatalities worker
    child children resident citizen officer sailor pilot killed wounded detainee hostage migrant member
    marine diplomat rebel insurgent agent spy spies guard police protester victim instructor adviser"""
)
NO_UNIT = each(
    """level share unit point round ratio utility quarter time month year week day minute hour second decade century
    reason page step goal degree kind type way part night inch foot litre yard kg kilogram mile metre meter"""
)
ANY_UNIT = each("losses loss others")  #: of people or things
POWER = re.compile(r"(?i)\b(square|cubic)\s+$")
LENGTH = re.compile(r"(kilo)?met(?:er|re)s?|(k)m")
LASTS = each("day days week weeks month months year years")
STOCK = re.compile(r"(?i)\b(?:last|lasts|lasted|stock|stocks|stockpile|reserves?|suppl\w+|enough|worth|cover)\b")


def noun_unit(text: str, number: NumberMention, noun: Place | None) -> str:
    """The unit that a counted noun gives: a measure, `person` or `item`; empty without one."""
    if noun is None:
        return ""
    word = text[slice(*noun)].casefold()
    single = word.removesuffix("s")
    if length := LENGTH.fullmatch(word):
        power, kilo = POWER.search(text, number.end, noun[0]), "k" if any(length.groups()) else ""
        size = {"square": "2", "cubic": "3"}[power.group(1).lower()] if power else ""
        return f"{kilo}m{size}" if kilo or size else ""
    if word == "times":  # `crossed the line 3,615 times`
        return "item"
    if word in LASTS:
        return single if STOCK.search(text, max(0, number.begins - 90), noun[1] + 40) else ""
    if word in PEOPLE or single in PEOPLE:
        return "person"
    if {word, single, word.removesuffix("es")} & (NO_UNIT | ANY_UNIT) or not word.isalpha():
        return ""
    single = "tonne" if single == "ton" else single
    return single if single in (*units.BASE, *units.DERIVED) else "item"
