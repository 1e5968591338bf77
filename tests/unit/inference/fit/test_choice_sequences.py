"""The likelihood of a sequence of choices: against counting futures, sums to one, and slopes."""

from __future__ import annotations

from itertools import product

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from standoff.inference.fit import choice_sequences

COUNT = 200_000
LIKELIHOOD = jax.jit(choice_sequences.log_likelihood)


def half_life(renewal: float) -> jnp.ndarray:
    """Months within which shocks are redrawn with probability 1/2, where `renewal` is that of one month."""
    return jnp.asarray(-np.log(2) / np.log1p(-renewal))


def counted(p: np.ndarray, picked: list[int], months: list[int], renewal: float, rng: np.random.Generator) -> float:
    """Share of futures that pick these options: unknown reasons drawn, kept, drawn afresh month by month."""
    reasons = rng.gumbel(size=(COUNT, p.shape[1]))
    same = np.ones(COUNT, bool)
    for k, option in enumerate(picked):
        if k:
            fresh = rng.random(COUNT) < 1 - (1 - renewal) ** months[k - 1]
            reasons = np.where(fresh[:, None], rng.gumbel(size=reasons.shape), reasons)
        same &= (np.log(p[k]) + reasons).argmax(axis=1) == option
    return float(same.mean())


@pytest.mark.parametrize("picked", [[0, 0, 0, 0], [0, 0, 1, 1], [0, 1, 0, 0], [2, 2, 1, 1], [0, 1, 2, 2]])
def test_likelihood_is_the_share_of_futures_that_do_the_same(picked: list[int]) -> None:
    rng, months = np.random.default_rng(7), [1, 3, 2]
    with jax.enable_x64(True):
        for renewal in (0.1, 0.6):
            p = rng.dirichlet(np.full(3, 2.0), size=len(picked))
            found = float(jnp.exp(LIKELIHOOD(jnp.log(p), choice_sequences.picked(picked, months), half_life(renewal))))
            share = counted(p, picked, months, renewal, rng)
            assert abs(share - found) < 4 * np.sqrt(found * (1 - found) / COUNT) + 1e-12


def test_two_dates_and_options_sum_to_one() -> None:
    """Every pair of options of two dates, three options: the sectors cover everything, with nothing left out."""
    rng = np.random.default_rng(3)
    with jax.enable_x64(True):
        p = jnp.log(rng.dirichlet(np.ones(3), size=2))
        total = sum(
            float(jnp.exp(LIKELIHOOD(p, choice_sequences.picked([a, b], [1]), half_life(0.3))))
            for a, b in product(range(3), repeat=2)
        )
    assert total == pytest.approx(1, abs=1e-9)


def test_what_fills_up_changes_nothing() -> None:
    rng = np.random.default_rng(5)
    with jax.enable_x64(True):
        p = jnp.log(rng.dirichlet(np.ones(2), size=3))
        wide = jnp.pad(p, ((0, 2), (0, 1)), constant_values=choice_sequences.NEVER)
        alone = LIKELIHOOD(p, choice_sequences.picked([1, 1, 0], [1, 1]), half_life(0.2))
        filled = LIKELIHOOD(wide, choice_sequences.picked([1, 1, 0], [1, 1], 5), half_life(0.2))
    assert float(filled) == pytest.approx(float(alone), abs=1e-12)


def test_slopes_are_those_of_differences() -> None:
    rng = np.random.default_rng(2)
    with jax.enable_x64(True):
        p = jnp.asarray(rng.normal(size=(4, 3)))
        seen = choice_sequences.picked([0, 0, 2, 2], [1, 1, 1])
        value = jax.jit(lambda x: LIKELIHOOD(jax.nn.log_softmax(x, axis=1), seen, half_life(0.25)))
        slope = np.asarray(jax.jit(jax.grad(value))(p))
        for place in np.ndindex(4, 3):
            step = np.zeros((4, 3))
            step[place] = 1e-6
            difference = (value(p + step) - value(p - step)) / 2e-6
            assert slope[place] == pytest.approx(float(difference), abs=1e-7)
