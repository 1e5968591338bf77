"""Convert a claim to a belief, for numbers `from:` the ledger.

    exact v            the point v
    range low to high  low to high, central 90 %
    about v            0.9 v to 1.1 v, central 90 %
    nearly v           0.9 v to v, central 90 %
    over, at_least v   p5 v, p50 1.1 v, p95 1.3 v
    at_most v          p5 0.6 v, p50 0.85 v, p95 v

All factors are assumptions about the use of words: a speaker who says "over 50" means a number near 50, since a larger
one would have been named. Comparators apply to the absolute value, so a negative number is mirrored. The belief takes
one speaker at his word; `standoff.inference.reconcile` weighs several speakers and estimates their biases.
"""

from __future__ import annotations

from standoff.beliefs import Belief
from standoff.errors import BeliefError
from standoff.ledger.claim import Claim
from standoff.ledger.conflicts import ABOUT, NEARLY

SHAPES: dict[str, tuple[str, tuple[float, ...]]] = {
    "exact": ("point", (1.0,)),
    "about": ("range", (1 - ABOUT, 1 + ABOUT)),
    "nearly": ("range", (NEARLY, 1.0)),
    "over": ("percentiles", (1.0, 1.1, 1.3)),
    "at_least": ("percentiles", (1.0, 1.1, 1.3)),
    "at_most": ("percentiles", (0.6, 0.85, 1.0)),
}  #: comparator -> shape of the belief, and its numbers as multiples of the claim's


def belief_of(claim: Claim) -> Belief:
    """The claim's number with its uncertainty, in the claim's unit, with its id as source.

    Raises `BeliefError` for a claim without a number, and for a word such as `over` with 0, which has no scale.
    """
    if claim.comparator == "range" and claim.low is not None and claim.high is not None:
        return Belief("range", (float(claim.low), float(claim.high)), claim.unit, (claim.id,))
    if claim.value is None:
        raise BeliefError(f"the claim `{claim.id}` has no number", fix="name a claim with a number, or write one")
    shape, factors = SHAPES[str(claim.comparator)]
    if claim.value == 0 and shape != "point":
        raise BeliefError(
            f"the claim `{claim.id}` says `{claim.comparator}` 0, which gives no range", fix="write a range instead"
        )
    numbers = (factor * float(claim.value) for factor in factors)
    return Belief(shape, tuple(sorted(numbers)), claim.unit, (claim.id,))
