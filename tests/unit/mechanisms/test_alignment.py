import math

import jax.numpy as jnp
import numpy as np
import pytest
from pydantic import ValidationError

from standoff import components
from standoff.mechanisms import alignment

ROUNDING = 1e-12  # a few hundred operations of 2e-16 each
LONG = 3000  # months: at a speed of 0.02 a month, exp(-60) of the start is left
SHOWN = [f"P.{term}" for term in alignment.TERMS]


def params(**changes: object) -> dict[str, object]:
    return {
        "centre": "C",
        "partners": ("P", "Q"),
        "third_parties": ("K", "L"),
        "pairs": ("P.K", "P.L", "Q.L"),
        "decomposition": ("P",),
        "threat_speed": 0.05,
        "common_threat_share": {"P": 0.8, "Q": 0.5},
        "trade_speed": 0.02,
        "trade_tie": {"P": 0.5, "Q": 0.1},
        "balance_speed": 0.04,
        "centre_relation": {"K": -0.5, "L": 0.4},
        "partner_relation": {"P.K": -1.0, "P.L": 0.0, "Q.L": -0.5},
        "history_speed": 0.02,
        "history": {"P": 0.4, "Q": 0.3},
        "push": {"P": 0.0, "Q": 0.0},
        "volatility": {"P": 0.0, "Q": 0.0},
    } | changes


def state(
    p: float = 0.5, q: float = 0.5, centre: float = 0.5, on_p: float = 0.6, on_q: float = 0.2
) -> dict[str, float]:
    pressed = {"pressure.C": centre, "pressure.P": on_p, "pressure.Q": on_q}
    return {"alignment.P": p, "alignment.Q": q} | pressed | {f"alignment_part.{word}": 0.0 for word in SHOWN}


# by hand, from the parameters above
THREAT = 0.05 * 0.8 * 0.5 * 0.6
TRADE = 0.02 * 0.5
BALANCE = 0.04 * (0.5 * 1.0 + 0.4 * 0.0) / 2  # of P; that of Q is -0.04 * 0.2
HISTORY = 0.02
SPEED = THREAT + TRADE + BALANCE + HISTORY
REST = (THREAT + TRADE + BALANCE + HISTORY * 0.4) / SPEED


def test_at_rest_the_tie_is_the_weighted_mean_of_what_the_terms_draw_to(integrate):
    end = integrate(alignment, params(), state(), LONG)[-1]
    assert end["alignment.P"] == pytest.approx(REST, rel=ROUNDING)
    threat, trade, balance = 0.05 * 0.5 * 0.5 * 0.2, 0.02 * 0.1, -0.04 * 0.2
    q = (threat + trade + 0.02 * 0.3) / (threat + trade - balance + 0.02)
    assert end["alignment.Q"] == pytest.approx(q, rel=ROUNDING)


@pytest.mark.parametrize("steps", [1, 7, 80])
def test_the_approach_is_exact_whatever_the_step(integrate, steps):
    end = integrate(alignment, params(), state(p=0.1), steps, dt=40.0 / steps)[-1]
    assert end["alignment.P"] == pytest.approx(REST + (0.1 - REST) * math.exp(-SPEED * 40), rel=ROUNDING)


@pytest.mark.parametrize("start", [0.1, 0.9])
def test_parts_add_up_and_show_the_terms(integrate, start):
    states = integrate(alignment, params(push={"P": 1e-3, "Q": 0.0}), state(p=start), LONG)
    for s in states[1:]:
        assert sum(s[f"alignment_part.{word}"] for word in SHOWN) == pytest.approx(s["alignment.P"], rel=ROUNDING)
    parts_at_rest = [THREAT / SPEED, BALANCE / SPEED, TRADE / SPEED, HISTORY * 0.4 / SPEED, 1e-3 / SPEED]
    # sums of 3000 steps; the start is in `drift` and dies out with exp(-60)
    assert [states[-1][f"alignment_part.{word}"] for word in SHOWN] == pytest.approx(parts_at_rest, rel=1e-9)
    # parts start at rest, so that only `drift` moves while nothing changes
    assert states[1]["alignment_part.P.threat"] == pytest.approx(THREAT / SPEED, rel=ROUNDING)
    left = states[1]["alignment_part.P.drift"] - 1e-3 / SPEED
    assert left == pytest.approx((start - REST - 1e-3 / SPEED) * math.exp(-SPEED), rel=1e-9)


def test_a_part_follows_its_term_when_pressure_changes(integrate):
    before = integrate(alignment, params(), state(p=REST), 3)[-1]
    eased = before | {"pressure.P": 0.0}
    p, t = alignment.Params.model_construct(**params()), components.Time(1.0, 3.0)
    z = components.Noise({"shock.P": 0.0, "shock.Q": 0.0})
    flow = alignment.flows(p, components.State(eased), t, z)
    speed = SPEED - THREAT
    after = before["alignment_part.P.threat"] + float(flow["alignment_part", "P.threat"])
    assert after == pytest.approx(THREAT / SPEED * math.exp(-speed), rel=ROUNDING)
    assert float(flow["alignment_part", "P.trade"]) > 0  # what is left weighs more
    total = sum(float(flow["alignment_part", word]) for word in SHOWN)
    assert total == pytest.approx(float(flow["alignment", "P"]), rel=1e-9)


def test_without_common_pressure_the_rest_of_the_tie_is_left(integrate):
    off = integrate(alignment, params(threat_speed=0.0), state(), LONG)[-1]
    alone = (REST * SPEED - THREAT) / (SPEED - THREAT)
    assert off["alignment.P"] == pytest.approx(alone, rel=ROUNDING)
    assert off["alignment_part.P.threat"] == 0.0
    for pressed in ({"centre": 0.0}, {"on_p": 0.0}):  # a threat to one of them alone is no common threat
        end = integrate(alignment, params(), state(**pressed), LONG)[-1]
        assert end["alignment.P"] == pytest.approx(alone, rel=ROUNDING)
    assert integrate(alignment, params(), state(), LONG)[-1]["alignment.P"] - alone == pytest.approx(
        THREAT / SPEED * (1 - alone), rel=ROUNDING
    )


def test_direction_of_each_term(integrate):
    def end(**changes: object) -> float:
        return integrate(alignment, params(**changes), state(), LONG)[-1]["alignment.P"]

    base = end()
    assert end(threat_speed=0.1) > base > end(common_threat_share={"P": 0.4, "Q": 0.5})
    assert end(trade_tie={"P": 0.9, "Q": 0.1}) > base > end(trade_speed=0.0)
    assert end(history={"P": 0.6, "Q": 0.3}) > base > end(push={"P": -1e-3, "Q": 0.0})


@pytest.mark.parametrize(("centre", "partner", "moves"), [(-1, -1, 1), (1, 1, 1), (1, -1, -1), (-1, 1, -1), (0, -1, 0)])
def test_the_enemy_of_my_enemy_is_drawn_near(integrate, centre, partner, moves):
    def end(speed: float) -> float:
        p = params(
            centre_relation={"K": centre, "L": 0.0},
            balance_speed=speed,
            partner_relation={"P.K": partner, "P.L": 0.0, "Q.L": 0.0},
        )
        return integrate(alignment, p, state(), LONG)[-1]["alignment.P"]

    assert np.sign(round(end(0.04) - end(0.0), 12)) == moves


def test_limits_full_balance_alone_decides_and_nothing_moves_nothing(integrate):
    none = {"threat_speed": 0.0, "trade_speed": 0.0, "history_speed": 0.0}
    relations = {"centre_relation": {"K": -1.0, "L": -1.0}}
    friend = params(**none, **relations, partner_relation={"P.K": -1.0, "P.L": -1.0, "Q.L": 1.0})
    end = integrate(alignment, friend, state(), LONG)[-1]
    assert (end["alignment.P"], end["alignment.Q"]) == pytest.approx((1.0, 0.0), abs=ROUNDING)
    still = params(**none, balance_speed=0.0)
    assert integrate(alignment, still, state(p=0.7), 50)[-1]["alignment.P"] == 0.7


@pytest.mark.parametrize("dt", [0.5, 6.0])
def test_chance_has_the_exact_mean_and_variance(dt):
    draws, months = 40_000, 36.0
    p = alignment.Params.model_construct(**params(volatility={"P": 0.02, "Q": 0.0}))
    rng = np.random.default_rng(1946)
    s = {name: jnp.full(draws, x) for name, x in state(p=0.2).items()}
    for step in range(round(months / dt)):
        z = components.Noise({"shock.P": jnp.asarray(rng.standard_normal(draws)), "shock.Q": jnp.zeros(draws)})
        flows = alignment.flows(p, components.State(s), components.Time(dt, step * dt), z)
        s = s | {components.stock_key(key): s[components.stock_key(key)] + dt * flow for key, flow in flows.items()}
    mean = REST + (0.2 - REST) * math.exp(-SPEED * months)
    variance = 0.02**2 / (2 * SPEED) * -math.expm1(-2 * SPEED * months)
    # four Monte Carlo errors: sd / sqrt(n) of a mean, variance * sqrt(2 / (n - 1)) of a normal variance
    assert float(s["alignment.P"].mean()) == pytest.approx(mean, abs=4 * math.sqrt(variance / draws))
    assert float(s["alignment.P"].var()) == pytest.approx(variance, rel=4 * math.sqrt(2 / (draws - 1)))


def test_what_does_not_fit_is_named():
    example = alignment.EXAMPLE
    alignment.Params(**example)
    with pytest.raises(
        ValidationError, match=r"`pairs` names RUS.JPN; allowed: a partner, a dot and one of `third_parties`"
    ):
        alignment.Params(**example | {"pairs": ["RUS.JPN"]})
    with pytest.raises(ValidationError, match=r"`decomposition` names PRK; allowed: the partners, RUS, PAK"):
        alignment.Params(**example | {"decomposition": ["PRK"]})
