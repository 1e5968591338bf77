"""Match statements to claims: subject, quantity, definition, unit and date.

Comparators of a claim are read as in `standoff.ledger.claim_belief`: `over 100` means 100 to 130. Claims that the
ledger computed or marks as disputed are not compared with a number. A currency is converted at the given rates, else at
every rate between the lowest and the highest of ten years, so that a verdict holds at any of them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from standoff import units
from standoff.addons.reading import actors, owners
from standoff.addons.reading.audit import definitions, periods, wording
from standoff.addons.reading.audit.passages import actor, passage
from standoff.addons.reading.audit.ranges import implied_range, stated_number
from standoff.addons.reading.sides import PARTS
from standoff.dates import PartialDate
from standoff.errors import UnitError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from standoff.addons.reading.audit.passages import Passage
    from standoff.addons.reading.statement import Statement
    from standoff.ledger import Claim

PUBLIC = ".public"
MAIN = 0.1  # assumption: an actor with this share of the claims is a scene of the whole case
NEAR_DAYS = 92  # assumption, as in the balance of claims: dates more than a quarter of a year apart differ
BROAD = "aid_total"  #: a quantity that may mean any of its definitions
DEFINITIONS = {BROAD: (BROAD, "aid_allocations", "aid_commitments"), "shells_production": ("shell_production",)}
ALIASES = {"EU": ("EUR", "EU"), "USSR": ("USSR", "SUN"), "UN": ("UN", "UNC")}
DOLLARS = {
    "EUR": (0.96, 1.25),
    "GBP": (1.07, 1.49),
    "CNY": (0.137, 0.16),
    "RUB": (0.0083, 0.0178),
    "UAH": (0.024, 0.0435),
    "KRW": (0.00068, 0.00094),
}  #: assumption: lowest and highest monthly rates of 2016 to 2025 in US dollars, rounded outwards


@dataclass(frozen=True)
class MatchedClaim:
    """A claim that matches a statement, with its range in the statement's unit."""

    claim: Claim
    low: float
    high: float
    apart: int  #: days after the statement's date; negative before it, 0 within it
    same: bool  #: whether it has the same quantity, not another definition
    parts: tuple[Claim, ...] = ()  #: the claims of a sum
    number: tuple[float, float] = (0.0, 0.0)  #: its number without tolerance, at the lowest and the highest rate

    @property
    def ends(self) -> tuple[float, float]:
        """Range of the number."""
        return self.low, self.high

    @property
    def comparator(self) -> str:
        """Comparator of the claim; a sum is a number like others."""
        return "exact" if self.parts else str(self.claim.comparator)


def _apart(claim: Claim, when: PartialDate) -> int:
    """Days from a date to that of a claim; 0 where they overlap."""
    if claim.as_of.first <= when.last and when.first <= claim.as_of.last:
        return 0
    return (
        (claim.as_of.last - when.last).days if claim.as_of.first > when.last else (claim.as_of.last - when.first).days
    )


def _codes(claim: Claim) -> frozenset[str]:
    """Actors of a claim's subject and quantity."""
    return frozenset(actor(part) for part in (claim.subject, *claim.quantity.split("_")))


def _is_shared(name: str, own: Sequence[str]) -> bool:
    """Whether a quantity of one actor is as much about another, as `trade_with_rus` is."""
    codes = {actor(code) for code in own}
    return any(actor(part) in codes and last not in {"to", "from"} for last, part in pairwise(name.split("_")))


class Matcher:
    """An index of a ledger for matching."""

    def __init__(self, claims: Sequence[Claim], rates: Mapping[str, str] | None = None) -> None:
        self.rates = dict(rates or {})
        self.by: dict[tuple[str, str], list[Claim]] = defaultdict(list)
        self.of: dict[str, set[str]] = defaultdict(set)
        for claim in claims:
            if claim.numbers and claim.basis != "computed" and claim.status != "disputed":
                self.by[claim.subject, claim.quantity].append(claim)
                self.of[claim.subject].add(claim.quantity)
        total = sum(len(group) for group in self.by.values())
        size = Counter(actor(code) for (code, _), group in self.by.items() for _ in group)
        self.theatre = frozenset(code for code, count in size.items() if count >= MAIN * total)

    def subjects(self, row: Statement) -> list[str]:
        """Subjects of a statement: `the United States and the West` are the West."""
        codes = row.subject.split("+")
        inside = {part for code in codes for part in PARTS.get(code, ())}
        if row.unit == "person":  # the people of a state, wherever a ledger has them
            codes += [code.removesuffix(PUBLIC) for code in codes if code.endswith(PUBLIC)]
        return [alias for code in codes if code not in inside for alias in ALIASES.get(code, (code,))]

    def about(self, row: Statement) -> list[tuple[str, str, bool]]:
        """Subjects and quantities that a statement is about, and whether in its own sense.

        A quantity is looked for by its usual names, then by the words of the sentence, of its subject, of the other actors
        of the sentence, and, where it names none, of any.
        """
        if not row.subject or (row.quantity.startswith("personnel_") and owners.OTHERS_KILLED.search(row.sentence)):
            return []
        content = passage(row.sentence)
        own = self.subjects(row)
        inside = [
            alias for mention in actors.mentions(row.sentence) for alias in ALIASES.get(mention.code, (mention.code,))
        ]
        others = [code for code in dict.fromkeys(inside) if code not in own]
        groups = [own] if wording.is_owned(row) else [own, others]
        exact = [code for code in own if (code, row.quantity) in self.by and row.quantity != BROAD]
        if exact and not definitions.is_addition(row):
            meant = self._meant(row, content, exact)
            return [one for one in meant if one[1].startswith(row.quantity)] or [(c, row.quantity, True) for c in exact]
        for group in groups:
            meant = self._meant(row, content, group)
            if group is not own:
                meant = [one for one in meant if _is_shared(one[1], own)]
            if meant:
                return meant
            names = DEFINITIONS.get(row.quantity, (row.quantity,))
            usual = [
                (code, name, name == row.quantity or len(names) == 1)
                for code in group
                for name in names
                if (code, name) in self.by or PARTS.get(code)
            ]
            if (
                group is own
                and not definitions.is_addition(row)
                and any(self._has(code, name) for code, name, _ in usual)
            ):
                return usual
        return []

    def _meant(self, row: Statement, content: Passage, group: Sequence[str]) -> list[tuple[str, str, bool]]:
        if row.quantity == BROAD:
            return []
        names = {name for code in group for name in self.of.get(code, ())}
        meant = definitions.meant(row, content, sorted(names), row.unit)
        return [(code, name, True) for code in group for name in meant if name in self.of.get(code, ())]

    def _has(self, subject: str, name: str) -> bool:
        return (subject, name) in self.by or any((part, name) in self.by for part in PARTS.get(subject, ()))

    def find(
        self, row: Statement, subject: str, name: str, same: bool, unit: str, when: PartialDate
    ) -> list[MatchedClaim]:
        """Every claim about a quantity of a subject, nearest date first."""
        out = []
        content, mentions = passage(row.sentence), actors.mentions(row.sentence)
        claims = [(claim, ()) for claim in self.by.get((subject, name), ())]
        for claim, parts in [*claims, *self._sums(PARTS.get(subject, ()), name)]:
            known = f"{claim.quantity} {claim.note} {claim.source.title} {claim.speaker}"
            if definitions.narrowed(row, content, known, self.theatre | _codes(claim)) or definitions.is_part(
                row, name
            ):
                continue
            if definitions.is_of_partner(row, name):
                continue
            if wording.excludes(row, name) or wording.is_reversed(row, name, mentions):
                continue
            if (both := self._in_unit(claim, parts, unit, when, periods.rate(row))) is not None:
                ends, number = both
                out.append(MatchedClaim(claim, *ends, _apart(claim, when), same, parts, number))
        return sorted(out, key=lambda one: (abs(one.apart), one.claim.id))

    def sums(self, codes: Sequence[str], name: str, unit: str, when: PartialDate) -> list[MatchedClaim]:
        """Sums over several actors by one speaker for one day."""
        out = []
        for first, parts in self._sums(codes, name):
            each = [self._in_unit(claim, (), unit, when) for claim in parts]
            ends = [one for one in each if one is not None]
            if len(ends) == len(parts):
                low, high = sum(one[0][0] for one in ends), sum(one[0][1] for one in ends)
                number = sum(one[1][0] for one in ends), sum(one[1][1] for one in ends)
                out.append(MatchedClaim(first, low, high, _apart(first, when), True, parts, number))
        return out

    def _sums(self, parts: Sequence[str], quantity: str) -> Iterator[tuple[Claim, tuple[Claim, ...]]]:
        """Sums over parts of a bloc, or over several actors, by one speaker for one day."""
        if not parts:
            return
        for first in self.by.get((parts[0], quantity), ()):
            rest = [
                next(
                    (
                        c
                        for c in self.by.get((part, quantity), ())
                        if c.speaker == first.speaker and c.as_of == first.as_of and c.unit == first.unit
                    ),
                    None,
                )
                for part in parts[1:]
            ]
            if all(rest):
                yield first, (first, *(c for c in rest if c is not None))

    def _in_unit(
        self, claim: Claim, parts: tuple[Claim, ...], unit: str, when: PartialDate, per: str = ""
    ) -> tuple[tuple[float, float], tuple[float, float]] | None:
        """Range and number of a claim, or of a sum, in a unit."""
        rate = self.rate(claim.unit, unit) or self._per(claim, unit, per) or self._by_period(claim, unit, when)
        if rate is None:
            return None
        lows, highs = zip(*(implied_range(one) for one in (parts or (claim,))), strict=True)
        low, high = sum(lows), sum(highs)
        if parts:
            high *= 1.3  # the parts leave others out: a floor, read as `at_least` is
        number = sum(stated_number(one) for one in (parts or (claim,)))
        least, most = sorted((number * rate[0], number * rate[1]))
        return (low * rate[0] if low >= 0 else low * rate[1], high * rate[1]), (least, most)

    def _per(self, claim: Claim, unit: str, per: str) -> tuple[float, float] | None:
        """Rate where claim and text count by a period, whatever their dates."""
        source, _, by = claim.unit.partition("/")
        if (
            not per
            or by not in periods.YEARS
            or (rate := self.rate(source, unit) or self._counts(source, unit)) is None
        ):
            return None
        return rate[0] * periods.YEARS[per] / periods.YEARS[by], rate[1] * periods.YEARS[per] / periods.YEARS[by]

    def _by_period(self, claim: Claim, unit: str, when: PartialDate) -> tuple[float, float] | None:
        """Rate for a whole year or month: `245 billion dollars in 2024` is dollars a year."""
        period = "year" if not when.month or (when.month, when.day) == (12, 31) else "month" if not when.day else ""
        source, _, by = claim.unit.partition("/")
        if by and _apart(claim, when) != 0:
            return None
        if by and (by == period or (by == "year" and unit == "%")):
            return self.rate(source, unit) or self._counts(source, unit)
        return None if by else self._counts(source, unit)

    def _counts(self, source: str, target: str) -> tuple[float, float] | None:
        """Rate between plain counts: `22 packages` are 22 of the unit 1."""
        scale, _, plain = source.rpartition(" ")
        if not (definitions.is_count(target) and target != "person" and plain in {"1", "item", "unit", "tonne"}):
            return None
        return self.rate(f"{scale} 1".strip(), "1")

    def rate(self, source: str, target: str) -> tuple[float, float] | None:
        """Range of exchange rates from `source` to `target`; None for different kinds of units."""
        try:
            a, b = units.parse(source, self.rates), units.parse(target, self.rates)
        except UnitError:
            return None
        if a.same_kind(b):
            return a.factor / b.factor, a.factor / b.factor
        if len(a.dims) == len(b.dims) == 1 and a.dims[0][1] == b.dims[0][1] == 1:
            one, other = (
                DOLLARS.get(side.dims[0][0], (1.0, 1.0) if side.dims[0][0] == "USD" else None) for side in (a, b)
            )
            if one and other:
                return a.factor / b.factor * one[0] / other[1], a.factor / b.factor * one[1] / other[0]
        return None
