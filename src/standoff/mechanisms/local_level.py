"""A persistent disturbance returns to a level that moves, not to its mechanism's middle.

    level' = level + level_sd x z                                          (of one month; exact for any step)
    pace'  = persistence x pace + (1 - persistence) x level + innovation   (its own mechanism gives all but the level)

`pace` is a disturbance of another mechanism, such as `casualty_pace.RUS` of `attrition`: the logarithm of the factor of a
flow. Its fast part dies away within months, and the level is where the flow goes on: a random walk in logarithms, the
local level of structural time series. Before as_of both are inferred together from the imposed growth of the gauge
(`engine.disturbances`). `persistence` is that of the pace, `{same_as: attrition.pace_persistence}`.

Assumes that the level has no trend. Do not use it for a disturbance whose mean is known, such as that of a count which has
been as often above as below the middle of its mechanism.
Sources: harvey1989 (local level), muth1960 (what it forecasts).
"""

from standoff import components
from standoff.components import Flows, LevelSpec, Noise, PerDraw, State, Time, noise, param, role, stock

WRITES = {"{pace}": stock("1"), "{level}": stock("1")}
READS = {"{level}": stock("1")}
NOISE = {"level": noise()}
LEVEL = LevelSpec(pace="pace", level="level", noise="level", persistence="persistence", innovation_sd="level_sd")
EXAMPLE = {"pace": "tension", "level": "calm", "persistence": "0.93 to 0.97", "level_sd": "0.02 to 0.04"}


class Params(components.Params):
    pace: str = role("the disturbance, as `name.holder`", of="stock")
    level: str = role("the level to which it returns, as `name.holder`", of="stock")
    persistence: PerDraw = param("autocorrelation of the pace over a month", "1", ge=0, le=0.999)
    level_sd: PerDraw = param("standard deviation of the monthly step of the level", "1", ge=0, le=2)


def flows(p: Params, s: State, t: Time, z: Noise) -> Flows:
    """What the level adds to the pace, and its own step, 1/month."""
    pull = (1.0 - p.persistence**t.dt) * s[p.level] / t.dt
    return {p.pace: pull, p.level: p.level_sd * z["level"] / t.dt**0.5}
