"""What holds of every game: quantal response, its limits, and what must not matter."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from standoff.addons.games import agent_qre
from standoff.addons.games.expected_payoffs import Payoffs, regret
from standoff.addons.games.normal_form import quantal_response
from standoff.addons.games.tree import GameNode, InformationSet, Tree

FINE = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
SIZES = [(3, 2), (2, 2, 2)]  # few shapes: each is compiled once
UNIT = st.floats(-3, 3, allow_nan=False).map(lambda x: round(x, 3))  # payoffs with few digits, ties among them
RATES = st.floats(0, 10, allow_nan=False).map(lambda x: round(x, 3))

#: the first player has three moves, the second two and does not see which was taken
BLIND = Tree(
    ("A", "B"),
    (InformationSet(0, ("x", "y", "z")), InformationSet(1, ("l", "r"))),
    (
        GameNode((1, 4, 7), 0),
        *(
            node
            for k in range(3)
            for node in (GameNode((2 + 3 * k, 3 + 3 * k), 1), GameNode(payoffs=(0, 0)), GameNode(payoffs=(0, 0)))
        ),
    ),
)


@st.composite
def games(draw, sizes=None, rates=RATES):
    """Payoffs (player, strategies) and the rationality of each player."""
    shape = draw(st.sampled_from(SIZES)) if sizes is None else sizes
    payoffs = draw(arrays.arrays(float, (len(shape), *shape), elements=UNIT))
    return payoffs, np.array(draw(st.lists(rates, min_size=len(shape), max_size=len(shape))))


def solved(payoffs, rates):
    """The answer; games with a symmetry that lets branches cross are not asked for."""
    found = quantal_response(payoffs[None], rates)
    assume(not found.crossings[0])
    assert found.converged[0]
    return found.of()


@FINE
@given(games())
def test_probabilities_are_positive_and_sum_to_one(game):
    for row in solved(*game):
        assert (row > 0).all() and math.isclose(row.sum(), 1.0, rel_tol=1e-14)


@FINE
@given(games(), st.randoms(use_true_random=False))
def test_relabelling_strategies_permutes_the_answer(game, random):
    payoffs, rates = game
    plain = solved(payoffs, rates)
    orders = [random.sample(range(size), size) for size in payoffs.shape[1:]]
    moved = solved(payoffs[np.ix_(range(len(payoffs)), *orders)], rates)
    for row, order, other in zip(plain, orders, moved, strict=True):
        np.testing.assert_allclose(other, row[order], atol=1e-7)


@FINE
@given(games((2, 2, 2)), st.permutations(range(3)))
def test_relabelling_players_permutes_the_answer(game, order):
    payoffs, rates = game
    plain = solved(payoffs, rates)
    moved = solved(np.transpose(payoffs, (0, *(1 + i for i in order)))[list(order)], rates[list(order)])
    for i, other in zip(order, moved, strict=True):
        np.testing.assert_allclose(other, plain[i], atol=1e-7)


@FINE
@given(games((3, 2)), arrays.arrays(float, 2, elements=UNIT), arrays.arrays(float, 3, elements=UNIT))
def test_what_a_player_cannot_change_does_not_matter(game, for_rows, for_columns):
    """A payoff added whatever the player does, though it may depend on the other."""
    payoffs, rates = game
    plain = solved(payoffs, rates)
    added = payoffs + np.stack([np.broadcast_to(for_rows, (3, 2)), np.broadcast_to(for_columns[:, None], (3, 2))])
    for row, other in zip(plain, solved(added, rates), strict=True):
        np.testing.assert_allclose(other, row, atol=1e-7)


@FINE
@given(games((3, 2)), st.floats(0.01, 3))
def test_the_odds_of_a_dominated_strategy_fall_as_they_should(game, loss):
    """The third strategy is the first with `loss` taken off: its odds against it are exp(-rationality * loss)."""
    payoffs, rates = game
    payoffs[0, 2] = payoffs[0, 0] - loss
    row = solved(payoffs, rates)[0]
    assert math.isclose(row[2] / row[0], math.exp(-rates[0] * loss), rel_tol=1e-8)


@FINE
@given(games((3, 2)), arrays.arrays(float, 2, elements=st.floats(0.01, 3)), RATES)
def test_a_dominated_strategy_falls_with_rationality(game, losses, more):
    """The third strategy is worse than the first whatever the other does: log-odds are between -rationality times the
    largest and the smallest loss, at any rationality, and so go to minus infinity with it."""
    payoffs, rates = game
    payoffs[0, 2] = payoffs[0, 0] - losses
    for rate in (rates, rates + more):
        row = solved(payoffs, rate)[0]
        odds = math.log(row[2] / row[0])
        assert -rate[0] * losses.max() - 1e-7 <= odds <= -rate[0] * losses.min() + 1e-7


@FINE
@given(games((3, 2), rates=st.floats(0, 4, allow_nan=False)))
def test_a_tree_in_which_everybody_moves_once_and_blindly_is_its_table(game):
    payoffs, rates = game
    ends = payoffs.reshape(2, -1).T  # end, player: the tree's ends are the profiles in order
    plain = quantal_response(payoffs[None], rates)
    assume(not plain.crossings[0])
    found = agent_qre.respond(BLIND, rates, ends[None], starts=0)
    assert plain.converged[0] and found.converged[0]
    for row, other in zip(plain.probabilities, found.probabilities, strict=True):
        np.testing.assert_allclose(other, row, atol=1e-7)


@FINE
@given(games(rates=st.just(0.0)))
def test_without_rationality_all_is_even(game):
    for row in solved(*game):
        np.testing.assert_allclose(row, 1 / len(row), rtol=1e-14)


@FINE
@given(games(rates=st.floats(0.5, 1000, allow_nan=False)))
def test_large_rationality_approaches_an_equilibrium(game):
    """A logit response is best where the entropy counts as 1 / rationality; entropy is at most log of the strategies."""
    payoffs, rates = game
    shares = solved(payoffs, rates)
    off = regret(Payoffs(payoffs[None]), [row[None] for row in shares])[0]
    bound = np.log(payoffs.shape[1:]) / rates
    assert (off <= bound + 1e-9).all()


@FINE
@given(st.lists(games((2, 2, 2)), min_size=2, max_size=8))
def test_a_game_does_not_notice_its_neighbours(block):
    found = quantal_response(np.stack([payoffs for payoffs, _ in block]), np.stack([rates for _, rates in block]))
    for n, (payoffs, rates) in enumerate(block):
        alone = quantal_response(payoffs[None], rates)
        assert alone.converged[0] == found.converged[n]
        for row, other in zip(alone.of(), found.of(n), strict=True):
            np.testing.assert_allclose(row, other, atol=1e-12)
