"""Words for how much a reason matters: ranks in a closed form, and the weights of a scenario."""

from __future__ import annotations

from math import comb
from pathlib import Path

import numpy as np
import pytest

from standoff.beliefs import Belief
from standoff.errors import ScenarioError
from standoff.ledger import Ledger
from standoff.plan import Plan, plan
from standoff.plan.matters import FACTORS
from standoff.scenario import load_text
from tests.unit.history.conftest import history

from .test_from_history import NORM, TEXT, WEIGHT

__all__ = ["history"]
UNIT = 7 / 48  #: mean weight of the third rank of four


def below(rank: int, x: float) -> float:
    """Probability that the spacing of a rank, of four that sum to 1, is at most `x`: by inclusion and exclusion."""
    over = [comb(4, j) * max(1 - j * x, 0.0) ** 3 for j in range(5)]  # sums over j named spacings above x
    exactly = [sum((-1) ** (j - m) * comb(j, m) * over[j] for j in range(m, 5)) for m in range(rank)]
    return sum(exactly)  # fewer than `rank` spacings are above x


@pytest.mark.parametrize(("word", "rank"), [("most", 1), ("more", 2), ("little", 4)])
def test_factors_are_those_of_ordered_weights_that_are_equally_likely(word: str, rank: int) -> None:
    for p, factor in zip((0.05, 0.5, 0.95), FACTORS[word], strict=True):
        assert below(rank, factor * UNIT) == pytest.approx(p, abs=0.004)  # three digits of a factor


def test_the_means_of_ranks_are_the_rank_order_centroid() -> None:
    """The mean of a spacing is the integral of the probability that it is larger; Barron and Barrett, table 1."""
    x = (np.arange(20_000) + 0.5) / 20_000
    means = [1 - np.mean([below(rank, each) for each in x]) for rank in (1, 2, 3, 4)]
    np.testing.assert_allclose(means, (0.5208, 0.2708, 0.1458, 0.0625), atol=2e-4)


def planned(weight: str) -> Plan:
    return plan(load_text(TEXT.replace(WEIGHT, f"weight: {weight}"), "case.yaml"), Ledger())


@pytest.mark.usefixtures("history")
@pytest.mark.parametrize("word", FACTORS)
def test_a_word_multiplies_a_learned_weight_and_widens_it(word: str) -> None:
    plain, ordered = planned("history").parameter(NORM), planned(f"history, matters: {word}").parameter(NORM)
    rng = np.random.default_rng(1)
    z = rng.random((2, 40_000))
    factor = Belief("percentiles", FACTORS[word])
    sample = [max(plain.belief.quantile(a) * factor.quantile(b), 0.0) for a, b in z.T]  # bounds truncate the product
    wanted = np.quantile(sample, (0.05, 0.5, 0.95))
    np.testing.assert_allclose(ordered.belief.numbers, wanted, rtol=0.03, atol=0.03)  # a low end is near 0
    assert f"matters {word}" in ordered.belief.origin and "assumption" in ordered.belief.sources


@pytest.mark.usefixtures("history")
def test_as_usual_is_the_weight_itself() -> None:
    assert planned("history, matters: as usual").parameter(NORM) == planned("history").parameter(NORM)


def test_a_weight_that_is_a_number_has_its_size_already(history: Path) -> None:
    found = planned("1 to 2, matters: more")
    assert found.parameter(NORM) == planned("1 to 2").parameter(NORM)
    assert [NORM in text and "`matters: more`" in text for text in found.warnings].count(True) == 1
    with pytest.raises(ScenarioError, match="matters"):
        planned("history, matters: greatly")
