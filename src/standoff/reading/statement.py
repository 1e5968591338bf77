"""A row of reading: one statement of a text, with everything that was found in it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Statement:
    """One statement. Offsets are code points of the text, ends after the last: `text[start:end] == quote`."""

    id: str  #: the same whenever the same text is read
    quote: str  #: the words of the statement
    start: int
    end: int
    sentence: str  #: the whole sentence that it stands in
    speaker: str  #: as the text names him; `author` where it names nobody
    speaker_codes: tuple[str, ...]  #: actors in the speaker's name
    subject: str  #: actor that a number is about, or that acts; several are joined by +
    quantity: str  #: what a number counts, in the words of a ledger
    value: float | None  #: the number as said, without magnitude words
    low: float | None  #: ends of a range
    high: float | None
    unit: str  #: person, item, USD, %, ...; empty where no noun says one
    comparator: str  #: exact, about, over, nearly, at_least, at_most, range; empty without a number
    as_of: str | None  #: date of the statement where one is given; never filled in
    events: tuple[dict[str, Any], ...] = ()  #: kind, name, date, actors, start, end
    relations: tuple[dict[str, Any], ...] = ()  #: kind, source, target, polarity, quote, start, end
    causal: tuple[dict[str, Any], ...] = ()  #: cause, effect (text, start, end), marker
    reason: dict[str, Any] | None = None  #: actor, choice, number, of, marker: place in a list of reasons
    hedges: tuple[dict[str, Any], ...] = field(default=())  #: text, start, end, kind, strength
    polarity: str = "positive"  #: positive, negative, or unconfirmed where nobody asserts it

    def to_data(self) -> dict[str, Any]:
        """Plain data for JSON, in the order of the fields."""
        out = asdict(self)
        for key in ("speaker_codes", "events", "relations", "causal", "hedges"):
            out[key] = list(out[key])
        return out
