"""Whether a claim is by the speaker that a text names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from standoff.addons.reading import actors
from standoff.addons.reading.actors import base
from standoff.addons.reading.audit.link import WORD, stemmed, stems
from standoff.addons.reading.speakers import AUTHOR
from standoff.addons.reading.speech_verbs import SPEAKER_NOUN
from standoff.ledger.vocabulary import package

if TYPE_CHECKING:
    from collections.abc import Iterable

    from standoff.addons.reading.statement import Statement
    from standoff.ledger import Claim

POLLED = re.compile(r"(?i)\d\s?(?:%|per\s?cent\b)|\b(?:half|third|quarter)\s+of\b")  #: a share of those asked
SHARE = 0.5  # assumption: half of the words of a name tell a speaker
PRONOUN = re.compile(r"(?i)(?:he|she|they|it|who|we|i)\b")


class Voice:
    """The speaker of a statement."""

    def __init__(self, row: Statement) -> None:
        self.codes = {base(code) for code in row.speaker_codes}
        general = PRONOUN.fullmatch(row.speaker) or POLLED.search(row.speaker)
        self.told, self.sentence = row.speaker != AUTHOR and not general, set(stemmed(row.sentence))
        self.words, self.names = set(_words(row.speaker)), _names(row.speaker)

    def of(self, claim: Claim) -> bool | None:
        """Whether a claim is by this speaker; None where the text names none that can be told."""
        if not self.names and {*_names(claim.speaker)[-1:]} & self.sentence:
            return True
        if not self.told:
            return None
        sided = is_by(claim, self.codes)
        if not self.words:
            return sided
        known = {*_words(claim.speaker), "".join(re.findall(r"\b[A-Z]", claim.speaker)).casefold()}
        if known.issuperset(self.names[-1:]) if self.names else len(self.words & known) >= SHARE * len(self.words):
            return sided or not self.codes or not {base(m.code) for m in actors.mentions(claim.speaker)}
        return None if not self.names and (sided or not self.codes) else False

    def is_foreign(self, claims: Iterable[Claim]) -> bool:
        """Whether the speaker is of an actor that none of the claims speaks for."""
        return bool(self.codes) and not any(is_by(claim, self.codes) for claim in claims)


def is_by(claim: Claim, codes: set[str]) -> bool:
    """Whether a claim is of the side of one of the actors, or its speaker named after one."""
    side = package().sides.get(claim.side)
    of_side = {*side.speaks_for, *side.members} if side else set()
    return bool(codes & {*of_side, *(base(m.code) for m in actors.mentions(claim.speaker))})


def _words(speaker: str) -> list[str]:
    """The stems of the name of a speaker, without actors but persons."""
    taken = [(m.start, m.end) for m in actors.mentions(speaker) if m.kind != "person"]
    return stemmed(speaker, taken)


def _names(speaker: str) -> list[str]:
    """The stems of proper names in the name of a speaker, without titles; the last is the surname."""
    taken = [(m.start, m.end) for m in actors.mentions(speaker) if m.kind != "person"]
    words = [m for m in WORD.finditer(speaker) if m.group()[0].isupper() and not SPEAKER_NOUN.fullmatch(m.group())]
    return stems(m.group() for m in words if not any(a <= m.start() < b for a, b in taken))
