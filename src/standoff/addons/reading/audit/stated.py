"""What a statement says of its speaker and date, to be compared with a claim."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

from standoff.addons.reading import actors
from standoff.addons.reading.actors import base
from standoff.addons.reading.audit.link import WORD, stemmed, stems
from standoff.addons.reading.audit.ranges import step
from standoff.addons.reading.speakers import AUTHOR
from standoff.addons.reading.speech_verbs import SPEAKER_NOUN
from standoff.dates import PartialDate
from standoff.ledger.vocabulary import package

if TYPE_CHECKING:
    from collections.abc import Iterable

    from standoff.addons.reading.statement import Statement
    from standoff.ledger import Claim

POLLED = re.compile(r"(?i)\d\s?(?:%|per\s?cent\b)|\b(?:half|third|quarter)\s+of\b")  #: a share of those asked
SHARE = 0.5  # assumption: half of the words of a body tell a speaker
PRONOUN = re.compile(r"(?i)(?:he|she|they|it|who|we|i)\b")
END_DAYS = 10  # assumption: the end of a month is its last third; of a year, the last third of December
END = re.compile(r"(?i)\b(?:end|close)\b")


class Stated:
    """A statement with its speaker, and with the dates that may be its own."""

    def __init__(self, row: Statement, days: Iterable[str | None]) -> None:
        self.row = row
        self.days = [PartialDate.parse(day) for day in dict.fromkeys(days) if day]
        self.codes = {base(code) for code in row.speaker_codes}
        general = PRONOUN.fullmatch(row.speaker) or POLLED.search(row.speaker)
        self.told, self.sentence = row.speaker != AUTHOR and not general, set(stemmed(row.sentence))
        self.words, self.names = set(_words(row.speaker)), _names(row.speaker)

    @property
    def digits(self) -> int:
        """Significant digits of the number; 0 without one."""
        value = self.row.value if self.row.value is not None else self.row.low or 0.0
        return len(str(round(abs(value) / step(value)))) if value else 0

    def is_by(self, claim: Claim) -> bool | None:
        """Whether the speaker is that of a claim; None where the text names none that can be told."""
        if not self.names and {*_names(claim.speaker)[-1:]} & self.sentence:
            return True
        if not self.told:
            return None
        sided = speaks_for(claim, self.codes)
        if not self.words:
            return sided
        known = {*_words(claim.speaker), "".join(re.findall(r"\b[A-Z]", claim.speaker)).casefold()}
        if known.issuperset(self.names[-1:]) if self.names else len(self.words & known) >= SHARE * len(self.words):
            return sided or not self.codes or not actors.mentions(claim.speaker)
        return None if not self.names and (sided or not self.codes) else False

    def is_foreign(self, claims: Iterable[Claim]) -> bool:
        """Whether the speaker is of an actor that none of the claims speaks for."""
        return bool(self.codes) and not any(speaks_for(claim, self.codes) for claim in claims)

    def spans(self) -> list[tuple[dt.date, dt.date]]:
        """The first and last day that each date may mean."""
        early = dt.timedelta(END_DAYS if END.search(self.row.slots.get("as_of", {}).get("words", "")) else 0)
        return [(day.first - early, day.last) for day in self.days]

    def is_of(self, claim: Claim) -> bool:
        """Whether a date of a claim, or of its publication, can be that of the statement."""
        days = (claim.as_of, claim.published)
        return not self.days or any(a <= day.last and day.first <= b for a, b in self.spans() for day in days)

    def may_name(self, days: Iterable[str], claim: Claim) -> bool:
        """Whether one of the dates beside that of a claim may be one of those that the claim names."""
        told = [PartialDate.parse(day) for day in days]
        beside = [day for day in self.days if not _meets(day, claim.as_of) and not _meets(day, claim.published)]
        return not told or not beside or any(_meets(day, other) for day in beside for other in told)

    def is_on_day(self, claim: Claim) -> bool:
        """Whether it names the very day of a claim, or the month of one that has no day."""
        return claim.as_of.month > 0 and claim.as_of in self.days


def _meets(one: PartialDate, other: PartialDate) -> bool:
    return one.first <= other.last and other.first <= one.last


def speaks_for(claim: Claim, codes: set[str]) -> bool:
    """Whether a claim is of the side of one of the actors, or its speaker named after one."""
    side = package().sides.get(claim.side)
    of_side = {*side.speaks_for, *side.members} if side else set()
    return bool(codes & {*of_side, *(base(m.code) for m in actors.mentions(claim.speaker))})


def _words(speaker: str) -> list[str]:
    """The stems of the name of a speaker, without actors but persons."""
    return stemmed(speaker, [(m.start, m.end) for m in actors.mentions(speaker) if m.kind != "person"])


def _names(speaker: str) -> list[str]:
    """The stems of proper names in the name of a speaker; the last is the surname."""
    own, words = {*_words(speaker)}, (match.group() for match in WORD.finditer(speaker))
    proper = [word for word in words if word[0].isupper() and not SPEAKER_NOUN.fullmatch(word)]
    return [stem for stem in stems(proper) if stem in own]
