"""A statement of a text, with all its fields."""

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
    subject: str  #: subject of a number, or acting actor; several are joined by +
    quantity: str  #: quantity, in the terms of a ledger
    value: float | None  #: the number, without magnitude words
    low: float | None  #: ends of a range
    high: float | None
    unit: str  #: person, item, USD, %, ...; empty without a noun
    comparator: str  #: exact, about, over, nearly, at_least, at_most, range; empty without a number
    as_of: str | None  #: date of the statement, if given; never inferred
    events: tuple[dict[str, Any], ...] = ()  #: kind, name, date, actors, start, end
    relations: tuple[dict[str, Any], ...] = ()  #: kind, source, target, polarity, quote, start, end
    causal: tuple[dict[str, Any], ...] = ()  #: cause, effect (text, start, end), marker
    reason: dict[str, Any] | None = None  #: actor, choice, number, of, marker: position in a list of reasons
    hedges: tuple[dict[str, Any], ...] = field(default=())  #: text, start, end, kind, strength
    polarity: str = "positive"  #: positive, negative, or unconfirmed if there is no assertion
    kind: str = "statement"  #: number, relation, event, cause or reason, else statement
    dates: tuple[dict[str, Any], ...] = ()  #: value (empty if ambiguous), text, start, end, role: as_of, since or plain
    attribution: dict[str, Any] | None = None  #: speaker and cue, each with text, start, end

    def to_data(self) -> dict[str, Any]:
        """Plain data for JSON, in field order."""
        out = asdict(self)
        for key in ("speaker_codes", "events", "relations", "causal", "hedges", "dates"):
            out[key] = list(out[key])
        return out
