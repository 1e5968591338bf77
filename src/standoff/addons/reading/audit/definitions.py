"""Quantities of a ledger that a sentence is about, whatever words it uses.

A quantity such as `crude_imports_from_rus` is meant where the sentence has each part of its name in some sense: a word for
crude, a word for imports, and Russia. Parts that set a period (`in_month`, `per_day`) or a kind (`forecast`) must be in
the sentence too, and a sentence that counts by day is not about a total. Of several the most specific is meant.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from standoff.addons.reading import actors, quantity_words
from standoff.addons.reading.audit import periods, wording
from standoff.addons.reading.audit.passages import actor, passage
from standoff.addons.reading.audit.senses import senses
from standoff.addons.reading.lexicon import each
from standoff.dates import PartialDate

if TYPE_CHECKING:
    from collections.abc import Iterable

    from standoff.addons.reading.audit.passages import Passage
    from standoff.addons.reading.statement import Statement

FILLERS = each(
    """in of for the from with by to on at that a an and or than total number count around could nominal zone current dollars
    exact public few last most first through"""
)
VAGUE = each(
    "number item items share public_share money personnel packages tonnes tons barrels votes nations countries states"
)  #: names that reading gives to anything
GENERIC = each(
    """personnel troops sent deployed delivered fired production armed forces strength in level rate total border"""
)  #: parts of reading's own names that a ledger may leave out
PEOPLE = re.compile(
    r"(?i)\b(?:people|persons?|civilians?|residents|citizens|police|recruits|workers|children|others)\b"
)
FORCES = re.compile(
    r"(?i)\b(?:troops?|soldiers?|men|army|forces?|servicem[ae]n|strength|fighters?|military|divisions?)\b"
)
FRESH = re.compile(r"(?i)\b(?:packages?\s+of|\w+\s+package|additional|another|further|extra|new|fresh)\b")
ADDED = each("package packages added new additional")  #: parts of names of what is added
AID_KINDS = ("military", "humanitarian", "financial", "economic")
TRADE = each("exports imports trade")
PARTNER = re.compile(r"(?i)\b(?:to|from|with)\s+(?:the\s+)?$")
PIECE = re.compile(r"(?i)[,;:]\s|\s(?:and|but|while|whereas)\s")
PERIODS = {
    "month": re.compile(r"(?i)\bmonth"),
    "year": re.compile(r"(?i)\byear|\bannual"),
    "day": re.compile(r"(?i)\b(?:a|per|each|every)\s+day|daily"),
}
FORECAST = re.compile(r"(?i)\b(?:forecast|expect\w*|predict\w*|estimate\w*|project\w*|will|would|could|might)\b")
PLACES = each("in at near around outside for")
PLACED = re.compile(r"\b(?P<at>in|at|near|around|outside|of|for)\s+(?:the\s+)?(?P<name>[A-Z][\w-]+)")
FALLING = re.compile(
    r"(?i)\b(?:shr[aiu]nk\w*|contract(?:ed|s|ing)|fell|falls?|fallen|declin\w+|dropp?\w*|decreas\w+|lower)\b"
)
SIGNED = ("_growth", "_change")


def meant(row: Statement, content: Passage, names: Iterable[str], unit: str) -> list[str]:
    """Names of quantities that a statement is about, the most specific."""
    pool = frozenset(s for term in content.terms for s in term.senses)
    pool |= {s for term in content.terms if term.kind == "actor" for word in term.text.split() for s in senses(word)}
    if unit == "person" and not (PEOPLE.search(row.quote) and not FORCES.search(row.quote)):
        pool |= senses("troops") | senses("personnel")
    if unit == "%":
        pool |= senses("share")
    own = [senses(part) for part in row.quantity.split("_") if part not in GENERIC | VAGUE]
    added = FRESH.search(row.quote) is not None
    size = {}
    for name in names:
        parts = [part for part in name.split("_") if part not in FILLERS]
        wanted = all(any(one & senses(part) for part in parts) for one in own) if row.quantity not in VAGUE else True
        fresh = not added or any(part in ADDED for part in parts)
        if parts and wanted and fresh and _covers(row, parts, name, pool, set(content.actors)):
            size[name] = sum(part not in PERIODS for part in parts)
    best = _beside(row, [name for name, count in size.items() if count == max(size.values())])
    return [name for name in best if name.startswith(row.quantity)] if row.quantity in best else best


def _beside(row: Statement, names: list[str]) -> list[str]:
    """Of several names, those whose own words stand in the part of the sentence with the number."""
    one = wording.place(row) if len(names) > 1 else None
    if one is None:
        return names
    start = max((m.end() for m in PIECE.finditer(row.quote, 0, one.start)), default=0)
    end = PIECE.search(row.quote, one.end)
    piece = passage(row.quote[start : end.start() if end else len(row.quote)])
    pool = frozenset(s for term in piece.terms for s in term.senses) | frozenset(piece.actors)
    shared = set.intersection(*(set(name.split("_")) for name in names))
    own = {name: set(name.split("_")) - shared - FILLERS - set(PERIODS) for name in names}
    near = [name for name in names if all(actor(part) in pool or senses(part) & pool for part in own[name])]
    return near or names


def is_addition(row: Statement) -> bool:
    """Whether a number is of a part, such as one package, and not of a total."""
    return FRESH.search(row.quote) is not None


def _covers(row: Statement, parts: list[str], name: str, pool: frozenset[str], named: set[str]) -> bool:
    if periods.is_by_period(row) and "per" not in name.split("_") and not name.endswith("_in_month"):
        return False
    return all(_covered(row, part, pool, named) for part in parts if part != "per")


def _covered(row: Statement, part: str, pool: frozenset[str], named: set[str]) -> bool:
    if part in PERIODS:
        return bool(PERIODS[part].search(row.sentence)) or _period(row) == part
    if part == "forecast":
        return FORECAST.search(row.sentence) is not None
    if part.isdigit():
        return part in (row.as_of or "")
    return actor(part) in named or bool(senses(part) & pool)


def _period(row: Statement) -> str:
    """`year` or `month` where the statement is dated by a whole one."""
    if not row.as_of:
        return ""
    day = PartialDate.parse(row.as_of)
    return "" if day.day else "month" if day.month else "year"


def narrowed(row: Statement, content: Passage, known: str, theatre: frozenset[str]) -> bool:
    """Whether a statement is about a place that the claim does not name.

    `theatre` are the places of the whole ledger.
    """
    others = {actor(code) for code in content.actors}
    for match in PLACED.finditer(row.quote):
        name = match.group("name")
        term = next((t for t in content.terms if name in t.text.split()), None)
        if term is None or name.casefold() in known.casefold() or name in row.speaker:
            continue
        own = {actor(code) for code in row.subject.split("+")} | theatre
        if term.kind == "actor" and term.senses & (own if match.group("at").lower() in PLACES else others):
            continue
        return True
    return False


def is_of_partner(row: Statement, name: str) -> bool:
    """Whether a number is of trade with one partner, whom the quantity does not name."""
    words = name.split("_")
    if not any(word in TRADE for word in words):
        return False
    label = " ".join(word.capitalize() for word in words)
    parts = {actor(word) for word in words}
    parts |= {actor(code) for code in actors.codes(actors.mentions(label))}
    for mention in actors.mentions(row.quote):
        code = actor(mention.code)
        if PARTNER.search(row.quote, 0, mention.start) and code not in parts and code not in row.subject.split("+"):
            return True
    return False


def is_part(row: Statement, name: str) -> bool:
    """Whether a statement is about one kind of aid, and a quantity about all."""
    kinds = [kind for kind in AID_KINDS if re.search(rf"(?i)\b{kind}\b", row.quote)]
    return name.startswith("aid_") and len(kinds) == 1 and kinds[0] not in name


def falls(row: Statement, name: str) -> bool:
    """Whether a growth is given as a fall: `shrank by 4 percent`."""
    signed = name.endswith(SIGNED) or (name == "inflation" and wording.PRICES.search(row.quote) is not None)
    return signed and row.value is not None and row.value > 0 and FALLING.search(row.quote) is not None


def is_count(unit: str) -> bool:
    """Whether a unit of a text counts things without naming a measure."""
    return unit in {"", "1", "item"} or unit in quantity_words.UNIT_OF.values()
