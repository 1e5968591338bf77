"""Compare a number of a text with the claims of one quantity, part by part.

A statement agrees only with one claim, in every part: subject, quantity, unit, period, level or change, date, speaker
and number. It is contradicted where exactly one part differs from a claim that has all others, and where no other claim
can be meant. Everything else is near, or not matched.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeAlias

from standoff.addons.reading.actors import base, name
from standoff.addons.reading.audit.link import Linker, QuantityLink, claims_of, has_word, query_of, stems
from standoff.addons.reading.audit.ranges import GivenNumber, agrees, differs, of_claim
from standoff.addons.reading.audit.records import AuditVerdict, Cited
from standoff.addons.reading.audit.stated import Stated, speaks_for
from standoff.dates import PartialDate
from standoff.ledger.cards import CHANGES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from standoff.addons.reading.statement import Statement
    from standoff.ledger import Claim
    from standoff.ledger.cards import Card

NEAREST = 3  # quantities that are named where none is linked
SHOWN = 4  # assumption: so many claims on one verdict are enough for a reader
LONG_AGO = 366  # assumption: days after which an undated number of the present is no repetition of a claim
SAME_DAYS = 31  # assumption: dates this near may be one date, told on another day
FALLS = re.compile(
    r"(?i)\b(?:fell|falls?|fallen|shr[aiu]nk\w*|declin\w*|contract\w*|dropp?\w*|down|lower|decreas\w*)\b"
)
WIDE = 0.3  # the same margin where the subject is open; from 0.3 to 0.5 no developed text has an alarm
DIGITS = 3  # assumption: a number of so many digits is not met by chance
TOLD = {
    "consistent": "One claim says the same",
    "contradicted": "It differs in the",
    "near": "Not confirmed; it differs in the",
}


@dataclass(frozen=True, kw_only=True)
class Compared:
    """A claim beside a statement: which parts agree."""

    claim: Claim
    date: bool
    apart: int  #: days between the dates
    speaker: bool | None  #: None where the text does not name one that can be told
    number: bool
    differs: bool  #: whether the numbers cannot be the same


Outcome: TypeAlias = "tuple[Any, str, Sequence[Compared]]"  #: kind of verdict, part that differs, claims


class Judge:
    """Judges numbers against a ledger; `day` is that of the text, for statements without a date."""

    def __init__(
        self, cards: Iterable[Card], claims: Sequence[Claim], day: str, rates: Mapping[str, str] | None = None
    ) -> None:
        self.linker, self.claims = Linker(cards, rates), {claim.id: claim for claim in claims}
        self.day = PartialDate.parse(day).last

    def judge(self, row: Statement) -> AuditVerdict:
        """The verdict on a number."""
        if "as_of" in row.doubts and row.as_of is None and "as_of" in row.slots:
            row = replace(row, as_of=row.slots["as_of"]["words"])
        stated, subjects = Stated(row, [row.as_of]), row.subject.split("+") if row.subject else []
        if hostile := self._merged(stated, subjects):
            told = "; ".join(f"{one.speaker} of {one.subject}: {content(one)}" for one in hostile)
            text = f"The text has each report its own number; in the ledger each says it of the other ({told})."
            return verdict_on(row, "contradicted", hostile, "speaker", text)
        link = self._link(row, subjects)
        if "as_of" in row.doubts and row.as_of is None:
            link = replace(link, card=None, reason="Its year is open: it may be one that the text named before.")
            outcomes: Iterator[Outcome] = iter(())
        else:
            outcomes = self._outcomes(link.card or self._by_margin(row, link), stated)
        kind, slot, chosen = next(outcomes, ("not matched", "", ()))
        if not chosen:
            nearest = tuple(card.key for card, _ in link.ranked[:NEAREST])
            return verdict_on(row, kind, (), text=link.reason, nearest=nearest)
        return verdict_on(row, kind, [one.claim for one in chosen], slot)

    def _link(self, row: Statement, subjects: Sequence[str]) -> QuantityLink:
        """The link by the subject; of two actors by that whose quantity names the other."""
        link = self.linker.link(row, "")
        if len(subjects) == 1 and "subject" not in row.doubts:
            link = self.linker.link(row, subjects[0])
            subjects = row.counterparts if link.card is None else ()
        links = [self.linker.link(row, one) for one in subjects]
        told = [one for one in links if one.card is not None and _is_of_both(one.card, row)]
        return told[0] if len(told) == 1 else link

    def _by_margin(self, row: Statement, link: QuantityLink) -> Card | None:
        """For an open subject, the card that is far before all others of the ledger."""
        (card, best), (_, next_) = (*link.ranked, (None, 0.0), (None, 0.0))[:2]
        sure = card is not None and "subject" in row.doubts and self.linker.link(row, card.subject).card == card
        return card if sure and best - next_ >= WIDE * best else None

    def _outcomes(self, card: Card | None, stated: Stated) -> Iterator[Outcome]:
        """What may be told of a statement, best first; the claims of other cards are compared last."""
        if card is not None:
            yield from self._of_card(card, stated)
            return
        same, others = self._by_number(stated)
        yield from [("consistent", "", [one]) for one in same]
        yield from [("contradicted", "subject", others)] * bool(others)

    def _of_card(self, card: Card, stated: Stated) -> Iterator[Outcome]:
        """What may be told of a statement about a card."""
        compared = self._compared(card, stated)
        dated = [one for one in compared if one.date]
        close = [one for one in compared if one.date or one.number] or compared[:1]
        if slot := _card_differs(card, stated.row):
            yield "near", slot, close
        yield from _same_number(card, stated, compared, dated)
        yield from _from_others(stated, dated)
        yield from _at_other_dates(stated, compared, dated)
        others = [one for one in self._by_number(stated)[1] if one.claim.quantity == card.quantity]
        yield from [("contradicted", "subject", others)] * bool(others)
        yield from _other_numbers(stated.row, dated)
        first = compared[0]
        yield "near", "date" if not first.date else "speaker" if first.speaker is False else "number", close

    def _by_number(self, stated: Stated) -> tuple[list[Compared], list[Compared]]:
        """The claims of the speaker with this number and date: of the subject, and of others."""
        row, same = stated.row, list[Compared]()
        own = {*map(base, row.subject.split("+"))} if row.subject and "subject" not in row.doubts else set()
        for card, _ in self.linker.link(row, "").ranked if row.as_of else ():
            titled = bool(own) and (stated.digits > 1 or not query_of(row).isdisjoint(stems(card.title.split())))
            if (titled or has_word(card, row)) and not (own and base(card.subject) in map(base, row.counterparts)):
                same += [one for one in self._compared(card, stated) if one.date and one.number and one.speaker]
        others = [one for one in same if own and base(one.claim.subject) not in own]
        return [one for one in same if one not in others], others

    def _compared(self, card: Card, stated: Stated) -> list[Compared]:
        """Every claim of a card beside a statement; without a date, the last claims are of its date."""
        claims = claims_of(card, self.claims)
        last: dict[str, dt.date] = {}
        for claim in claims:
            last[claim.speaker] = max(last.get(claim.speaker, dt.date.min), claim.as_of.last)
        out = []
        for claim in claims:
            number, other = self._numbers(stated.row, claim, card)
            inside = stated.is_of(claim)
            if stated.days:
                begin, end = stated.spans()[0]
                gap = max((claim.as_of.first - end).days, (begin - claim.as_of.last).days, 0)
            else:
                gap = 0 if card.kind == "forecast" else abs((self.day - claim.as_of.last).days)
                inside = claim.as_of.last == last[claim.speaker] and gap <= LONG_AGO
            told = {"number": agrees(number, other), "differs": differs(number, other), "speaker": stated.is_by(claim)}
            out.append(Compared(claim=claim, date=inside, apart=gap, **told))  # type: ignore[arg-type]
        return sorted(out, key=lambda one: (one.apart, one.claim.id))

    def _numbers(self, row: Statement, claim: Claim, card: Card) -> tuple[GivenNumber, GivenNumber]:
        """Both numbers in the unit of the statement."""
        ends = [n for n in (row.value, row.low, row.high) if n is not None]
        factor = self.linker.factor(claim.unit, row.unit) or self.linker.factor(card.unit, row.unit) or 1.0
        other = of_claim(claim, factor)
        small = other.whole and row.comparator == "exact" and len(ends) == 1
        if card.kind == "change" and row.change == "change" and min(ends) > 0 and FALLS.search(row.quote):
            ends = [-end for end in ends]
        return GivenNumber(min(ends), max(ends), row.comparator, small), other

    def _merged(self, stated: Stated, subjects: Sequence[str]) -> list[Claim]:
        """Claims of actors about one another that the text gives as what each says of itself."""
        hostile: list[Claim] = []
        for subject in subjects if len(subjects) > 1 and {*map(base, subjects)} <= stated.codes else ():
            card = self.linker.link(stated.row, subject).card
            said = [] if card is None else [one for one in self._compared(card, stated) if one.apart <= SAME_DAYS]
            voices = [one.claim for one in said if speaks_for(one.claim, {*map(base, subjects)})]
            if not voices or any(speaks_for(one, {base(subject)}) for one in voices):
                return []
            hostile += voices[:2]
        return hostile


def _is_of_both(card: Card, row: Statement) -> bool:
    """Whether a card of one actor names another that the statement names: `trade with`."""
    codes = {base(code).casefold() for code in (*row.subject.split("+"), *row.counterparts)}
    named = {*card.quantity.split("_"), card.counterpart.casefold()}
    return any({code, code[:2]} & named for code in codes - {"", base(card.subject).casefold()})


def _same_number(
    card: Card, stated: Stated, compared: Sequence[Compared], dated: Sequence[Compared]
) -> Iterator[Outcome]:
    """Claims with the number of the statement for its date; another period is told first."""
    same = [one for one in dated if one.number and one.speaker is not False]
    if stated.row.per and stated.row.per != card.period:
        sure = [one for one in same if one.speaker and stated.digits > 1]
        yield "contradicted" if sure else "near", "period", sure or compared
    yield from [("consistent", "", [one]) for one in sorted(same, key=lambda one: (not one.speaker, one.apart))]


def _from_others(stated: Stated, dated: Sequence[Compared]) -> Iterator[Outcome]:
    """The very number of that date, from others than the text says."""
    if foreign := [one for one in dated if one.number and one.speaker is False]:
        is_long = stated.digits >= DIGITS + (not stated.days)
        sure = is_long and stated.is_foreign(one.claim for one in foreign)
        yield "contradicted" if sure else "near", "speaker", foreign


def _at_other_dates(stated: Stated, compared: Sequence[Compared], dated: Sequence[Compared]) -> Iterator[Outcome]:
    """The number of another date, where its speaker has another one for that of the text."""
    if elsewhere := [one for one in compared if one.number and not one.date and one.speaker is not False]:
        rivals = [one for one in dated if one.differs and one.speaker is not False]
        apart, by = SAME_DAYS if stated.days else LONG_AGO, {_name(one.claim) for one in rivals}
        sure = [one for one in elsewhere if _name(one.claim) in by and one.apart > apart]
        if sure and stated.digits > 1 and all(one.differs for one in dated):
            yield "contradicted", "date", [sure[0], *rivals]
        yield "near", "date", elsewhere


def _other_numbers(row: Statement, dated: Sequence[Compared]) -> Iterator[Outcome]:
    """Other numbers that the speaker has for the date of the text."""
    named = [one for one in dated if one.speaker]
    own = named or [one for one in dated if all(other.speaker is None for other in dated)]
    if own and all(one.differs for one in own):
        fresh = row.as_of or (named and own[0].apart <= 3 * SAME_DAYS)
        yield "contradicted" if fresh else "near", "number", own


def _card_differs(card: Card, row: Statement) -> str:
    """The part of a card that a statement does not have."""
    if row.change == "earlier":
        return "date"
    changes, is_change = card.kind == "change", row.change == "change"
    named = not {*query_of(row)}.isdisjoint(stems(CHANGES))
    return "change" if changes != is_change and not (changes and named) else ""


def _name(claim: Claim) -> str:
    """The speaker of a claim without what stands in brackets."""
    return claim.speaker.partition(" (")[0]


def content(claim: Claim) -> str:
    """A claim in short; without a unit, its quantity says what is counted."""
    if not claim.numbers or claim.unit != "1":
        return claim.statement
    label = " ".join(name(word.upper()) or word for word in claim.quantity.split("_"))
    return f"{claim.statement.removesuffix(' 1')} ({label})"


def verdict_on(
    row: Statement, kind: Any, claims: Sequence[Claim], slot: str = "", text: str = "", nearest: tuple[str, ...] = ()
) -> AuditVerdict:
    """A verdict on a statement that cites these claims."""
    role = {"consistent": "agrees", "arithmetic": "part"}.get(kind, "differs")
    told = "; ".join(f"{one.speaker} on {one.as_of}: {content(one)}" for one in claims[:2])
    text = text or f"{' '.join(filter(None, (TOLD[kind], slot)))}: {told.rstrip('.')}."
    cited = {
        one.id: Cited(
            one.id, role, content(one), one.speaker, one.side, str(one.as_of), one.quote.text if one.quote else ""
        )
        for one in claims
    }
    return AuditVerdict(kind, row.id, row.quote, row.start, row.end, text, tuple(cited.values())[:SHOWN], slot, nearest)
