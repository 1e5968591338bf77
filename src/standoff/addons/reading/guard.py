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
    from collections.abc import Mapping

    from standoff.addons.reading.audit.link import Linker
    from standoff.addons.reading.numbers import NumberMention
    from standoff.addons.reading.pipeline import SentenceReader
    from standoff.addons.reading.statement import Statement

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
    words = {name: str(slot.get("words") or "") for name, slot in slots.items()}
    values = {name: str(slot.get("value") or UNSAID.get(name, "")).strip() for name, slot in slots.items()}
    figures = [slots["value"].get(name) for name in NUMBERS]
    numbers = [one for one in part.numbers() if [getattr(one, name) for name in NUMBERS] == figures]
    number = next((one for one in numbers if _is(one, words["value"], part)), None)
    if number is None:
        return None
    own = part.number_row(number)
    linked = linker.named(own) if linker is not None else own
    known = {
        "speaker": [own.speaker],
        "subject": [own.subject] * ("subject" not in own.doubts),
        "quantity": [OTHER, own.quantity, linked.quantity],
        "unit": [own.unit, _unit(words["unit"], part, number) or own.unit],
        "per": [own.per],
        "as_of": [own.as_of or ""],
        "polarity": [own.polarity],
    }
    stand = {name for name in known if words[name] in part.words or (name == "speaker" and words[name] in own.speaker)}
    doubts = tuple(name for name in known if name not in stand or _plain(values[name]) not in map(_plain, known[name]))
    told: dict[str, Any] = {name: values[name] for name in SHOWN if name in doubts and name in stand and values[name]}
    codes = own.speaker_codes if "speaker" not in told else ()
    return replace(linked, **told, speaker_codes=codes, unit=own.unit or known["unit"][-1], doubts=doubts)


def _is(one: NumberMention, words: str, part: SentenceReader) -> bool:
    """Whether words of the sentence are those of a number."""
    meets = words in part.text[one.begins : one.end] or part.text[one.start : one.end] in words
    return bool(words) and words in part.words and meets


def _plain(name: str) -> str:
    return name.casefold().removeprefix("the ").strip()


def _unit(words: str, part: SentenceReader, number: NumberMention) -> str:
    """The unit that the words of a model mean next to the number; empty where there are none."""
    at = part.text.find(words, number.end, part.span.end) if words else -1
    if at < 0 or len(part.text[number.end : at].split()) > NEAR_WORDS or number.unit:
        return ""
    return noun_unit(part.text, number, (at, at + len(words)))
