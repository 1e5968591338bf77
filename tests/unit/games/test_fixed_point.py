"""Slopes of fixed points against closed forms, and that the search itself is not differentiated."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from standoff.games import fixed_point, logit_response, polymatrix
from standoff.games.fixed_point import FixedPointResult


def search(some, begun):
    response, q = some(None), begun
    for _ in range(200):
        q = response(q, 1.0)
    nothing = jnp.zeros(q.shape[-1])
    return FixedPointResult(
        q / jnp.where(nothing == 1, 1.0, 1.0), response(q, 1.0), nothing, nothing > 0, jnp.asarray(200)
    )


def test_a_linear_equation_has_the_slopes_of_its_solution() -> None:
    """q = a q + b gives q = b / (1 - a), dq/db = 1 / (1 - a), dq/da = b / (1 - a)^2; single precision, 32 turns."""

    def solution(a: jax.Array, b: jax.Array) -> jax.Array:
        return fixed_point.with_implicit_gradient(
            lambda n, q, share: share * n[0] * q + n[1], search, (a, b), jnp.zeros((1, 3))
        ).q.sum()

    a, b = jnp.asarray(0.4), jnp.asarray(0.3)
    assert float(solution(a, b)) == pytest.approx(3 * 0.5, rel=1e-6)
    assert float(jax.jvp(solution, (a, b), (0.0, 1.0))[1]) == pytest.approx(3 / 0.6, rel=1e-6)
    assert float(jax.jvp(solution, (a, b), (1.0, 0.0))[1]) == pytest.approx(3 * 0.3 / 0.36, rel=1e-6)


def test_a_game_of_two_has_the_slopes_of_finite_differences() -> None:
    rng = np.random.default_rng(1)
    base = [[jnp.asarray(rng.normal(size=5)) for _ in range(2)] for _ in range(2)]
    pairs = {
        (0, 1): [[jnp.asarray(rng.normal(size=5)) for _ in range(2)] for _ in range(2)],
        (1, 0): [[jnp.asarray(rng.normal(size=5)) for _ in range(2)] for _ in range(2)],
    }
    fixed, held = [jnp.zeros(5, bool)] * 2, [[jnp.ones(5), jnp.zeros(5)]] * 2

    def chance(rate: jax.Array, extra: jax.Array) -> jax.Array:
        game = polymatrix.Game.of([[base[0][0] + extra, base[0][1]], base[1]], pairs, [rate * jnp.ones(5)] * 2)
        return logit_response.solve(game, fixed, held, 1e-6).strategies[1][()][0]

    rate, extra = jnp.asarray(0.8), jnp.asarray(0.2)
    for way in ((1.0, 0.0), (0.0, 1.0)):
        slope = jax.jvp(chance, (rate, extra), tuple(map(jnp.asarray, way)))[1]
        ends = [chance(rate + side * 0.02 * way[0], extra + side * 0.02 * way[1]) for side in (1, -1)]
        assert np.all(np.isfinite(slope)) and np.abs(slope).max() > 1e-3
        assert np.asarray(slope) == pytest.approx(np.asarray(ends[0] - ends[1]) / 0.04, abs=2e-3)
