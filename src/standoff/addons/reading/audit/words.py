"""Compare a sentence with the claims in words: who, what, when, by whom, denied or not.

A sentence agrees only with one claim that has half of its words, or fewer where it names the speaker and day of the claim, and
its actors, numbers and dates, and that denies as much. One part that differs contradicts, where both speak of one event. Of a
claim that says several things, divided by semicolons or full stops, a sentence may say one; or it says what names the claim in
the ledger.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from standoff.addons.reading import actors, dates, numbers
from standoff.addons.reading.actors import base, name
from standoff.addons.reading.audit.judge import verdict_on
from standoff.addons.reading.audit.link import MARGIN, CardIndex, stemmed, stems
from standoff.addons.reading.audit.stated import Stated
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
SAID, SAID_OWN = (
    0.2,
    0.35,
)  # the same where speaker and day are those of the claim; with these no error of the developed texts is endorsed
NEAR = 0.45  # assumption: share from which a claim is near
RANKED = 12  # assumption: so many claims that retrieval has first are compared
LEAST = 3  # words of content and actors that can be compared


@dataclass(frozen=True)
class Passage:
    """The stems, actors and numbers of a text, and whether it denies."""

    stems: tuple[str, ...]
    words: frozenset[str]  #: all stems, those of the names of actors among them
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
            words=frozenset(stemmed(text, without)),
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
            base(word.upper()) in self.actors if name(word.upper()) else {*stems([word])} <= self.words
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
            (claim, Passage.of(text, [(one.start, one.end) for one in days]), {one.value for one in days} - {""})
            for claim in claims
            if claim.proposition
            for text in dict.fromkeys((claim.proposition, *PARTS.split(claim.proposition)))
            for days in [dates.find(text, Span(0, len(text)))]
        ]
        self.documents = [
            [*p.stems, *stems(c.quantity.split("_")), *stemmed(c.speaker), *sorted(p.actors | {base(c.subject)})]
            for c, p, _ in self.entries
        ]
        self.index = CardIndex(self.documents)
        self.names = frozenset(base(claim.subject) for claim in claims)

    def judge(self, row: Statement) -> AuditVerdict | None:
        """The verdict on a statement, or on what stands behind `said`; None where no claim is near."""
        begins = {row.start, max(row.start, row.slots.get("cue", {"end": 0})["end"])}
        verdicts = [one for begin in sorted(begins) if (one := self._judged(row, begin)) is not None]
        return min(verdicts, key=lambda one: one.kind == "near", default=None)

    def _judged(self, row: Statement, begin: int) -> AuditVerdict | None:
        beside = [*row.dates, *(row.slots[part] for part in ("speaker", "cue") if part in row.slots)]
        places = [(one["start"] - begin, one["end"] - begin) for one in beside]
        passage = Passage.of(row.quote[begin - row.start :], places)
        stated = Stated(row, [row.as_of, *(one["value"] for one in row.dates)])
        if len(passage.stems) + len(passage.actors) < LEAST:
            return None
        scores = self.index.scores([*passage.stems, *sorted(passage.actors)], range(len(self.entries)))
        ranked = sorted(enumerate(scores), key=lambda one: (-one[1], self.entries[one[0]][0].id))[:RANKED]
        compared = [self._compared(stated, passage, i, score) for i, score in ranked if score > 0]
        return _verdict(stated, compared) if compared else None

    def _compared(self, stated: Stated, passage: Passage, i: int, score: float) -> WordsCompared:
        """A claim beside a statement: shares of words, and the parts that differ."""
        claim, other, days = self.entries[i]
        given = sum(self.index.weight(str(number)) for number in passage.numbers & other.numbers)

        def share(words: Iterable[str], known: Collection[str]) -> float:
            weights = {word: self.index.weight(word) for word in words}
            both = given + sum(weight for word, weight in weights.items() if word in known)
            return both / (given + sum(weights.values()) or 1.0)

        own, opposed = share(other.stems, passage.stems), passage.opposes(other)
        if own < OWN and passage.has_name(claim.quantity):
            own, opposed = 1.0, (len(passage.denied) - len(NOT.findall(claim.quantity.replace("_", " ")))) % 2 == 1
        covered = share((*passage.stems, *passage.actors), self.documents[i])
        told = covered >= SAID and own >= SAID_OWN and stated.is_on_day(claim) and stated.is_by(claim) is True
        return WordsCompared(
            claim=claim,
            score=score,
            covered=covered,
            is_same=covered >= COVERED and own >= OWN,
            is_told=told,
            differs=tuple(_differs(stated, passage, claim, other, days, opposed)),
        )


def _verdict(stated: Stated, compared: Sequence[WordsCompared]) -> AuditVerdict | None:
    """The verdict by the claim that is nearest."""

    def order(one: WordsCompared) -> float:
        return len(one.differs) if one.is_same or one.is_told else math.inf

    first = min(compared, key=lambda one: (order(one), -one.score))
    claim, (slot, *more) = first.claim, first.differs or ("",)
    own = [one for one in compared if one.claim.quantity == claim.quantity]
    rivals = (one.score for one in compared if one not in own and order(one) <= order(first))
    clear = first.score - max(rivals, default=0.0) >= MARGIN * first.score
    if clear and order(first) == 0:
        return verdict_on(stated.row, "consistent", [claim])
    if clear and first.is_same and slot and not more and _is_sure(slot, stated, claim, own):
        return verdict_on(stated.row, "contradicted", [claim], slot)
    return verdict_on(stated.row, "near", [claim], slot or "words") if first.covered >= NEAR else None


def _is_sure(slot: str, stated: Stated, claim: Claim, own: Sequence[WordsCompared]) -> bool:
    """Whether one part that differs is of the same event: days on both sides, a foreign speaker."""
    if slot == "date":
        days = claim.as_of.day and any(day.day for day in stated.days)
        return bool(days) and all("date" in one.differs for one in own)
    if slot == "number":
        return bool(stated.days)
    if slot == "speaker" and stated.is_foreign([claim]):
        return True
    return slot == "polarity" or (slot in {"speaker", "actor"} and stated.is_on_day(claim))


def _differs(
    stated: Stated, passage: Passage, claim: Claim, other: Passage, days: set[str], opposed: bool
) -> Iterator[str]:
    """The parts in which a statement differs from a claim."""
    row = stated.row
    known = {base(claim.subject), *other.actors, *stated.codes, *(base(m.code) for m in actors.mentions(claim.speaker))}
    foreign, replaced = (
        not passage.actors <= known,
        not (other.actors <= passage.actors and other.proper <= passage.words),
    )
    parts = {
        "date": not stated.is_of(claim) or not stated.may_name(days, claim),
        "speaker": stated.is_by(claim) is False,
        "number": bool(other.numbers) and not passage.numbers <= other.numbers,
        "modality": row.modality == "planned" and not (stated.told or MODAL.search(claim.proposition)),
        "polarity": opposed != (row.polarity == "negative" and not NOT.search(row.quote)),
        "actor": foreign and replaced,
        "subject": foreign and not replaced and not other.actors and base(claim.subject) not in passage.actors,
    }
    yield from (part for part, differs in parts.items() if differs)
