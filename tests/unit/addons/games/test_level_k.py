"""Level k and the cognitive hierarchy against what follows by hand, and a slow twin."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest

from standoff.addons.games import level_k
from standoff.addons.games.expected_payoffs import Payoffs
from standoff.addons.games.normal_form import NormalForm
from standoff.errors import StandoffError

DILEMMA = np.array([[[3.0, 0.0], [5.0, 1.0]], [[3.0, 5.0], [0.0, 1.0]]])


def named(payoffs) -> NormalForm:
    payoffs = np.asarray(payoffs, float)
    return NormalForm(
        "test",
        tuple("ABCDE"[: len(payoffs)]),
        tuple(tuple(f"s{o}" for o in range(size)) for size in payoffs.shape[1:]),
        payoffs,
    )


def guessing(numbers: int = 21, part: float = 2 / 3) -> NormalForm:
    """Guess `part` of the other's number: the closer, the better."""
    mine, other = np.meshgrid(np.arange(numbers), np.arange(numbers), indexing="ij")
    own = -np.abs(mine - part * other)
    return named([own, own.T])


def test_each_level_of_the_guessing_game_takes_two_thirds_of_the_one_below():
    """Even chances over 0 to 20: expected loss is least at 2/3 of the median, 6.67; then 4.67, 3.33, 2 (whole numbers)."""
    picks = [level_k.level_k(guessing(), k).of()[0].argmax() for k in (1, 2, 3, 4)]
    assert picks[0] in {6, 7}
    for before, after in pairwise(picks):
        assert after == round(before * 2 / 3)


def test_level_zero_is_even_or_as_told():
    np.testing.assert_array_equal(level_k.level_k(named(DILEMMA), 0).of()[0], [0.5, 0.5])
    told = [np.array([[1.0, 0.0]]), np.array([[0.0, 1.0]])]
    np.testing.assert_array_equal(level_k.level_k(named(DILEMMA), 0, start=told).of()[1], [0.0, 1.0])


def test_only_level_zero_takes_what_is_dominated():
    """A dominated strategy has half of the share of level 0, exp(-tau) / 2."""
    for tau in (0.0, 0.5, 1.5, 4.0):
        found = level_k.cognitive_hierarchy(named(DILEMMA), tau)
        assert math.isclose(found.of()[0][0], math.exp(-tau) / 2, rel_tol=1e-11)
        assert math.isclose(found.weights.sum(), 1.0, rel_tol=1e-14)
        np.testing.assert_allclose(
            found.weights[:2], [math.exp(-tau), tau * math.exp(-tau)][: len(found.weights)], rtol=1e-11
        )


def test_beliefs_are_the_true_proportions_of_those_below():
    """Matching pennies with a prize of 9 for heads, tau 1.5, by hand.

    Level 1 rows take heads (9 x 1/2 against 1 x 1/2); level 1 columns see even chances and do not care. Level 2 rows see
    even columns again: heads; level 2 columns see more heads than tails and evade, with tails. Level 3 rows still see heads
    with a chance above 1/10, and level 3 columns more heads than tails.
    """
    rows = np.array([[9.0, 0.0], [0.0, 1.0]])
    columns = np.array([[0.0, 1.0], [1.0, 0.0]])
    found = level_k.cognitive_hierarchy(named([rows, columns]), 1.5, levels=3)
    weights = np.array([1, 1.5, 1.5**2 / 2, 1.5**3 / 6])
    np.testing.assert_allclose(found.weights, weights / weights.sum(), rtol=1e-13)
    played = [[level[player][0].tolist() for level in found.levels] for player in (0, 1)]
    assert played[1] == [[0.5, 0.5], [0.5, 0.5], [0.0, 1.0], [0.0, 1.0]]
    heads = (0.5 * weights[0] + 0.5 * weights[1]) / weights[:3].sum()  # of columns as level 3 rows see them: 0.345
    assert 9 * heads > 1 - heads
    assert played[0] == [[0.5, 0.5], [1.0, 0.0], [1.0, 0.0], [1.0, 0.0]]
    total = weights.sum()
    assert math.isclose(found.of()[0][0], 1 - 0.5 * weights[0] / total)
    assert math.isclose(found.of()[1][0], 0.5 * (weights[0] + weights[1]) / total)


def test_logit_steps_are_those_of_a_slow_twin():
    """Levels 0 to 6 at tau 1.5, each a logit response to the mixture of those below."""
    payoffs = np.random.default_rng(0).normal(size=(2, 3, 4))
    found = level_k.cognitive_hierarchy(named(payoffs), 1.5, rationality=2.0, levels=6)
    mixed, seen = [np.full(3, 1 / 3), np.full(4, 1 / 4)], math.exp(-1.5)
    for k in range(1, 7):
        utilities = payoffs[0] @ mixed[1], payoffs[1].T @ mixed[0]
        reply = [np.exp(2 * u) / np.exp(2 * u).sum() for u in utilities]
        share = math.exp(-1.5) * 1.5**k / math.factorial(k)
        mixed = [(share * r + seen * m) / (share + seen) for r, m in zip(reply, mixed, strict=True)]
        seen += share
    for mine, theirs in zip(found.of(), mixed, strict=True):
        np.testing.assert_allclose(mine, theirs, atol=1e-12)


def test_ties_are_split_and_blocks_go_game_by_game():
    payoffs = np.random.default_rng(1).normal(size=(5, 3, 2, 3, 2))
    payoffs[:, 0] = 1.0  # the first player does not care
    block = level_k.level_k(Payoffs(payoffs), 3)
    np.testing.assert_array_equal(block.probabilities[0], 0.5)
    for n in range(5):
        for mine, alone in zip(block.of(n), level_k.level_k(named(payoffs[n]), 3).of(), strict=True):
            np.testing.assert_array_equal(mine, alone)


def test_input_out_of_range_says_so():
    for level in (-1, 101, 2 * 10**60):  # each level is a round over the whole game
        with pytest.raises(StandoffError, match=r"no level(?s:.*)0 to 100"):
            level_k.level_k(named(DILEMMA), level)
    with pytest.raises(StandoffError, match="a mean level of -2"):
        level_k.cognitive_hierarchy(named(DILEMMA), -2)
