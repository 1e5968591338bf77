"""A flow by expression: decay, logistic growth and conservation against closed forms; errors with their lines."""

from __future__ import annotations

import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from standoff import components
from standoff.engine.build import build
from standoff.engine.simulate import simulate
from standoff.errors import ModelError, ScenarioError
from standoff.json_schema import schema
from standoff.ledger import Ledger
from standoff.mechanisms import flow
from standoff.plan import plan
from standoff.scenario import load_text

DECAY = {"stock": "x", "origin": None, "rate": "-loss * x", "numbers": {"loss": 0.3}}
LOGISTIC = {
    "stock": "x",
    "origin": None,
    "rate": "growth * x * (1 - x / room)",
    "numbers": {"growth": 0.4, "room": 50.0},
}


def closed(time: float) -> float:
    return 50.0 / (1 + (50.0 / 2.0 - 1) * math.exp(-0.4 * time))


def test_decay_is_the_fourth_order_polynomial_of_the_exponential(integrate):
    """A step multiplies by 1 - h + h^2/2 - h^3/6 + h^4/24 with h = 0.3; its error is below h^5/120 of the stock a step."""
    end = integrate(flow, DECAY, {"x": 100.0}, 12)[-1]["x"]
    step = sum((-0.3) ** n / math.factorial(n) for n in range(5))
    assert end == pytest.approx(100.0 * step**12, rel=1e-12)
    assert end == pytest.approx(100.0 * math.exp(-3.6), abs=12 * 0.3**5 / 120 * 100.0 * math.exp(-3.3))


def test_logistic_growth_converges_with_the_fourth_order(integrate):
    errors = [
        abs(integrate(flow, LOGISTIC, {"x": 2.0}, round(12 / dt), dt)[-1]["x"] - closed(12.0)) for dt in (1.0, 0.5)
    ]
    assert errors[0] < 1e-2
    assert errors[0] / errors[1] == pytest.approx(16, rel=0.3)  # 2^4, and a term of the next order


def test_a_transfer_conserves_and_spreads_as_the_logistic_law(integrate):
    """d x/dt = c x y with x + y = n is logistic growth to n at the rate c n."""
    params = {"stock": "x", "origin": "y", "rate": "c * x * y", "numbers": {"c": 0.4 / 50.0}}
    path = integrate(flow, params, {"x": 2.0, "y": 48.0}, 12)
    assert [now["x"] + now["y"] for now in path] == pytest.approx([50.0] * 13, rel=1e-14)
    assert path[-1]["x"] == pytest.approx(closed(12.0), rel=3e-4)
    back = integrate(flow, {**params, "rate": "-c * x * y"}, path[-1], 12)[-1]
    assert back["x"] == pytest.approx(
        2.0, rel=3e-3
    )  # the same law backwards; its error is amplified by exp(0.4 * 12) / 8


@pytest.mark.parametrize(("rate", "x", "y"), [("40", 110.0, 0.0), ("-400", 0.0, 110.0)])
def test_a_transfer_takes_no_more_than_there_is(integrate, rate, x, y):
    params = {"stock": "x", "origin": "y", "rate": rate, "numbers": {}}
    assert integrate(flow, params, {"x": 80.0, "y": 30.0}, 3)[-1] == {"x": pytest.approx(x), "y": pytest.approx(y)}


def test_a_tank_runs_dry_and_the_law_stays_defined(integrate):
    """Torricelli: sqrt(x) falls by k/2 a month; no step takes the root of a negative number."""
    tank = {"stock": "x", "origin": None, "rate": "-k * sqrt(x)", "numbers": {"k": 2.0}}
    errors = [abs(integrate(flow, tank, {"x": 100.0}, round(5 / dt), dt)[-1]["x"] - (10 - 5) ** 2) for dt in (1.0, 0.5)]
    assert errors[0] < 1e-3 and errors[0] / errors[1] == pytest.approx(16, rel=0.4)
    assert np.isfinite(integrate(flow, tank, {"x": 1e-3}, 1)[-1]["x"])


def test_conditions_count_as_one_and_zero(integrate):
    two = {"stock": "x", "origin": None, "rate": "(x > 1) + (y > 1) + 0.5 * (y > 5)", "numbers": {}}
    assert integrate(flow, two, {"x": 3.0, "y": 2.0}, 1)[-1]["x"] == 5.0


def test_the_slope_is_that_of_the_law_at_the_beginning():
    p, t = flow.Params.model_construct(**LOGISTIC), components.Time(1.0, 0.0)

    def rate(x):
        return flow.rates(p, components.State({"x": x}), t, components.Noise())["x"]

    assert float(rate(10.0)) == pytest.approx(0.4 * 10 * 0.8)
    assert float(jax.grad(rate)(jnp.asarray(10.0))) == pytest.approx(0.4 * (1 - 2 * 10 / 50))


CASE = """\
title: flows
as_of: 2024-01
start: 2024-01
end: 2025-01
step: month
units: {mark: 0.5 USD}
actors: {AAA: {name: A}}
events: {reform: {date: 2024-07}}
stocks:
  cash: {unit: bn mark, initial: {AAA: 20 @assumption}}
  debt: {unit: bn mark, initial: 0 @assumption, floor: null}
  income: {unit: bn mark/month, initial: 3 @assumption, constant: true}
  alarm: {unit: share, initial: 0.5 @assumption, cap: 1, constant: true}
mechanisms:
  revenue:
    use: flow
    stock: cash.AAA
    rate: share * income
    numbers: {share: 0.2 to 0.4}
    sources: assumption
  cost:
    use: flow
    stock: debt
    rate: 0.4 bn mark/month @assumption
  repay:
    use: flow
    stock: debt
    origin: cash.AAA
    rate: (after(reform) + (alarm > 0.6)) * 1 bn mark/month @assumption
"""


def test_the_engine_runs_it_in_the_units_of_the_scenario():
    run = simulate(build(load_text(CASE), Ledger()), draws=64, seed=1, paths="all", precision="double")
    model = run.model
    factor = model.plan.stock_units["debt"].factor
    cash, debt = (run.stock_paths[:, :, model.plan.cells.index(cell)] / factor for cell in ("cash.AAA", "debt"))
    share = run.parameter_values[:, model.plan.number("revenue.numbers.share")]
    assert cash[:, -1] == pytest.approx(20 + 12 * 3 * share - 7, rel=1e-6)  # seven steps from July to January
    assert debt[:, -1] == pytest.approx(12 * 0.4 + 7, rel=1e-6)
    assert "cost.numbers.rate" in {path.removeprefix("mechanisms.") for path in model.plan.index}


@pytest.mark.parametrize(
    ("old", "new", "what", "line"),
    [
        ("rate: share * income", "rate: share * cash.AAA", "divide it by a time", 18),
        ("rate: share * income", "rate: share * incom", "unknown name `incom`", 18),
        ("rate: share * income", "rate: income", "`share` is not in `income`", 19),
        ("rate: share * income", "rate: share > 0.1", "is a condition", 18),
        ("share: 0.2 to 0.4", "share: 0.2 to 0.4 USD", "is in", 18),
        ("share: 0.2 to 0.4", "share: 0.2 to", "0.2 to", 19),
        ("    sources: assumption\n", "", "this number has no source", 19),
        ("0.4 bn mark/month @assumption", "0.4 bn mark @assumption", "divide it by a time", 24),
        ("0.4 bn mark/month @assumption", "0.4 bn mark/month", "this number has no source", 24),
        ("1 bn mark/month @assumption", "2 bn mark/month", "this number has no source", 29),
        ("origin: cash.AAA", "origin: debt", "flows into itself", 25),
        ("origin: cash.AAA", "origin: alarm", "does not fit", 13),
        ("after(reform)", "after(refrm)", "unknown event", 29),
    ],
)
def test_errors_name_the_line(old, new, what, line):
    assert old in CASE
    with pytest.raises((ModelError, ScenarioError)) as caught:
        plan(load_text(CASE.replace(old, new)), Ledger())
    found = [(problem.where, str(problem)) for problem in caught.value.problems if what in str(problem)]
    assert f"scenario:{line}" in {where for where, _ in found}, caught.value


def test_a_choice_in_a_rate_is_an_error_that_names_effects():
    choice = """\
choices:
  AAA:
    actor: AAA
    options: {stay: {}, spend: {effects: {revenue.numbers.share: x 0.5 @assumption}}}
    status_quo: stay
    every: 3 months
    rationality: 1 @assumption
    half_life: 0 @assumption
    history: [{since: 2024-01, option: stay}]
    reasons: {taste: {use: expression, weight: 1 @assumption, value: {spend: alarm}}}
"""
    good = plan(load_text(CASE + choice), Ledger())
    assert good.choices[0].effects[1][0].target == good.number("revenue.numbers.share")
    with pytest.raises(ModelError, match=r"`AAA` is a choice(.|\n)*effects"):
        plan(load_text(CASE.replace("share * income", "share * income * (AAA in [spend])") + choice), Ledger())


def test_the_schema_accepts_a_belief_or_an_expression():
    entry = schema()["$defs"]["mechanism.flow"]["properties"]
    assert {"type": "string"} in entry["rate"]["anyOf"] and "numbers" in entry
