"""Compare a sentence with the claims in words: who, what, when, by whom, denied or not.

A sentence agrees only with one claim that has nearly all of its words, its actors, its numbers, its day and its speaker,
and denies as much. One part that differs contradicts; a claim that has half of the words is near. Of a claim that says
several things, divided by semicolons or full stops, a sentence may say one; or it says what names the claim in the ledger.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from standoff.addons.reading import actors, dates, numbers
from standoff.addons.reading.actors import base, name
from standoff.addons.reading.audit.judge import stated_days, verdict_on
from standoff.addons.reading.audit.link import MARGIN, CardIndex, stemmed, stems
from standoff.addons.reading.audit.speaker import Voice
from standoff.addons.reading.pipeline import NOT
from standoff.addons.reading.sentences import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from standoff.addons.reading.audit.records import AuditVerdict, Kind
    from standoff.addons.reading.statement import Statement
    from standoff.ledger import Claim

PARTS = re.compile(r";\s+|\.\s+(?=[A-Z])")
NO = re.compile(r"(?i)\bno\b(?!\s+(?:longer|more|less|fewer)\b)")
COVERED = 0.5  # smallest share, of half and more, with no error endorsed on the developed texts; of the words, by how rare they are
OWN = (
    0.25  # assumption: share of the words of a claim that the sentence must have; from 0.15 no error is endorsed there
)
NEAR = 0.45  # assumption: share from which a claim is near
LEAST = 3  # words of content and actors that can be compared


@dataclass(frozen=True)
class Passage:
    """The stems, actors and numbers of a text, and whether it denies."""

    stems: tuple[str, ...]
    named: frozenset[str]  #: stems of the names of actors
    actors: frozenset[str]
    numbers: frozenset[float]
    denies: bool  #: by a word as `not`, or by `no` before a noun

    @classmethod
    def of(cls, text: str, without: Sequence[tuple[int, int]] = ()) -> Passage:
        """The passage of a text without the places of its dates and attribution."""
        mentions = [m for m in actors.mentions(text) if not any(a <= m.start < b for a, b in without)]
        names = [(m.start, m.end) for m in mentions if m.kind != "person"]
        return cls(
            stems=tuple(dict.fromkeys(s for s in stemmed(text, [*without, *names]) if not NOT.fullmatch(s))),
            named=frozenset(stemmed(text, without)),
            actors=frozenset(base(m.code) for m in mentions),
            numbers=_numbers(text, without),
            denies=len([*NOT.findall(text), *NO.findall(text)]) % 2 == 1,
        )

    def has_name(self, quantity: str) -> bool:
        """Whether it has every word of the name of a claim, which are two or more."""
        words = [word for word in quantity.split("_") if not NOT.fullmatch(word)]
        told = [
            base(word.upper()) in self.actors if name(word.upper()) else {*stems([word])} <= self.named
            for word in words
        ]
        return len(stems(words)) > 1 and all(told)


def _numbers(text: str, without: Sequence[tuple[int, int]]) -> frozenset[float]:
    """The numbers of a text without its dates; `one` is hardly ever a number."""
    given = numbers.find(text, Span(0, len(text)), [Span(*place) for place in without])
    return frozenset(n for one in given for n in (one.value, one.low, one.high) if n is not None and n > 1)


def _beside(row: Statement) -> list[tuple[int, int]]:
    """The places of dates and attribution in the words of a statement."""
    places = [*row.dates, *(row.slots[part] for part in ("speaker", "cue") if part in row.slots)]
    return [(one["start"] - row.start, one["end"] - row.start) for one in places]


def _dated(row: Statement) -> Statement:
    """A statement with its date, else with that of its beginning: `since 9 April 1972`."""
    return replace(row, as_of=next(filter(None, (row.as_of, *(one["value"] for one in row.dates))), None))


class Words:
    """The claims in words of a ledger."""

    def __init__(self, claims: Sequence[Claim]) -> None:
        entries = [
            (claim, text)
            for claim in claims
            if claim.proposition
            for text in dict.fromkeys((claim.proposition, *PARTS.split(claim.proposition)))
        ]
        self.claims = [claim for claim, _ in entries]
        self.passages = [
            Passage.of(text, [(one.start, one.end) for one in dates.find(text, Span(0, len(text)))])
            for _, text in entries
        ]
        self.documents = [
            [
                *p.stems,
                *stems(c.quantity.split("_")),
                *stemmed(c.speaker),
                *sorted(p.actors | {base(c.subject)}),
            ]
            for c, p in zip(self.claims, self.passages, strict=True)
        ]
        self.index = CardIndex(self.documents) if self.claims else None
        self.names = frozenset(base(claim.subject) for claim in claims)

    def judge(self, row: Statement) -> AuditVerdict | None:
        """The verdict on a statement in words; None where no claim is near."""
        row = _dated(row)
        passage = Passage.of(row.quote, _beside(row))
        if len(passage.stems) + len(passage.actors) < LEAST or self.index is None:
            return None
        told = passage.actors | {base(code) for code in row.speaker_codes}
        chosen = [
            i
            for i, claim in enumerate(self.claims)
            if not told or base(claim.subject) in told or self.passages[i].actors & passage.actors
        ]
        query = [*passage.stems, *sorted(passage.actors)]
        scores = self.index.scores(query, chosen)
        ranked = sorted(zip(scores, chosen, strict=True), key=lambda one: (-one[0], self.claims[one[1]].id))
        if not ranked:
            return None
        top = self.claims[ranked[0][1]]
        pool = [i for score, i in ranked if self.claims[i].quantity == top.quantity and score > 0]
        best: dict[str, dict[str, Any]] = {}
        for one in (self._parts(row, passage, i) for i in pool):
            other = best.setdefault(one["claim"].id, one)
            best[one["claim"].id] = max(other, one, key=lambda part: (part["same"], part["covered"] + part["own"]))
        rival = next((score for score, i in ranked if self.claims[i].quantity != top.quantity), 0.0)
        clear = ranked[0][0] - rival >= MARGIN * ranked[0][0]
        return self._verdict(row, [one for one in best.values() if one["covered"] >= NEAR], clear)

    def _parts(self, row: Statement, passage: Passage, i: int) -> dict[str, Any]:
        """A claim beside a statement: shares of words, and the parts that differ."""
        claim, other, document = self.claims[i], self.passages[i], set(self.documents[i])
        assert self.index is not None
        weights = {stem: self.index.weight(stem) for stem in (*passage.stems, *passage.actors)}
        given = sum(self.index.weight(str(number)) for number in passage.numbers & other.numbers)
        covered = (given + sum(w for s, w in weights.items() if s in document)) / (given + sum(weights.values()))
        own = {s: self.index.weight(s) for s in other.stems}
        mine = (given + sum(w for s, w in own.items() if s in passage.stems)) / (given + sum(own.values()) or 1.0)
        denies = other.denies
        if mine < OWN and passage.has_name(claim.quantity):
            mine, denies = 1.0, bool(NOT.search(claim.quantity.replace("_", " ")))
        return {
            "claim": claim,
            "covered": covered,
            "own": mine,
            "same": covered >= COVERED and mine >= OWN,
            "differs": list(_differs(row, passage, claim, other, denies)),
        }

    def _verdict(self, row: Statement, parts: Sequence[dict[str, Any]], clear: bool) -> AuditVerdict | None:
        if not parts:
            return None
        order = sorted(parts, key=lambda one: (len(one["differs"]), -one["covered"], one["claim"].id))
        first = order[0]
        slot = (first["differs"] or ["words"])[0]
        kind: Kind = "near"
        if first["same"] and clear and not first["differs"]:
            kind, slot = "consistent", ""
        elif first["same"] and clear and len(first["differs"]) == 1 and self._is_sure(slot, row, first, order):
            kind = "contradicted"
        claim = first["claim"]
        told = f"{claim.speaker} on {claim.as_of}: {claim.proposition}"
        text = f"One claim says the same: {told}" if kind == "consistent" else f"It differs in the {slot}: {told}"
        text = f"Not confirmed. {text}" if kind == "near" else text
        role = "agrees" if kind == "consistent" else "differs"
        return verdict_on(row, kind, text, [(claim, role)], slot=slot, at=str(claim.as_of))

    @staticmethod
    def _is_sure(slot: str, row: Statement, first: dict[str, Any], order: Sequence[dict[str, Any]]) -> bool:
        """Whether one part that differs is no other event: days on both sides, a foreign speaker."""
        claim = first["claim"]
        if slot == "date":
            days = row.as_of is not None and len(row.as_of) == 10 and claim.as_of.day > 0
            return days and not any("date" not in one["differs"] for one in order)
        if slot == "speaker":
            return Voice(row).is_foreign([claim])
        return slot == "polarity" or (slot == "number" and row.as_of is not None)


def _differs(row: Statement, passage: Passage, claim: Claim, other: Passage, denies: bool) -> Iterator[str]:
    """The parts in which a statement differs from a claim."""
    when = stated_days(row)
    if when and not any(when[0] <= d.last and d.first <= when[1] for d in (claim.as_of, claim.published)):
        yield "date"
    if Voice(row).of(claim) is False:
        yield "speaker"
    if not passage.numbers <= other.numbers:
        yield "number" if other.numbers else "words"
    if passage.denies != denies or (row.polarity == "negative") != (len(NOT.findall(row.quote)) % 2):
        yield "polarity"
    known = other.actors | {base(claim.subject)} | {base(m.code) for m in actors.mentions(claim.speaker)}
    if not passage.actors <= known | {base(code) for code in row.speaker_codes}:
        yield "actor"
