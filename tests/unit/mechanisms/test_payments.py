"""Payments that banks send back: the first bite, its wear, the balance with enforcement, and who reads it."""

import math

import jax
import numpy as np
import pytest
from pydantic import ValidationError

from standoff import components
from standoff.mechanisms import payments, secondary_sanctions, trade_rerouting

ROUNDING = 1e-12  # a few hundred operations of 2e-16 each


def params(**changes: object) -> dict[str, object]:
    return {"payer": "T", "partners": ("P", "Q"), "ceiling": 0.75, "build_time": 4.0, "closing_rate": 0.05} | changes


def state(p: float = 0.9, q: float = 0.5, workarounds: float = 0.0) -> dict[str, float]:
    return {"compliance.P": p, "compliance.Q": q, "workarounds.T": workarounds, "payments_refused.T": 0.0}


@pytest.mark.parametrize("steps", [1, 6, 48])
def test_ways_round_are_built_by_an_exponential_approach(integrate, steps):
    end = integrate(payments, params(), state(workarounds=0.1), steps, dt=12.0 / steps)[-1]
    speed = 0.7 / 4 + 0.05
    balance = 0.7 / 4 * 0.75 / speed
    workarounds = balance + (0.1 - balance) * math.exp(-speed * 12)
    assert end["workarounds.T"] == pytest.approx(workarounds, rel=ROUNDING)
    assert end["payments_refused.T"] == pytest.approx(0.7 * (1 - workarounds), rel=ROUNDING)


def test_the_balance_with_enforcement(integrate):
    end = integrate(payments, params(), state(), 400)[-1]
    assert end["workarounds.T"] == pytest.approx(0.75 * 0.7 / (0.7 + 4 * 0.05), rel=ROUNDING)


def test_what_is_asked_for_is_refused_or_goes_round(integrate):
    for s in integrate(payments, params(), state(), 12, dt=0.5)[1:]:
        went_round = 0.7 * s["workarounds.T"]
        assert s["payments_refused.T"] + went_round == pytest.approx(0.7, rel=ROUNDING)
        assert 0 <= s["payments_refused.T"] <= 0.7


def test_a_new_threat_bites_first_and_wears_off(integrate):
    refused = [s["payments_refused.T"] for s in integrate(payments, params(closing_rate=0.0), state(), 60)]
    assert refused[0] == 0 < refused[1]
    assert np.all(np.diff(refused[1:]) < 0)
    assert refused[-1] == pytest.approx(0.7 * (1 - 0.75), rel=1e-3)  # e^(-60 x 0.7 / 4) = 3e-5 of 0.75 is still to find


def test_warier_banks_and_tighter_enforcement_refuse_more(integrate):
    usual = integrate(payments, params(), state(), 6)[-1]["payments_refused.T"]
    assert integrate(payments, params(), state(p=1.0), 6)[-1]["payments_refused.T"] > usual
    assert integrate(payments, params(closing_rate=0.2), state(), 6)[-1]["payments_refused.T"] > usual
    assert integrate(payments, params(build_time=2.0), state(), 6)[-1]["payments_refused.T"] < usual
    assert integrate(payments, params(ceiling=0.9), state(), 6)[-1]["payments_refused.T"] < usual


def test_without_a_threat_nothing_is_refused_and_ways_round_close_only_by_enforcement(integrate):
    end = integrate(payments, params(), state(0.0, 0.0, workarounds=0.6), 10)[-1]
    assert end["payments_refused.T"] == 0.0
    assert end["workarounds.T"] == pytest.approx(0.6 * math.exp(-0.5), rel=ROUNDING)
    kept = integrate(payments, params(closing_rate=0.0), state(0.0, 0.0, workarounds=0.6), 10)[-1]
    assert kept["workarounds.T"] == 0.6


def test_ways_round_that_are_there_at_once_leave_what_has_none(integrate):
    end = integrate(payments, params(ceiling=1.0, build_time=0.01, closing_rate=0.0), state(1.0, 1.0), 1)[-1]
    assert end["payments_refused.T"] == pytest.approx(0.0, abs=ROUNDING)  # e^-100 = 4e-44 of them find none
    end = integrate(payments, params(ceiling=0.0), state(), 12)[-1]
    assert end["payments_refused.T"] == pytest.approx(0.7, rel=ROUNDING)


def test_a_threat_reaches_trade_through_banks(integrate):
    """secondary_sanctions -> compliance -> payments -> payments_refused -> trade_rerouting, each at rest."""
    wary = integrate(
        secondary_sanctions,
        {
            "third_parties": ("P",),
            "threat": 1.0,
            "response": {"P": 0.8},
            "adjust_time": {"P": 2.0},
            "rerouting_loss": {"P": 0.4},
            "rerouting_cost": {"P": 0.1},
        },
        {"compliance.P": 0.0, "supply.P": 1.0, "trade_cost.P": 0.0},
        200,
    )[-1]["compliance.P"]
    held = params(partners=("P",), ceiling=0.5, closing_rate=0.0)
    refused = integrate(payments, held, state(p=wary), 400)[-1]["payments_refused.T"]
    p = {
        "target": "T",
        "domain": "chips",
        "partners": ("P",),
        "payer": ("T",),
        "base_trade": 1000.0,
        "capacity": {"P": 500.0},
        "willingness": {"P": 1.0},
        "speed": {"P": 0.3},
        "markup": 0.5,
    }
    s = {
        "coverage.chips": 0.9,
        "rerouted.P": 0.0,
        "payments_refused.T": refused,
        "dual_use_supply.T": 0.0,
        "dual_use_bill.T": 0.0,
    }
    assert integrate(trade_rerouting, p, s, 200)[-1]["dual_use_supply.T"] == pytest.approx(
        100 + 500 * (1 - 0.8 * 0.5), rel=ROUNDING
    )


@pytest.mark.parametrize("compliance", [0.0, 1.0])
def test_values_and_slopes_are_finite_at_the_ends(compliance):
    for closing in (0.0, 1e3):
        p = payments.Params.model_construct(**params(closing_rate=closing))

        def total(s: dict[str, float], p: components.Params = p) -> jax.Array:
            return sum(payments.flows(p, components.State(s), components.Time(1.0, 0.0), components.Noise()).values())

        value, slopes = jax.value_and_grad(total)(state(compliance, compliance, compliance))
        assert np.isfinite([float(value), *map(float, slopes.values())]).all()


def test_the_example_reads_and_payments_through_nobody_are_refused_reading():
    assert payments.Params(**payments.EXAMPLE).partners == ("CHN",)
    with pytest.raises(ValidationError, match="`partners` is empty; allowed: at least one actor"):
        payments.Params(**payments.EXAMPLE | {"partners": []})
