"""Whether two numbers are the same, by the digits that each is given in.

A number is the same as that of a claim where one is a rounding of the other: within half a unit of the last digit, and
within 5 %. `Over 400,000` and `nearly 400,000` are what is cut off above or below. The range of a claim is its own: a
number that lies between two claims agrees with neither.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from standoff.ledger.conflicts import INSIDE

if TYPE_CHECKING:
    from standoff.ledger import Claim

FLOORS = frozenset({"over", "at_least"})
CEILINGS = frozenset({"nearly", "at_most"})
COUNTS = frozenset({"1", "item"})  #: units of things that are counted one by one
SMALL_COUNT = 100  # assumption: up to this, newspapers give such a count exactly unless they say `about`
WIDEST = 0.05  # assumption: half a unit of the last digit, as a share of the number; 400 is not "the same" as 450
CUT = 0.1  # assumption: `over 3,000` is not said of 3,400
APART = 0.02  # assumption: numbers this close may be two roundings, and do not contradict


@dataclass(frozen=True)
class GivenNumber:
    """A number with its comparator, in one unit."""

    low: float
    high: float
    comparator: str
    whole: bool = False  #: whether it counts a few things one by one

    @property
    def middle(self) -> float:
        """The number, or the middle of its range."""
        return (self.low + self.high) / 2


def of_claim(claim: Claim, factor: float = 1.0) -> GivenNumber:
    """The number of a claim, multiplied by a factor."""
    ends = claim.numbers
    small = claim.comparator == "exact" and claim.unit in COUNTS and 0 < ends[0] <= SMALL_COUNT and ends[0] % 1 == 0
    return GivenNumber(min(ends) * factor, max(ends) * factor, str(claim.comparator), small)


def step(number: float) -> float:
    """One unit of the last digit that a number is given in: 1,000 for 315,000."""
    digits, exponent = f"{abs(number):.10e}".split("e")
    return 10.0 ** (int(exponent) + 1 - len(digits.rstrip("0").replace(".", ""))) if number else 1.0


def agrees(text: GivenNumber, claim: GivenNumber) -> bool:
    """Whether a number of a text gives that of a claim, perhaps in fewer or in more digits."""
    if "range" in {text.comparator, claim.comparator}:
        return _range_agrees(text, claim)
    said, known = text.middle, claim.middle
    if math.isclose(said, known, rel_tol=INSIDE):
        return not _opposed(text.comparator, claim.comparator)
    if text.whole or claim.whole:
        return False
    cut = min(step(said), CUT * abs(said))
    if text.comparator in FLOORS:
        return claim.comparator not in CEILINGS and 0 < known - said <= cut
    if text.comparator in CEILINGS:
        return claim.comparator not in FLOORS and 0 < said - known <= cut
    return any(abs(said - known) <= min(step(one) / 2, WIDEST * abs(one)) * (1 + INSIDE) for one in (said, known))


def differs(text: GivenNumber, claim: GivenNumber) -> bool:
    """Whether two numbers cannot be the same, however roughly rounded."""
    if agrees(text, claim):
        return False
    if text.comparator in FLOORS and claim.middle > text.middle:
        return claim.middle > text.middle * (1 + 2 * CUT)
    gap = APART * max(abs(text.middle), abs(claim.middle))
    return text.whole or claim.whole or not (text.low - gap <= claim.high and claim.low - gap <= text.high)


def _range_agrees(text: GivenNumber, claim: GivenNumber) -> bool:
    if text.comparator == claim.comparator == "range":
        return all(
            abs(a - b) <= min(step(a) / 2, WIDEST * abs(a)) for a, b in ((text.low, claim.low), (text.high, claim.high))
        )
    one, other = (text, claim) if claim.comparator == "range" else (claim, text)
    ends = {"at_most": (other.high,), "nearly": (other.high,), "at_least": (other.low,), "over": (other.low,)}
    return any(math.isclose(one.middle, end, rel_tol=INSIDE) for end in ends.get(one.comparator, ()))


def _opposed(one: str, other: str) -> bool:
    return (one in FLOORS and other in CEILINGS) or (one in CEILINGS and other in FLOORS)
