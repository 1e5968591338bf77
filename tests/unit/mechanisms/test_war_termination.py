"""How a war ends: history's survival, Fearon's and Powell's bargains, the frontier of issues, and what follows an end."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import yaml
from scipy.optimize import linprog

from standoff import components
from standoff.components import State, Time
from standoff.engine.build import build
from standoff.engine.run import Run
from standoff.engine.simulate import simulate
from standoff.mechanisms import war_termination as war
from standoff.scenario.document import read_text
from standoff.scenario.load import load_document

SIDES, PEACE, WAYS = ("A", "B"), ("deal", "dying_down"), ("deal", "dying_down", "A", "B")
INTERSTATE = {"level": -1.81, "slope": -0.41, "pace": 0.13}  # ENDINGS: interstate war


def each(value: Any) -> dict[str, Any]:
    return dict.fromkeys(SIDES, value)


def params(**changes: Any) -> Any:
    given = {
        "sides": SIDES,
        "means": ("engaged",),
        "exponents": {"engaged": 1.0},
        "steepness": 1.0,
        "required_ratio": each(1.0),
        "issues": ("land",),
        "held": ("land_share",),
        "stake_first": {"land": 1.0},
        "stake_second": {"land": 1.0},
        "expected_months": each(1.0),
        "learned": None,
        "discount": each(0.0),
        "cost": each(0.0),
        "tolerable_rate": each(1.0),
        "casualty_weight": 1.0,
        "publics": (),
        "feared_growth": each(0.0),
        "reopening": each(0.0),
        "guarantee": each(0.0),
        "learning": 0.0,
        "mediation": 1.0,
        "friction": 0.025,
        "softness": 0.1,
        **INTERSTATE,
        "peace": PEACE,
        "share": {"deal": 1.0, "dying_down": 0.0},
        "relapse_rate": dict.fromkeys(PEACE, 0.0),
        "victory_rate": each(0.0),
        "largest": 4.0,
    }
    return war.Params.model_construct(**given | changes)


def state(**changes: Any) -> dict[str, Any]:
    out = {"fighting": 1.0, "war_age": 0.0, "land_share": 0.5, "settled.land": 0.0}
    out |= {f"ended.{way}": 0.0 for way in WAYS} | dict.fromkeys(war.WORLD[1:], 0.0)
    for side in SIDES:
        out |= {
            f"engaged.{side}": 100.0,
            f"casualty_rate.{side}": 1e30,
            f"funding.{side}": 1.0,
            f"misjudged.{side}": 1.0,
        }
    given = {key.replace("_of_", "."): value for key, value in changes.items()}
    return {key: jnp.asarray(value, float) for key, value in (out | given).items()}


def tail(u: Any) -> components.Noise:
    return components.Noise({"event": jnp.zeros(())}, {"event": jnp.asarray(u)})


def after(p: Any, s: Mapping[str, Any], u: Any = 1.0, t: Time | None = None, beliefs: Any = None) -> dict[str, Any]:
    t = t or Time(1.0, 0.0)
    flows = war.flows(p, State(s, beliefs=beliefs or {}), t, tail(u))
    return {
        **s,
        **{components.stock_key(key): s[components.stock_key(key)] + t.dt * flow for key, flow in flows.items()},
    }


def least(p: Any, s: Mapping[str, Any], beliefs: Any = None) -> tuple[float, float]:
    seen = State(s, beliefs=beliefs or {})
    return tuple(sum(war.least_parts(p, seen, side).values()) for side in SIDES)  # type: ignore[return-value]


def room(p: Any, s: Mapping[str, Any], beliefs: Any = None) -> Any:
    lowest, best, _ = war.bargain(p, *least(p, s, beliefs))
    return best - lowest


# ---- history's hazard -------------------------------------------------------------------------------------------------


def summed(level: float, slope: float, months: int) -> float:
    return sum(math.exp(level + slope * math.log(m + 0.5)) for m in range(months))


@pytest.mark.parametrize("slope", [-0.41, -1.0, 0.0, 0.3, -2.0])
def test_the_cumulated_hazard_is_the_sum_over_months(slope: float) -> None:
    p = params(slope=slope)
    for months in (0, 1, 7, 12, 13, 60, 600):
        assert float(war.cumulated(p, jnp.asarray(float(months)))) == pytest.approx(
            summed(-1.81, slope, months), rel=2e-5
        )


def test_the_hazard_of_a_month_is_that_of_the_fitted_model() -> None:
    for pace in (0.13, 1.0):
        p = params(pace=pace)
        for month in (0, 5, 25, 60):
            h = [(1 + pace * summed(-1.81, -0.41, m)) ** (-1 / pace) for m in (month, month + 1)]
            found = 1 - math.exp(-float(war.hazard(p, jnp.asarray(float(month)), Time(1.0, 0.0))))
            assert found == pytest.approx(1 - h[1] / h[0], rel=1e-5)


def test_without_pace_it_is_the_plain_hazard() -> None:
    for month in (0.0, 25.0):
        plain = math.exp(-1.81 - 0.41 * math.log(month + 0.5))
        for pace in (0.0, 1e-9):
            assert float(war.hazard(params(pace=pace), jnp.asarray(month), Time(1.0, 0.0))) == pytest.approx(
                plain, rel=1e-6
            )


@pytest.mark.parametrize("dt", [0.25, 1.0, 3.0])
def test_constant_openness_returns_the_survival_of_history_at_any_step(dt: float) -> None:
    """With openness at its reference and all endings deals, the product over steps is S, to rounding."""
    p, s = params(share={"deal": 0.7, "dying_down": 0.3}), state(war_age=25.0)
    opened = float(after(p, s)["openness"])
    lasts, start = 1.0, float(war.cumulated(p, jnp.asarray(25.0)))
    step = jax.jit(lambda s: after(p, s, 1.0, Time(dt, 0.0, reference={"openness": opened})))
    for _ in range(round(60 / dt)):
        low, high = 0.0, 1.0
        now = war.hazard(p, s["war_age"], Time(dt, 0.0))
        chance = float(-jnp.expm1(-now * dt))
        low, high = chance * (1 - 1e-6), chance * (1 + 1e-6)
        assert float(after(p, s, low, Time(dt, 0.0, reference={"openness": opened}))["over"]) == 1.0
        assert float(after(p, s, high, Time(dt, 0.0, reference={"openness": opened}))["over"]) == 0.0
        lasts *= 1.0 - chance
        s = step(s)
    grown = float(war.cumulated(p, jnp.asarray(85.0)))
    assert lasts == pytest.approx(((1 + 0.13 * grown) / (1 + 0.13 * start)) ** (-1 / 0.13), rel=1e-12)


def test_more_openness_than_the_reference_lifts_deals_alone_and_not_beyond_the_cap() -> None:
    p, s, t = params(share={"deal": 0.7, "dying_down": 0.3}), state(war_age=25.0), Time(1.0, 0.0)
    rate, opened = float(war.hazard(p, s["war_age"], t)), float(after(p, s)["openness"])
    for reference, lift in ((opened, 1.0), (opened / 2, 2.0), (opened / 100, 4.0)):
        t = Time(1.0, 0.0, reference={"openness": reference})
        chance = 1 - math.exp(-rate * (0.7 * lift + 0.3))
        deal = chance * 0.7 * lift / (0.7 * lift + 0.3)
        found = {u: after(p, s, u, t) for u in (deal - 1e-6, deal + 1e-6, chance - 1e-6, chance + 1e-6)}
        assert [float(x["ended.deal"]) for x in found.values()] == [1, 0, 0, 0]
        assert [float(x["ended.dying_down"]) for x in found.values()] == [0, 1, 1, 0]
        assert [float(x["fighting"]) for x in found.values()] == [0, 0, 0, 1]


def test_ways_compete_in_proportion_to_their_rates() -> None:
    p, s = params(share={"deal": 0.5, "dying_down": 0.2}, victory_rate={"A": 0.1, "B": 0.02}), state(war_age=10.0)
    opened = float(after(p, s)["openness"])
    t = Time(1.0, 0.0, reference={"openness": opened})
    rates = {"deal": 0.5, "dying_down": 0.2}
    rates = {way: share * float(war.hazard(p, s["war_age"], t)) for way, share in rates.items()} | {"A": 0.1, "B": 0.02}
    u = (np.arange(100_000) + 0.5) / 100_000
    ended = after(p, {key: jnp.broadcast_to(x, u.shape) for key, x in s.items()}, u, t)
    total = sum(rates.values())
    for way, rate in rates.items():
        assert float(jnp.mean(ended[f"ended.{way}"])) == pytest.approx((1 - math.exp(-total)) * rate / total, abs=2e-5)
    assert bool(jnp.all(ended["over"] == (ended["fighting"] == 0)))


def test_shares_above_one_together_are_divided_by_their_sum() -> None:
    assert {way: float(part) for way, part in war.shares(params(share={"deal": 0.9, "dying_down": 0.3})).items()} == (
        pytest.approx({"deal": 0.75, "dying_down": 0.25})
    )
    below = {"deal": 0.6, "dying_down": 0.3}
    assert {way: float(part) for way, part in war.shares(params(share=below)).items()} == pytest.approx(below)


# ---- bargaining -------------------------------------------------------------------------------------------------------


def test_fearon_1995_the_demand_and_the_chance_of_war() -> None:
    """A decision now: terms are p - c_A and p + c_B. B's cost is uniform and its own; A demands what is worth most.

    With p = 1/2, c_A = 1/10, c_B from 0 to 2/5 the best demand is .65 and the war it risks .375; room is c_A + c_B.
    """
    cost = (np.arange(400_000) + 0.5) / 400_000 * 0.4
    p = params(cost={"A": 0.1, "B": jnp.asarray(cost)})
    a, b = least(p, state())
    assert float(a) == pytest.approx(0.4, abs=1e-9)
    highest = np.sort(1.0 - np.asarray(b))
    np.testing.assert_allclose(highest, 0.5 + cost, rtol=0, atol=1e-9)
    demands = np.linspace(0.4, 0.9, 501)
    refuse = np.searchsorted(highest, demands) / len(highest)
    best = np.argmax(demands * (1 - refuse) + float(a) * refuse)
    assert (demands[best], refuse[best]) == pytest.approx((0.65, 0.375), abs=1e-5)
    assert float(jnp.mean(room(p, state()))) == pytest.approx(0.1 + 0.2, abs=1e-9)


def powell(growth: float, guarantee: float = 0.0) -> Any:
    """Waste of the war .101 and w D = .59 (read off the table): a decision next month, terms reopened after 10."""
    return params(
        cost=each(0.0505),
        discount=each(-math.log(0.59) / 11),
        reopening=each(10.0),
        feared_growth={"A": 0.0, "B": growth},
        guarantee=each(guarantee),
    )


@pytest.mark.parametrize(
    ("growth", "guarantee", "wanted", "openness"),
    [
        (0.0, 0.0, 0.101, 0.85),
        (0.1, 0.0, 0.042, 0.67),
        (0.2, 0.0, -0.017, 0.45),
        (0.3, 0.0, -0.076, 0.24),
        (0.3, 0.3, None, 0.42),
        (0.3, 0.6, None, 0.63),
        (0.3, 0.9, None, 0.80),
        (0.3, 1.0, None, 0.85),
    ],
)
def test_powell_2006_growth_shuts_the_room_and_guarantees_open_it(
    growth: float, guarantee: float, wanted: float | None, openness: float
) -> None:
    p, s = powell(growth, guarantee), state()
    found = room(p, s)
    assert float(found) == pytest.approx(0.101 - 0.59 * growth * (1 - guarantee), abs=1e-9)
    if wanted is not None:
        assert float(found) == pytest.approx(wanted, abs=5e-4)
    assert float(after(p, s)["openness"]) == pytest.approx(openness, abs=0.0051)


def test_openness_is_monotone_in_every_case() -> None:
    """Pessimism of either side, costs and guarantees never lower the room, growth never raises it: 100,000 cases."""
    rng, count = np.random.default_rng(8), 100_000

    def drawn(low: float, high: float) -> dict[str, Any]:
        return {side: jnp.asarray(rng.uniform(low, high, count)) for side in SIDES}

    base = {
        "steepness": jnp.asarray(rng.uniform(0.2, 4, count)),
        "expected_months": drawn(0.5, 60),
        "discount": drawn(0, 0.05),
        "cost": drawn(0, 0.05),
        "feared_growth": drawn(0, 0.6),
        "reopening": drawn(0, 80),
        "guarantee": drawn(0, 0.9),
        "required_ratio": drawn(0.3, 3),
    }
    s = state(engaged_of_A=rng.uniform(20, 400, count), land_share=rng.uniform(0, 1, count))
    believed = {
        (viewer, f"engaged.{side}"): jnp.asarray(rng.uniform(0.5, 2, count)) for viewer in SIDES for side in SIDES
    }
    before = np.asarray(room(params(**base), s, believed))
    better = {"cost": 1.3, "guarantee": 1.1, "feared_growth": 0.7}
    for side in SIDES:
        for name, factor in better.items():
            changed = {**base, name: {**base[name], side: base[name][side] * factor}}
            assert np.sum(np.asarray(room(params(**changed), s, believed)) < before - 1e-12) == 0, (name, side)
        gloomy = {**believed, (side, f"engaged.{side}"): believed[side, f"engaged.{side}"] * 0.8}
        assert np.sum(np.asarray(room(params(**base), s, gloomy)) < before - 1e-12) == 0, side


def test_the_value_of_fighting_on_is_the_discounted_sum_over_months() -> None:
    """Each month of fighting pays the status quo less the cost; with chance v a month it is decided."""
    kept, chance, win, has, cost = math.exp(-0.02), 1 / 12, 1 / (1 + 2.0**-1.5), 0.3, 0.004
    p = params(expected_months=each(12.0), discount=each(0.02), cost=each(cost), steepness=1.5)
    s = state(engaged_of_A=200.0, land_share=has)
    months = np.arange(4000)
    on = (kept * (1 - chance)) ** months
    total = np.sum(on * ((1 - kept) * has - cost)) + np.sum(on * kept * chance * win)
    assert float(least(p, s)[0]) == pytest.approx(total, rel=1e-9)


def test_beliefs_are_of_each_side_and_battle_brings_them_to_the_truth() -> None:
    p, s = params(learning=0.1, mediation=2.0), state(engaged_of_A=200.0, misjudged_of_A=1.0)
    hope = {("A", "engaged.A"): jnp.asarray(2.0), ("B", "engaged.B"): jnp.asarray(3.0)}
    parts = [float(war.least_parts(p, State(s, beliefs=hope), side)["prevailing"]) for side in SIDES]
    assert parts == pytest.approx([4 / 5, 3 / 5])
    knows = {**s, "misjudged.A": jnp.asarray(0.0), "misjudged.B": jnp.asarray(0.5)}
    parts = [float(war.least_parts(p, State(knows, beliefs=hope), side)["prevailing"]) for side in SIDES]
    between = math.log(1 / 2) + 0.5 * math.log(3)
    assert parts == pytest.approx([2 / 3, 1 / (1 + math.exp(-between))])
    for dt in (0.25, 1.0, 3.0):
        found = s
        for _ in range(round(6 / dt)):
            found = after(p, found, 1.0, Time(dt, 0.0))
        assert float(found["misjudged.A"]) == pytest.approx(math.exp(-0.1 * 2 * 6), rel=1e-9)
    assert float(after(p, {**s, "fighting": jnp.asarray(0.0)})["misjudged.A"]) == 1.0


def test_losses_money_and_consent_make_the_cost() -> None:
    p = params(cost=each(0.1), tolerable_rate=each(50.0), casualty_weight=0.6, publics=("a", "b"))
    s = state(casualty_rate_of_A=50.0, funding_of_A=0.5) | {
        "support.a": jnp.asarray(0.25),
        "support.b": jnp.asarray(1.0),
    }
    parts = war.least_parts(p, State(s), "A")
    assert float(parts["cost"]) == pytest.approx(-0.1 * (0.6 * 0.5 + 0.4 * 0.5) * 1.75)


def test_a_side_that_has_learned_that_wars_last_expects_it_to_last() -> None:
    s = state() | {"learned.A": jnp.asarray(math.log(3.0)), "learned.B": jnp.asarray(0.0)}
    p = params(expected_months=each(4.0), discount=each(0.01), learned="learned")
    longer = params(expected_months={"A": 12.0, "B": 4.0}, discount=each(0.01))
    assert [float(x) for x in least(p, s)] == pytest.approx([float(x) for x in least(longer, s)])


def test_the_frontier_over_issues_is_the_linear_programme() -> None:
    rng = np.random.default_rng(4)
    for count in (1, 2, 3, 5):
        issues = tuple(f"i{n}" for n in range(count))
        for _ in range(40):
            first, second = (rng.dirichlet(np.ones(count)) for _ in range(2))
            wanted = rng.uniform(-0.2, 1.0)
            p = params(
                issues=issues,
                held=issues,
                stake_first=dict(zip(issues, 3.0 * first, strict=True)),
                stake_second=dict(zip(issues, second, strict=True)),
            )
            _, best, _ = war.bargain(p, jnp.asarray(0.0), jnp.asarray(wanted))
            by = linprog(-first, A_ub=[second], b_ub=[1.0 - wanted], bounds=[(0, 1)] * count)
            assert float(best) == pytest.approx(-by.fun, abs=1e-9)
            lowest, best, shares = war.bargain(p, jnp.asarray(0.1), jnp.asarray(wanted))
            middle = (float(lowest) + float(best)) / 2
            assert float(first @ np.asarray(shares)) == pytest.approx(middle, abs=1e-9)
            mine = linprog(second, A_eq=[first], b_eq=[middle], bounds=[(0, 1)] * count)
            assert float(second @ np.asarray(shares)) == pytest.approx(mine.fun, abs=1e-9)


def test_issues_of_unlike_worth_open_a_room_that_one_issue_does_not_have() -> None:
    a, b = jnp.asarray(0.6), jnp.asarray(0.6)
    apart = params(
        issues=("x", "y"), held=("x", "y"), stake_first={"x": 0.8, "y": 0.2}, stake_second={"x": 0.2, "y": 0.8}
    )
    lowest, best, shares = war.bargain(apart, a, b)
    assert float(best - lowest) == pytest.approx(0.85 - 0.6) and float(shares[0]) > float(shares[1])
    lowest, best, _ = war.bargain(params(), a, b)
    assert float(best - lowest) == pytest.approx(-0.2)


# ---- what follows -----------------------------------------------------------------------------------------------------


def test_nothing_ends_before_as_of() -> None:
    found = after(params(), state(war_age=3.0), 0.0, Time(1.0, 0.0, is_past=True))
    assert [float(found[key]) for key in ("over", "at_war", "fighting", "war_age")] == [0, 0, 1, 4]
    assert float(after(params(), state(), 1.0)["at_war"]) == 1.0


def test_terms_are_half_way_at_a_deal_and_stand_after_it() -> None:
    p, s = params(cost=each(0.2)), state(engaged_of_A=300.0, land_share=0.1)
    assert [float(after(p, s)[key]) for key in ("terms", "settled.land")] == pytest.approx([0.1, 0.1])
    dealt = after(p, s, 0.0)
    assert [float(dealt[key]) for key in ("terms_least", "terms_most", "terms")] == pytest.approx([0.55, 0.95, 0.75])
    assert (float(dealt["ended.deal"]), float(dealt["fighting"]), float(dealt["settled.land"])) == pytest.approx(
        (1, 0, 0.75)
    )
    later = after(p, {**dealt, "land_share": jnp.asarray(0.9)}, 1.0)
    assert [float(later[key]) for key in ("terms", "over", "ended.deal", "at_war")] == pytest.approx([0.75, 1, 1, 0])


@pytest.mark.parametrize(("winner", "share"), [("A", 1.0), ("B", 0.0)])
def test_a_victor_has_all(winner: str, share: float) -> None:
    p = params(share=dict.fromkeys(PEACE, 0.0), victory_rate=each(0.0) | {winner: 1.0})
    won = after(p, state(land_share=0.4), 0.1)
    assert (float(won[f"ended.{winner}"]), float(won["terms"]), float(won["over"])) == (1.0, share, 1.0)


def test_peace_breaks_at_the_rate_of_how_it_was_made() -> None:
    p = params(relapse_rate={"deal": 0.1, "dying_down": 0.4}, victory_rate=each(9.0))
    for way, rate in (("deal", 0.1), ("dying_down", 0.4), ("A", 0.0)):
        peace = {**state(fighting=0.0, over=1.0, war_age=30.0), f"ended.{way}": jnp.asarray(1.0)}
        chance = 1 - math.exp(-rate)
        calm, again = after(p, peace, chance + 1e-6), after(p, peace, chance - 1e-6)
        assert (float(calm["fighting"]), float(calm[f"ended.{way}"]), float(calm["war_age"])) == (0.0, 1.0, 30.0)
        if rate:
            assert [float(again[key]) for key in ("fighting", f"ended.{way}", "over")] == [1.0, 0.0, 0.0]
    assert float(after(p, peace, 0.0, Time(1.0, 0.0, is_past=True))["fighting"]) == 0.0


# ---- in a run ---------------------------------------------------------------------------------------------------------

DRAWS, MONTHS, AGE = 4_000, 36, 25
CASE = yaml.safe_load("""
title: a war of two
as_of: 2024-03
start: 2024-01
end: 2027-03
step: month
default_source: assumption
actors: {AAA: {name: A}, BBB: {name: B}}
stocks:
  fighting: {unit: share, initial: 1}
  war_age: {unit: month, initial: 23}
  engaged: {unit: person, constant: true, initial: {AAA: 80 to 140, BBB: 100}}
  casualty_rate: {unit: person/month, constant: true, initial: {AAA: 5 to 50, BBB: 5 to 50}}
  funding: {unit: share, constant: true, initial: {AAA: 1, BBB: 1}}
  land: {unit: share, constant: true, initial: 0.3 to 0.6}
  settled: {unit: share, initial: {land: 0}}
  misjudged: {unit: share, initial: {AAA: 1, BBB: 1}}
  ended: {unit: share, initial: {deal: 0, dying_down: 0, AAA: 0, BBB: 0}}
  over: {unit: share, initial: 0}
  at_war: {unit: share, initial: 0}
  openness: {unit: share, initial: 0}
  room: {unit: share, floor: null, initial: 0}
  terms_least: {unit: share, initial: 0}
  terms_most: {unit: share, initial: 0}
  terms: {unit: share, initial: 0}
beliefs: {AAA: {engaged.AAA: 1 to 1.8}, BBB: {engaged.AAA: 0.5 to 1}}
mechanisms:
  war_termination:
    {sides: [AAA, BBB], means: [engaged], exponents: 1, steepness: 2, required_ratio: 1, issues: [land], held: [land],
    stake_first: {land: 1}, stake_second: {land: 1}, expected_months: 4 to 20 month, discount: 1 %/month, cost: 1 to 5 %/month,
    tolerable_rate: 20 person/month, casualty_weight: 1, feared_growth: 0 to 0.3, reopening: 24 month, learning: 5 %/month,
    friction: 0.03, softness: 0.1, level: -1.81, slope: -0.41, pace: 0.13, share: {deal: 0.8, dying_down: 0.2},
    relapse_rate: 0 1/month}
""")


def run(**changes: Any) -> Run:
    variants = {"lever": {"text": "lever", "change": {"mechanisms": {"war_termination": changes}}}}
    document = read_text(yaml.safe_dump(CASE | {"variants": variants}, sort_keys=False), "case")
    loaded = load_document(document, None, variant="lever" if changes else "")
    return simulate(build(loaded), draws=DRAWS, seed=7, paths=DRAWS)


def survives(of: Run) -> np.ndarray:
    """Share of futures at war at the end of each month after as_of."""
    first = of.model.plan.first_future_step
    return 1.0 - np.asarray(of.path("over"))[:, first + 1 :].mean(axis=0)


def test_a_run_keeps_the_survival_of_history_and_a_lever_moves_it() -> None:
    """Openness differs between futures and drifts; divided by the mean over those at war it moves no mean."""
    with jax.enable_x64(False):
        base = survives(run())
        eager = survives(run(cost="3 to 8 %/month @assumption"))
    grown = [summed(-1.81, -0.41, AGE + n) for n in range(len(base) + 1)]
    history = np.array([((1 + 0.13 * h) / (1 + 0.13 * grown[0])) ** (-1 / 0.13) for h in grown[1:]])
    error = np.sqrt(history * (1 - history)) * np.sqrt(1 / DRAWS + 1 / 2_000)
    assert np.all(np.abs(base - history) < 4.5 * error)
    assert eager[11] < base[11] - 0.03


@pytest.mark.parametrize("strength", [0.0, 1.0, 2.0])
def test_openness_acts_by_its_strength(strength: float) -> None:
    p = params(strength=strength)
    assert war.lifted(p, jnp.asarray(0.3), jnp.asarray(0.2)) == pytest.approx(1.5**strength)
    assert war.lifted(p, jnp.asarray(0.02), jnp.asarray(0.2)) == pytest.approx(0.1**strength)
