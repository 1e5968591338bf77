"""Check a statement of a language model against the text, part by part.

The words of each part must stand in the sentence letter by letter, and what they mean is worked out anew by the rules and
the parser: the number by the number grammar, the unit by its noun, the date by the date rules, the speaker by the words of
attribution, the subject by the gazetteer and its place in the sentence. What cannot be confirmed makes the part doubtful, and
the statement goes to a person with that part marked; a number that is not in the text is rejected.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from standoff.addons.reading.counted import noun_unit
from standoff.addons.reading.speakers import AUTHOR

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from standoff.addons.reading.numbers import NumberMention
    from standoff.addons.reading.pipeline import SentenceReader
    from standoff.addons.reading.statement import Statement

    Slots = Mapping[str, Mapping[str, Any]]

PARTS = ("speaker", "subject", "quantity", "value", "unit", "per", "comparator", "as_of", "polarity")
NEAR_WORDS = 6  # assumption: a unit stands within so many words of its number
EMPTY: dict[str, Any] = {
    "speaker": AUTHOR,
    "subject": "",
    "as_of": None,
}  #: what a part is where a model says nothing
OTHER = "other"  #: a quantity that no card describes
NAME = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")


def guard(item: Slots, part: SentenceReader, linked: Callable[[Statement, str], bool]) -> Statement | None:
    """A model's statement about one sentence, without an id; `doubts` names the doubtful parts.

    `linked` tells whether a statement may be of the quantity that the model chose. None where the number does not stand in the
    sentence with this value.
    """
    number = next((one for one in part.numbers() if _is(one, item["value"], part)), None)
    if number is None:
        return None
    own = part.number_row(number)
    by_model = {name: str(item[name].get("value") or "").strip() for name in PARTS}
    words = {name: str(item[name].get("words") or "") for name in PARTS if name != "comparator"}
    stands = {name: told in part.words for name, told in words.items()}
    stands["speaker"] |= words["speaker"] in own.speaker
    chosen = by_model["quantity"] if NAME.fullmatch(by_model["quantity"]) and by_model["quantity"] != OTHER else ""
    fine = _agreement(own, by_model) | {
        "quantity": by_model["quantity"] in {OTHER, own.quantity} or (bool(chosen) and linked(own, chosen)),
        "unit": by_model["unit"] in {own.unit, _unit(words["unit"], part, number)},
    }
    doubts = tuple(name for name in stands if not (stands[name] and fine.get(name, True)))
    kept: dict[str, Any] = {name: by_model[name] or EMPTY[name] for name in EMPTY.keys() & {*doubts} if stands[name]}
    return replace(own, doubts=doubts, **kept, **_fields(own, by_model["unit"], chosen, doubts))


def _fields(own: Statement, unit: str, chosen: str, doubts: Sequence[str]) -> dict[str, Any]:
    """Parts where the rules find none, and the codes of a speaker that is not doubtful."""
    out: dict[str, Any] = {} if "unit" in doubts else {"unit": own.unit or unit}
    out |= {"quantity": chosen} if chosen and "quantity" not in doubts else {}
    return out | ({"speaker_codes": ()} if "speaker" in doubts else {})


def _agreement(own: Statement, by_model: Mapping[str, str]) -> dict[str, bool]:
    """Whether the rules find in the sentence what a model says, part by part."""
    return {
        "speaker": _plain(by_model["speaker"] or AUTHOR) == _plain(own.speaker),
        "subject": by_model["subject"] == own.subject and "subject" not in own.doubts,
        "per": by_model["per"] == own.per,
        "as_of": (by_model["as_of"] or None) == own.as_of,
        "polarity": (by_model["polarity"] or "positive") == own.polarity,
    }


def _is(one: NumberMention, slot: Mapping[str, Any], part: SentenceReader) -> bool:
    """Whether a number of the sentence has the words and exactly the value of a model."""
    words = str(slot.get("words") or "")
    meets = words in part.text[one.begins : one.end] or part.text[one.start : one.end] in words
    same = (one.value, one.low, one.high) == (slot["value"], slot["low"], slot["high"])
    return bool(words) and words in part.words and meets and same


def _plain(name: str) -> str:
    return name.casefold().removeprefix("the ").strip()


def _unit(words: str, part: SentenceReader, number: NumberMention) -> str | None:
    """The unit that the words of a model mean next to the number; None where they are not there."""
    at = part.text.find(words, number.end, part.span.end) if words else -1
    if at < 0 or len(part.text[number.end : at].split()) > NEAR_WORDS or number.unit:
        return None
    return noun_unit(part.text, number, (at, at + len(words)))
