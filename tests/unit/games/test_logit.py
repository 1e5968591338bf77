"""Logit equilibria against closed forms, an independent bisection, and a slow twin."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from standoff.games import logit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

TOLERANCE = 1e-11
Payoffs = dict[tuple[int, int], np.ndarray]  # (player, other) -> (option, option of the other)


@pytest.fixture(autouse=True)
def double() -> Iterator[None]:
    with jax.enable_x64(True):
        yield


@dataclass
class Found:
    """An equilibrium as arrays: (player, option, game), with 0 for options that a player lacks."""

    probabilities: np.ndarray
    residual: np.ndarray
    converged: np.ndarray
    iterations: int


def solve(
    base: np.ndarray, pairs: Payoffs, rationality: Sequence[float] | np.ndarray, exists: np.ndarray | None = None,
    fixed: Sequence[int] = (), held: np.ndarray | None = None,
) -> Found:  # fmt: skip
    """`base` (player, option[, game]) and `pairs` as in the module; one game where no axis of games is given."""
    base = np.atleast_3d(np.asarray(base, float))
    players, options, games = base.shape
    exists = np.ones((players, options), bool) if exists is None else exists
    has = [np.flatnonzero(row) for row in exists]
    rationality = np.broadcast_to(np.asarray(rationality, float).reshape(players, -1), (players, games))
    held = np.zeros(base.shape) if held is None else np.broadcast_to(held[..., None], base.shape)

    def rows(values: np.ndarray) -> list[list[jax.Array]]:
        return [[jnp.asarray(values[i, o]) for o in has[i]] for i in range(players)]

    tables = {(i, j): np.broadcast_to(np.atleast_3d(t), (options, options, games)) for (i, j), t in pairs.items()}
    game = logit.Game.of(
        rows(base),
        {(i, j): [[jnp.asarray(t[o, k]) for k in has[j]] for o in has[i]] for (i, j), t in tables.items()},
        list(jnp.asarray(rationality)),
    )
    found = logit.solve(game, [jnp.asarray(i in fixed) for i in range(players)], rows(held), TOLERANCE)
    p = np.zeros(base.shape)
    for i in range(players):
        p[i, has[i]] = np.array(found.strategies[i][()])
    return Found(p, np.asarray(found.residual), np.asarray(found.converged), found.iterations)


def twin(base: np.ndarray, pairs: Payoffs, rationality: np.ndarray, steps: int = 5000) -> np.ndarray:
    """The fixed point by ten plain lines."""
    q = np.full(base.shape, 1 / base.shape[1])
    for _ in range(steps):
        p = np.empty_like(q)
        for i in range(len(base)):
            u = base[i] + sum(table @ q[j] for (me, j), table in pairs.items() if me == i)
            w = np.exp(rationality[i] * (u - u.max()))
            p[i] = w / w.sum()
        q = 0.5 * p + 0.5 * q
    return q


def root(f, low: float, high: float) -> float:
    """Where an increasing function crosses zero."""
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if f(middle) < 0 else (low, middle)
    return (low + high) / 2


def random_game(seed: int, players: int = 3, options: int = 3) -> tuple[np.ndarray, Payoffs, np.ndarray]:
    rng = np.random.default_rng(seed)
    pairs = {(i, j): rng.normal(size=(options, options)) for i in range(players) for j in range(players) if i != j}
    return rng.normal(size=(players, options)), pairs, rng.uniform(0.1, 1.0, players)


def test_one_player_is_a_logit_choice():
    found = solve([[1.0, 0.0, -2.0]], {}, [1.7])
    expected = np.exp(1.7 * np.array([1.0, 0.0, -2.0]))
    np.testing.assert_allclose(found.probabilities[0, :, 0], expected / expected.sum(), rtol=1e-14)
    assert bool(found.converged[0]) and float(found.residual[0]) == 0.0


@pytest.mark.parametrize("rationality", [0.2, 1.0, 3.0])
def test_a_symmetric_game_solves_its_scalar_equation(rationality):
    """Chicken, both alike: p = logistic(rationality * (a + (b - a) p)) has one root, as the right side falls in p."""
    a, b = 1.0, -2.0  # gain of the first option over the second where the other takes the second, and the first
    table = np.array([[b, a], [0.0, 0.0]])
    found = solve(np.zeros((2, 2)), {(0, 1): table, (1, 0): table}, [rationality] * 2)
    p = root(lambda p: p - 1 / (1 + math.exp(-rationality * (a + (b - a) * p))), 0.0, 1.0)
    np.testing.assert_allclose(found.probabilities[:, 0, 0], [p, p], atol=1e-11)


@pytest.mark.parametrize("rationality", [0.0, 0.5, 2.0])
def test_matching_pennies_is_even_at_any_rationality(rationality):
    table = np.array([[1.0, -1.0], [-1.0, 1.0]])
    found = solve(np.zeros((2, 2)), {(0, 1): table, (1, 0): -table}, [rationality] * 2)
    np.testing.assert_allclose(found.probabilities[..., 0], 0.5, rtol=1e-14)
    assert bool(found.converged[0])


@pytest.mark.parametrize("rationality", [0.1, 0.3, 1.0])
def test_asymmetric_matching_pennies_as_an_independent_bisection_has_it(rationality):
    """As in McKelvey and Palfrey (1995): the row player has 9 instead of 1 in one cell. Nash has the row player at
    1/2; the quantal response has it above, which is what subjects do."""
    row, column = np.array([[9.0, 0.0], [0.0, 1.0]]), np.array([[0.0, 1.0], [1.0, 0.0]])
    found = solve(np.zeros((2, 2)), {(0, 1): row, (1, 0): column}, [rationality] * 2)

    def column_left(p: float) -> float:  # the column player gains 1 - p from left, p from right
        return 1 / (1 + math.exp(-rationality * ((1 - p) - p)))

    def gap(p: float) -> float:  # increasing: the row's reply falls as p grows
        q = column_left(p)
        return p - 1 / (1 + math.exp(-rationality * (9 * q - (1 - q))))

    p = root(gap, 0.0, 1.0)
    np.testing.assert_allclose(found.probabilities[:, 0, 0], [p, column_left(p)], atol=1e-10)
    assert p > 0.5


@pytest.mark.parametrize("seed", range(5))
def test_a_slow_twin_agrees(seed):
    base, pairs, rationality = random_game(seed)
    found = solve(base, pairs, rationality)
    assert bool(found.converged[0])
    np.testing.assert_allclose(found.probabilities[..., 0], twin(base, pairs, rationality), atol=1e-10)
    np.testing.assert_allclose(found.probabilities.sum(axis=1), 1.0, rtol=1e-14)


def test_relabelling_permutes_the_answer():
    base, pairs, rationality = random_game(7)
    plain = np.asarray(solve(base, pairs, rationality).probabilities[..., 0])
    options, players = [2, 0, 1], [1, 2, 0]
    flipped = solve(base[:, options], {pair: t[np.ix_(options, options)] for pair, t in pairs.items()}, rationality)
    np.testing.assert_allclose(flipped.probabilities[..., 0], plain[:, options], atol=1e-10)
    place = {old: new for new, old in enumerate(players)}
    moved = solve(base[players], {(place[i], place[j]): t for (i, j), t in pairs.items()}, rationality[players])
    np.testing.assert_allclose(moved.probabilities[..., 0], plain[players], atol=1e-10)


def test_a_constant_added_to_a_player_changes_nothing():
    base, pairs, rationality = random_game(8)
    plain = solve(base, pairs, rationality).probabilities
    more = solve(base + np.array([[5.0], [-3.0], [100.0]]), pairs, rationality).probabilities
    shifted = solve(
        base, {pair: t + np.array([[1.0, 2.0, 3.0]]) for pair, t in pairs.items()}, rationality
    ).probabilities
    np.testing.assert_allclose(more, plain, atol=1e-10)
    np.testing.assert_allclose(shifted, plain, atol=1e-10)  # the same for all own options, whatever the other does


def test_without_rationality_everything_is_even():
    base, pairs, _ = random_game(9)
    np.testing.assert_allclose(solve(base, pairs, [0.0] * 3).probabilities, 1 / 3, rtol=1e-14)


def test_a_dominated_option_falls_with_rationality():
    table = np.array([[3.0, 0.0], [5.0, 1.0]])  # the prisoner's dilemma: the first option is dominated
    grid = np.linspace(0.0, 4.0, 21)
    found = solve(np.zeros((2, 2, 21)), {(0, 1): table, (1, 0): table}, np.stack([grid, grid]))
    assert np.asarray(found.converged).all()
    assert (np.diff(found.probabilities[0, 0]) < 0).all() and (np.diff(found.probabilities[1, 0]) < 0).all()


def test_players_may_have_different_numbers_of_options():
    base, pairs, rationality = random_game(11, players=2)
    exists = np.array([[True, True, True], [True, True, False]])
    found = solve(base, pairs, rationality, exists)
    small = {(0, 1): pairs[0, 1][:, :2], (1, 0): pairs[1, 0][:2]}
    q = [np.full(3, 1 / 3), np.full(2, 1 / 2)]
    for _ in range(2000):
        p = []
        for i, j in ((0, 1), (1, 0)):
            w = np.exp(rationality[i] * (base[i, : len(q[i])] + small[i, j] @ q[j]))
            p.append(w / w.sum())
        q = [0.5 * a + 0.5 * b for a, b in zip(p, q, strict=True)]
    assert float(found.probabilities[1, 2, 0]) == 0.0
    np.testing.assert_allclose(found.probabilities[0, :, 0], q[0], atol=1e-10)
    np.testing.assert_allclose(found.probabilities[1, :2, 0], q[1], atol=1e-10)


def test_who_does_not_decide_stays_and_the_others_reply_to_that():
    base, pairs, rationality = random_game(12, players=2)
    held = np.array([[0.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
    found = solve(base, pairs, rationality, fixed=[1], held=held)
    np.testing.assert_array_equal(found.probabilities[1, :, 0], held[1])
    reply = np.exp(rationality[0] * (base[0] + pairs[0, 1][:, 1]))
    np.testing.assert_allclose(found.probabilities[0, :, 0], reply / reply.sum(), atol=1e-10)


def test_a_game_does_not_notice_its_neighbours():
    games = [random_game(seed) for seed in range(6)]
    block = solve(
        np.stack([g[0] for g in games], axis=-1),
        {pair: np.stack([g[1][pair] for g in games], axis=-1) for pair in games[0][1]},
        np.stack([g[2] for g in games], axis=-1),
    )
    for n, (base, pairs, rationality) in enumerate(games):
        alone = solve(base, pairs, rationality)
        np.testing.assert_allclose(alone.probabilities[..., 0], block.probabilities[..., n], rtol=1e-14)


def test_a_game_that_does_not_converge_says_so_and_its_neighbour_does_not_mind():
    """Rock, paper, scissors at a rationality of 1,000 turns around its fixed point."""
    cycle = np.array([[0.0, -1.0, 1.0], [1.0, 0.0, -1.0], [-1.0, 1.0, 0.0]])
    tilted = cycle + np.array([[0.3], [0.0], [0.0]])  # off the centroid, where the search starts
    found = solve(np.zeros((2, 3, 2)), {(0, 1): tilted, (1, 0): cycle}, np.array([[1000.0, 0.5], [1000.0, 0.5]]))
    assert np.asarray(found.converged).tolist() == [False, True]
    assert float(found.residual[0]) > 0.01 and float(found.residual[1]) <= TOLERANCE
    assert found.iterations == logit.ACCELERATED + logit.MAX_ITERATIONS
    np.testing.assert_allclose(found.probabilities.sum(axis=1), 1.0, rtol=1e-14)  # still probabilities


def test_huge_payoffs_stay_finite():
    found = solve([[1e6, 0.0, -1e6]], {}, [1e3])
    np.testing.assert_array_equal(found.probabilities[0, :, 0], [1.0, 0.0, 0.0])
