"""Conditioning on observed options: closed forms of two options, and actors that are simulated and selected."""

from __future__ import annotations

from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.stats import norm

from standoff.engine import conditioning
from standoff.engine.conditioning import ConditionedShocks, Spells, renewal_probability
from tests.oracles import games

EVERY = 3.0  # months between decisions


def spell(
    option: list[int], months: list[float], before: list[int] | None = None, since: list[float] | None = None
) -> Spells:
    rows = (option, before or option, months, since or months)
    return Spells(*(jnp.asarray(np.array(row)[:, None]) for row in rows))


def two(
    log_odds: np.ndarray,
    constants: np.ndarray,
    costs: np.ndarray,
    seen: Spells,
    half_life: float,
    draws: int,
    seed: int = 0,
) -> ConditionedShocks:
    """Condition one choice of two options; `log_odds` (K,) of option 1 at each date, candidates (M, B)."""
    rng = np.random.default_rng(seed)
    p = 1 / (1 + np.exp(-log_odds))
    table = np.broadcast_to(np.stack([1 - p, p], axis=1)[:, None, :, None, None], (len(p), 1, 2, 1, draws))

    def tilt(option: jnp.ndarray) -> jnp.ndarray:
        one = constants - costs * (option[0] == 0)
        return jnp.stack([-costs * (option[0] == 1), one])[None]

    return conditioning.posterior(
        jnp.asarray(table),
        tilt,
        seen,
        jnp.asarray([EVERY]),
        jnp.full((1, draws), half_life),
        jnp.asarray(rng.uniform(size=(1, draws))),
        jnp.asarray(rng.exponential(size=(1, 2, draws))),
    )


def picked(result: ConditionedShocks, values: np.ndarray) -> np.ndarray:
    return np.take_along_axis(values, np.asarray(result.index[0]), axis=0)[0]


def expectation(of: Callable[[np.ndarray], np.ndarray], weight: Callable[[np.ndarray], np.ndarray], sd: float) -> float:
    grid = np.linspace(-8, 8, 20001) * sd
    mass = np.exp(-0.5 * (grid / sd) ** 2) * weight(grid)
    return float((of(grid) * mass).sum() / mass.sum())


def logistic(x: np.ndarray) -> np.ndarray:
    return np.asarray(1 / (1 + np.exp(-x)))


def test_a_lasting_shock_counts_once_however_long_the_option_was_in_force() -> None:
    """Without redraws the likelihood of an option that stays is its probability at the first date."""
    draws, sd = 4_000, 1.3
    constants = sd * np.random.default_rng(1).normal(size=(100, draws))
    seen = spell([1, 1, 1], [0.0, 12.0, 12.0])
    got = picked(two(np.full(3, -1.0), constants, np.zeros_like(constants), seen, 1e9, draws), constants)
    mean = expectation(lambda a: a, lambda a: logistic(a - 1), sd)
    assert got.mean() == pytest.approx(mean, abs=4 * sd / np.sqrt(draws))


def test_redraws_at_every_decision_make_each_decision_a_new_one() -> None:
    """With a half-life of 0 the likelihood is the probability to the power of the number of decisions."""
    draws, sd = 4_000, 1.3
    constants = sd * np.random.default_rng(1).normal(size=(100, draws))
    seen = spell([1, 1], [0.0, 12.0])
    got = picked(two(np.full(2, -1.0), constants, np.zeros_like(constants), seen, 0.0, draws), constants)
    mean = expectation(lambda a: a, lambda a: logistic(a - 1) ** 5, sd)
    assert got.mean() == pytest.approx(mean, abs=5 * sd / np.sqrt(draws))


def test_shocks_of_an_option_that_stayed_the_best_are_bounded_by_the_worst_date() -> None:
    """Two options, no redraw: E_1 / p_1 was least at both dates; probabilities follow from S = 1 + max ratio."""
    draws = 8_000  # and candidates that are all alike: shapes that are compiled below too
    log_odds = np.array([-0.5, 1.0])  # the hard date was the first
    zero = np.zeros((conditioning.CANDIDATES, draws))
    result = two(log_odds, zero, zero, spell([1, 1], [0.0, 12.0]), 1e9, draws)
    shocks = np.asarray(result.shocks[0, :, 0])
    for log in (-0.5, 1.0, 2.0):
        assert (shocks[1] + log > shocks[0]).all()
    # given survival at -0.5, survival at x < -0.5 has the probability sigma(x) / sigma(-0.5)
    again = (shocks[1] - 1.5 > shocks[0]).mean()
    assert again == pytest.approx(logistic(np.array(-1.5)) / logistic(np.array(-0.5)), abs=4 * 0.5 / np.sqrt(draws))


def simulate(
    log_odds: np.ndarray,
    start: int,
    constants: np.ndarray,
    costs: np.ndarray,
    half_life: float,
    rng: np.random.Generator,
) -> np.ndarray:
    """Options (date, actor) of actors that decide at every date, `start` in force before the first."""
    redraw = 1 - 2 ** (-EVERY / half_life)
    out, now = [], np.full(constants.shape, start)
    shock = rng.gumbel(size=(2, len(constants)))
    for log in log_odds:
        fresh = rng.random(len(constants)) < redraw
        shock = np.where(fresh, rng.gumbel(size=shock.shape), shock)
        now = np.where(log + constants - costs * (now == 0) + costs * (now == 1) + shock[1] > shock[0], 1, 0)
        out.append(now)
    return np.array(out)


@pytest.mark.parametrize("changed", [False, True])
def test_simulated_actors_that_did_the_same_do_the_same_afterwards(changed: bool) -> None:
    """Actors of known constants, costs and shocks: those whose record is the observed one, against the conditioned ones.

    Payoffs drift over the record, so that the recursion is an approximation: its error must be below a tenth of a standard
    deviation in the constants, and 1.5 points in what is done in the two years after.
    """
    rng = np.random.default_rng(7)
    actors, sd, half_life, years = 150_000, 1.3, 14.0, 4
    log_odds = np.linspace(-1.0, -0.4, 4 * years + 1)
    ahead = np.full(8, -0.4)
    constants, costs = rng.normal(scale=sd, size=actors), np.exp(rng.normal(np.log(0.55), 0.25, size=actors))
    options = simulate(np.concatenate([log_odds, ahead]), int(not changed), constants, costs, half_life, rng)
    record, after = options[: len(log_odds)], options[len(log_odds) :]
    if changed:  # out for two years, then in for two
        wanted = np.repeat([0, 1], [8, len(log_odds) - 8])
        same = (record == wanted[:, None]).all(axis=0)
    else:
        same = (record == 1).all(axis=0)
    assert same.sum() > 1000
    draws, at, months = 8_000, [0, 8, 16], [0.0, 24.0, 24.0]
    u = np.asarray(conditioning.lattice(jnp.asarray(rng.uniform(size=(2, draws))), [0, 1]))
    candidates = sd * norm.ppf(u[0]), np.exp(np.log(0.55) + 0.25 * norm.ppf(u[1]))
    late = spell([0, 1, 1], months, [0, 0, 1], [0.0, 0.0, 24.0])
    seen = late if changed else spell([1] * 3, months)
    result = two(log_odds[at], *candidates, seen, half_life, draws)
    own, price = (picked(result, values) for values in candidates)
    assert own.mean() == pytest.approx(constants[same].mean(), abs=0.1 * sd)
    shock, now = np.asarray(result.shocks[0, :, 0]), np.ones(draws, int)
    redraw, rates = 1 - 2 ** (-EVERY / half_life), []
    for log in ahead:
        fresh = rng.random(draws) < redraw
        shock = np.where(fresh, rng.gumbel(size=shock.shape), shock)
        now = np.where(log + own - price * (now == 0) + price * (now == 1) + shock[1] > shock[0], 1, 0)
        rates.append(now.mean())
    truth = after[:, same].mean(axis=1)
    np.testing.assert_allclose(rates, truth, atol=0.01 + 3 * np.sqrt(0.25 / same.sum()))


def test_a_change_among_three_options_has_its_exact_chance_under_each_type() -> None:
    """The evidence of one who chose 0 and after three months of one decision 2, with payoffs that changed between."""
    half_life, types = 5.0, [([0.5, 0.3, 0.2], [0.2, 0.35, 0.45]), ([0.2, 0.1, 0.7], [0.6, 0.1, 0.3])]
    p = jnp.asarray(np.array(types).transpose(1, 2, 0)[:, None, :, :, None])  # (date, choice, option, type, draw)
    result = conditioning.posterior(
        p,
        lambda option: jnp.zeros((1, 3, 1, 1)),
        spell([0, 2], [0.0, EVERY], [0, 0], [0.0, 0.0]),
        jnp.asarray([EVERY]),
        jnp.full((1, 1), half_life),
        jnp.full((1, 1), 0.5),
        jnp.ones((1, 3, 1)),
    )
    for t, (before, now) in enumerate(types):
        change = games.lasting(now, before, [1.0, 0.0, 0.0], 2 ** (-EVERY / half_life), np)[2]
        assert float(result.evidence[0, t, 0]) == pytest.approx(np.log(before[0] * float(change)), abs=1e-6)


def test_the_half_life_is_the_time_of_probability_one_half() -> None:
    assert renewal_probability(jnp.asarray(7.0), jnp.asarray(7.0)) == pytest.approx(0.5, rel=1e-6)
    assert renewal_probability(jnp.asarray(14.0), jnp.asarray(7.0)) == pytest.approx(0.75, rel=1e-6)


@pytest.mark.parametrize("half_life", [0.3, 2.0, 40.0])
def test_a_finer_calendar_has_the_same_probability(half_life: float) -> None:
    whole, third = (float(renewal_probability(jnp.asarray(m), jnp.asarray(half_life))) for m in (3.0, 1.0))
    assert 1 - (1 - third) ** 3 == pytest.approx(whole, rel=1e-5)  # single precision


def test_a_half_life_of_zero_redraws_always_and_has_a_finite_slope() -> None:
    assert renewal_probability(jnp.asarray(1.0), jnp.asarray(0.0)) == 1.0
    assert np.isfinite(jax.grad(lambda h: renewal_probability(jnp.asarray(1.0), h))(0.0))
