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

from standoff.addons.reading.actors import base
from standoff.addons.reading.audit.claim_text import content
from standoff.addons.reading.audit.link import MARGIN, Linker, QuantityLink, claims_of, query_of, stems
from standoff.addons.reading.audit.ranges import GivenNumber, agrees, differs, of_claim, step
from standoff.addons.reading.audit.records import AuditVerdict, Cited
from standoff.addons.reading.audit.speaker import Voice
from standoff.dates import PartialDate
from standoff.ledger.cards import CHANGES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

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
    ends: tuple[GivenNumber, GivenNumber]  #: of the text and of the claim, in one unit


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
        subjects = row.subject.split("+") if row.subject else []
        if len(subjects) > 1 and (merged := self._merged(row, subjects, day)) is not None:
            return merged
        link = self._link(row, subjects)
        if link.card is None and (card := self._by_speaker(row)) is not None:
            link = replace(link, card=card)
        if "as_of" in row.doubts and row.as_of is None:
            link = replace(link, card=None, reason="Its year is open: it may be one that the text named before.")
        if link.card is None:
            return verdict_on(row, "not matched", link.reason, (), nearest=link.nearest)
        compared = self._compared(link.card, row, day)
        if (slot := self._card_differs(link.card, row)) and slot != "period":
            return self._near(row, link, slot, compared)
        return self._of_card(row, link, compared, day, per_differs=slot == "period")

    def _link(self, row: Statement, subjects: Sequence[str]) -> QuantityLink:
        """The link by the subject; of two actors by that whose quantity names the other."""
        if not subjects and len(own := list(dict.fromkeys(map(base, row.speaker_codes)))) == 1:
            link = self.linker.link(row, own[0])
            card = link.card
            if card is not None and not self.vocabulary.is_loss(card.quantity) and self.linker.is_told(card, row):
                return link  # what a state says without an actor is about itself, unless it counts losses
        link = self.linker.link(row, "")
        if len(subjects) == 1 and "subject" not in row.doubts:
            link = self.linker.link(row, subjects[0])
            subjects = row.counterparts if link.card is None else ()
        elif not row.subject and (named := self.linker.named(row)):
            return self.linker.link(row, named)
        links = [self.linker.link(row, one) for one in subjects]
        told = [one for one in links if one.card is not None and self._is_of_both(one.card, row)]
        return told[0] if len(told) == 1 else link

    def _by_speaker(self, row: Statement) -> Card | None:
        """The nearest card, where the speaker has claims for the date in no card of another subject."""
        when, voice = stated_days(row) or (dt.date.min, dt.date.max), Voice(row)
        link = self.linker.link(row, row.subject)
        others = {base(code) for code in row.counterparts}
        said = [
            (card, score)
            for card, score in link.ranked
            if (not others or base(card.subject) in others)
            and any(
                voice.of(claim) and when[0] <= claim.as_of.last and claim.as_of.first <= when[1]
                for claim in claims_of(card, self.claims)
            )
        ]
        if not said or said[0] != link.ranked[0] or len(others) > 1:
            return None
        card, best = said[0]
        clear = all(one.subject == card.subject and best - score >= MARGIN * best for one, score in said[1:])
        told = (row.as_of or card.kind == "forecast") and self.linker.has_word(card, row)
        return card if clear and told else None

    def _is_of_both(self, card: Card, row: Statement) -> bool:
        """Whether a card of one actor names another that the statement names: `trade with`."""
        codes = {base(code).casefold() for code in (*row.subject.split("+"), *row.counterparts)} - {
            base(card.subject).casefold()
        }
        named = {*card.quantity.split("_"), card.counterpart.casefold()}
        return any(code and (code in named or code[:2] in named) for code in codes)

    def _of_card(
        self, row: Statement, link: QuantityLink, compared: Sequence[Compared], day: str, per_differs: bool
    ) -> AuditVerdict:
        exact = [one for one in compared if one.date and one.speaker is not False and one.number]
        if per_differs:
            same = [one for one in exact if one.speaker and _digits(row) >= 2]
            kind = "contradicted" if same else "near"
            return self._differs(row, kind, "period", same or compared)
        if exact:
            best = min(exact, key=lambda one: (not one.speaker, one.apart, one.claim.id)).claim
            told = f"One claim says the same: {_told(best)}."
            return verdict_on(row, "consistent", told, [(best, "agrees")], at=str(best.as_of))
        for check in (self._other_speaker, self._other_date, self._other_subject, self._other_number):
            if (verdict := check(row, link, compared, day)) is not None:
                return verdict
        return self._near(row, link, "", compared)

    def _compared(self, card: Card, row: Statement, day: str) -> list[Compared]:
        """Every claim of a card beside a statement; without a date, the last claims are of its date."""
        voice = Voice(row)
        when = stated_days(row)
        published = PartialDate.parse(day).last
        claims = claims_of(card, self.claims)
        last: dict[str, dt.date] = {}
        for claim in claims:
            last[claim.speaker] = max(last.get(claim.speaker, dt.date.min), claim.as_of.last)
        out = []
        for claim in claims:
            number, other = self._numbers(row, claim, card)
            if when is not None:
                inside = any(when[0] <= d.last and d.first <= when[1] for d in (claim.as_of, claim.published))
                gap = max((claim.as_of.first - when[1]).days, (when[0] - claim.as_of.last).days, 0)
            else:
                gap = 0 if card.kind == "forecast" else abs((published - claim.as_of.last).days)
                inside = claim.as_of.last == last[claim.speaker] and gap <= LONG_AGO
            out.append(
                Compared(
                    claim=claim,
                    date=inside,
                    apart=gap,
                    speaker=voice.of(claim),
                    number=agrees(number, other),
                    differs=differs(number, other),
                    ends=(number, other),
                )
            )
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
        if (card.kind == "change") != (row.change == "change") and not (card.kind == "change" and named):
            return "change"
        if row.per and row.per != card.period:
            return "period"
        return ""

    def _other_speaker(
        self, row: Statement, link: QuantityLink, compared: Sequence[Compared], day: str
    ) -> AuditVerdict | None:
        """The very number of that date, from others than the text says."""
        same = [one for one in compared if one.date and one.number and one.speaker is False]
        if not same:
            return None
        sure = _digits(row) >= (DIGITS if row.as_of else DIGITS + 1) and Voice(row).is_foreign(
            [one.claim for one in same]
        )
        return self._differs(row, "contradicted" if sure else "near", "speaker", same)

    def _other_date(
        self, row: Statement, link: QuantityLink, compared: Sequence[Compared], day: str
    ) -> AuditVerdict | None:
        """The number of another date, where the ledger has another number for the date of the text."""
        own = [one for one in compared if one.number and not one.date and one.speaker is not False]
        if not own:
            return None
        at_date = [one for one in compared if one.date and one.differs and one.speaker is not False]
        by = {_name(one.claim) for one in at_date}
        sure = [one for one in own if _name(one.claim) in by and one.apart > (SAME_DAYS if row.as_of else LONG_AGO)]
        if sure and _digits(row) >= 2 and not any(one.date and not one.differs for one in compared):
            right = str(sure[0].claim.as_of)
            return self._differs(row, "contradicted", "date", [sure[0], *at_date], right_on=right)
        return self._differs(row, "near", "date", own, right_on=str(own[0].claim.as_of))

    def _other_subject(
        self, row: Statement, link: QuantityLink, compared: Sequence[Compared], day: str
    ) -> AuditVerdict | None:
        """The number of another actor, said by the same speaker of the same date."""
        if link.card is None or not row.as_of or _digits(row) < 2:
            return None
        others = [
            c
            for c in self.linker.cards
            if c.quantity == link.card.quantity and base(c.subject) != base(link.card.subject)
        ]
        same = [
            one for card in others for one in self._compared(card, row, day) if one.date and one.number and one.speaker
        ]
        return self._differs(row, "contradicted", "subject", same) if same else None

    def _other_number(
        self, row: Statement, link: QuantityLink, compared: Sequence[Compared], day: str
    ) -> AuditVerdict | None:
        """Another number than every claim for the date of the text, by the named speaker or by all."""
        dated = [one for one in compared if one.date]
        named = [one for one in dated if one.speaker]
        own = named or (
            [one for one in dated if one.speaker is None] if not any(o.speaker is False for o in dated) else []
        )
        if not own or not all(one.differs for one in own):
            return None
        fresh = row.as_of or (named and own[0].apart <= 3 * SAME_DAYS)
        low, high = min(one.ends[1].low for one in own), max(one.ends[1].high for one in own)
        inside = len(own) > 1 and low <= own[0].ends[0].middle <= high
        return self._differs(row, "contradicted" if fresh and not inside else "near", "number", own)

    def _merged(self, row: Statement, subjects: Sequence[str], day: str) -> AuditVerdict | None:
        """Claims of actors about one another that the text gives as what each says of itself."""
        if len(subjects) < 2 or not set(map(base, subjects)) <= set(map(base, row.speaker_codes)):
            return None
        hostile: list[Compared] = []
        for subject in subjects:
            card = self.linker.link(row, subject).card
            said = [] if card is None else [one for one in self._compared(card, row, day) if one.apart <= SAME_DAYS]
            voices = [one for one in said if Voice(row).is_of(one.claim, subjects)]
            if not voices or any(Voice(row).is_of(one.claim, [subject]) for one in voices):
                return None
            hostile += voices[:2]
        told = "; ".join(f"{one.claim.speaker} of {one.claim.subject}: {content(one.claim)}" for one in hostile)
        text = f"The text has each report its own number; in the ledger each says it of the other ({told})."
        return verdict_on(row, "contradicted", text, [(one.claim, "differs") for one in hostile], slot="speaker")

    def _near(self, row: Statement, link: QuantityLink, slot: str, compared: Sequence[Compared]) -> AuditVerdict:
        """Not confirmed: the nearest claim, and what differs."""
        if not slot:
            first = next(iter(compared), None)
            missing = "speaker" if first and first.date and first.speaker is False else "date"
            slot = "number" if first and first.date and first.speaker is not False else missing
        close = [one for one in compared if one.date or one.number] or list(compared[:1])
        if not close:
            return verdict_on(row, "not matched", "No claim is near its date.", (), nearest=link.nearest)
        return self._differs(row, "near", slot, close)

    def _differs(self, row: Statement, kind: Any, slot: str, compared: Sequence[Compared], **more: Any) -> AuditVerdict:
        told = "; ".join(_told(one.claim) for one in compared[:2])
        head = "Not confirmed; it" if kind == "near" else "It"
        return verdict_on(
            row,
            kind,
            f"{head} differs in the {slot}: {told}.",
            [(one.claim, "differs") for one in compared],
            slot=slot,
            **more,
        )


def stated_days(row: Statement) -> tuple[dt.date, dt.date] | None:
    """The first and last day that the date of a statement may mean."""
    if row.as_of is None:
        return None
    when = PartialDate.parse(row.as_of)
    end = END.search(row.slots.get("as_of", {}).get("words", ""))
    return when.first - dt.timedelta(days=END_DAYS if end else 0), when.last


def _digits(row: Statement) -> int:
    """Significant digits of the number of a statement."""
    value = row.value if row.value is not None else row.low or 0.0
    return len(str(round(abs(value) / step(value)))) if value else 0


def _name(claim: Claim) -> str:
    """The speaker of a claim without what stands in brackets."""
    return claim.speaker.partition(" (")[0]


def _told(claim: Claim) -> str:
    return f"{claim.speaker} has {content(claim)} for {claim.as_of}"


def cited(claim: Claim, role: str) -> Cited:
    """A claim as it is cited."""
    quote = claim.quote.text if claim.quote else ""
    return Cited(claim.id, role, content(claim), claim.speaker, claim.side, str(claim.as_of), quote)


def verdict_on(row: Statement, kind: Any, text: str, claims: Iterable[tuple[Claim, str]], **more: Any) -> AuditVerdict:
    """A verdict on a statement that cites these claims, each with its role."""
    unique = tuple({claim.id: cited(claim, role) for claim, role in claims}.values())
    more = {"unit": row.unit, **more}
    return AuditVerdict(kind, row.id, row.quote, row.start, row.end, text, unique[:SHOWN], **more)
