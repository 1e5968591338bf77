"""Check a statement of a language model against the text, part by part.

The words of each part must stand in the sentence letter by letter, and what they mean is worked out anew by the rules and
the parser: the number by the number grammar, the unit by its noun, the date by the date rules, the speaker by the words of
attribution, the subject by the gazetteer and its place in the sentence. What cannot be confirmed makes the part doubtful, and
the statement goes to a person with that part marked; a number that is not in the text is rejected.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from standoff.addons.reading.counted import noun_unit
from standoff.addons.reading.speakers import AUTHOR

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from standoff.addons.reading.numbers import NumberMention
    from standoff.addons.reading.pipeline import SentenceReader

PARTS = ("speaker", "subject", "quantity", "value", "unit", "per", "comparator", "as_of", "polarity")
NEAR_WORDS = 6  # assumption: a unit stands within so many words of its number
EMPTY: dict[str, str | None] = {"speaker": AUTHOR, "subject": "", "as_of": None}  #: parts where nothing is told
OTHER = "other"  #: a quantity that no card describes
NAME = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")


@dataclass(frozen=True)
class Guarded:
    """What became of a statement of a model."""

    fields: dict[str, Any] | None  #: fields of a statement; None if rejected
    doubts: tuple[str, ...]  #: parts that a person has to check
    reason: str = ""  #: why it was rejected


def guard(
    item: Mapping[str, Mapping[str, Any]], part: SentenceReader, linked: Callable[[Mapping[str, Any], str], bool]
) -> Guarded:
    """The statement of a model about one sentence, with what is doubtful in it.

    `linked` tells whether a statement may be of the quantity that the model chose.
    """
    sentence = part.text[part.span.start : part.span.end]
    number = _number(item["value"], part)
    if number is None:
        return Guarded(None, (), "its number does not stand in the sentence with this value")
    own, told = part.number_row(number), {name: _told(item, name) for name in PARTS}
    fine = {
        "speaker": _same_name(told["speaker"] or AUTHOR, own["speaker"]),
        "subject": bool(told["subject"]) and told["subject"] == own["subject"] and "subject" not in own["doubts"],
        "quantity": allowed_quantity(told["quantity"], own, linked),
        "unit": told["unit"] == own["unit"] or _unit(item["unit"], part, number),
        "per": told["per"] == own["per"],
        "as_of": (told["as_of"] or None) == own["as_of"],
        "polarity": (told["polarity"] or "positive") == own["polarity"],
    }
    verbatim = {name: _verbatim(item[name], sentence, own, name) for name in PARTS if name != "comparator"}
    doubts = tuple(name for name, stands in verbatim.items() if not stands or not fine.get(name, True))
    shown = {name for name in doubts if verbatim[name]}
    return Guarded(_fields(own, told, doubts, shown), doubts)


def _fields(
    own: Mapping[str, Any], values: Mapping[str, str], doubts: Sequence[str], shown: set[str]
) -> dict[str, Any]:
    """The fields of a statement; doubtful parts in `shown` are as the model has them."""
    fields: dict[str, Any] = {**own, "doubts": tuple(doubts)}
    if "unit" not in doubts:
        fields["unit"] = own["unit"] or values["unit"]
    if NAME.fullmatch(values["quantity"]) and values["quantity"] != OTHER and "quantity" not in doubts:
        fields["quantity"] = values["quantity"]
    fields |= {name: values[name] or without for name, without in EMPTY.items() if name in shown}
    return {**fields, "speaker_codes": ()} if "speaker" in doubts else fields


def _told(item: Mapping[str, Mapping[str, Any]], name: str) -> str:
    value = item[name].get("value")
    return value.strip() if isinstance(value, str) else ""


def _verbatim(slot: Mapping[str, Any], sentence: str, own: Mapping[str, Any], name: str) -> bool:
    """Whether the words of a part stand in the sentence, or in a speaker carried over."""
    words = str(slot.get("words") or "")
    return not words or words in sentence or (name == "speaker" and words in own["speaker"])


def _number(slot: Mapping[str, Any], part: SentenceReader) -> NumberMention | None:
    """The number that the words of the model are, with exactly its value."""
    words, value = str(slot.get("words") or ""), slot.get("value")
    low, high = slot.get("low"), slot.get("high")
    if not words:
        return None
    for one in part.numbers():
        around = part.text[one.begins : one.end]
        meets = words in around or part.text[one.start : one.end] in words
        same = (one.value, one.low, one.high) == (value, low, high)
        if meets and same and words in part.text[slice(*part.span)]:
            return one
    return None


def _same_name(one: str, other: str) -> bool:
    return one.casefold().removeprefix("the ").strip() == other.casefold().removeprefix("the ").strip()


def _unit(slot: Mapping[str, Any], part: SentenceReader, number: NumberMention) -> bool:
    """Whether the words of a unit stand next to the number and mean this unit."""
    words, value = str(slot.get("words") or ""), str(slot.get("value") or "")
    at = part.text.find(words, number.end, part.span.end) if words else -1
    if at < 0 or len(part.text[number.end : at].split()) > NEAR_WORDS or number.unit:
        return False
    return noun_unit(part.text, number, (at, at + len(words))) == value


def allowed_quantity(name: str, own: Mapping[str, Any], linked: Callable[[Mapping[str, Any], str], bool]) -> bool:
    return name == OTHER or name == own["quantity"] or (NAME.fullmatch(name) is not None and linked(own, name))
