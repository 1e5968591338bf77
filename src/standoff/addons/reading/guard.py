"""Check a statement of a language model against the text, part by part.

The words of each part must stand in the sentence letter by letter, and what they mean is worked out anew by the rules and
the parser: the number by the number grammar, the unit by its noun, the date by the date rules, the speaker by the words of
attribution, the subject by the gazetteer and its place in the sentence. What cannot be confirmed makes the part doubtful, and
the statement goes to a person with that part marked; a number that is not in the text is rejected.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from standoff.addons.reading.counted import noun_unit
from standoff.addons.reading.speakers import AUTHOR

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from standoff.addons.reading.audit.link import Linker
    from standoff.addons.reading.numbers import NumberMention
    from standoff.addons.reading.pipeline import SentenceReader
    from standoff.addons.reading.statement import Statement

    Slots = Mapping[str, Mapping[str, Any]]

PARTS = ("speaker", "subject", "quantity", "value", "unit", "per", "comparator", "as_of", "polarity")
NUMBERS = ("value", "low", "high")
NEAR_WORDS = 6  # assumption: a unit stands within so many words of its number
UNSAID = {"speaker": AUTHOR, "polarity": "positive"}  #: what a part is where a model says nothing
SHOWN = ("speaker", "subject", "as_of")  #: parts of a model that a person is shown, where its words stand
OTHER = "other"  #: a quantity that no card describes


def guard(item: Mapping[str, Any], part: SentenceReader, linker: Linker | None = None) -> Statement | None:
    """A model's statement about one sentence, without an id; `doubts` names the doubtful parts.

    None where the number does not stand in the sentence with this value.
    """
    slots = {name: slot if isinstance(slot := item.get(name), dict) else {} for name in PARTS}
    number = next((one for one in part.numbers() if _is(one, slots["value"], part)), None)
    if number is None:
        return None
    own = part.number_row(number)
    own = replace(own, unit=own.unit or _unit(slots["unit"], part, number))
    linked = linker.named(own) if linker is not None else own
    known = {name: [getattr(own, name) or ""] for name in PARTS if name not in {"value", "comparator"}}
    known["quantity"] += [OTHER, linked.quantity]
    if "subject" in own.doubts:
        known["subject"] = []
    return _compared(linked, slots, known, part.words)


def _compared(row: Statement, slots: Slots, known: Mapping[str, Sequence[str]], sentence: str) -> Statement:
    """The statement with its doubtful parts; some have the model's value, where its words stand."""
    doubts, told = list[str](), dict[str, Any]()
    for name, values in known.items():
        words, value = (str(slots[name].get(key) or "").strip() for key in ("words", "value"))
        value = value or UNSAID.get(name, "")
        stands = words in sentence or (name == "speaker" and words in row.speaker)
        if not stands or _plain(value) not in map(_plain, values):
            doubts.append(name)
            if stands and value and name in SHOWN:
                told[name] = value
    codes = () if "speaker" in told else row.speaker_codes
    return replace(row, **told, speaker_codes=codes, doubts=tuple(doubts))


def _is(one: NumberMention, slot: Mapping[str, Any], part: SentenceReader) -> bool:
    """Whether a number of the sentence has the words and exactly the value of a model."""
    words = str(slot.get("words") or "")
    meets = words in part.text[one.begins : one.end] or part.text[one.start : one.end] in words
    same = (one.value, one.low, one.high) == tuple(map(slot.get, NUMBERS))
    return bool(words) and words in part.words and meets and same


def _plain(name: str) -> str:
    return name.casefold().removeprefix("the ").strip()


def _unit(slot: Mapping[str, Any], part: SentenceReader, number: NumberMention) -> str:
    """The unit that the words of a model mean next to a number without one, else none."""
    words = str(slot.get("words") or "")
    at = part.text.find(words, number.end, part.span.end) if words else -1
    if at < 0 or len(part.text[number.end : at].split()) > NEAR_WORDS:
        return ""
    return noun_unit(part.text, number, (at, at + len(words)))
