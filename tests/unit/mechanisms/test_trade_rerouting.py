"""Trade that goes round: the approach, the resting share, the books of volume and price, and the ends."""

import math

import jax
import numpy as np
import pytest

from standoff import components
from standoff.mechanisms import trade_rerouting

ROUNDING = 1e-12  # a few hundred operations of 2e-16 each


def params(**changes: object) -> dict[str, object]:
    return {
        "target": "T",
        "domain": "technology",
        "partners": ("P", "Q"),
        "payer": (),
        "base_trade": 1000.0,
        "capacity": {"P": 400.0, "Q": 200.0},
        "willingness": {"P": 1.0, "Q": 0.5},
        "speed": {"P": 0.2, "Q": 0.4},
        "markup": 0.5,
    } | changes


def state(**changes: float) -> dict[str, float]:
    out = {
        "coverage.technology": 0.8,
        "rerouted.P": 0.0,
        "rerouted.Q": 0.0,
        "payments_refused.T": 0.0,
        "dual_use_supply.T": 1000.0,
        "dual_use_bill.T": 1000.0,
    }
    return out | {key.replace("_at_", "."): value for key, value in changes.items()}


@pytest.mark.parametrize("steps", [1, 5, 40])
def test_trade_goes_round_by_an_exponential_approach(integrate, steps):
    """A gap of 800 is more than the 400 and 100 that are offered: both are wanted in full."""
    end = integrate(trade_rerouting, params(), state(rerouted_at_P=50.0), steps, dt=10.0 / steps)[-1]
    p, q = 400 + (50 - 400) * math.exp(-0.2 * 10), 100 * -math.expm1(-0.4 * 10)
    assert end["rerouted.P"] == pytest.approx(p, rel=ROUNDING)
    assert end["rerouted.Q"] == pytest.approx(q, rel=ROUNDING)
    assert end["dual_use_supply.T"] == pytest.approx(200 + p + q, rel=ROUNDING)
    assert end["dual_use_bill.T"] == pytest.approx(200 + 1.5 * (p + q), rel=ROUNDING)


@pytest.mark.parametrize(
    ("coverage", "offers", "recovered"), [(0.8, 500.0, 500 / 800), (0.25, 500.0, 1.0), (1.0, 500.0, 0.5)]
)
def test_the_resting_share_recovered_is_what_is_offered_over_the_gap_at_most_all(
    integrate, coverage, offers, recovered
):
    end = integrate(trade_rerouting, params(), state(coverage_at_technology=coverage), 400)[-1]
    lost = 1000 * coverage
    assert end["dual_use_supply.T"] - (1000 - lost) == pytest.approx(recovered * lost, rel=ROUNDING)
    assert min(1.0, offers / lost) == recovered  # the docstring's closed form


def test_partners_share_a_small_gap_in_proportion_to_what_they_offer(integrate):
    end = integrate(trade_rerouting, params(), state(coverage_at_technology=0.25), 400)[-1]
    assert (end["rerouted.P"], end["rerouted.Q"]) == pytest.approx((250 * 0.8, 250 * 0.2), rel=ROUNDING)


def test_volume_and_price_add_up_at_every_date(integrate):
    """What is bought dear is what supply has beyond direct trade, and no more than was lost is bought."""
    p = params(payer=("T",), markup=0.3)
    for s in integrate(trade_rerouting, p, state(payments_refused_at_T=0.4, rerouted_at_P=900.0), 24, dt=0.5)[1:]:
        bought = min(800.0, 0.6 * (s["rerouted.P"] + s["rerouted.Q"]))
        assert s["dual_use_supply.T"] == pytest.approx(200 + bought, rel=ROUNDING)
        assert s["dual_use_bill.T"] - s["dual_use_supply.T"] == pytest.approx(0.3 * bought, rel=ROUNDING)


@pytest.mark.parametrize("refused", [0.0, 0.3, 1.0])
def test_refused_payments_scale_what_goes_round_and_not_direct_trade(integrate, refused):
    end = integrate(trade_rerouting, params(payer=("T",)), state(payments_refused_at_T=refused), 400)[-1]
    assert end["dual_use_supply.T"] == pytest.approx(200 + 500 * (1 - refused), rel=ROUNDING)


def test_coverage_below_none_counts_as_none_and_no_more_than_all_is_refused(integrate):
    def end(**changes: float) -> tuple[float, float]:
        s = integrate(trade_rerouting, params(payer=("T",)), state(rerouted_at_P=300.0, **changes), 1)[-1]
        return s["dual_use_supply.T"], s["dual_use_bill.T"]

    assert end(coverage_at_technology=-0.5) == end(coverage_at_technology=0.0) == pytest.approx((1000.0, 1000.0))
    assert end(payments_refused_at_T=1.5) == end(payments_refused_at_T=1.0) == pytest.approx((200.0, 200.0))


def test_direction_willing_able_and_fast_partners_bring_more_and_coverage_takes_more(integrate):
    def supply(coverage: float = 0.8, **changes: object) -> float:
        return integrate(trade_rerouting, params(**changes), state(coverage_at_technology=coverage), 6)[-1][
            "dual_use_supply.T"
        ]

    usual = supply()
    assert supply(willingness={"P": 0.2, "Q": 0.5}) < usual < supply(willingness={"P": 1.0, "Q": 1.0})
    assert supply(capacity={"P": 300.0, "Q": 200.0}) < usual < supply(capacity={"P": 500.0, "Q": 200.0})
    assert supply(speed={"P": 0.1, "Q": 0.4}) < usual < supply(speed={"P": 0.3, "Q": 0.4})
    assert supply(coverage=0.9) < usual < supply(coverage=0.7)


def test_without_sanctions_nothing_goes_round_and_nothing_is_dearer(integrate):
    for s in integrate(trade_rerouting, params(), state(coverage_at_technology=0.0), 5)[1:]:
        assert (s["rerouted.P"], s["rerouted.Q"]) == (0.0, 0.0)
        assert s["dual_use_supply.T"] == s["dual_use_bill.T"] == pytest.approx(1000.0, rel=ROUNDING)


def test_nobody_willing_leaves_the_direct_trade(integrate):
    end = integrate(trade_rerouting, params(willingness={"P": 0.0, "Q": 0.0}), state(), 5)[-1]
    assert end["dual_use_supply.T"] == end["dual_use_bill.T"] == pytest.approx(200.0, rel=ROUNDING)


def test_a_partner_that_turns_away_closes_its_way_as_fast_as_it_opened(integrate):
    p = params(willingness={"P": 0.0, "Q": 0.0})
    end = integrate(trade_rerouting, p, state(rerouted_at_P=400.0), 5)[-1]
    assert end["rerouted.P"] == pytest.approx(400 * math.exp(-1.0), rel=ROUNDING)


def test_lifting_sanctions_never_brings_more_than_is_wanted(integrate):
    for s in integrate(trade_rerouting, params(), state(coverage_at_technology=0.1, rerouted_at_P=400.0), 24)[1:]:
        assert s["dual_use_supply.T"] == pytest.approx(1000.0, rel=ROUNDING)
        assert s["rerouted.P"] >= 0.0


def test_firms_that_do_not_move_stay_where_they_are(integrate):
    end = integrate(trade_rerouting, params(speed={"P": 0.0, "Q": 0.0}), state(rerouted_at_P=30.0), 12)[-1]
    assert (end["rerouted.P"], end["rerouted.Q"]) == (30.0, 0.0)


@pytest.mark.parametrize("coverage", [0.0, 0.5, 1.0, 1.2])  # a noisy stock may step over its bound within a step
def test_values_and_slopes_are_finite_at_the_ends(coverage):
    for capacity in (0.0, 250.0, 1e12):
        p = trade_rerouting.Params.model_construct(**params(payer=("T",), capacity={"P": capacity, "Q": capacity}))

        def total(s: dict[str, float], p: components.Params = p) -> jax.Array:
            return sum(
                trade_rerouting.flows(p, components.State(s), components.Time(1.0, 0.0), components.Noise()).values()
            )

        value, slopes = jax.value_and_grad(total)(state(coverage_at_technology=coverage))
        assert np.isfinite([float(value), *map(float, slopes.values())]).all()


def test_the_example_reads():
    assert trade_rerouting.Params(**trade_rerouting.EXAMPLE).partners == ("CHN", "TUR")
