"""Reasons written in the scenario: the arithmetic, the units, the probabilities, and what is refused."""

from __future__ import annotations

import jax
import pytest
from pydantic import ValidationError

from standoff import components
from standoff.considerations import expression

PRIZE = {"value": {"strike": "0.3 * (troops.ALA / (troops.ALA + troops.BOR))"}}
ARMIES = {"troops.ALA": 3e5, "troops.BOR": 1e5}


def test_closed_form_on_stocks(weigh):
    assert weigh(expression, PRIZE, "strike", ARMIES) == pytest.approx(0.3 * 0.75, rel=1e-12)


def test_numbers_carry_their_units(weigh):
    """Stocks are in canonical units (person), so that 200 thousand person is two thirds of 300,000."""
    p = {"value": {"strike": "1 - 200 thousand person / troops.ALA"}}
    assert weigh(expression, p, "strike", ARMIES) == pytest.approx(1 / 3, rel=1e-12)


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("-2 ^ 2 + 6 / 3 * 2", 0.0),
        ("min(fear, 0.3) + max(fear, 0.3)", 0.9 + 0.3 - 0.3),
        ("abs(0.4 - fear)", 0.2),
        ("exp(log(fear)) * sqrt(fear ^ 2)", 0.36),
    ],
)
def test_every_operation(weigh, text, result):
    assert weigh(expression, {"value": {"act": text}}, "act", {"fear": 0.6}) == pytest.approx(
        result, rel=1e-12, abs=1e-15
    )


def test_a_stronger_side_finds_the_prize_larger(weigh):
    weak, strong = (weigh(expression, PRIZE, "strike", ARMIES | {"troops.ALA": troops}) for troops in (1e4, 9e5))
    assert 0.0 < weak < strong < 0.3


def test_limits_nobody_there_and_nobody_against(weigh):
    assert weigh(expression, PRIZE, "strike", ARMIES | {"troops.ALA": 0.0}) == 0.0
    assert weigh(expression, PRIZE, "strike", ARMIES | {"troops.BOR": 0.0}) == pytest.approx(0.3, rel=1e-12)


def test_an_option_that_is_not_named_has_the_payoff_zero(weigh):
    assert weigh(expression, PRIZE, "hold") == 0.0  # and reads nothing: no stock is given here


def test_what_others_choose_is_its_probability_and_several_options_add(weigh):
    p = {"value": {"act": "0.5 - 0.8 * (USA.aid in [advance, hold])"}}
    expected = {("USA.aid", "advance"): 0.3, ("USA.aid", "hold"): 0.2}
    assert weigh(expression, p, "act", others=expected) == pytest.approx(0.5 - 0.8 * 0.5, rel=1e-12)


def test_linear_in_others(weigh):
    p = {"value": {"act": "fear * (1 - (USA in [advance])) + 0.2 * (USA in [advance]) / fear"}}
    at = {x: weigh(expression, p, "act", {"fear": 0.6}, {("USA", "advance"): x}) for x in (0.0, 0.3, 1.0)}
    assert at[0.0] == pytest.approx(0.6, rel=1e-12) and at[1.0] == pytest.approx(0.2 / 0.6, rel=1e-12)
    assert at[0.3] == pytest.approx(0.7 * at[0.0] + 0.3 * at[1.0], rel=1e-12)


def test_slopes_follow_the_stocks():
    p = expression.Params.model_construct(**PRIZE)
    slopes = jax.grad(lambda s: expression.payoff(p, components.State(s), "strike", components.Others()))(ARMIES)
    assert float(slopes["troops.ALA"]) == pytest.approx(0.3 * 1e5 / 4e5**2, rel=1e-12)
    assert float(slopes["troops.BOR"]) == pytest.approx(-0.3 * 3e5 / 4e5**2, rel=1e-12)


def test_a_stock_that_is_not_read_is_named(weigh):
    with pytest.raises(KeyError, match=r"fear"):
        weigh(expression, {"value": {"act": "fear"}}, "act", {"calm": 1.0})


@pytest.mark.parametrize("text", ["1 +", "fear ** 2", "__import__('os')", "sinh(fear)", "USA in arms"])
def test_what_is_no_expression_is_refused_when_it_is_read(text):
    with pytest.raises(ValidationError, match="in the expression"):
        expression.Params(value={"act": text})
