"""Compare a sentence with the claims in words: who, what, when, by whom, denied or not.

A sentence agrees only with one claim that has nearly all of its words, its actors, its day and its speaker, and denies as
much. One part that differs contradicts; a claim that has half of the words is near.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from standoff.addons.reading import actors
from standoff.addons.reading.actors import base
from standoff.addons.reading.audit.judge import cited
from standoff.addons.reading.audit.link import CardIndex, stems
from standoff.addons.reading.audit.records import AuditVerdict
from standoff.addons.reading.audit.speaker import Voice
from standoff.addons.reading.pipeline import NOT
from standoff.dates import PartialDate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from standoff.addons.reading.audit.records import Kind
    from standoff.addons.reading.statement import Statement
    from standoff.ledger import Claim

WORD = re.compile(r"[^\W\d_]{2,}|\d[\d,.]*\d|\d")
COVERED = 0.6  # assumption: share of the words of a sentence, by how rare they are, that a claim must have
OWN = 0.35  # assumption: share of the words of a claim that the sentence must have
NEAR = 0.45  # assumption: share from which a claim is near
LEAST = 3  # words of content that can be compared
MARGIN = 0.1  # assumption: as in link.py


@dataclass(frozen=True)
class Passage:
    """The stems and actors of a text, and whether it denies."""

    stems: tuple[str, ...]
    actors: frozenset[str]
    denies: bool

    @classmethod
    def of(cls, text: str, without: Sequence[tuple[int, int]] = ()) -> Passage:
        """The passage of a text without the places of its dates and attribution."""
        mentions = [m for m in actors.mentions(text) if not any(a <= m.start < b for a, b in without)]
        gone = [*without, *((m.start, m.end) for m in mentions if m.kind != "person")]
        words = [w.group() for w in WORD.finditer(text) if not any(a <= w.start() < b for a, b in gone)]
        kept = tuple(dict.fromkeys(s for s in stems(words) if not NOT.fullmatch(s)))
        return cls(kept, frozenset(base(m.code) for m in mentions), len(NOT.findall(text)) % 2 == 1)


class Words:
    """The claims in words of a ledger."""

    def __init__(self, claims: Sequence[Claim]) -> None:
        self.claims = [claim for claim in claims if claim.proposition]
        self.passages = [Passage.of(claim.proposition) for claim in self.claims]
        self.documents = [
            [
                *p.stems,
                *stems(c.quantity.split("_")),
                *stems(WORD.findall(c.speaker)),
                *sorted(p.actors | {base(c.subject)}),
            ]
            for c, p in zip(self.claims, self.passages, strict=True)
        ]
        self.index = CardIndex(self.documents) if self.claims else None
        self.names = frozenset(base(claim.subject) for claim in claims)

    def judge(self, row: Statement) -> AuditVerdict | None:
        """The verdict on a statement in words; None where no claim is near."""
        beside = [(one["start"] - row.start, one["end"] - row.start) for one in row.dates]
        beside += [
            (row.slots[n]["start"] - row.start, row.slots[n]["end"] - row.start)
            for n in ("speaker", "cue")
            if n in row.slots
        ]
        passage = Passage.of(row.quote, beside)
        if len(passage.stems) < LEAST or self.index is None:
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
        best = [self._parts(row, passage, i) for i in pool]
        rival = next((score for score, i in ranked if self.claims[i].quantity != top.quantity), 0.0)
        clear = ranked[0][0] - rival >= MARGIN * ranked[0][0]
        return self._verdict(row, [one for one in best if one["covered"] >= NEAR], clear)

    def _parts(self, row: Statement, passage: Passage, i: int) -> dict[str, Any]:
        """A claim beside a statement: shares of words, and the parts that differ."""
        claim, other, document = self.claims[i], self.passages[i], set(self.documents[i])
        assert self.index is not None
        weights = {stem: self.index.weight(stem) for stem in (*passage.stems, *passage.actors)}
        covered = sum(w for s, w in weights.items() if s in document) / sum(weights.values())
        own = {s: self.index.weight(s) for s in other.stems}
        mine = sum(w for s, w in own.items() if s in passage.stems) / (sum(own.values()) or 1.0)
        differs = []
        if row.as_of is not None:
            when = PartialDate.parse(row.as_of)
            if not any(when.first <= d.last and d.first <= when.last for d in (claim.as_of, claim.published)):
                differs.append("date")
        if Voice(row).of(claim) is False:
            differs.append("speaker")
        if passage.denies != other.denies or (row.polarity == "negative") != passage.denies:
            differs.append("polarity")
        known = other.actors | {base(claim.subject)} | {base(m.code) for m in actors.mentions(claim.speaker)}
        if not passage.actors <= known | {base(code) for code in row.speaker_codes}:
            differs.append("actor")
        return {
            "claim": claim,
            "covered": covered,
            "own": mine,
            "differs": differs,
            "actors": bool(passage.actors & other.actors),
        }

    def _verdict(self, row: Statement, parts: Sequence[dict[str, Any]], clear: bool) -> AuditVerdict | None:
        if not parts:
            return None
        order = sorted(parts, key=lambda one: (len(one["differs"]), -one["covered"], one["claim"].id))
        first = order[0]
        same = first["covered"] >= COVERED and first["own"] >= OWN
        slot = (first["differs"] or ["words"])[0]
        kind: Kind = "near"
        if same and clear and not first["differs"]:
            kind, slot = "consistent", ""
        elif (
            same and clear and len(first["differs"]) == 1 and slot != "actor" and self._is_sure(slot, row, first, order)
        ):
            kind = "contradicted"
        claim = first["claim"]
        told = f"{claim.speaker} on {claim.as_of}: {claim.proposition}"
        text = f"One claim says the same: {told}" if kind == "consistent" else f"It differs in the {slot}: {told}"
        text = f"Not confirmed. {text}" if kind == "near" else text
        role = "agrees" if kind == "consistent" else "differs"
        return AuditVerdict(
            kind,
            row.id,
            row.quote,
            row.start,
            row.end,
            text,
            (cited(claim, role),),
            slot=slot,
            at=str(claim.as_of),
        )

    @staticmethod
    def _is_sure(slot: str, row: Statement, first: dict[str, Any], order: Sequence[dict[str, Any]]) -> bool:
        """Whether one part that differs is no other event: days on both sides, a foreign speaker."""
        claim = first["claim"]
        if slot == "date":
            days = row.as_of is not None and len(row.as_of) == 10 and claim.as_of.day > 0
            return days and not any("date" not in one["differs"] for one in order)
        if slot == "speaker":
            return Voice(row).is_foreign([claim])
        return slot == "polarity"
