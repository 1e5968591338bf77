"""Jumps: their number is Poisson, their path the closed form of a compound Poisson process, their noise addressed."""

from __future__ import annotations

import math

import jax.numpy as jnp
import numpy as np
import pytest

from standoff import components
from standoff.beliefs import parse
from standoff.engine.build import build
from standoff.engine.layout import CAUSES
from standoff.engine.run import Run
from standoff.engine.simulate import simulate
from standoff.errors import ModelError
from standoff.json_schema import schema
from standoff.ledger import Ledger
from standoff.mechanisms import jump
from standoff.plan import plan
from standoff.scenario import load_text

DRAWS = 4_000
MONTHS = 24
CASE = """\
title: jumps
as_of: 2024-01
start: 2024-01
end: 2026-01
step: month
actors: {AAA: {name: A}}
stocks:
  count: {unit: "1", initial: 0 @assumption}
  cash: {unit: bn USD, initial: 100 @assumption}
  force: {unit: thousand person, initial: 200 @assumption}
  alarm: {unit: share, initial: 0.2 @assumption, cap: 1, constant: true}
mechanisms:
  counted:
    use: jump
    stock: count
    rate: 0.3 1/month @assumption
    size: 1 @assumption
  fine:
    use: jump
    stock: cash
    rate: base * (1 + alarm)
    numbers: {base: 1 1/year}
    size: 4 to 9 bn USD
    direction: down
    sources: assumption
  disaster:
    use: jump
    stock: force
    rate: 10 %/month
    share: uniform(0.1, 0.3)
    direction: down
    sources: assumption
"""


@pytest.fixture(scope="module")
def run() -> Run:
    return simulate(build(load_text(CASE), Ledger()), draws=DRAWS, seed=11, paths="all")


def path(run: Run, cell: str) -> np.ndarray:
    plan = run.model.plan
    return run.stock_paths[:, :, plan.cells.index(cell)].astype(float) / plan.stock_units[cell].factor


def test_the_number_of_jumps_is_poisson(run: Run) -> None:
    """Mean and variance are 0.3 * 24 = m, with standard errors sqrt(m/n) and sqrt((m + 2 m^2)/n); none by chance exp(-m)."""
    counts, m = path(run, "count")[:, -1], 0.3 * MONTHS
    assert counts.mean() == pytest.approx(m, abs=4 * math.sqrt(m / DRAWS))
    assert counts.var() == pytest.approx(m, abs=4 * math.sqrt((m + 2 * m * m) / DRAWS))
    steps = np.diff(path(run, "count"), axis=1)
    share = (steps == 0).mean()
    assert share == pytest.approx(math.exp(-0.3), abs=4 * math.sqrt(share * (1 - share) / steps.size))
    twice = (steps == 2).mean()
    assert twice == pytest.approx(math.exp(-0.3) * 0.3**2 / 2, abs=4 * math.sqrt(twice / steps.size))
    assert np.corrcoef(steps[:, :-1].ravel(), steps[:, 1:].ravel())[0, 1] == pytest.approx(
        0, abs=4 / math.sqrt(steps.size)
    )


def test_amounts_follow_the_closed_form_of_a_compound_process(run: Run) -> None:
    """Mean 100 - m E[size] and variance m E[size^2]: a lognormal size of 4 to 9 has median 6 and sigma ln(1.5) / 1.645."""
    m, sigma = 1 / 12 * 1.2 * MONTHS, math.log(1.5) / 1.6448536
    mean, square = 6 * math.exp(sigma**2 / 2), 36 * math.exp(2 * sigma**2)
    cash = path(run, "cash")[:, -1]
    assert cash.mean() == pytest.approx(100 - m * mean, abs=4 * math.sqrt(m * square / DRAWS))
    fourth = 6**4 * math.exp(8 * sigma**2)  # of the size; the fourth central moment is m E[size^4] + 3 variance^2
    assert cash.var() == pytest.approx(m * square, abs=4 * math.sqrt((m * fourth + 2 * (m * square) ** 2) / DRAWS))


def test_shares_follow_the_closed_form_at_every_month(run: Run) -> None:
    """E[x] = 200 exp(-rate * t * E[share]), and E[x^2] = 200^2 exp(rate * t * (E[(1 - share)^2] - 1))."""
    force = path(run, "force")
    second = 1 - 2 * 0.2 + (0.1**2 + 0.1 * 0.3 + 0.3**2) / 3
    for month in (1, 12, 24):
        mean = 200 * math.exp(-0.1 * month * 0.2)
        variance = 200**2 * math.exp(0.1 * month * (second - 1)) - mean**2
        assert force[:, month].mean() == pytest.approx(mean, abs=4 * math.sqrt(variance / DRAWS))
    first = force[:, 1][force[:, 1] < 200] / 200
    assert first.min() > 0.7**2 and (first < 0.9001).all()


def test_a_draw_has_the_same_jumps_in_any_run(run: Run) -> None:
    alone = CASE.replace(CASE[CASE.index("  counted:") : CASE.index("  disaster:")], "")
    other = simulate(build(load_text(alone), Ledger()), draws=8, seed=11, paths="all")
    assert np.array_equal(path(other, "force"), path(run, "force")[:8])


def flows(stock: float, tail: float, dt: float = 1.0, **changes: object) -> float:
    p = jump.Params.model_construct(
        **{
            "stock": "x",
            "rate": "0.1",
            "numbers": {},
            "size": None,
            "share": parse("0.5"),
            "direction": "down",
            "scale": 1.0,
        }
        | changes
    )
    z = components.Noise(dict.fromkeys(jump.NOISE, jnp.asarray(0.0)), {"jump": jnp.asarray(tail)})
    return float(jump.flows(p, components.State({"x": jnp.asarray(stock)}), components.Time(dt, 0.0), z)["x"])


def test_thinning_is_exact_and_each_jump_of_a_step_has_a_size():
    edge = -math.expm1(-0.1 * 3.0)  # P(at least one) in a step of three months
    assert [flows(8.0, tail, 3.0) for tail in (edge * (1 + 1e-9), edge * (1 - 1e-9))] == [0.0, pytest.approx(-4 / 3)]
    assert flows(8.0, 1e-3, 3.0) == pytest.approx((8 * 0.5**3 - 8) / 3)  # P(3 or more) is 0.0036, P(4 or more) 0.00027
    assert flows(8.0, 1e-9, 3.0) == pytest.approx((8 * 0.5**4 - 8) / 3)  # and no more than four


def test_direction_scale_and_limits():
    assert flows(8.0, 0.05, direction="up") == 4.0
    assert flows(8.0, 0.05, scale=0.5) == -2.0
    assert flows(8.0, 0.05, scale=3.0) == -8.0  # nothing is left, and no less
    assert flows(8.0, 0.05, size=parse("3"), share=None, direction="up") == 3.0


@pytest.mark.parametrize(
    ("rate", "numbers", "bad"),
    [
        ("base * (low - 0.5)", "{base: 1 1/month, low: 'uniform(0, 1)'}", lambda low: low < 0.5),  # negative
        ("base * sqrt(low - 0.5)", "{base: 1 1/month, low: 'uniform(0, 1)'}", lambda low: low < 0.5),  # not a number
        ("base / max(low - 0.5, 0)", "{base: 1 1/month, low: 'uniform(0, 1)'}", lambda low: low <= 0.5),  # infinite
    ],
)
def test_a_rate_that_is_no_rate_fails_the_draw_with_its_name(rate, numbers, bad):
    case = CASE.replace("base * (1 + alarm)", rate).replace("{base: 1 1/year}", numbers)
    run = simulate(build(load_text(case), Ledger()), draws=200, seed=3, paths="all")
    low = run.parameter_values[:, run.model.plan.number("fine.numbers.low")].astype(float)
    np.testing.assert_array_equal(run.failed, np.where(bad(low), 1, -1))
    assert run.first_failure == "first at 2024-02: " + CAUSES["rate"].format(name="fine.rate")


def test_a_rate_that_does_not_run_fails_nothing():
    case = CASE.replace("base * (1 + alarm)", "base * sqrt(-alarm)\n    when: cash < 0 USD")
    assert not simulate(build(load_text(case), Ledger()), draws=20, seed=3).n_failed


def test_the_tail_of_a_number_in_place_of_a_rate_is_truncated():
    case = CASE.replace("rate: 10 %/month", "rate: 0 to 10 %/month")
    run = simulate(build(load_text(case), Ledger()), draws=200, seed=3, paths="all")
    rate = run.parameter_values[:, run.model.plan.number("disaster.numbers.rate")]
    assert not run.n_failed and rate.min() >= 0


def test_the_mean_law_is_rate_times_mean_size():
    p = jump.Params.model_construct(
        stock="x", rate="0.1", numbers={}, size=None, share=parse("uniform(0, 1)"), direction="down", scale=0.5
    )
    law = jump.rates(p, components.State({"x": 8.0}), components.Time(1.0, 0.0), components.Noise())
    assert float(law["x"]) == pytest.approx(-0.1 * 0.5 * 0.5 * 8.0)


@pytest.mark.parametrize(
    ("old", "new", "what", "line"),
    [
        ("size: 4 to 9 bn USD", "size: 4 to 9 person", "`person` where a unit of `bn USD` is needed", 23),
        ("size: 4 to 9 bn USD", "size: -4 to 9 bn USD", "out of range", 23),
        ("size: 4 to 9 bn USD", "size: 4 to 9 bn USD\n    share: 0.1", "both given", 18),
        ("size: 4 to 9 bn USD", "size: many", "`many` is not a number", 23),
        ("rate: base * (1 + alarm)", "rate: base * cash", "is in", 21),
        ("rate: 10 %/month", "rate: 10 %", "divide it by a time", 29),
        (
            "direction: down\n    sources: assumption\n  disaster",
            "direction: left\n    sources: assumption\n  disaster",
            "allowed: up, down",
            24,
        ),
        ("size: 1 @assumption", "size: 1", "this number has no source", 17),
        ("share: uniform(0.1, 0.3)", "share: 20 to 500 %", "100 %", 26),
        ("rate: 10 %/month", "rate: -10 %/month", "out of range", 29),
    ],
)
def test_errors_name_the_line(old, new, what, line):
    assert old in CASE
    with pytest.raises(ModelError) as caught:
        plan(load_text(CASE.replace(old, new)), Ledger())
    assert f"scenario:{line}" in {problem.where for problem in caught.value.problems if what in str(problem)}, (
        caught.value
    )


def test_percent_is_a_share_too():
    plan(load_text(CASE.replace("share: uniform(0.1, 0.3)", "share: 10 to 30 percent")), Ledger())


def test_the_schema_gives_sizes_as_beliefs():
    entry = schema()["$defs"]["mechanism.jump"]["properties"]
    assert "$ref" in entry["size"] and entry["direction"]["enum"] == ["up", "down"]
