"""Covariates of a decision: what a state could know at the end of the year before.

Each covariate belongs to a kind of reason, mostly that of a consideration of scenarios, and is of order one: flags are 0
or 1, logarithms are divided by a stated span. `decide` gives one value for each state as the candidate; nothing of the
year of the decision enters, except that the war is on, where, and between whom.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from types import MappingProxyType

import numpy as np

from standoff.addons.history.dyads import Ties
from standoff.addons.history.sides import WarSide
from standoff.addons.history.states import FIRST, States
from standoff.record import record

FAR = np.log(20_000.0)  #: log km of the longest distance on Earth
NEARBY = 1000.0  #: km in which proximity falls by a factor of e; scale only
POWER = 4.0  #: log units from a middle state to a great power in shares of world capabilities; scale only
DEATHS = np.log(100_000.0)  #: log of the battle deaths of a great war's year; scale only
TRADE = np.log(101.0)  #: log of 1 + trade in thousandths of GDP, at a tenth of GDP; scale only
ORGANISATIONS = 80.0  #: shared memberships of close states; scale only
IDEAL = 4.0  #: distance of the ideal points of the United States and of the Soviet Union; scale only
MANY = np.log(21.0)  #: log of 1 + twenty helpers; scale only

KINDS = MappingProxyType(
    {
        "alliance_obligation": ("pact", "pact_helpers", "consultation"),
        "stated_norm": ("non_aggression_enemy", "pact_enemy"),
        "rivalry": ("rival_enemy", "dispute_enemy", "rival_side", "dispute_side"),
        "retaliation": ("rival_helps_enemy", "dispute_helps_enemy"),
        "escalation_risk": ("nuclear_enemy", "stronger_enemy", "great_power_helps_enemy"),
        "ally_need": ("deaths", "weaker_side", "helped_enemy"),
        "other_theatre": ("own_war", "own_rivals", "own_disputes"),
        "economic_stake": ("trade_enemy", "trade_enemy_helpers"),
        "economic_gain": ("trade_side",),
        "domestic_support": ("democracy", "new_leader", "democracy_likeness"),
        "budget_cost": ("income", "capability", "military"),
        "prestige": ("major", "regional"),
        "affinity": ("ideal_likeness", "organisations", "ideal_distance_host"),
        "reach": ("border", "border_enemy", "near", "proximity", "same_region", "far_power"),
        "precedent": (
            "before",
            "elsewhere",
            "against_before",
            "helps_enemy",
            "activity",
            "activity_decade",
            "activity_region",
        ),
        "company": ("helped", "great_power_helps"),
        "occasion": ("first", "duration", "host_major", "host_capability", "host_income"),
    }
)
#: kind of reason -> its covariates
NAMES = tuple(name for names in KINDS.values() for name in names)


@record
class Past:
    """Who helped whom up to the year before, as far as a decision of one side needs it."""

    helpers: Set[int]  #: of the side, in its last year within three
    enemy_helpers: Set[int]  #: of the sides against it, likewise
    earlier: Set[int]  #: helped this side in the ten years before, but not in its last
    elsewhere: Set[int]  #: helped another side of the same state, or against the same state, in the year before
    elsewhere_before: Set[int]  #: the same, within ten years
    against: Set[int]  #: helped a side against this one's state within ten years
    activity: np.ndarray  #: sides that each state helped in the year before
    activity_decade: np.ndarray  #: a year, on average of ten
    activity_region: np.ndarray  #: of these, in the region of the war
    at_war: np.ndarray  #: whether each state had a war of its own in the year before
    first: bool  #: whether the side was in no war in the three years before
    duration: int  #: years since its first year


def decide(side: WarSide, past: Past, states: States, ties: Ties) -> Mapping[str, np.ndarray]:
    """Covariates by name for each state as the candidate."""
    t = side.year - 1 - FIRST
    count = len(states)
    pair = {name: values[t] for name, values in ties.pairs.items()}
    mean = {name: values[t] for name, values in ties.means.items()}
    enemies, helped = sorted(side.enemies), [side.own] if side.own >= 0 else []
    helpers, enemy_helpers = sorted(past.helpers), sorted(past.enemy_helpers)
    cinc, product, democracy, wealth = (
        np.nan_to_num(mean[name], nan=np.nanmedian(mean[name]))
        for name in ("cinc", "pwtrgdp", "v2x_polyarchy", "mrgdppc")
    )
    capability, income = np.log(np.maximum(cinc, 1e-6)), np.log(wealth / 5000.0) / np.log(10.0)
    ideal = mean["idealpointfp"]
    distance = np.nan_to_num(pair["distance"][:, side.host], nan=np.nanmax(pair["distance"]))
    near = 1.0 - np.log1p(distance) / FAR
    centred = (capability - np.log(0.005)) / POWER  # 0.005: about 1 over the number of states

    def any_of(name: str, others: list[int]) -> np.ndarray:
        return (pair[name][:, others] > 0).any(1).astype(float)

    def share(others: list[int]) -> np.ndarray:
        volume = pair["trade"][:, others].sum(1)
        return np.minimum(np.log1p(1000.0 * volume / np.maximum(product, 1.0)) / TRADE, 2.0)

    def members(group: Set[int]) -> np.ndarray:
        return np.isin(np.arange(count), [*group]).astype(float)

    def flag(value: bool | float) -> np.ndarray:
        return np.full(count, float(value))

    others = np.maximum(len(past.helpers) - members(past.helpers), 0.0)
    stronger = np.max(capability[enemies]) - capability if enemies else np.zeros(count)
    weaker = np.max(capability[enemies]) - capability[side.own] if enemies and helped else 0.0
    return {
        "pact": any_of("defence", helped),
        "pact_helpers": any_of("defence", helpers),
        "consultation": np.maximum(any_of("consultation", helped), any_of("non_aggression", helped)),
        "non_aggression_enemy": any_of("non_aggression", enemies),
        "pact_enemy": any_of("defence", enemies),
        "rival_enemy": any_of("rivalry", enemies),
        "dispute_enemy": any_of("disputes", enemies),
        "rival_side": any_of("rivalry", helped),
        "dispute_side": any_of("disputes", helped),
        "rival_helps_enemy": any_of("rivalry", enemy_helpers),
        "dispute_helps_enemy": any_of("disputes", enemy_helpers),
        "nuclear_enemy": flag(max(mean["nuclear"][enemies], default=0.0)),
        "stronger_enemy": np.clip(stronger / POWER, -2.0, 2.0),
        "great_power_helps_enemy": flag(max(mean["major"][enemy_helpers], default=0.0)),
        "deaths": flag(np.log1p(max(np.nan_to_num(mean["deaths"][[side.host, *enemies]]))) / DEATHS),
        "weaker_side": flag(np.clip(weaker / POWER, -2.0, 2.0)),
        "helped_enemy": flag(np.log1p(len(past.enemy_helpers)) / MANY),
        "own_war": past.at_war.astype(float),
        "own_rivals": np.log1p(pair["rivalry"].sum(1)) / np.log(6.0),
        "own_disputes": np.log1p(pair["disputes"].sum(1)) / np.log(31.0),
        "trade_enemy": share(enemies),
        "trade_enemy_helpers": share(enemy_helpers),
        "trade_side": share(helped),
        "democracy": democracy - 0.5,
        "new_leader": mean["new_leader"],
        "democracy_likeness": 0.5 - np.abs(democracy - democracy[side.own if helped else side.host]),
        "income": income,
        "capability": centred,
        "military": np.log1p(np.nan_to_num(mean["milper"])) / np.log(1000.0) - 0.5,
        "major": mean["major"],
        "regional": mean["regional"],
        "ideal_likeness": _likeness(ideal, helped),
        "organisations": np.nan_to_num(pair["organisations"][:, side.own] / ORGANISATIONS - 0.3) if helped else flag(0),
        "ideal_distance_host": 0.5 - _likeness(ideal, enemies) if not helped else np.zeros(count),
        "border": any_of("border", [side.host]),
        "border_enemy": any_of("border", enemies if helped else []),
        "near": near - 0.15,  # 0.15: about the mean
        "proximity": np.exp(-distance / NEARBY),
        "same_region": (states.regions == states.regions[side.host]).astype(float),
        "far_power": (1.0 - near) * centred,
        "before": members(past.earlier),
        "elsewhere": members(past.elsewhere) + 0.5 * members(past.elsewhere_before - past.elsewhere),
        "against_before": members(past.against),
        "activity": np.log1p(past.activity) / MANY,
        "activity_decade": np.log1p(past.activity_decade) / MANY,
        "activity_region": np.log1p(past.activity_region) / MANY,
        "helped": np.log1p(others) / MANY,
        "helps_enemy": members(past.enemy_helpers),
        "great_power_helps": flag(max(mean["major"][helpers], default=0.0)),
        "first": flag(past.first),
        "duration": flag(np.log1p(past.duration) / np.log(31.0)),
        "host_major": flag(mean["major"][side.host]),
        "host_capability": flag(centred[side.host]),
        "host_income": flag(income[side.host]),
    }


def _likeness(ideal: np.ndarray, others: list[int]) -> np.ndarray:
    """0.5 where the nearest of `others` votes alike, 0 if unknown, below 0 far apart."""
    if not others:
        return np.zeros(len(ideal))
    apart = np.abs(ideal[:, None] - ideal[others]).min(1)
    return np.nan_to_num(0.5 - apart / IDEAL)
