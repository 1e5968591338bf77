"""Owner of equipment that is destroyed or launched: whoever destroys it is not its owner.

`Ukraine shot down 22 of 25 drones that Russia launched` is about drones of Russia, and without its last three words about
drones of an unknown owner.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from standoff.addons.reading.lexicon import each

if TYPE_CHECKING:
    from collections.abc import Sequence

    from standoff.addons.reading.actors import Mention
    from standoff.addons.reading.quantities import CountedUnit
    from standoff.addons.reading.sentences import Span

NEAR = 60  # assumption: characters between a thing and whoever is said to have launched it
DESTROYED = (
    r"(?:destroy(?:s|ed|ing)?|sho(?:t|ots?|oting)\s+down|knock(?:s|ed|ing)?\s+out|down(?:s|ed|ing)|s[aiu]nk(?:s|ing)?|intercept(?:s|ed|ing)?|"
    r"captur(?:es?|ed|ing))"
)
OWNED = r"(?:fired|deployed|used|operated|owned|lost)"
LAUNCHED = r"(?:fired|deployed|used|operated|owned|lost|launched|sent|flown|flew|dropped)"
FLYING = each(
    "drones missiles rockets shells aircraft helicopters"
)  #: what is sent by its owner; tanks are sent by a giver
DESTROYS = re.compile(rf"(?i)\b{DESTROYED}\b")
HARM = r"(?:(?:kill|wound|inflict)(?:s|ed|ing)?|(?:injur|captur|eliminat)(?:es?|ed|ing))"
HARMS = re.compile(rf"(?i)\b{HARM}\b")
KILLS = re.compile(
    rf"(?i)(?<!\bbe )(?<!\bwas )(?<!\bwere )(?<!\bbeen )(?<!\bbeing )\b{HARM}(?:\s+(?:and|or)\s+{HARM})?\s+"
    rf"(?:(?:some|about|around|over|nearly|almost|up\s+to|at\s+(?:least|most)|more\s+than|as\s+many\s+as|another|the|an?|roughly|losses\s+of|casualties\s+of)\s+)*$"
)  #: before people: `Ukraine killed 900 soldiers`, not `lost 900 killed`
IRREGULARS = each(
    "militants rebels insurgents terrorists extremists gunmen fighters mercenaries"
)  #: who are of no state: what a statement is about is who fought them
OTHERS_KILLED = re.compile(rf"(?i)\b{HARM}\s[^,;.]{{0,40}}\b(?:{'|'.join(sorted(IRREGULARS))})\b")
LOST = ("_killed", "_wounded", "_losses", "prisoners", "_lost")
BE = re.compile(r"(?i)\b(?:is|are|was|were|be|been|being)\s+(?:\w+ly\s+)?$")  #: before a passive
PASSIVE = re.compile(rf"(?i)[^,;.]{{0,40}}?\b(?:was|were|been|being|are|is)\s+(?:\w+ly\s+)?{DESTROYED}\b")
NEAR_HEAD = 40  # assumption: characters between an actor and the number of what it lost
OWN_LOSS = re.compile(r"(?i)\b(?:los(?:t|es?|ing|s|ses)|casualties|had)\b")
OWN_EVENT = re.compile(r"(?i)\b(?:lost|los(?:e|es|ing)|loss(?:es)?|launched|fired|sent|gave)\b")
BY = r"(?i)\s+(?:(?:that|which)\s+)?(?:(?:had|have|has|were|was|been)\s+)*{}\b[^,.;]{{0,30}}?\bby\s+(?:the\s+)?"
AGENT = re.compile(r"\s+by\s+(?:the\s+)?")
OF = re.compile(r"(?i)\s+(?:of|from|belonging\s+to)\s+(?:the\s+)?")
THAT = re.compile(r"(?i)\s+(?:(?:that|which)\s+)?(?:the\s+)?")
DID = r"(?i)(?:\s+[\w'\u2019-]+){{0,3}}?\s+{}\b"
POSSESSIVE = re.compile(r"['\u2019]s?\s")
ITS = re.compile(r"(?i)\b(?:its|their|our|his)\b")


def owner(text: str, span: Span, start: int, counted: CountedUnit, mentions: Sequence[Mention]) -> str | None:
    """Owner of what a number at `start` counts; empty if unknown, None if it is the subject."""
    if counted.unit == "person":
        return _victims(text, span, start, counted, mentions)
    if counted.unit not in {"item", "shell"}:
        return None
    launched = LAUNCHED if counted.quantity.partition("_")[0] in FLYING else OWNED
    after = _owner_after(text, counted.end, span.end, mentions, launched)
    if counted.quantity.endswith("_fired"):
        return after
    if passive := PASSIVE.match(text, counted.end, span.end):
        agent = any(AGENT.fullmatch(text, passive.end(), m.start) for m in mentions if m.start >= passive.end())
        owned = ITS.search(text, span.start, counted.end) or _acts_before(text, span, start, mentions)
        demonym = any(start <= m.start and m.end <= counted.end for m in mentions)
        heads = any(
            start - m.end <= NEAR_HEAD and OWN_LOSS.search(text, m.end, start) for m in mentions if m.end <= start
        )
        return after if after is not None or owned or demonym or (heads and not agent) else ""
    if not _is_destroyed(text, span.start, start):
        return None
    between = [m for m in mentions if start <= m.start and m.end <= counted.end and POSSESSIVE.match(text, m.end)]
    if after is None and not between:
        return _launched_before(text, span.start, start, mentions)
    return after if after is not None else between[0].code


def _victims(text: str, span: Span, start: int, counted: CountedUnit, mentions: Sequence[Mention]) -> str | None:
    """Side of people whom somebody killed, wounded or captured: never that of who did it."""
    if counted.noun.lower() in IRREGULARS or KILLS.search(text, span.start, start) is None:
        return None
    after = _owner_after(text, counted.end, span.end, mentions, OWNED)
    return after or ""


def _is_destroyed(text: str, start: int, number: int) -> bool:
    """Whether the last event before a number is a destruction: `Ukraine shot down 22 drones`."""
    verbs = list(DESTROYS.finditer(text, start, number))
    if not verbs or BE.search(text, start, verbs[-1].start()):
        return False
    return OWN_EVENT.search(text, verbs[-1].end(), number) is None


def _owner_after(text: str, end: int, limit: int, mentions: Sequence[Mention], verbs: str) -> str | None:
    """The owner named behind a thing: `that X launched`, `fired by X`, `of X`."""
    for mention in mentions:
        if not end <= mention.start <= min(end + NEAR, limit):
            continue
        gap = slice(end, mention.start)
        if re.fullmatch(BY.format(verbs), text[gap]) or OF.fullmatch(text[gap]):
            return mention.code
        if THAT.fullmatch(text[gap]) and re.compile(DID.format(verbs)).match(text, mention.end, limit):
            return mention.code
    return None


def _launched_before(text: str, start: int, number: int, mentions: Sequence[Mention]) -> str:
    """Who launched what is named before: `Russia launched 25 drones and Ukraine shot down 22`."""
    for mention in mentions:
        if start <= mention.start < number and re.compile(DID.format(LAUNCHED)).match(text, mention.end, number):
            return mention.code
    return ""


def _acts_before(text: str, span: Span, number: int, mentions: Sequence[Mention]) -> bool:
    """Whether an actor owns what is destroyed: `Russia had 30 tanks`, `Russia's 30 tanks`."""
    inside = [m for m in mentions if span.start <= m.start < number]
    return any(
        POSSESSIVE.match(text, m.end) or re.match(r"\s+(?:had|has|saw)\s", text[m.end : m.end + 6]) for m in inside
    )
