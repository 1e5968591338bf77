"""How much a reason matters: the analyst's order of reasons, an elicited prior.

    matters: most | more | as usual | little

multiplies a weight that is looked up (`history`, `prior(...)`). The words are four ranks. All that is said by ranks is that
w1 >= w2 >= w3 >= w4 >= 0; with weights that sum to 1 and are uniform over what that leaves, they are the four spacings of
three uniform points, in order. Their means are the rank-order centroid (.52, .27, .15, .06); a word counts its weight in
units of the mean of `as usual`, 7/48, and that word itself is 1. The 5, 50 and 95 % follow in a closed form, which a test
has: the largest spacing has P(w1 <= x) = sum over j of (-1)^j C(4, j) (1 - j x)_+^3, the least P(w4 <= x) = 1 - (1 - 4 x)^3.
That the words are ranks, and equal over reasons and analysts, is an assumption.

Sources: barron_barrett1996 (rank-order centroid).
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np

from standoff.beliefs import Belief
from standoff.plan.builder import PlanBuilder
from standoff.yaml_reader import Path_, dots

USUAL = "as usual"
FACTORS = {"most": (2.35, 3.43, 5.27), "more": (0.876, 1.89, 2.73), "little": (0.0291, 0.354, 1.08)}  #: 5, 50 and 95 %
GRID = (np.arange(200) + 0.5) / 200  #: probabilities that stand for a belief; an end of a product errs by less than 1 %
DIGITS = 3  # significant; as in `standoff.history.coefficients`


def in_order(draft: PlanBuilder, path: Path_, weight: Belief, word: str) -> Belief:
    """A weight as a word orders it; one that is a number stays, with a warning."""
    if word == USUAL:
        return weight
    if not weight.origin:  # no error: a variant may put a number in the place of a learned weight
        draft.warnings.append(f"{dots(path)} is a number, so that `matters: {word}` has no effect")
        return weight
    numbers = _times(replace(weight, sources=()), word)
    sources = tuple(dict.fromkeys((*weight.sources, "assumption")))
    return replace(
        weight, shape="percentiles", numbers=numbers, sources=sources, origin=f"{weight.origin}, matters {word}"
    )


@lru_cache(maxsize=256)
def _times(weight: Belief, word: str) -> tuple[float, ...]:
    """The 5, 50 and 95 % of a weight times the independent factor of a word."""
    factor = Belief("percentiles", FACTORS[word])
    products = np.outer([weight.quantile(p) for p in GRID], [factor.quantile(p) for p in GRID]).clip(
        0
    )  # no weight is less
    return tuple(float(f"{x:.{DIGITS}g}") for x in np.quantile(products, (0.05, 0.5, 0.95)))
