"""Compare a number of a text with the claims of one quantity, part by part.

A statement agrees only with one claim, in every part: subject, quantity, unit, period, level or change, date, speaker
and number. It is contradicted where exactly one part differs from a claim that has all others, and where no other claim
can be meant. Everything else is near, or not matched.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from standoff.addons.reading import actors
from standoff.addons.reading.actors import base
from standoff.addons.reading.audit.link import MARGIN, Linker, QuantityLink, claims_of, query_of, stems
from standoff.addons.reading.audit.ranges import GivenNumber, agrees, differs, of_claim, step
from standoff.addons.reading.audit.records import AuditVerdict, Cited
from standoff.addons.reading.audit.speaker import Voice
from standoff.dates import PartialDate
from standoff.ledger.cards import CHANGES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from standoff.addons.reading.statement import Statement
    from standoff.ledger import Claim
    from standoff.ledger.cards import Card
    from standoff.ledger.vocabulary import Vocabulary

SHOWN = 4  # assumption: so many claims on one verdict are enough for a reader
LONG_AGO = 366  # assumption: days after which an undated number of the present is no repetition of a claim
SAME_DAYS = 31  # assumption: dates this near may be one date, told on another day
END_DAYS = 10  # assumption: the end of a month is its last third; of a year, the last third of December
END = re.compile(r"(?i)\b(?:end|close)\b")
FALLS = re.compile(
    r"(?i)\b(?:fell|falls?|fallen|shr[aiu]nk\w*|declin\w*|contract\w*|dropp?\w*|down|lower|decreas\w*)\b"
)
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


class Judge:
    """Judges numbers against a ledger."""

    def __init__(
        self,
        cards: Iterable[Card],
        claims: Sequence[Claim],
        vocabulary: Vocabulary,
        rates: Mapping[str, str] | None = None,
    ) -> None:
        self.vocabulary = vocabulary
        self.linker, self.claims = Linker(cards, rates), {claim.id: claim for claim in claims}

    def judge(self, row: Statement, day: str) -> AuditVerdict:
        """The verdict on a number; `day` is that of the text, for a statement without a date."""
        if "as_of" in row.doubts and row.as_of is None and "as_of" in row.slots:
            row = replace(row, as_of=row.slots["as_of"]["words"])
        subject = row.subject or self.linker.written_out(row)
        subjects = subject.split("+") if subject else []
        if len(subjects) > 1 and (merged := self._merged(row, subjects, day)) is not None:
            return merged
        link = self._link(row, subjects)
        card, reason = link.card or self._by_speaker(row), link.reason
        if "as_of" in row.doubts and row.as_of is None:
            card, reason = None, "Its year is open: it may be one that the text named before."
        if card is None:
            return verdict_on(row, "not matched", reason, (), nearest=link.nearest)
        compared = self._compared(card, row, day)
        kind, slot, chosen = next(self._outcomes(card, row, compared, day))
        if kind == "consistent":
            claim = chosen[0].claim
            text = f"One claim says the same: {_told(claim)}."
            return verdict_on(row, kind, text, [(claim, "agrees")], at=str(claim.as_of))
        if not chosen:
            return verdict_on(row, "not matched", "No claim is near its date.", (), nearest=link.nearest)
        told = "; ".join(_told(one.claim) for one in chosen[:2])
        text = f"{'Not confirmed; it' if kind == 'near' else 'It'} differs in the {slot}: {told}."
        right = str(chosen[0].claim.as_of) if slot == "date" and chosen[0].number else ""
        return verdict_on(row, kind, text, [(one.claim, "differs") for one in chosen], slot=slot, right_on=right)

    def _link(self, row: Statement, subjects: Sequence[str]) -> QuantityLink:
        """The link by the subject; of two actors by that whose quantity names the other."""
        if not subjects and len(own := list(dict.fromkeys(map(base, row.speaker_codes)))) == 1:
            link = self.linker.link(row, own[0])
            card = link.card
            if card is not None and not self.vocabulary.is_loss(card.quantity) and self.linker.is_told(card, row):
                return link  # what a state says without an actor is about itself, unless it counts losses
        link = self.linker.link(row, "")
        if len(subjects) == 1 and ("subject" not in row.doubts or not row.subject):
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
        told = (row.as_of or card.kind == "forecast") and self.linker.has_word(card, row)
        return card if clear and told else None

    def _is_of_both(self, card: Card, row: Statement) -> bool:
        """Whether a card of one actor names another that the statement names: `trade with`."""
        codes = {base(code).casefold() for code in (*row.subject.split("+"), *row.counterparts)}
        named = {*card.quantity.split("_"), card.counterpart.casefold()}
        return any(code and {code, code[:2]} & named for code in codes - {base(card.subject).casefold()})

    def _outcomes(
        self, card: Card, row: Statement, compared: Sequence[Compared], day: str
    ) -> Iterator[tuple[Any, str, Sequence[Compared]]]:
        """What may be told of a statement, best first: kind of verdict, part that differs, claims."""
        dated = [one for one in compared if one.date]
        same = [one for one in dated if one.number and one.speaker is not False]
        close = [one for one in compared if one.date or one.number] or compared[:1]
        digits = _digits(row)
        if slot := self._card_differs(card, row):
            yield "near", slot, close
        if row.per and row.per != card.period:
            sure = [one for one in same if one.speaker and digits > 1]
            yield "contradicted" if sure else "near", "period", sure or compared
        if same:
            yield "consistent", "", sorted(same, key=lambda one: (not one.speaker, one.apart, one.claim.id))
        foreign = [one for one in dated if one.number and one.speaker is False]
        if foreign:  # the very number of that date, from others than the text says
            sure_ = digits >= DIGITS + (not row.as_of) and Voice(row).is_foreign(one.claim for one in foreign)
            yield "contradicted" if sure_ else "near", "speaker", foreign
        elsewhere = [one for one in compared if one.number and not one.date and one.speaker is not False]
        if elsewhere:  # the number of another date, where the same speaker has another number for the date of the text
            rivals = [one for one in dated if one.differs and one.speaker is not False]
            apart, by = SAME_DAYS if row.as_of else LONG_AGO, {_name(one.claim) for one in rivals}
            sure = [one for one in elsewhere if _name(one.claim) in by and one.apart > apart]
            if sure and digits > 1 and all(one.differs for one in dated):
                yield "contradicted", "date", [sure[0], *rivals]
            yield "near", "date", elsewhere
        if row.as_of and digits > 1 and (others := list(self._of_others(card, row, day))):
            yield "contradicted", "subject", others
        named = [one for one in dated if one.speaker]
        own = named or [one for one in dated if all(other.speaker is None for other in dated)]
        if own and all(one.differs for one in own):
            fresh = row.as_of or (named and own[0].apart <= 3 * SAME_DAYS)
            yield "contradicted" if fresh else "near", "number", own
        first = next(iter(compared), None)
        missing = "speaker" if first and first.date and first.speaker is False else "date"
        yield "near", "number" if first and first.date and first.speaker is not False else missing, close

    def _of_others(self, card: Card, row: Statement, day: str) -> Iterator[Compared]:
        """The number of another actor, said by the same speaker of the same date."""
        for other in self.linker.cards:
            if other.quantity == card.quantity and base(other.subject) != base(card.subject):
                yield from (one for one in self._compared(other, row, day) if one.date and one.number and one.speaker)

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

    def _card_differs(self, card: Card, row: Statement) -> str:
        """The part of a card that a statement does not have."""
        if row.change == "earlier":
            return "date"
        named = set(query_of(row)) & set(stems(CHANGES))
        changes = card.kind == "change"
        return "change" if changes != (row.change == "change") and not (changes and named) else ""

    def _merged(self, row: Statement, subjects: Sequence[str], day: str) -> AuditVerdict | None:
        """Claims of actors about one another that the text gives as what each says of itself."""
        if not set(map(base, subjects)) <= set(map(base, row.speaker_codes)):
            return None
        hostile: list[Claim] = []
        for subject in subjects:
            card = self.linker.link(row, subject).card
            said = [] if card is None else [one for one in self._compared(card, row, day) if one.apart <= SAME_DAYS]
            voices = [one.claim for one in said if Voice(row).is_of(one.claim, subjects)]
            if not voices or any(Voice(row).is_of(one, [subject]) for one in voices):
                return None
            hostile += voices[:2]
        told = "; ".join(f"{one.speaker} of {one.subject}: {content(one)}" for one in hostile)
        text = f"The text has each report its own number; in the ledger each says it of the other ({told})."
        return verdict_on(row, "contradicted", text, [(one, "differs") for one in hostile], slot="speaker")


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
    label = " ".join((len(word) == 3 and actors.name(word.upper())) or word for word in claim.quantity.split("_"))
    return f"{claim.statement.removesuffix(' 1')} ({label})"


def verdict_on(row: Statement, kind: Any, text: str, claims: Iterable[tuple[Claim, str]], **more: Any) -> AuditVerdict:
    """A verdict on a statement that cites these claims, each with its role."""
    unique = {
        claim.id: Cited(
            claim.id,
            role,
            content(claim),
            claim.speaker,
            claim.side,
            str(claim.as_of),
            claim.quote.text if claim.quote else "",
        )
        for claim, role in claims
    }
    more = {"unit": row.unit, **more}
    return AuditVerdict(kind, row.id, row.quote, row.start, row.end, text, tuple(unique.values())[:SHOWN], **more)
