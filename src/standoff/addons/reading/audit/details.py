"""Details in which a sentence may differ from a claim that has all its words.

The numbers may count other things (`23 crew and 11 passengers`), a day may be another, or a word of degree, order or
intention may change the sense (`all`, `after`, `agrees to`).
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from standoff.addons.reading import actors, dates
from standoff.addons.reading.audit import wording
from standoff.addons.reading.audit.senses import STOP, senses, stem
from standoff.addons.reading.lexicon import any_of, each
from standoff.addons.reading.sentences import Span
from standoff.dates import PartialDate

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from standoff.ledger import Claim

WORD = re.compile(r"[^\W\d_]+")
PIECE = re.compile(r"(?i)[,;:]\s|\s(?:and|but|while|whereas|against|plus|with)\s")
NOUN = re.compile(r"\s+(?:of\s+)?([^\W\d_]+)")
SIDES = frozenset({"for", "against"})  #: words of a vote
VOTES = re.compile(r"(?i)\s+(?:votes?\s+)?to\s+$")  #: between both numbers of a vote
TALLY = re.compile(r"(?i)\s+(?:(?:votes?\s+)?to|(?:votes?\s+)?(?:for|in\s+favou?r)(?:,|\s+and|\s+to)?)\s+")
DEGREE = re.compile(
    r"(?i)\b(?:all|every|only|half|least|most|first|none|without|except|against|before|after|until|some(?!\s+\d)"
    r"|(?<!\bthe\s)last(?!\s+(?:week|month|year|spring|summer|autumn|winter)\b)|(?<=\bthe\s)last)\b"
)
INTENDS = any_of(
    """agree[sd]? threaten\\w* ask(?:s|ed)? appl(?:y|ies|ied) offer\\w* promis\\w+ prepar\\w+ tr(?:y|ies|ied) attempt\\w*
    seeks? sought vow\\w* pledg\\w+ propos\\w+ consider\\w* decid\\w+ expect\\w* demand\\w* urg\\w+ vot\\w+ close about set due"""
)
INTENTION = re.compile(rf"(?i)\b(?P<word>{INTENDS})\s+(?:\w+\s+){{0,2}}?(?:to|not\s+to|joining|leaving|sending)\b")

NEAR = each("about close set due")  #: words of intention only before `to`
FOR = re.compile(r"(?i)\bfor\s+(?:the\s+|a\s+|an\s+)?(\w+)")
AGAINST = re.compile(r"(?i)\bagainst\s+(?:the\s+|a\s+|an\s+)?(\w+)")
NUMBERED = re.compile(r"(?i)\b(?:resolution|article|section|protocol|law|decree|directive|order)\s+[\w/-]*\d[\w/-]*")


class _Count(NamedTuple):
    """A number with the words of its part of the sentence."""

    figure: float
    words: frozenset[str]
    noun: frozenset[str]  #: senses of the word behind the number


def tally(text: str) -> tuple[float, float] | None:
    """The votes for and against: `54 for, 22 against`, `by 64 votes to 5`."""
    for one, other in pairwise(wording.numbers_in(text)):
        if one.value is not None and other.value is not None and TALLY.fullmatch(text, one.end, other.start):
            return one.value, other.value
    return None


def are_same(text: str, claim: Claim, published: str = "") -> bool:
    """Whether no detail of a sentence differs from a claim that has all its words."""
    return not (
        are_swapped(text, claim.proposition)
        or _is_moved(text, claim.proposition)
        or _words(DEGREE, text) - _words(DEGREE, claim.proposition)
        or _is_intended(text, claim)
        or _is_turned(text, claim.proposition)
        or _words(NUMBERED, text) - _words(NUMBERED, f"{claim.proposition} {claim.speaker} {claim.source.title}")
        or _other_days(text, claim, published)
    )


def are_swapped(text: str, proposition: str) -> bool:
    """Whether a number of a sentence stands with the words of another number of a claim."""
    own = list(_counts(proposition))
    if len({one.figure for one in own}) < 2:
        return False
    for number in _counts(text):
        same = [_common(number, one) for one in own if one.figure == number.figure]
        rest = [_common(number, one) for one in own if one.figure != number.figure]
        if same and rest and max(rest) > max(same):
            return True
    return False


def _is_moved(text: str, proposition: str) -> bool:
    """Whether an object of a sentence stands with the words of another object.

    So stands Britain in `exports to Britain` where a claim has exports to Argentina and fuel for Britain.
    """
    own = _named(proposition)
    if len(own) < 2:
        return False
    for names, words in _named(text)[:1]:
        for name in names[1:]:
            same = [len(words & other) for others, other in own if name in others]
            rest = [len(words & other) for others, other in own if name not in others]
            if same and rest and max(rest) > max(same):
                return True
    return False


def _named(text: str) -> list[tuple[list[str], frozenset[str]]]:
    """The pieces of a text that name actors: their codes, and the senses of the other words."""
    cuts = [0, *(end for m in PIECE.finditer(text) for end in m.span()), len(text)]
    out = []
    for start, end in zip(cuts[::2], cuts[1::2], strict=True):
        named = actors.find(text, actors.words(text, start, end))
        free = re.sub("|".join(re.escape(text[m.start : m.end]) for m in named) or r"$^", " ", text[start:end])
        words = frozenset(s for word in WORD.findall(free) if word.lower() not in STOP for s in senses(word))
        if named:
            out.append((actors.codes(named), words))
    return out


def _common(one: _Count, other: _Count) -> tuple[bool, int]:
    """Whether two numbers count the same, and how many senses of words they share."""
    return bool(one.noun & other.noun), len(one.words & other.words)


def _counts(text: str) -> Iterator[_Count]:
    """The numbers of a text, each with the senses of the words in its piece."""
    mentions = wording.numbers_in(text)
    for i, number in enumerate(mentions):
        figures = [one for one in (number.value, number.low, number.high) if one is not None]
        start, end = _piece(text, number.start, number.end)
        piece = text[start : number.start] + " " + text[number.end : end]
        words = frozenset(
            s
            for word in WORD.findall(piece)
            if word.lower() not in STOP or word.lower() in SIDES
            for s in ({word.lower()} if word.lower() in SIDES else senses(word))
        )
        if i + 1 < len(mentions) and VOTES.fullmatch(text, number.end, mentions[i + 1].start):
            words = words | {"for"}
        if i and VOTES.fullmatch(text, mentions[i - 1].end, number.start):
            words = frozenset({"against"})
        noun = NOUN.match(text, number.end)
        for figure in figures:
            yield _Count(figure, words, senses(noun.group(1)) if noun else frozenset())


def _piece(text: str, start: int, end: int) -> tuple[int, int]:
    """The part of a sentence around a number."""
    first = max((m.end() for m in PIECE.finditer(text, 0, start)), default=0)
    after = PIECE.search(text, end)
    if after and after.group().strip().lower() in {"against", "with"}:
        return first, after.end()
    return first, after.start() if after else len(text)


def _words(pattern: re.Pattern[str], text: str) -> set[str]:
    return {match.group().lower() for match in pattern.finditer(text)}


def _is_turned(text: str, proposition: str) -> bool:
    """Whether a sentence is for what a claim is against, or against what it is for."""
    for one, other in ((FOR, AGAINST), (AGAINST, FOR)):
        own, opposite = one.findall(proposition.lower()), other.findall(proposition.lower())
        if any(word in opposite and word not in own for word in one.findall(text.lower())):
            return True
    return False


def _is_intended(text: str, claim: Claim) -> bool:
    """Whether a sentence has somebody intend or ask for what a claim says was done."""
    words = WORD.findall(f"{claim.proposition} {claim.quantity.replace('_', ' ')}")
    own = {stem(word) for word in words if word.lower() not in NEAR}
    own |= {match.group("word").lower() for match in INTENTION.finditer(claim.proposition)}
    return any(not {stem(word), word.lower()} & own for word in INTENTION.findall(text))


def _other_days(text: str, claim: Claim, published: str) -> bool:
    """Whether a sentence names a day that a claim does not have."""
    named = dates.find(text, Span(0, len(text)), published)
    own = dates.find(claim.proposition, Span(0, len(claim.proposition)), str(claim.as_of.last))
    words = {claim.proposition[one.start : one.end].lower() for one in own}
    days = [PartialDate.parse(one.value) for one in own if one.value] + [claim.as_of, claim.published]
    for one in named:
        if text[one.start : one.end].lower() in words:
            continue
        if not one.value or not _is_among(PartialDate.parse(one.value), days):
            return True
    return False


def _is_among(day: PartialDate, days: Sequence[PartialDate]) -> bool:
    """Whether a date overlaps one of some others, up to a night between two places."""
    return any((day.first - one.last).days <= 1 and (one.first - day.last).days <= 1 for one in days)
