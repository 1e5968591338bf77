"""A statement of a text: who says what of whom, with the words of each part."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Statement:
    """A statement. Offsets are code points, end exclusive: `text[start:end] == quote`."""

    id: str  #: the same whenever the same text is read
    quote: str  #: its words
    start: int
    end: int
    sentence: str  #: the whole sentence
    speaker: str  #: as the text names it; `author` without a name
    speaker_codes: tuple[str, ...]  #: actors in the speaker's name
    subject: str  #: actor that it is about; several are joined by +
    counterparts: tuple[str, ...]  #: other actors of the clause
    quantity: str = ""  #: what is counted, in words of the text joined by `_`, or the quantity of a ledger
    value: float | None = None  #: the number, without magnitude words
    low: float | None = None  #: ends of a range
    high: float | None = None
    unit: str = ""  #: person, item, USD, %, ...; empty without a noun
    comparator: str = ""  #: exact, about, over, nearly, at_least, at_most, range; empty without a number
    per: str = ""  #: day, week, month or year that the number counts by; empty for a total
    change: str = ""  #: level, change or earlier (a level before a change); empty without a number
    as_of: str | None = None  #: date of the statement, if given; never inferred
    polarity: str = "positive"  #: positive, negative, or unconfirmed if there is no assertion
    modality: str = "said"  #: said, or planned for what is to come, possible, wished or a condition
    slots: dict[str, dict[str, Any]] = field(default_factory=dict)  #: part -> words, start, end, by
    doubts: tuple[str, ...] = ()  #: parts that a person has to check
    reason: dict[str, Any] | None = None  #: actor, choice, number, of: position in a list of reasons
    dates: tuple[
        dict[str, Any], ...
    ] = ()  #: value (empty if open), text, start, end, form, role: as_of, since or plain
    read_by: str = "rules"  #: rules, parser, or the model with the digest of its answer

    def to_data(self) -> dict[str, Any]:
        """Plain data for JSON, in field order."""
        return {key: list(value) if isinstance(value, tuple) else value for key, value in asdict(self).items()}
