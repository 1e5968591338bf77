"""Whether a claim is by the speaker whom a text names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from standoff.addons.reading.audit.passages import passage
from standoff.addons.reading.lexicon import each
from standoff.addons.reading.sides import speaks_for
from standoff.addons.reading.speakers import AUTHOR
from standoff.ledger.sources import base_speaker

if TYPE_CHECKING:
    from standoff.addons.reading.statement import Statement
    from standoff.ledger import Claim

BODIES = each(
    """institute ministry staff government office bank agency command council department army forces intelligence media
    news service services embassy parliament congress committee commission centre center university"""
)  #: words that do not tell one speaker from another


def is_by_speaker(claim: Claim, row: Statement) -> bool:
    """Whether a claim is by the speaker that the text names: by side or by name."""
    return any(speaks_for(claim.side, code) for code in row.speaker_codes) or is_by_name(claim, row)


def is_by_name(claim: Claim, row: Statement) -> bool:
    """Whether the text names the speaker of a claim: its whole name, last word or two words."""
    if row.speaker == AUTHOR:
        return False
    name = base_speaker(claim.speaker)
    if name.casefold() in row.speaker.casefold() or row.speaker.casefold().removeprefix("the ") in name.casefold():
        return True
    one, other = passage(name), passage(row.speaker)
    if one.actors and other.actors and not set(one.actors) & set(other.actors):
        return False
    words = [
        [t.text.casefold() for t in side.terms if t.kind == "word" and t.text[:1].isupper()] for side in (one, other)
    ]
    common = set(words[0]) & set(words[1])
    return len(common) > 1 or any(side and side[-1] in common - BODIES for side in words)
