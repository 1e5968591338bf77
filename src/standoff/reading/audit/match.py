"""Match statements to claims: subject, quantity, definition, unit and date.

Comparators of a claim are read as in `standoff.ledger.claim_belief`: `over 100` means 100 to 130. Claims that the
ledger computed or marks as disputed are not compared with a number. A currency is converted at the given rates, else at
every rate between the lowest and the highest of ten years, so that a verdict holds at any of them.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from standoff import units
from standoff.errors import UnitError
from standoff.ledger.claim_belief import SHAPES
from standoff.ledger.conflicts import implied_interval
from standoff.reading import actors
from standoff.reading.sides import PARTS

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping, Sequence

    from standoff.ledger import Claim
    from standoff.reading.statement import Statement

NEAR_DAYS = 92  # assumption, as in the balance of claims: dates more than a quarter of a year apart differ
DEFINITIONS = {
    "aid_total": ("aid_total", "aid_allocations", "aid_commitments"),
    "shells_production": ("shell_production",),
    "trade": ("trade_with_{}",), "exports": ("exports_to_{}",), "imports": ("imports_from_{}",),
    "refugees": ("refugees_from_{}",), "troops_deployed": ("troops_around_{}", "troops_in_war_zone"),
}  # fmt: skip  #: words of a text -> possible names in a ledger; {} is another actor of the sentence
ALIASES = {"EU": ("EUR",), "EUR": ("EUR",)}
DOLLARS = {
    "EUR": (0.96, 1.25), "GBP": (1.07, 1.49), "CNY": (0.137, 0.16), "RUB": (0.0083, 0.0178), "UAH": (0.024, 0.0435),
    "KRW": (0.00068, 0.00094),
}  # fmt: skip  #: assumption: lowest and highest monthly rates of 2016 to 2025 in US dollars, rounded outwards


@dataclass(frozen=True)
class MatchedClaim:
    """A claim that matches a statement, with its range in the statement's unit."""

    claim: Claim
    low: float
    high: float
    apart: int  #: days after the statement's date; negative before it
    same: bool  #: whether it has the same quantity, not another definition
    parts: tuple[Claim, ...] = ()  #: the claims of a sum


def implied_range(claim: Claim) -> tuple[float, float]:
    """Range of a number in its own unit; `over` and similar as in beliefs of the ledger."""
    shape, factors = SHAPES.get(str(claim.comparator), ("point", (1.0,)))
    if claim.value is None or shape == "point":
        return implied_interval(claim)
    ends = sorted(factor * float(claim.value) for factor in (factors[0], factors[-1]))
    return ends[0], ends[-1]


class Matcher:
    """An index of a ledger for matching."""

    def __init__(self, claims: Sequence[Claim], rates: Mapping[str, str] | None = None) -> None:
        self.rates = dict(rates or {})
        self.by: dict[tuple[str, str], list[Claim]] = defaultdict(list)
        for claim in claims:
            if claim.numbers and claim.basis != "computed" and claim.status != "disputed":
                self.by[claim.subject, claim.quantity].append(claim)

    def names(self, row: Statement) -> list[str]:
        """Names in the ledger for the quantity of a statement."""
        others = [
            code.lower()
            for code in actors.codes(actors.find(row.sentence, actors.words(row.sentence, 0, len(row.sentence))))
        ]
        names = DEFINITIONS.get(row.quantity, (row.quantity,))
        return list(dict.fromkeys(name.format(other) for name in names for other in (others or ["x"])))

    def subjects(self, row: Statement) -> list[str]:
        """Subjects of a statement: `the United States and the West` are the West."""
        codes = row.subject.split("+")
        inside = {part for code in codes for part in PARTS.get(code, ())}
        return [alias for code in codes if code not in inside for alias in ALIASES.get(code, (code,))]

    def find(self, row: Statement, subject: str, unit: str, day: dt.date) -> list[MatchedClaim]:
        """Every claim about the quantity of the subject, nearest date first."""
        out = []
        for name in self.names(row):
            same = name == row.quantity or len(DEFINITIONS.get(row.quantity, ())) == 1
            claims = [(claim, ()) for claim in self.by.get((subject, name), ())]
            for claim, parts in [*claims, *self._sums(subject, name)]:
                if (ends := self._in_unit(claim, parts, unit)) is not None:
                    out.append(MatchedClaim(claim, *ends, (claim.as_of.last - day).days, same, parts))
        return sorted(out, key=lambda one: (abs(one.apart), one.claim.id))

    def _sums(self, subject: str, quantity: str) -> Iterator[tuple[Claim, tuple[Claim, ...]]]:
        """Sums over parts of a bloc by one speaker for one day."""
        parts = PARTS.get(subject, ())
        if not parts:
            return
        for first in self.by.get((parts[0], quantity), ()):
            rest = [next((c for c in self.by.get((part, quantity), ()) if c.speaker == first.speaker and c.as_of == first.as_of
                          and c.unit == first.unit), None) for part in parts[1:]]  # fmt: skip
            if all(rest):
                yield first, (first, *(c for c in rest if c is not None))

    def _in_unit(self, claim: Claim, parts: tuple[Claim, ...], unit: str) -> tuple[float, float] | None:
        rate = self.rate(claim.unit, unit)
        if rate is None:
            return None
        lows, highs = zip(*(implied_range(one) for one in (parts or (claim,))), strict=True)
        low, high = sum(lows), sum(highs)
        if parts:
            high *= 1.3  # the parts leave others out: a floor, read as `at_least` is
        return (low * rate[0], high * rate[1]) if low >= 0 else (low * rate[1], high * rate[1])

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
