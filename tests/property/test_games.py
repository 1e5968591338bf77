"""What holds of every game: quantal response, its limits, and what must not matter."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from standoff.addons.games.equilibrium_audit import principal
from standoff.games.information import MoveOrder

FINE = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
UNIT = st.floats(-3, 3, allow_nan=False).map(lambda x: round(x, 3))  # payoffs with few digits, ties among them
RATES = st.floats(0, 10, allow_nan=False).map(lambda x: round(x, 3))


@st.composite
def games(draw, rates=RATES):
    """Payoffs (player, strategy of the first, of the second), and the rationality of both."""
    payoffs = draw(arrays.arrays(float, (2, 3, 2), elements=UNIT))
    return payoffs, np.array(draw(st.lists(rates, min_size=2, max_size=2)))


def solved(payoffs, rates):
    """The answer on the principal branch, where it was followed to its end."""
    tables = {(i, 1 - i): np.moveaxis(payoffs[i], i, 0)[..., None] for i in (0, 1)}
    base = [np.zeros((size, 1)) for size in payoffs.shape[1:]]
    found, reached = principal(base, tables, np.asarray(rates, float)[:, None], MoveOrder(payoffs.shape[1:]))
    assume(reached[0])
    return [row[()][:, 0] for row in found]


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
@given(games(), arrays.arrays(float, 2, elements=UNIT), arrays.arrays(float, 3, elements=UNIT))
def test_what_a_player_cannot_change_does_not_matter(game, for_rows, for_columns):
    """A payoff added whatever the player does, though it may depend on the other."""
    payoffs, rates = game
    plain = solved(payoffs, rates)
    added = payoffs + np.stack([np.broadcast_to(for_rows, (3, 2)), np.broadcast_to(for_columns[:, None], (3, 2))])
    for row, other in zip(plain, solved(added, rates), strict=True):
        np.testing.assert_allclose(other, row, atol=1e-7)


@FINE
@given(games(), st.floats(0.01, 3))
def test_the_odds_of_a_dominated_strategy_fall_as_they_should(game, loss):
    """The third strategy is the first with `loss` taken off: its odds against it are exp(-rationality * loss)."""
    payoffs, rates = game
    payoffs[0, 2] = payoffs[0, 0] - loss
    row = solved(payoffs, rates)[0]
    assert math.isclose(row[2] / row[0], math.exp(-rates[0] * loss), rel_tol=1e-8)


@FINE
@given(games(), arrays.arrays(float, 2, elements=st.floats(0.01, 3)), RATES)
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
    values = [payoffs[0] @ shares[1], shares[0] @ payoffs[1]]
    off = np.array([u.max() - u @ p for u, p in zip(values, shares, strict=True)])
    bound = np.log(payoffs.shape[1:]) / rates
    assert (off <= bound + 1e-9).all()
