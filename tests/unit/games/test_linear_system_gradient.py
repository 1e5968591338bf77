"""Derivatives of an equilibrium: against differences, forward and backward, and the same solution as the solver's."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from standoff.games import linear_system_gradient, logit_response, polymatrix
from standoff.games.information import MoveOrder


def game(x: Any, moves: MoveOrder) -> polymatrix.Game:
    """Three players with 2, 3 and 2 options; payoffs and rationality from a vector, for two games."""
    sizes = moves.sizes
    at = iter(range(10_000))

    def number() -> Any:
        return x[next(at)] * jnp.array([1.0, 0.5])

    base = [[number() for _ in range(size)] for size in sizes]
    pairs = {
        (i, j): [[number() for _ in range(sizes[j])] for _ in range(sizes[i])]
        for i in range(3)
        for j in range(3)
        if i != j
    }
    return polymatrix.Game(base, pairs, [1.0 + 0.3 * jnp.tanh(number()) for _ in sizes], moves)


@pytest.mark.parametrize("sees", [((), (), ()), pytest.param(((), (0,), ()), marks=pytest.mark.slow)])
def test_slopes_are_those_of_differences(sees: tuple[tuple[int, ...], ...]) -> None:
    moves = MoveOrder((2, 3, 2), sees)
    fixed = [jnp.array([False, False]), jnp.array([False, True]), jnp.array([False, False])]

    def shares(x: Any) -> Any:
        found = linear_system_gradient.solve(game(x, moves), fixed, held, 1e-12)
        return jnp.stack([p for strategy in found.strategies for row in strategy.values() for p in row])

    with jax.enable_x64(True):
        held = [[jnp.full(2, float(o == 0)) for o in range(size)] for size in moves.sizes]
        x = jnp.asarray(np.random.default_rng(4).normal(size=60))
        value = jax.jit(shares)

        @jax.jit
        def everything(x: Any) -> Any:
            plain = logit_response.solve(game(x, moves), fixed, held, 1e-12)
            same = jnp.stack([p for strategy in plain.strategies for row in strategy.values() for p in row])
            return same, jax.jacfwd(shares)(x), jax.jacrev(shares)(x)

        same, forward, backward = (np.asarray(part) for part in everything(x))
        assert np.abs(np.asarray(value(x)) - same).max() < 1e-11
        assert np.abs(forward - backward).max() < 1e-12
        for i in range(0, 60, 7):
            step = jnp.zeros(60).at[i].set(1e-5)
            difference = np.asarray(value(x + step) - value(x - step)) / 2e-5
            assert np.abs(forward[..., i] - difference).max() < 1e-7  # the solver's tolerance over the step


@pytest.mark.slow
def test_an_option_that_is_not_available_has_no_slope() -> None:
    moves = MoveOrder((2, 3, 2))
    fixed = [jnp.array([False, False])] * 3

    def shares(x: Any, there: Any) -> Any:
        masked = replace(game(x, moves), available=[None, there, None])
        return jnp.stack(linear_system_gradient.solve(masked, fixed, held, 1e-12).strategies[1][()])

    with jax.enable_x64(True):
        held = [[jnp.full(2, float(o == 0)) for o in range(size)] for size in moves.sizes]
        x = jnp.asarray(np.random.default_rng(4).normal(size=60))
        there = [jnp.array([True, True]), jnp.array([True, False]), jnp.array([True, True])]
        slope = np.asarray(jax.jit(jax.jacfwd(shares))(x, there))  # (option, game, number)
        value = jax.jit(shares)
        assert (slope[1, 1] == 0).all() and np.abs(slope[1, 0]).max() > 1e-3
        assert np.abs(slope.sum(axis=0)).max() < 1e-12 and float(value(x, there)[1, 1]) == 0
        for i in (2, 3, 20):
            step = jnp.zeros(60).at[i].set(1e-5)
            difference = np.asarray(value(x + step, there) - value(x - step, there)) / 2e-5
            assert np.abs(slope[..., i] - difference).max() < 1e-7
