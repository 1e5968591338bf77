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

SIDES = {"over": 1, "at_least": 1, "nearly": -1, "at_most": -1}  #: where the true number lies
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
    def side(self) -> int:
        """1 where the true number is above, -1 where it is below, else 0."""
        return SIDES.get(self.comparator, 0)


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
    side = text.side or claim.side
    ends = [(text.low, claim.low)][: side >= 0] + [(text.high, claim.high)][: side <= 0]
    whole = text.whole or claim.whole
    return text.side * claim.side >= 0 and all(_is_rounding(a, b, text.side, whole) for a, b in ends)


def _is_rounding(given: float, known: float, side: int, whole: bool) -> bool:
    """Whether one number is a rounding of the other, or is cut off on this side of it."""
    if whole or math.isclose(given, known, rel_tol=INSIDE):
        return math.isclose(given, known, rel_tol=INSIDE)
    if side:
        return 0 < (known - given) * side <= min(step(given), CUT * abs(given))
    return any(abs(given - known) <= min(step(one) / 2, WIDEST * abs(one)) * (1 + INSIDE) for one in (given, known))


def differs(text: GivenNumber, claim: GivenNumber) -> bool:
    """Whether two numbers cannot be the same, however roughly rounded."""
    if agrees(text, claim):
        return False
    if text.side > 0 and claim.low > text.high:
        return claim.low > text.high * (1 + 2 * CUT)
    gap = APART * max(abs(text.high), abs(claim.high))
    return text.whole or claim.whole or not (text.low - gap <= claim.high and claim.low - gap <= text.high)
