import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from standoff import components
from standoff.engine.build import build
from standoff.engine.simulate import simulate
from standoff.errors import ModelError
from standoff.ledger import Ledger
from standoff.mechanisms import mean_reversion
from standoff.plan import plan
from standoff.scenario import load_text


def params(**changes: float) -> dict[str, object]:
    return {"stock": "tension", "mean": 0.3, "speed": 0.2, "volatility": 0.1, "push": 0.0} | changes


def after(start: float, dt: float, steps: int, shocks: np.ndarray, **changes: float) -> jax.Array:
    """The stock after `steps`, over many futures at once; `shocks` is (step, draw)."""
    p = mean_reversion.Params.model_construct(**params(**changes))
    x = jnp.full(shocks.shape[1], start)
    for step in range(steps):
        z = components.Noise({"shock": jnp.asarray(shocks[step])})
        x = (
            x
            + dt
            * mean_reversion.flows(p, components.State({"tension": x}), components.Time(dt, step * dt), z)["tension"]
        )
    return x


@pytest.mark.parametrize("steps", [1, 5, 40])
def test_the_mean_is_exact_whatever_the_step(integrate, steps):
    end = integrate(mean_reversion, params(push=0.05), {"tension": 0.9}, steps, dt=10.0 / steps)[-1]
    target = 0.3 + 0.05 / 0.2
    assert end["tension"] == pytest.approx(target + (0.9 - target) * math.exp(-2.0), rel=1e-12)


@pytest.mark.parametrize("dt", [0.25, 1.0, 6.0])
def test_one_step_keeps_the_stationary_variance(integrate, dt):
    # variance after a step = exp(-2 speed dt) * variance + (what a unit shock moves)^2
    moved = integrate(mean_reversion, params(), {"tension": 0.3}, 1, dt, lambda _: {"shock": 1.0})[-1]["tension"] - 0.3
    stationary = 0.1**2 / (2 * 0.2)
    assert math.exp(-2 * 0.2 * dt) * stationary + moved**2 == pytest.approx(stationary, rel=1e-12)


@pytest.mark.parametrize("dt", [0.5, 4.0])
def test_monte_carlo_agrees_with_the_closed_form(dt):
    draws, time = 40_000, 8.0
    steps = round(time / dt)
    x = after(0.8, dt, steps, np.random.default_rng(1930).standard_normal((steps, draws)))
    mean = 0.3 + 0.5 * math.exp(-0.2 * time)
    variance = 0.1**2 / 0.4 * -math.expm1(-2 * 0.2 * time)
    # four Monte Carlo errors: sd / sqrt(n) of a mean, variance * sqrt(2 / (n - 1)) of a normal variance
    assert float(x.mean()) == pytest.approx(mean, abs=4 * math.sqrt(variance / draws))
    assert float(x.var()) == pytest.approx(variance, rel=4 * math.sqrt(2 / (draws - 1)))


def test_direction_pull_push_and_shock(integrate):
    def moved(start: float, shock: float = 0.0, **changes: float) -> float:
        return (
            integrate(mean_reversion, params(**changes), {"tension": start}, 1, 1.0, lambda _: {"shock": shock})[-1][
                "tension"
            ]
            - start
        )

    assert moved(0.5) < 0 < moved(0.1)
    assert moved(0.3) == 0.0
    assert moved(0.3, push=0.01) > 0 > moved(0.3, push=-0.01)
    assert moved(0.3, shock=1.0) > 0 > moved(0.3, shock=-1.0)
    assert abs(moved(0.5, speed=0.4)) > abs(moved(0.5))


def test_limits_no_pull_is_a_random_walk_and_a_strong_pull_holds_the_mean(integrate):
    walk = integrate(mean_reversion, params(speed=0.0, push=0.02), {"tension": 0.9}, 1, 4.0, lambda _: {"shock": 1.0})
    # to first order in the least speed: 1e-6 * 4 months of a distance of 20,000 * 0.02 ... and of the shock
    assert walk[-1]["tension"] == pytest.approx(0.9 + 0.02 * 4.0 + 0.1 * 2.0, abs=1e-5)
    held = integrate(mean_reversion, params(speed=1e3, volatility=0.0), {"tension": 1e9}, 1)
    assert held[-1]["tension"] == pytest.approx(0.3, abs=1e-6)


def test_slopes_are_finite_without_pull_and_without_shocks():
    def end(speed: jax.Array, volatility: jax.Array) -> jax.Array:
        p = mean_reversion.Params.model_construct(**params(speed=speed, volatility=volatility))
        s, t, z = components.State({"tension": 0.5}), components.Time(1.0, 0.0), components.Noise({"shock": 1.0})
        return mean_reversion.flows(p, s, t, z)["tension"]

    assert all(math.isfinite(slope) for slope in jax.grad(end, (0, 1))(0.0, 0.0))


WORLD = """
title: levels of every kind
as_of: 2024-01
start: 2024-01
end: 2044-12
step: month
actors: {AAA: {name: A}, BBB: {name: B}}
units: {mark: 0.5 EUR}
stocks:
  troops: {unit: thousand person, initial: {AAA: 300 thousand person, BBB: 200 thousand person}, sources: assumption}
  money: {unit: bn mark, initial: 4 bn mark, floor: null, sources: assumption}
mechanisms:
  army: {use: mean_reversion, stock: troops.AAA, mean: 500000 person, speed: 0.1 1/month,
         volatility: 10 thousand person, push: 60000 person/year, sources: assumption}
  fund: {use: mean_reversion, stock: money, mean: 3 bn EUR, speed: 0.2 1/month, volatility: 0.5 bn mark,
         sources: assumption}
"""


def test_a_stock_of_any_unit_and_that_of_one_holder():
    """The stationary distribution in the units written: mean + push / speed, volatility / sqrt(2 speed)."""
    draws = 4000
    run = simulate(build(load_text(WORLD), Ledger()), draws=draws, seed=1, paths="all")
    army, fund = run.path("troops.AAA")[:, -1], run.path("money")[:, -1]  # in thousand person, in bn mark
    for values, mean, sd in ((army, 500 + 5 / 0.1, 10 / math.sqrt(0.2)), (fund, 6.0, 0.5 / math.sqrt(0.4))):
        assert values.mean() == pytest.approx(mean, abs=4 * sd / math.sqrt(draws))
        assert values.std() == pytest.approx(sd, rel=4 / math.sqrt(2 * draws))
    assert np.ptp(run.path("troops.BBB")) == 0.0


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("stock: troops.AAA", "stock: troops", "the stock `troops` has holders"),
        ("stock: troops.AAA", "stock: troops.CCC", "unknown stock `troops.CCC`"),
        ("mean: 500000 person", "mean: 500000 EUR", "where a unit of `thousand person` is needed"),
        ("mean: 500000 person", "mean: 500", "write it as in `500 thousand person`"),
        ("push: 60000 person/year", "push: 60000 person", "where a unit of `thousand person/month` is needed"),
    ],
)
def test_numbers_must_have_the_unit_of_the_stock(right, wrong, said):
    with pytest.raises(ModelError) as caught:
        plan(load_text(WORLD.replace(right, wrong)), Ledger())
    assert said in str(caught.value)
