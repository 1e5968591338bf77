import math

import jax
import numpy as np
import pytest
from pydantic import ValidationError

from standoff import components
from standoff.mechanisms import pressure

ROUNDING = 1e-12  # a few hundred operations of 2e-16 each
CHANNELS = ("A.X.economy", "A.Y.military", "B.X.technology")


def params(**changes: object) -> dict[str, object]:
    return {
        "targets": ("A", "B"),
        "channels": CHANNELS,
        "driver": None,
        "driver_holders": (),
        "weight": dict(zip(CHANNELS, (0.5, 0.3, 0.8), strict=True)),
        "measures": dict(zip(CHANNELS, (0.6, 0.0, 1.0), strict=True)),
        "driver_weight": dict.fromkeys(CHANNELS, 0.0),
        "build_time": dict.fromkeys(CHANNELS, 3.0),
        "fade_time": dict.fromkeys(CHANNELS, 24.0),
    } | changes


def state(*channels: float, **drivers: float) -> dict[str, float]:
    levels = dict(zip(CHANNELS, channels or (0.0, 0.0, 0.0), strict=True))
    totals = {"pressure.A": levels[CHANNELS[0]] + levels[CHANNELS[1]], "pressure.B": levels[CHANNELS[2]]}
    return totals | {f"pressure_by.{channel}": x for channel, x in levels.items()} | drivers


@pytest.mark.parametrize("steps", [1, 5, 60])
def test_a_channel_builds_up_and_fades_exponentially_at_its_own_speed(integrate, steps):
    end = integrate(pressure, params(), state(0.0, 0.2, 0.9), steps, dt=6.0 / steps)[-1]
    assert end["pressure_by.A.X.economy"] == pytest.approx(0.3 * -math.expm1(-6 / 3), rel=ROUNDING)
    assert end["pressure_by.A.Y.military"] == pytest.approx(0.2 * math.exp(-6 / 24), rel=ROUNDING)
    assert end["pressure_by.B.X.technology"] == pytest.approx(0.8 + 0.1 * math.exp(-6 / 24), rel=ROUNDING)


def test_channels_add_up_to_the_index_at_every_date(integrate):
    for s in integrate(pressure, params(), state(0.1, 0.2, 0.9), 50):
        assert s["pressure.A"] == pytest.approx(
            s["pressure_by.A.X.economy"] + s["pressure_by.A.Y.military"], rel=ROUNDING
        )
        assert s["pressure.B"] == pytest.approx(s["pressure_by.B.X.technology"], rel=ROUNDING)


def test_at_rest_a_channel_stands_at_weight_times_force(integrate):
    end = integrate(pressure, params(), state(), 400)[-1]
    assert [end[f"pressure_by.{channel}"] for channel in CHANNELS] == pytest.approx([0.5 * 0.6, 0.0, 0.8], rel=ROUNDING)
    assert end["pressure.A"] == pytest.approx(0.3, rel=ROUNDING)


def test_a_driver_of_the_world_and_one_with_holders_add_to_the_measures(integrate):
    weights = dict(zip(CHANNELS, (0.0, 0.5, 2.0), strict=True))
    p = params(driver="tension", driver_weight=weights, measures=dict.fromkeys(CHANNELS, 0.1))
    end = integrate(pressure, p, state(tension=0.4), 400)[-1]
    assert [end[f"pressure_by.{channel}"] for channel in CHANNELS] == pytest.approx(
        [0.5 * 0.1, 0.3 * (0.1 + 0.5 * 0.4), 0.8 * (0.1 + 2.0 * 0.4)], rel=ROUNDING
    )
    p |= {"driver": "bite", "driver_holders": ("economy", "military", "economy")}
    s = state() | {"bite.economy": 0.2, "bite.military": 0.8}
    end = integrate(pressure, p, s, 400)[-1]
    assert [end[f"pressure_by.{channel}"] for channel in CHANNELS] == pytest.approx(
        [0.5 * 0.1, 0.3 * (0.1 + 0.5 * 0.8), 0.8 * (0.1 + 2.0 * 0.2)], rel=ROUNDING
    )


def test_two_instances_move_one_index(integrate):
    """A driver more is an instance more: what each adds does not depend on the other."""
    first = params(channels=CHANNELS[:1], targets="A")
    second = params(channels=CHANNELS[1:2], targets="A", measures={CHANNELS[1]: 0.7})
    s = {name: x for name, x in state(0.1, 0.1, 0.0).items() if ".B" not in name}
    for _ in range(400):
        flows = [
            pressure.flows(
                pressure.Params.model_construct(**p), components.State(s), components.Time(1.0, 0.0), components.Noise()
            )
            for p in (first, second)
        ]
        for one in flows:
            s = s | {components.stock_key(key): s[components.stock_key(key)] + float(flow) for key, flow in one.items()}
    assert s["pressure.A"] == pytest.approx(0.5 * 0.6 + 0.3 * 0.7, rel=1e-7)  # exp(-400 / 24) of the way is left


def test_more_measures_press_more_and_force_has_a_limit(integrate):
    ends = [
        integrate(pressure, params(measures=dict.fromkeys(CHANNELS, force)), state(), 12)[-1]["pressure.A"]
        for force in (0.0, 0.3, 0.6, 1.0, 5.0)
    ]
    assert ends[0] == 0.0 and ends[:4] == sorted(set(ends[:4]))
    assert ends[4] == ends[3] < 0.5 + 0.3


def test_pressure_stays_within_its_bounds_whatever_the_step(integrate):
    p = params(build_time=dict.fromkeys(CHANNELS, 0.01), fade_time=dict.fromkeys(CHANNELS, 0.01))
    for start in ((0.0, 0.0, 0.0), (0.5, 0.3, 0.8)):
        end = integrate(pressure, p, state(*start), 1, dt=3.0)[-1]
        assert [end[f"pressure_by.{channel}"] for channel in CHANNELS] == pytest.approx([0.3, 0.0, 0.8], abs=ROUNDING)


@pytest.mark.parametrize("time", [0.01, 1e6])
def test_values_and_slopes_are_finite_at_the_ends(time):
    weights = dict.fromkeys(CHANNELS, 1.0)
    p = params(
        build_time=dict.fromkeys(CHANNELS, time),
        fade_time=dict.fromkeys(CHANNELS, time),
        driver="tension",
        driver_weight=weights,
    )
    made = pressure.Params.model_construct(**p)
    for level in (0.0, 1.0):
        s = dict.fromkeys(state(tension=0.0), level)
        slopes = jax.grad(
            lambda x: sum(
                pressure.flows(made, components.State(x), components.Time(1.0, 0.0), components.Noise()).values()
            )
        )(s)
        assert np.isfinite([float(slope) for slope in slopes.values()]).all()


def test_what_does_not_fit_is_named():
    example = pressure.EXAMPLE
    pressure.Params(**example)
    with pytest.raises(
        ValidationError, match=r"`channels` names PRK.USA.economy; allowed: TARGET.SOURCE.domain, with a"
    ):
        pressure.Params(**example | {"channels": ["RUS.USA.economy", "PRK.USA.economy", "CHN.USA.technology"]})
    with pytest.raises(ValidationError, match=r"`driver_holders` names 1 for 3 channels"):
        pressure.Params(**example | {"driver_holders": ["economy"]})
    with pytest.raises(ValidationError, match=r"`driver` and `driver_weight` need each other"):
        pressure.Params(**{key: value for key, value in example.items() if key != "driver"})


@pytest.mark.parametrize(
    ("drivers", "read"),
    [
        ({"driver": None, "driver_weight": 0, "driver_holders": []}, "pressure.RUS"),
        ({"driver": "tension", "driver_holders": []}, "tension"),
        ({}, "pressure.RUS"),
    ],
)
def test_it_reads_the_driver_and_nothing_that_is_not_there(drivers, read):
    given = pressure.EXAMPLE | drivers
    if given["driver"] is None:
        del given["driver_weight"]
    assert pressure.Params(**given).driver_of_world == read
