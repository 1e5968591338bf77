"""Measures and threats of others put an actor under pressure, which builds up and fades.

    force_l               = min(1, measures_l + driver_weight_l x driver_l)
    d pressure_by_l / dt  = (weight_l x force_l - pressure_by_l) / time_l
    time_l                = build_time_l while pressure_by_l lies below weight_l x force_l, else fade_time_l
    d pressure_i / dt     = sum of d pressure_by_l / dt over the channels l on target i

A channel is `TARGET.SOURCE.domain`, such as `RUS.USA.finance`: who is under pressure, from whom, in what.
`pressure_by.l` is its part of the index `pressure.i`, so that sums over channels are the pressure by source, or by
domain, and all channels of a target add up to its index. `measures` is what choices set. `driver` is a stock without a
unit that presses by itself: one number for the world, or one of its holders for each channel (`driver_holders`, in the
order of `channels`). Channels with other drivers are further instances; their flows add. At rest a channel stands at
weight x force. The approach is exact over a step for constant measures and driver.

Assumes that the channels of a target add up: let their weights sum to 1 at most, and declare as initial `pressure.i`
the sum of the initial `pressure_by.l`, as points; what is declared above that sum stays as pressure that nobody
explains. The index orders dates and actors, and measures nothing outside the model. What an actor believes of it
belongs into `beliefs`. Do not use it for the effect of sanctions on revenue or output (see `sanctions`).
Sources: baldwin1985 (statecraft by diplomacy, economy and arms: the domains), walt1987 (threat comes from several
sources); else assumption."""

from pydantic import model_validator

from standoff import components
from standoff.components import Flows, Noise, PerMember, State, Time, fraction, jnp, param, role, stock
from standoff.mechanisms._laws import closed, time_constant

WRITES = {"pressure": stock("1", per="targets"), "pressure_by": stock("1", per="channels")}
READS = {**WRITES, "{driver}": stock("1", per="driver_holders"), "{driver_of_world}": stock("1")}
EXAMPLE = {
    "targets": ["RUS", "CHN"],
    "channels": ["RUS.USA.economy", "RUS.EUR.finance", "CHN.USA.technology"],
    "weight": {"RUS.USA.economy": "0.2 to 0.4", "RUS.EUR.finance": "0.2 to 0.4", "CHN.USA.technology": "0.2 to 0.5"},
    "measures": {"RUS.USA.economy": "0.1 to 0.3", "RUS.EUR.finance": 0.2, "CHN.USA.technology": "0.3 to 0.6"},
    "driver": "bite",
    "driver_holders": ["economy", "finance", "technology"],
    "driver_weight": {"RUS.USA.economy": "0.5 to 1", "RUS.EUR.finance": "0.5 to 1", "CHN.USA.technology": 0},
    "build_time": "1 to 4 month",
    "fade_time": "12 to 60 month",
}


class Params(components.Params):
    targets: str | tuple[str, ...] = role("the actors under pressure")
    channels: tuple[str, ...] = role("TARGET.SOURCE.domain: target, source and domain", of="key")
    driver: str | None = role("a stock that adds pressure, or none", of="stock", default=None)
    driver_holders: tuple[str, ...] = role(
        "the driver's holder for each channel, in the order of `channels`; none where the driver is one number for the world",
        of="key",
        beside="channels",
        default=(),
    )
    weight: PerMember = fraction("part of the index that the channel makes in full force", per="channels")
    measures: PerMember = fraction(
        "force of the measures, set by choices; 1 is the maximum", per="channels", source="baldwin1985", default=0.0
    )
    driver_weight: PerMember = param("force added by the driver at 1", "1", per="channels", ge=0, default=0.0)
    build_time: PerMember = time_constant("time constant of rising pressure", per="channels")
    fade_time: PerMember = time_constant("time constant of falling pressure", per="channels")

    @model_validator(mode="after")
    def _fits(self) -> "Params":
        targets = self.members("targets")
        for channel in self.channels:
            if len(channel.split(".")) < 3 or not channel.startswith(tuple(f"{target}." for target in targets)):
                raise ValueError(
                    f"`channels` names {channel}; allowed: TARGET.SOURCE.domain, with a target of {', '.join(targets)}"
                )
        if (self.driver is None) == ("driver_weight" in self.model_fields_set):
            raise ValueError("`driver` and `driver_weight` need each other; allowed: both, or none of them")
        return self

    @property
    def driver_of_world(self) -> str:
        """The driver if it is one number for the world; else a stock that is read in any case."""
        return self.driver if self.driver and not self.driver_holders else f"pressure.{self.members('targets')[0]}"


def flows(p: Params, s: State, t: Time, z: Noise) -> Flows:
    """Changes of the pressures, and of each target's index (their sum), 1/month. No randomness."""
    out: Flows = {("pressure", target): jnp.zeros(()) for target in p.members("targets")}
    for n, channel in enumerate(p.channels):
        force = p.measures[channel]
        if p.driver is not None:
            level = s[p.driver, p.driver_holders[n]] if p.driver_holders else s[p.driver]
            force = force + p.driver_weight[channel] * level
        missing = p.weight[channel] * jnp.clip(force, 0.0, 1.0) - s["pressure_by", channel]
        time = jnp.where(missing > 0, p.build_time[channel], p.fade_time[channel])
        flow = missing * closed(t.dt / time) / t.dt
        target = next(target for target in p.members("targets") if channel.startswith(f"{target}."))
        out["pressure_by", channel] = flow
        out["pressure", target] = out["pressure", target] + flow
    return out
