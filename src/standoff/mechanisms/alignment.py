"""Common threats, friends and enemies, trade and history determine ties to one actor.

    d alignment_i / dt = threat_i x (1 - alignment_i) + trade_i x (1 - alignment_i)
                         + max(balance_i, 0) x (1 - alignment_i) - max(-balance_i, 0) x alignment_i
                         + history_speed x (history_i - alignment_i) + push_i + volatility_i x noise_i
    threat_i  = threat_speed x common_threat_share_i x pressure_centre x pressure_i
    trade_i   = trade_speed x trade_tie_i
    balance_i = balance_speed x mean over the third parties k of i of centre_relation_k x partner_relation_i,k

`alignment` runs from 0 (opposed) to 1 (as one). Pressure on both from one quarter, and trade, draw two actors together
at a speed that grows with them, and not at all without them. A third actor who is friend or enemy of both draws them
together, one who is the friend of one and the enemy of the other drives them apart. At rest

    alignment_i = (threat_i + trade_i + max(balance_i, 0) + history_speed x history_i + push_i) / speed_i
    speed_i     = threat_i + trade_i + |balance_i| + history_speed

which is the mean of the levels that the terms draw to (1, or 0 for a balance below zero, or `history`), weighted by
their speeds. Each summand over speed_i is that term's part of the tie. Without common threat the tie would rest at
alone_i, the same fraction without threat_i: threat closes the share threat_i / speed_i of the distance from alone_i to
1. `threat_speed: 0` switches that term off and leaves the others as they are; so do `trade_speed` and `balance_speed`.

For each of `decomposition`, `alignment_part.i.TERM` keeps the parts at every date, by the same equation term by term:
they add up to the alignment. At the start the parts are those at rest under the parameters of that date; `drift` is the
rest: what is left of the starting level, pushes and chance. Declare their initial value 0. The step is exact for
constant pressures, in mean and variance (Ornstein-Uhlenbeck); bound the stock by 0 and 1, since chance knows no bounds.

Assumes that all partners answer alike to threat, balance and trade, and that chance strikes each tie by itself. Do not
use it for treaties, titles and levels, which change at summits (see `partnership`).
Sources: walt1987 (common threat brings together), heider1946 and cartwright1956 (balance of three, and its degree as a
mean), maoz2007 (the enemy of an enemy, tested on two centuries), hirschman1945 (trade ties), uhlenbeck1930 (chance and
pull); sizes are assumption.
"""

from pydantic import model_validator

from standoff import components
from standoff.components import (
    Flows,
    Noise,
    PerDraw,
    PerMember,
    State,
    Time,
    fraction,
    gauge_flows,
    jnp,
    noise,
    param,
    role,
    stock,
)
from standoff.mechanisms._laws import SLOWEST, relax, spread

TERMS = ("threat", "balance", "trade", "history", "drift")
WRITES = {"alignment": stock("1", per="partners"), "alignment_part": stock("1", per="shown")}
READS = {**WRITES, "pressure": stock("1", per="pressed")}
NOISE = {"shock": noise(per="partners")}
EXAMPLE = {
    "centre": "CHN",
    "partners": ["RUS", "PAK"],
    "third_parties": ["USA", "IND"],
    "pairs": ["RUS.USA", "PAK.USA", "PAK.IND"],
    "decomposition": ["RUS"],
    "threat_speed": "0.02 to 0.1 1/month",
    "common_threat_share": {"RUS": "0.7 to 1", "PAK": "0.1 to 0.4"},
    "trade_speed": "0.005 to 0.02 1/month",
    "trade_tie": {"RUS": "0.2 to 0.4", "PAK": "0.2 to 0.5"},
    "balance_speed": "0.005 to 0.02 1/month",
    "centre_relation": {"USA": "-0.7 to -0.3", "IND": "-0.5 to -0.1"},
    "partner_relation": {"RUS.USA": "-0.9 to -0.6", "PAK.USA": "-0.2 to 0.3", "PAK.IND": "-1 to -0.7"},
    "history_speed": "0.01 to 0.03 1/month",
    "history": {"RUS": "0.4 to 0.6", "PAK": "0.6 to 0.8"},
    "volatility": "0.005 to 0.02",
}


class Params(components.Params):
    centre: str = role("the central actor of the ties")
    partners: tuple[str, ...] = role("the others")
    third_parties: tuple[str, ...] = role("third actors with relations to both", default=())
    pairs: tuple[str, ...] = role("PARTNER.THIRD: a third actor that matters to a partner", of="key", default=())
    decomposition: tuple[str, ...] = role(
        "partners with recorded contributions of each term", within="partners", default=()
    )
    threat_speed: PerDraw = param(
        "effect rate of full pressure on both; 0 switches the term off", "1/month", source="walt1987", ge=0
    )
    common_threat_share: PerMember = fraction(
        "share of the partner's pressure with the same origin as the centre's", per="partners"
    )
    trade_speed: PerDraw = param("effect rate of a full trade tie", "1/month", source="hirschman1945", ge=0)
    trade_tie: PerMember = fraction("trade tie, 0 none to 1 as close as trade can be", per="partners")
    balance_speed: PerDraw = param(
        "effect rate of full balance; full imbalance has the opposite effect", "1/month", source="maoz2007", ge=0
    )
    centre_relation: PerMember = fraction(
        "relation of the centre to the third, -1 enemy to 1 friend",
        per="third_parties",
        source="heider1946",
        ge=-1,
        default=0.0,
    )
    partner_relation: PerMember = fraction(
        "relation of the partner to the third, -1 enemy to 1 friend",
        per="pairs",
        source="heider1946",
        ge=-1,
        default=0.0,
    )
    history_speed: PerDraw = param(
        "speed of mean reversion to the historical level", "1/month", source="uhlenbeck1930", ge=0
    )
    history: PerMember = fraction("historical level, the mean of the tie", per="partners")
    push: PerMember = param("constant external change, set by choices", "1/month", per="partners", default=0.0)
    volatility: PerMember = param(
        "standard deviation of the random change in a month without mean reversion (per square root of a month)",
        "1",
        per="partners",
        source="uhlenbeck1930",
        ge=0,
    )

    @model_validator(mode="after")
    def _fits(self) -> "Params":
        for pair in self.pairs:
            partner, _, third = pair.partition(".")
            if partner not in self.partners or third not in self.third_parties:
                raise ValueError(f"`pairs` names {pair}; allowed: a partner, a dot and one of `third_parties`")
        return self

    @property
    def pressed(self) -> tuple[str, ...]:
        """Actors whose pressure is read."""
        return (self.centre, *self.partners)

    @property
    def shown(self) -> tuple[str, ...]:
        """Holders of the component stocks, `RUS.threat`."""
        return tuple(f"{partner}.{term}" for partner in self.decomposition for term in TERMS)


def flows(p: Params, s: State, t: Time, z: Noise) -> Flows:
    """Change of each tie and of its components, 1/month. Noise `shock`, one number per partner."""
    out: Flows = {}
    for partner in p.partners:
        threat = p.threat_speed * p.common_threat_share[partner] * s["pressure", p.centre] * s["pressure", partner]
        trade = p.trade_speed * p.trade_tie[partner]
        balance = p.balance_speed * _degree(p, partner)
        gains = {
            "threat": threat,
            "balance": jnp.maximum(balance, 0.0),
            "trade": trade,
            "history": p.history_speed * p.history[partner],
        }
        speed = threat + trade + jnp.abs(balance) + p.history_speed
        now = s["alignment", partner]
        chance = spread(p.volatility[partner], speed, t) * z["shock", partner]
        flow = relax(now, _sum(gains) + p.push[partner], speed, t) + chance / t.dt
        out["alignment", partner] = flow
        if partner not in p.decomposition:
            continue
        rest = now + flow * t.dt
        for term, gain in gains.items():
            recorded = s["alignment_part", f"{partner}.{term}"]
            before = jnp.where(t.elapsed > 0, recorded, gain / jnp.maximum(speed, SLOWEST))
            after = before + relax(before, gain, speed, t) * t.dt
            out |= gauge_flows({("alignment_part", f"{partner}.{term}"): after}, s, t)
            rest = rest - after
        out |= gauge_flows({("alignment_part", f"{partner}.drift"): rest}, s, t)
    return out


def _degree(p: Params, partner: str) -> PerDraw:
    """Balance of the triads with the partner's third parties, -1 to 1; 0 without any."""
    thirds = [pair.partition(".")[2] for pair in p.pairs if pair.startswith(f"{partner}.")]
    products = {third: p.centre_relation[third] * p.partner_relation[f"{partner}.{third}"] for third in thirds}
    return _sum(products) / len(products) if products else jnp.zeros(())


def _sum(values: dict[str, PerDraw]) -> PerDraw:
    return sum(values.values(), start=jnp.zeros(()))
