"""Ranges that numbers allow, and whether a number of a text agrees with a claim.

Only one of two numbers has a tolerance at a time: 380 and 315 do not agree because each could be 10 % off.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from standoff.ledger.claim import WHOLE, is_share
from standoff.ledger.claim_belief import SHAPES
from standoff.ledger.conflicts import ABOUT, INSIDE, implied_interval

if TYPE_CHECKING:
    from standoff.ledger import Claim

FLOORS = {"over", "at_least"}
CEILINGS = {"at_most"}
COUNTS = frozenset({"1", "item"})  #: units of things that are counted one by one
SMALL_COUNT = 100  # assumption: up to this, newspapers give such a count exactly unless they say `about`


class RangedNumber(Protocol):
    """A number with its comparator and the range that it allows, both in one unit."""

    @property
    def number(self) -> tuple[float, float]: ...
    @property
    def ends(self) -> tuple[float, float]: ...
    @property
    def comparator(self) -> str: ...


def stated_number(claim: Claim) -> float:
    """The number of a claim without tolerance; the middle of a range."""
    return float(claim.value) if claim.value is not None else sum(claim.numbers) / len(claim.numbers)


def implied_range(claim: Claim) -> tuple[float, float]:
    """Range of a number in its own unit; `over` and similar as in beliefs of the ledger.

    An exact number is rounded, by `ABOUT` at most: an exact 500,000 allows no more than `about 500,000`. Shares end at
    0 and at 100 %.
    """
    shape, factors = SHAPES.get(str(claim.comparator), ("point", (1.0,)))
    if claim.value is None:
        return implied_interval(claim)
    if is_small_count(claim):
        return (float(claim.value),) * 2
    if shape == "point":
        low, high = implied_interval(claim)
        if claim.comparator == "exact" and (margin := ABOUT * abs(float(claim.value))):
            low, high = max(low, float(claim.value) - margin), min(high, float(claim.value) + margin)
    else:
        low, high = sorted(factor * float(claim.value) for factor in (factors[0], factors[-1]))
    whole = WHOLE[claim.unit] if is_share(claim) else None
    return (max(low, 0.0), min(high, whole)) if whole is not None and 0 <= claim.value <= whole else (low, high)


def rounded_range(claim: Claim) -> tuple[float, float]:
    """Numbers that a number repeats in fewer digits.

    545,000 repeats 544,500 to 545,500, and `over 545,000` no less than itself.
    """
    if claim.value is None:
        return implied_interval(claim)
    low, high = implied_range(claim.model_copy(update={"comparator": "exact"}))
    value = abs(float(claim.value))
    near, far = sorted((abs(low), abs(high)))
    near, far = value if claim.comparator in FLOORS else near, value if claim.comparator in CEILINGS else far
    return (near, far) if claim.value >= 0 else (-far, -near)


def is_small_count(claim: Claim) -> bool:
    """Whether a number counts a few things and so is not rounded: `NATO had 30 members`."""
    return (
        claim.comparator == "exact"
        and claim.unit in COUNTS
        and claim.value is not None
        and float(claim.value).is_integer()
        and 0 < claim.value <= SMALL_COUNT
    )


def overlap(one: tuple[float, float], other: tuple[float, float]) -> bool:
    """Whether two intervals meet, up to errors of rounding."""
    slack = INSIDE * max(abs(end) for end in (*one, *other))
    return one[0] <= other[1] + slack and other[0] <= one[1] + slack


def agrees(text: RangedNumber, claim: RangedNumber) -> bool:
    """Whether either number lies in the range of the other.

    Of two floors or two ceilings that of the claim must lie in the range of the text: who says `over 350` does not say
    `over 400`.
    """
    if any({text.comparator, claim.comparator} <= bounds for bounds in (FLOORS, CEILINGS)):
        return overlap(claim.number, text.ends)
    return overlap(claim.number, text.ends) or overlap(text.number, claim.ends)
