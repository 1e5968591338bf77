"""Common parts of mechanisms of public support. Underscore: not in the registry."""

from pydantic import model_validator

from standoff import components
from standoff.components import noise, stock
from standoff.mechanisms._relaxation import relax

WRITES = {"support": stock("1", per="publics")}
NOISE = {"mood": noise(per="publics")}


class Publics(components.Params):
    """Publics with mean-reverting support; other roles name the inputs of each, in their order."""

    publics: tuple[str, ...] = components.role("the publics with support")
    support_base: components.PerMember = components.param(
        "long-run mean of support", unit="1", per="publics", source="assumption", ge=0, le=1
    )
    resilience: components.PerMember = components.param(
        "speed of mean reversion", unit="1/month", per="publics", source="assumption", ge=0
    )
    volatility: components.PerMember = components.param(
        "standard deviation of the random change in one month", unit="1", per="publics", source="assumption", ge=0
    )

    @model_validator(mode="after")
    def _aligned(self) -> "Publics":
        for name in self.roles():
            if len(self.members(name)) != len(self.publics):
                raise ValueError(
                    f"`{name}` names {len(self.members(name))} for {len(self.publics)} publics; "
                    "allowed: one for each public, in the same order"
                )
        return self


def support_flow(
    p: Publics,
    public: str,
    s: components.State,
    t: components.Time,
    z: components.Noise,
    tiring: components.PerDraw | float = 0.0,
    rallying: components.PerDraw | float = 0.0,
) -> components.PerDraw:
    """Change of support, 1/month; without noise exact.

    tiring: share of the supporters lost a month; rallying: share of the others won a month
    """
    resilience = p.resilience[public]
    chance: components.PerDraw = p.volatility[public] * z["mood", public] / t.dt**0.5
    inflow = resilience * p.support_base[public] + rallying
    return relax(s["support", public], inflow, tiring + rallying + resilience, t) + chance
