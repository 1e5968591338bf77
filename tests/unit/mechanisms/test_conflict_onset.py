import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from pydantic import ValidationError

from standoff import components
from standoff.mechanisms import _laws, conflict_onset

ROUNDING = 1e-12  # a few hundred operations of 2e-16 each
NAMES = ("clash", "war")
NEVER, SURE = -8.0, 8.0  # normal numbers beyond any draw of a run: 6e-16 lies outside


def each(value: float) -> dict[str, float]:
    return dict.fromkeys(NAMES, value)


def params(**changes: object) -> dict[str, object]:
    return {
        "conflicts": NAMES,
        "challengers": ("A", "B"),
        "wars": ("war",),
        "base_hazard": {"clash": 0.01, "war": 0.002},
        "threat_weight": 0.0,
        "threat_reference": 0.3,
        "arming_weight": 0.0,
        "arming_reference": {"A": 0.03, "B": 0.02},
        "spillover_weight": 0.0,
        "concurrent_war_weight": 0.0,
        "sub_conflicts": (),
        "severity": {"clash": 0.3, "war": 0.9},
        "duration": each(10.0),
        "min_intensity": 0.05,
        "trigger": each(0.0),
    } | changes


def state(**changes: float) -> dict[str, float]:
    out = {f"{word}.{name}": 0.0 for word in ("crisis", "onsets", "underway", "onset_hazard") for name in NAMES}
    out |= {"fighting": 0.0, "threat.A": 0.3, "threat.B": 0.3, "arming.A": 0.03, "arming.B": 0.02}
    return out | {key.replace("_of_", "."): value for key, value in changes.items()}


def noise(**changes: float) -> dict[str, float]:
    out = {f"{word}.{name}": NEVER for word in ("onset", "end") for name in NAMES}
    return out | {key.replace("_of_", "."): value for key, value in changes.items()}


def after(integrate, p, s, z, dt=1.0) -> dict[str, float]:
    return integrate(conflict_onset, p, s, 1, dt, lambda k: z)[-1]


def hazard(integrate, p, s) -> dict[str, float]:
    end = after(integrate, p, s, noise())
    return {name: end[f"onset_hazard.{name}"] for name in NAMES}


def futures(p: dict[str, object], count: int, steps: int, dt: float) -> dict[str, np.ndarray]:
    """Many futures at once, in single precision as in a run; what each onset counter shows in the end."""
    filled = conflict_onset.Params.model_construct(**p)
    cells = {key: jnp.full(count, value, jnp.float32) for key, value in state().items()}
    z = np.random.default_rng(5).standard_normal((steps, 4, count)).astype(np.float32)
    step = jax.jit(
        lambda cells, z: {
            key: value + dt * flow
            for key, value in cells.items()
            for flow in [
                {
                    components.stock_key(k): v
                    for k, v in conflict_onset.flows(
                        filled,
                        components.State(cells),
                        components.Time(dt, 0.0),
                        components.Noise(dict(zip(noise(), z, strict=True))),
                    ).items()
                }.get(key, 0.0)
            ]
        }
    )
    for k in range(steps):
        cells = step(cells, jnp.asarray(z[k]))
    return {key: np.asarray(value) for key, value in cells.items()}


def test_the_chance_of_a_step_is_that_of_a_constant_hazard():
    for h, dt in ((0.01, 1.0), (0.5, 3.0)):
        assert float(_laws.probability(h, components.Time(dt, 0.0))) == pytest.approx(
            1 - math.exp(-h * dt), rel=ROUNDING
        )
    border = 1.6448536269514722  # the normal number above which 5 % lie
    h = -math.log1p(-0.05)
    for normal, expected in ((border + 1e-9, True), (border - 1e-9, False)):
        assert bool(_laws.happens(h, components.ndtr(jnp.asarray(-normal)), components.Time(1.0, 0.0))) is expected


@pytest.mark.parametrize("dt", [0.25, 1.0, 3.0])
def test_conflicts_have_begun_as_the_base_rate_says_at_any_step(dt):
    count, months = 40_000, 60.0
    end = futures(params(duration=each(1e12)), count, int(months / dt), dt)
    # nothing ends here, so that a conflict is on with probability 1 - exp(-h x months) at any step
    for name, h in (("clash", 0.01), ("war", 0.002)):
        p = -math.expm1(-h * months)
        on = end["fighting"] if name == "war" else end["crisis.clash"]
        assert (on > 0).mean() == pytest.approx(p, abs=4 * math.sqrt(p * (1 - p) / count))
        before = -math.expm1(-h * (months - dt))  # those that began in the last step are not counted yet
        assert end[f"onsets.{name}"].mean() == pytest.approx(before, abs=4 * math.sqrt(p * (1 - p) / count))
        assert set(np.unique(end[f"onsets.{name}"])) == {0.0, 1.0}  # no second onset while the first is on
    assert np.array_equal(end["crisis.war"] > 0, end["onsets.war"] > 0)


def test_clashes_end_and_come_again_at_the_share_of_a_two_state_chain():
    count, steps = 40_000, 200
    end = futures(params(base_hazard=each(0.05), duration=each(5.0)), count, steps, 1.0)
    on, off = -math.expm1(-0.05), -math.expm1(-1 / 5)
    share = on / (on + off)  # the chain has forgotten its start: (1 - on - off)**200 < 1e-20
    found = (end["crisis.clash"] > 0).mean()
    assert found == pytest.approx(share, abs=4 * math.sqrt(share * (1 - share) / count))


def test_hazards_are_proportional(integrate):
    p = params(threat_weight=2.0, arming_weight=0.5, spillover_weight=1.5, trigger={"clash": 0.7, "war": 0.0})
    found = hazard(integrate, p, state(threat_of_A=0.8, arming_of_B=0.03, crisis_of_clash=0.4))
    assert found["clash"] == pytest.approx(0.01 * math.exp(2.0 * 0.5 + 0.7), rel=ROUNDING)
    assert found["war"] == pytest.approx(0.002 * math.exp(0.5 * 0.5 + 1.5 * 0.4), rel=ROUNDING)


def test_a_hazard_does_not_spill_onto_itself_and_holds_at_the_references(integrate):
    p = params(threat_weight=2.0, arming_weight=0.5, spillover_weight=1.5)
    assert hazard(integrate, p, state(crisis_of_war=0.0, crisis_of_clash=0.6))["clash"] == pytest.approx(0.01)
    assert hazard(integrate, p, state()) == pytest.approx({"clash": 0.01, "war": 0.002}, rel=ROUNDING)


@pytest.mark.parametrize(
    ("weight", "cell"),
    [("threat_weight", "threat.A"), ("arming_weight", "arming.A"), ("spillover_weight", "crisis.war")],
)
def test_more_of_each_makes_onset_likelier(integrate, weight, cell):
    found = [hazard(integrate, params(**{weight: 1.0}), state() | {cell: value})["clash"] for value in (0.1, 0.2, 0.4)]
    assert found[0] < found[1] < found[2]


def test_a_war_of_ones_own_ties_down_and_that_of_another_spills(integrate):
    p, war = (
        params(spillover_weight=1.5, concurrent_war_weight=-2.0),
        state(fighting=0.6, crisis_of_war=0.6, crisis_of_clash=0.4),
    )
    assert hazard(integrate, p, war)["clash"] == pytest.approx(0.01 * math.exp(1.5 * 0.6), rel=ROUNDING)
    mine = p | {"challengers": ("A", "A"), "arming_reference": {"A": 0.03}}
    assert hazard(integrate, mine, war)["clash"] == pytest.approx(0.01 * math.exp(-2.0 * 0.6), rel=ROUNDING)
    assert hazard(integrate, mine, war)["war"] == pytest.approx(
        0.002 * math.exp(1.5 * 0.4), rel=ROUNDING
    )  # no clash ties


def test_a_conflict_within_a_war_is_part_of_it_until_it_is_over(integrate):
    p = params(sub_conflicts=("clash",), duration=each(1e12))
    both = noise(onset_of_clash=SURE, onset_of_war=SURE)
    first, second, third = integrate(conflict_onset, p, state(), 3, 1.0, lambda k: both)[1:]
    assert (first["crisis.clash"], first["fighting"]) == pytest.approx((0.3, 0.9), rel=ROUNDING)  # both begin at once
    for now in (second, third):  # the war takes the clash in, sure as its onset would be
        assert (now["crisis.clash"], now["onset_hazard.clash"], now["onsets.clash"]) == pytest.approx(
            (0, 0, 0), abs=1e-15
        )
        assert (now["crisis.war"], now["onsets.war"]) == pytest.approx((0.9, 1.0), rel=ROUNDING)
    over = third | {"fighting": 0.05}
    assert hazard(integrate, p, over)["clash"] == pytest.approx(0.01, rel=ROUNDING)
    assert after(integrate, p, over, both)["crisis.clash"] == pytest.approx(0.3, rel=ROUNDING)
    beside = params(duration=each(1e12))
    assert after(integrate, beside, second, both)["crisis.clash"] == pytest.approx(0.3, rel=ROUNDING)


def test_an_onset_sets_crisis_and_for_a_war_fighting_and_is_counted_in_the_next_step(integrate):
    both = noise(onset_of_clash=SURE, onset_of_war=SURE)
    first, second, third = integrate(conflict_onset, params(), state(), 3, 0.5, lambda k: both)[1:]
    assert (first["crisis.clash"], first["fighting"]) == pytest.approx((0.3, 0.9), rel=ROUNDING)
    assert second["crisis.war"] == pytest.approx(0.9, rel=ROUNDING)  # a gauge of the beginning of the step
    for name in NAMES:
        counts = [s[f"onsets.{name}"] for s in (first, second, third)]
        assert counts == pytest.approx([0.0, 1.0, 1.0], rel=ROUNDING)
    alone = after(integrate, params(), state(), noise(onset_of_clash=SURE))
    assert alone["fighting"] == 0.0


def test_a_war_is_on_while_there_is_fighting_and_over_when_there_is_none(integrate):
    war = state(fighting=0.6, crisis_of_war=0.9, onsets_of_war=1.0, underway_of_war=1.0)
    end = after(integrate, params(), war, noise(onset_of_war=SURE))
    assert (end["fighting"], end["crisis.war"], end["onsets.war"]) == pytest.approx((0.6, 0.6, 1.0), rel=ROUNDING)
    over = after(integrate, params(), war | {"fighting": 0.05}, noise())
    assert (over["crisis.war"], over["underway.war"]) == pytest.approx((0.0, 0.0), abs=ROUNDING)
    assert over["fighting"] == pytest.approx(0.05, rel=ROUNDING)  # what is left of it belongs to others
    again = integrate(conflict_onset, params(), over, 2, 1.0, lambda k: noise(onset_of_war=SURE))[-1]
    assert (again["onsets.war"], again["fighting"]) == pytest.approx((2.0, 0.9), rel=ROUNDING)


def test_an_observed_past_is_counted_and_what_it_overrules_is_not(integrate):
    seen = [
        0.0,
        0.0,
        0.3,
        0.3,
        0.0,
        0.0,
        0.2,
        0.0,
    ]  # the crisis as claimed, which overrules the chance onset of each step
    now = state()
    for level in seen:
        now = after(integrate, params(), now | {"crisis.clash": level}, noise(onset_of_clash=SURE))
    assert now["onsets.clash"] == pytest.approx(2.0, rel=ROUNDING)


def test_a_base_rate_of_none_is_no_onset_and_the_largest_ratio_stays_finite(integrate):
    quiet = futures(params(base_hazard=each(0.0)), 2_000, 50, 1.0)
    assert quiet["crisis.clash"].max() == quiet["fighting"].max() == quiet["onsets.war"].max() == 0.0
    wild = after(integrate, params(threat_weight=1e9), state(threat_of_A=1.0), noise())
    assert wild["onset_hazard.clash"] == pytest.approx(0.01 * math.exp(20.0), rel=ROUNDING)


def test_the_example_reads_and_mistakes_are_named():
    conflict_onset.Params(**conflict_onset.EXAMPLE)
    with pytest.raises(ValidationError, match=r"`challengers` names 1 for 3 conflicts; allowed: one for each"):
        conflict_onset.Params(**conflict_onset.EXAMPLE | {"challengers": ["RUS"]})
    with pytest.raises(ValidationError, match=r"`wars` names moon; allowed: the conflicts, georgia, donbas, ukraine"):
        conflict_onset.Params(**conflict_onset.EXAMPLE | {"wars": ["moon"]})
    with pytest.raises(
        ValidationError, match=r"`sub_conflicts` names moon; allowed: the conflicts, georgia, donbas, ukraine"
    ):
        conflict_onset.Params(**conflict_onset.EXAMPLE | {"sub_conflicts": ["moon"]})
    with pytest.raises(ValidationError, match=r"`ukraine` is in `wars` and in `sub_conflicts`; allowed: one of them"):
        conflict_onset.Params(**conflict_onset.EXAMPLE | {"sub_conflicts": ["ukraine"]})
