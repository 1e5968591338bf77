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
from standoff.addons.reading.audit.link import MARGIN, Linker, QuantityLink, claims_of, has_word, query_of, stems
from standoff.addons.reading.audit.ranges import GivenNumber, agrees, differs, of_claim, step
from standoff.addons.reading.audit.records import AuditVerdict, Cited
from standoff.addons.reading.audit.speaker import Voice, is_by
from standoff.dates import PartialDate
from standoff.ledger.cards import CHANGES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from standoff.addons.reading.statement import Statement
    from standoff.ledger import Claim
    from standoff.ledger.cards import Card

SHOWN = 4  # assumption: so many claims on one verdict are enough for a reader
LONG_AGO = 366  # assumption: days after which an undated number of the present is no repetition of a claim
SAME_DAYS = 31  # assumption: dates this near may be one date, told on another day
END_DAYS = 10  # assumption: the end of a month is its last third; of a year, the last third of December
END = re.compile(r"(?i)\b(?:end|close)\b")
FALLS = re.compile(
    r"(?i)\b(?:fell|falls?|fallen|shr[aiu]nk\w*|declin\w*|contract\w*|dropp?\w*|down|lower|decreas\w*)\b"
)
WIDE = 0.3  # the same margin where the subject is open; from 0.3 to 0.5 no developed text has an alarm
DIGITS = 3  # assumption: a number of so many digits is not met by chance


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
    """Judges numbers against a ledger."""

    def __init__(self, cards: Iterable[Card], claims: Sequence[Claim], rates: Mapping[str, str] | None = None) -> None:
        self.linker, self.claims = Linker(cards, rates), {claim.id: claim for claim in claims}

    def judge(self, row: Statement, day: str) -> AuditVerdict:
        """The verdict on a number; `day` is that of the text, for a statement without a date."""
        is_open = "as_of" in row.doubts and row.as_of is None
        if is_open and "as_of" in row.slots:
            row, is_open = replace(row, as_of=row.slots["as_of"]["words"]), False
        subjects = row.subject.split("+") if row.subject else []
        if len(subjects) > 1 and (merged := self._merged(row, subjects, day)) is not None:
            return merged
        link = self._link(row, subjects)
        card = None if is_open else link.card or self._by_speaker(row) or self._by_margin(row, link)
        if card is None and row.as_of and (same := self._by_number(row, day)):
            own = [(one, "agrees") for one, is_own in same if is_own]
            told = _told(same[0][0])
            if own:
                return verdict_on(row, "consistent", f"One claim says the same: {told}.", own[:1])
            text = f"It differs in the subject: {told} of {same[0][0].subject}."
            return verdict_on(row, "contradicted", text, [(one, "differs") for one, _ in same], slot="subject")
        if card is None:
            reason = "Its year is open: it may be one that the text named before." if is_open else link.reason
            return verdict_on(row, "not matched", reason, (), nearest=link.nearest)
        kind, slot, chosen = next(self._outcomes(card, row, self._compared(card, row, day), day))
        told = "; ".join(_told(one.claim) for one in chosen[:2])
        if kind == "consistent":
            return verdict_on(row, kind, f"One claim says the same: {told}.", [(one.claim, "agrees") for one in chosen])
        text = f"{'Not confirmed; it' if kind == 'near' else 'It'} differs in the {slot}: {told}."
        return verdict_on(row, kind, text, [(one.claim, "differs") for one in chosen], slot=slot)

    def _link(self, row: Statement, subjects: Sequence[str]) -> QuantityLink:
        """The link by the subject; of two actors by that whose quantity names the other."""
        link = self.linker.link(row, "")
        if len(subjects) == 1 and "subject" not in row.doubts:
            link = self.linker.link(row, subjects[0])
            subjects = row.counterparts if link.card is None else ()
        links = [self.linker.link(row, one) for one in subjects]
        told = [one for one in links if one.card is not None and self._is_of_both(one.card, row)]
        return told[0] if len(told) == 1 else link

    def _by_speaker(self, row: Statement) -> Card | None:
        """The nearest card, where the speaker has claims for the date in no card of another subject."""
        link, voice = self.linker.link(row, row.subject), Voice(row)
        others = {base(code) for code in row.counterparts}
        said = [
            (card, score)
            for card, score in link.ranked
            if (not others or base(card.subject) in others)
            and any(voice.of(claim) and is_within(claim.as_of, row) for claim in claims_of(card, self.claims))
        ]
        if not said or said[0] != link.ranked[0] or len(others) > 1:
            return None
        card, best = said[0]
        clear = all(one.subject == card.subject and best - score >= MARGIN * best for one, score in said[1:])
        told = (row.as_of or card.kind == "forecast") and has_word(card, row)
        return card if clear and told else None

    def _by_margin(self, row: Statement, link: QuantityLink) -> Card | None:
        """For an open subject, the card that is far before all others of the ledger."""
        (card, best), (_, next_) = (*link.ranked, (None, 0.0), (None, 0.0))[:2]
        sure = card is not None and "subject" in row.doubts and self.linker.link(row, card.subject).card == card
        return card if sure and best - next_ >= WIDE * best else None

    def _is_of_both(self, card: Card, row: Statement) -> bool:
        """Whether a card of one actor names another that the statement names: `trade with`."""
        codes = {base(code).casefold() for code in (*row.subject.split("+"), *row.counterparts)}
        named = {*card.quantity.split("_"), card.counterpart.casefold()}
        return any(code and {code, code[:2]} & named for code in codes - {base(card.subject).casefold()})

    def _outcomes(self, card: Card, row: Statement, compared: Sequence[Compared], day: str) -> Iterator[Outcome]:
        """What may be told of a statement, best first."""
        dated = [one for one in compared if one.date]
        close = [one for one in compared if one.date or one.number] or compared[:1]
        if slot := _card_differs(card, row):
            yield "near", slot, close
        yield from _same_number(card, row, compared, dated)
        yield from _from_others(row, dated)
        yield from _at_other_dates(row, compared, dated)
        if row.as_of and _digits(row) > 1 and (others := list(self._of_others(card, row, day))):
            yield "contradicted", "subject", others
        yield from _other_numbers(row, dated)
        first = compared[0]
        yield "near", "date" if not first.date else "speaker" if first.speaker is False else "number", close

    def _of_others(self, card: Card, row: Statement, day: str) -> Iterator[Compared]:
        """The number of another actor, said by the same speaker of the same date."""
        for other in self.linker.cards:
            if other.quantity == card.quantity and base(other.subject) != base(card.subject):
                yield from (one for one in self._compared(other, row, day) if one.date and one.number and one.speaker)

    def _by_number(self, row: Statement, day: str) -> list[tuple[Claim, bool]]:
        """The claims of the speaker with this number for this date, and whether they may be of this subject."""
        own = {*map(base, row.subject.split("+"))} if row.subject and "subject" not in row.doubts else set()
        return [
            (one.claim, not own or base(card.subject) in own)
            for card, _ in self.linker.link(row, "").ranked
            if has_word(card, row) or (own and (_digits(row) > 1 or not query_of(row).isdisjoint(stems(card.title.split()))))
            if base(card.subject) not in map(base, row.counterparts) or not own
            for one in self._compared(card, row, day)
            if one.date and one.number and one.speaker
        ]

    def _compared(self, card: Card, row: Statement, day: str) -> list[Compared]:
        """Every claim of a card beside a statement; without a date, the last claims are of its date."""
        voice, when, published = Voice(row), stated_days(row), PartialDate.parse(day).last
        claims = claims_of(card, self.claims)
        last: dict[str, dt.date] = {}
        for claim in claims:
            last[claim.speaker] = max(last.get(claim.speaker, dt.date.min), claim.as_of.last)
        out = []
        for claim in claims:
            number, other = self._numbers(row, claim, card)
            if when is not None:
                inside = is_within(claim.as_of, row) or is_within(claim.published, row)
                gap = max((claim.as_of.first - when[1]).days, (when[0] - claim.as_of.last).days, 0)
            else:
                gap = 0 if card.kind == "forecast" else abs((published - claim.as_of.last).days)
                inside = claim.as_of.last == last[claim.speaker] and gap <= LONG_AGO
            told = {"number": agrees(number, other), "differs": differs(number, other), "speaker": voice.of(claim)}
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

    def _merged(self, row: Statement, subjects: Sequence[str], day: str) -> AuditVerdict | None:
        """Claims of actors about one another that the text gives as what each says of itself."""
        if not set(map(base, subjects)) <= set(map(base, row.speaker_codes)):
            return None
        hostile: list[Claim] = []
        for subject in subjects:
            card = self.linker.link(row, subject).card
            said = [] if card is None else [one for one in self._compared(card, row, day) if one.apart <= SAME_DAYS]
            voices = [one.claim for one in said if is_by(one.claim, {*map(base, subjects)})]
            if not voices or any(is_by(one, {base(subject)}) for one in voices):
                return None
            hostile += voices[:2]
        told = "; ".join(f"{one.speaker} of {one.subject}: {content(one)}" for one in hostile)
        text = f"The text has each report its own number; in the ledger each says it of the other ({told})."
        return verdict_on(row, "contradicted", text, [(one, "differs") for one in hostile], slot="speaker")


def _same_number(
    card: Card, row: Statement, compared: Sequence[Compared], dated: Sequence[Compared]
) -> Iterator[Outcome]:
    """Claims with the number of the statement for its date; another period is told first."""
    same = [one for one in dated if one.number and one.speaker is not False]
    if row.per and row.per != card.period:
        sure = [one for one in same if one.speaker and _digits(row) > 1]
        yield "contradicted" if sure else "near", "period", sure or compared
    if same:
        yield "consistent", "", sorted(same, key=lambda one: (not one.speaker, one.apart, one.claim.id))[:1]


def _from_others(row: Statement, dated: Sequence[Compared]) -> Iterator[Outcome]:
    """The very number of that date, from others than the text says."""
    if foreign := [one for one in dated if one.number and one.speaker is False]:
        is_long = _digits(row) >= DIGITS + (not row.as_of)
        sure = is_long and Voice(row).is_foreign(one.claim for one in foreign)
        yield "contradicted" if sure else "near", "speaker", foreign


def _at_other_dates(row: Statement, compared: Sequence[Compared], dated: Sequence[Compared]) -> Iterator[Outcome]:
    """The number of another date, where its speaker has another one for that of the text."""
    if elsewhere := [one for one in compared if one.number and not one.date and one.speaker is not False]:
        rivals = [one for one in dated if one.differs and one.speaker is not False]
        apart, by = SAME_DAYS if row.as_of else LONG_AGO, {_name(one.claim) for one in rivals}
        sure = [one for one in elsewhere if _name(one.claim) in by and one.apart > apart]
        if sure and _digits(row) > 1 and all(one.differs for one in dated):
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


def stated_days(row: Statement) -> tuple[dt.date, dt.date] | None:
    """The first and last day that the date of a statement may mean."""
    if row.as_of is None:
        return None
    when = PartialDate.parse(row.as_of)
    end = END.search(row.slots.get("as_of", {}).get("words", ""))
    return when.first - dt.timedelta(days=END_DAYS if end else 0), when.last


def is_within(day: PartialDate, row: Statement) -> bool:
    """Whether a date can be that of a statement."""
    when = stated_days(row)
    return when is None or (when[0] <= day.last and day.first <= when[1])


def _digits(row: Statement) -> int:
    """Significant digits of the number of a statement."""
    value = row.value if row.value is not None else row.low or 0.0
    return len(str(round(abs(value) / step(value)))) if value else 0


def _name(claim: Claim) -> str:
    """The speaker of a claim without what stands in brackets."""
    return claim.speaker.partition(" (")[0]


def _told(claim: Claim) -> str:
    return f"{claim.speaker} has {content(claim)} for {claim.as_of}"


def content(claim: Claim) -> str:
    """A claim in short; without a unit, its quantity says what is counted."""
    if not claim.numbers or claim.unit != "1":
        return claim.statement
    label = " ".join((len(word) == 3 and name(word.upper())) or word for word in claim.quantity.split("_"))
    return f"{claim.statement.removesuffix(' 1')} ({label})"


def verdict_on(row: Statement, kind: Any, text: str, claims: Iterable[tuple[Claim, str]], **more: Any) -> AuditVerdict:
    """A verdict on a statement that cites these claims, each with its role."""
    unique: dict[str, Cited] = {}
    for claim, role in claims:
        quote = claim.quote.text if claim.quote else ""
        told = content(claim), claim.speaker, claim.side, str(claim.as_of), quote
        unique.setdefault(claim.id, Cited(claim.id, role, *told))
    return AuditVerdict(kind, row.id, row.quote, row.start, row.end, text, tuple(unique.values())[:SHOWN], **more)
