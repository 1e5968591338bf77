"""Compare a sentence with the claims in words: who, what, when, by whom, denied or not.

A sentence agrees only with one claim that has nearly all of its words, its actors, its numbers, its day and its speaker,
and denies as much. One part that differs contradicts; a claim that has half of the words is near. Of a claim that says
several things, divided by semicolons or full stops, a sentence may say one; or it says what names the claim in the ledger.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from standoff.addons.reading import actors, dates, numbers
from standoff.addons.reading.actors import base, name
from standoff.addons.reading.audit.judge import is_within, verdict_on
from standoff.addons.reading.audit.link import MARGIN, CardIndex, stemmed, stems
from standoff.addons.reading.audit.speaker import Voice
from standoff.addons.reading.dates import DAY_LENGTH
from standoff.addons.reading.pipeline import NOT
from standoff.addons.reading.sentences import Place, Span

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from standoff.addons.reading.audit.records import AuditVerdict
    from standoff.addons.reading.statement import Statement
    from standoff.ledger import Claim

PARTS = re.compile(r";\s+|\.\s+(?=[A-Z])")
NO = re.compile(r"(?i)\bno\b(?!\s+(?:longer|more|less|fewer)\b)")
MODAL = re.compile(r"\b(?:may|might|can|could|will|would|shall|should|must|(?:is|are)\s+to|if|unless)\b")
TIME = re.compile(r"[\s-](hour|day|week|month|year)")
COVERED = 0.5  # smallest share, of half and more, with no error endorsed on the developed texts; of the words, by how rare they are
OWN = 0.25  # assumption: share of the words of a claim that a sentence must have; from 0.15 no error is endorsed there
SAID, SAID_OWN = 0.2, 0.35  # assumption: the same shares where the speaker and the day are those of the claim
NEAR = 0.45  # assumption: share from which a claim is near
RANKED = 12  # assumption: so many claims that retrieval has first are compared
LEAST = 3  # words of content and actors that can be compared


@dataclass(frozen=True)
class Passage:
    """The stems, actors and numbers of a text, and whether it denies."""

    stems: tuple[str, ...]
    named: frozenset[str]  #: stems of the names of actors
    actors: frozenset[str]
    numbers: frozenset[tuple[float, str]]  #: each with its unit of time
    proper: frozenset[str]  #: stems of words with a capital, without the first
    denied: tuple[frozenset[str], ...]  #: the two stems behind each `not`, or `no` before a noun

    @classmethod
    def of(cls, text: str, without: Sequence[Place] = ()) -> Passage:
        """The passage of a text without the places of its dates and attribution."""
        mentions = [m for m in actors.mentions(text) if not any(a <= m.start < b for a, b in without)]
        names = [(m.start, m.end) for m in mentions if m.kind != "person"]
        return cls(
            stems=tuple(dict.fromkeys(s for s in stemmed(text, [*without, *names]) if not NOT.fullmatch(s))),
            named=frozenset(stemmed(text, without)),
            actors=frozenset(base(m.code) for m in mentions),
            numbers=_numbers(text, without),
            proper=frozenset(stems(re.findall(r"(?<=\s)[A-Z]\w+", text))),
            denied=tuple(
                frozenset(stemmed(text[match.end() :])[:2]) for form in (NOT, NO) for match in form.finditer(text)
            ),
        )

    def opposes(self, other: Passage) -> bool:
        """Whether one of two denies more; where both deny, only what the other speaks of counts."""
        both = bool(self.denied and other.denied)
        pairs = [(one, other.stems) for one in self.denied] + [(one, self.stems) for one in other.denied]
        return sum(not (both and one.isdisjoint(told)) for one, told in pairs) % 2 == 1

    def has_name(self, quantity: str) -> bool:
        """Whether it has every word of the name of a claim, which are two or more."""
        words = [word for word in quantity.split("_") if not NOT.fullmatch(word)]
        told = [
            base(word.upper()) in self.actors if name(word.upper()) else {*stems([word])} <= self.named
            for word in words
        ]
        return len(stems(words)) > 1 and all(told)


def _numbers(text: str, without: Sequence[Place]) -> frozenset[tuple[float, str]]:
    """The numbers of a text without its dates; `one` is hardly ever a number."""
    given = numbers.find(text, Span(0, len(text)), [Span(*place) for place in without])
    timed = ((one, TIME.match(text, one.end)) for one in given)
    return frozenset(
        (n, time.group(1) if time else "")
        for one, time in timed
        for n in (one.value, one.low, one.high)
        if n is not None and n > 1
    )


def _beside(row: Statement) -> list[Place]:
    """The places of dates and attribution in the text of a statement."""
    places = [*row.dates, *(row.slots[part] for part in ("speaker", "cue") if part in row.slots)]
    return [(one["start"], one["end"]) for one in places]


def _dated(row: Statement) -> list[Statement]:
    """A statement at each date that it names: one may be of what is said, and one of the saying."""
    days = dict.fromkeys(filter(None, (row.as_of, *(one["value"] for one in row.dates))))
    return [replace(row, as_of=day) for day in days] or [row]


@dataclass(frozen=True, kw_only=True)
class WordsCompared:
    """A claim in words beside a statement."""

    claim: Claim
    score: float  #: of retrieval
    covered: float  #: share of the words of the statement that the claim has, by how rare they are
    is_same: bool  #: whether both speak of the same, by their words
    is_told: bool  #: whether by speaker and day, with fewer words
    differs: tuple[str, ...]  #: parts that differ


class Words:
    """The claims in words of a ledger."""

    def __init__(self, claims: Sequence[Claim]) -> None:
        self.entries = [
            (claim, Passage.of(text, [(one.start, one.end) for one in dates.find(text, Span(0, len(text)))]))
            for claim in claims
            if claim.proposition
            for text in dict.fromkeys((claim.proposition, *PARTS.split(claim.proposition)))
        ]
        self.documents = [
            [*p.stems, *stems(c.quantity.split("_")), *stemmed(c.speaker), *sorted(p.actors | {base(c.subject)})]
            for c, p in self.entries
        ]
        self.index = CardIndex(self.documents)
        self.names = frozenset(base(claim.subject) for claim in claims)

    def judge(self, row: Statement) -> AuditVerdict | None:
        """The verdict on a statement in words, or on those behind `said`; None where no claim is near."""
        begins = {row.start, max(row.start, row.slots.get("cue", {"end": 0})["end"])}
        verdicts = [one for begin in sorted(begins) if (one := self._judged(row, begin)) is not None]
        return min(verdicts, key=lambda one: one.kind == "near", default=None)

    def _judged(self, row: Statement, begin: int) -> AuditVerdict | None:
        places = [(start - begin, end - begin) for start, end in _beside(row)]
        passage, voice = Passage.of(row.quote[begin - row.start :], places), Voice(row)
        if len(passage.stems) + len(passage.actors) < LEAST:
            return None
        scores = self.index.scores([*passage.stems, *sorted(passage.actors)], range(len(self.entries)))
        ranked = sorted(enumerate(scores), key=lambda one: (-one[1], self.entries[one[0]][0].id))[:RANKED]
        compared = [self._compared(row, passage, voice, i, score) for i, score in ranked if score > 0]
        return _verdict(row, voice, compared) if compared else None

    def _compared(self, row: Statement, passage: Passage, voice: Voice, i: int, score: float) -> WordsCompared:
        """A claim beside a statement: shares of words, and the parts that differ."""
        claim, other = self.entries[i]
        given = sum(self.index.weight(str(number)) for number in passage.numbers & other.numbers)

        def share(words: Iterable[str], known: Collection[str]) -> float:
            weights = {word: self.index.weight(word) for word in words}
            both = given + sum(weight for word, weight in weights.items() if word in known)
            return both / (given + sum(weights.values()) or 1.0)

        own, denies = share(other.stems, passage.stems), passage.opposes(other)
        if own < OWN and passage.has_name(claim.quantity):
            own, denies = 1.0, len(passage.denied) % 2 != len(NOT.findall(claim.quantity.replace("_", " ")))
        covered = share((*passage.stems, *passage.actors), self.documents[i])
        return WordsCompared(
            claim=claim,
            score=score,
            covered=covered,
            is_same=covered >= COVERED and own >= OWN,
            is_told=covered >= SAID and own >= SAID_OWN and _is_on_day(row, claim) and voice.of(claim) is True,
            differs=tuple(_differs(row, passage, voice, claim, other, denies)),
        )


def _verdict(row: Statement, voice: Voice, compared: Sequence[WordsCompared]) -> AuditVerdict | None:
    """The verdict by the claim that is nearest."""

    def order(one: WordsCompared) -> tuple[bool, int]:
        return not (one.is_same or one.is_told), len(one.differs)

    first = min(compared, key=lambda one: (*order(one), -one.score))
    claim, (slot, *more) = first.claim, first.differs or ("",)
    own = [one for one in compared if one.claim.quantity == claim.quantity]
    rivals = (one.score for one in compared if one not in own and order(one) <= order(first))
    kind, clear = "near", first.score - max(rivals, default=0.0) >= MARGIN * first.score
    if clear and not slot and not order(first)[0]:
        kind = "consistent"
    elif clear and first.is_same and slot and not more and _is_sure(slot, row, voice, claim, own):
        kind = "contradicted"
    elif first.covered < NEAR:
        return None
    agrees = kind == "consistent"
    text = "One claim says the same" if agrees else f"It differs in the {slot or 'words'}"
    text = f"{'Not confirmed. ' * (kind == 'near')}{text}: {claim.speaker} on {claim.as_of}: {claim.proposition}"
    slot = slot if agrees else slot or "words"
    return verdict_on(row, kind, text, [(claim, "agrees" if agrees else "differs")], slot=slot)


def _is_sure(slot: str, row: Statement, voice: Voice, claim: Claim, own: Sequence[WordsCompared]) -> bool:
    """Whether one part that differs is of the same event: days on both sides, a foreign speaker."""
    dated = {len(one.as_of) for one in _dated(row) if one.as_of}
    if slot == "date":
        return claim.as_of.day > 0 and DAY_LENGTH in dated and all("date" in one.differs for one in own)
    if slot == "speaker" and voice.is_foreign([claim]):
        return True
    return slot == "polarity" or (bool(dated) if slot == "number" else _is_on_day(row, claim))


def _is_on_day(row: Statement, claim: Claim) -> bool:
    """Whether a statement names the very day of a claim, or the month of one that has no day."""
    return claim.as_of.month > 0 and any(one.as_of == str(claim.as_of) for one in _dated(row))


def _differs(
    row: Statement, passage: Passage, voice: Voice, claim: Claim, other: Passage, denies: bool
) -> Iterator[str]:
    """The parts in which a statement differs from a claim."""
    if not any(is_within(day, one) for one in _dated(row) for day in (claim.as_of, claim.published)):
        yield "date"
    if voice.of(claim) is False:
        yield "speaker"
    if other.numbers and not passage.numbers <= other.numbers:
        yield "number"
    if row.modality == "planned" and not (voice.told or MODAL.search(claim.proposition)):
        yield "modality"
    if denies != (row.polarity == "negative" and not NOT.search(row.quote)):
        yield "polarity"
    own = other.actors or {base(claim.subject)}
    known = other.actors | {base(claim.subject)} | {base(m.code) for m in actors.mentions(claim.speaker)} | voice.codes
    if not passage.actors <= known and not (other.proper <= passage.named and own <= passage.actors):
        yield "actor"
