"""Density of the model of help: a quantal response, pooled over kinds, arenas, eras, actors.

A state that reconsiders (with probability rho in a year) chooses among nothing, support and troops with log odds

    V_support = constant[arena] + era[arena] + actor + sum over kinds of (weight of the actor / weight) * x . b,
    V_troops  = V_support + constant of troops[arena] + x . b of troops,           V_nothing = 0;

what it does now has the cost of changing course on its side. One that does not reconsider goes on. So the beginning of
help, its end and troops are one process. Slopes of covariates are normal around 0 with a scale for each kind of reason;
arenas have deviations of each slope; an actor's weights are those of all times a lognormal factor for each kind.
Help of an unknown type counts as support or troops. Rows without help are a sample, for which the likelihood is corrected
exactly: p* = p / (p + (1 - p) share). Every number has a standard normal prior in the coordinates of the sampler.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from standoff.addons.history.covariates import KINDS, NAMES
from standoff.inference.nuts import DensityModel

KIND_NAMES = tuple(KINDS)
KIND_OF = np.array([i for i, names in enumerate(KINDS.values()) for _ in names])
ARENA_COUNT, OPTION_COUNT = 3, 3
RARE = -6.5
#: centre of the constants: about what is left of a rate of one in a thousand; assumption, with a wide prior
CENTRE = {"constant": RARE, "troops": -2.0, "rate": -1.5, "log_cost": -1.0}
#: centres of wide priors, assumption: one helper in eight sends troops, one state in five reconsiders in a year, and the
#: cost of changing course is a fifth of a log unit
PRIOR = {
    "constant": 2.0,
    "slope": 0.5,
    "deviation": 0.3,
    "actor": 0.6,
    "factor": 0.15,
    "era": 0.1,
    "troops": 2.0,
    "troops_slope": 0.5,
    "leader": 0.5,
    "years": 0.5,
    "actor_rate": 0.4,
    "cost": 0.5,
}
#: sizes of the priors in log odds; assumption, of sizes that forecast 1991 to 2005 well from the years before. The sizes of
#: deviations, actors and weights are not sampled: where they are, they grow (actors 1.0, weights 0.5 up to 2005), and
#: forecasts of 1991 to 2005 from the years before are no better for actors and worse for weights
SCALES = ("slope", "era", "troops_slope", "actor_rate")
#: blocks of unknown sizes, each size sampled as the block `log_BLOCK_scale`
SCALE_SPREAD = 0.35  #: sd of the log of every unknown size around its prior; assumption


Values = Array | np.ndarray


class Rows(NamedTuple):
    """Decisions as arrays of one length, in the order of their arenas."""

    x: Values  #: rows x covariates
    arena: Values
    era: Values
    actor: Values  #: place among the actors with an intercept
    known: Values  #: place among the actors with weights of their own; the last place is for all others
    own: Values  #: rows of actors with weights of their own
    x_own: Values  #: their covariates
    before: Values  #: option of the year before: 0 nothing, 1 support, 2 troops
    allowed: Values  #: rows x options: which options the observation allows
    share: Values  #: share of the rows without help that were kept
    new_leader: Values
    years: Values  #: log of 1 + years in a row of helping, 0 where nothing is given


class Layout(NamedTuple):
    """Numbers of eras, actors and actors with weights of their own."""

    eras: int
    actors: int
    known: int
    rows: tuple[int, ...]  #: in each arena


class ModelNumbers(NamedTuple):
    """All numbers of the model in log odds, from the sampler's coordinates."""

    constant: Array  #: arenas
    slope: Array  #: covariates
    deviation: Array  #: arenas x covariates
    era: Array  #: arenas x eras
    actor: Array  #: actors + 1: 0 in the last place, for an actor that is not in the data
    factor: Array  #: known actors + 1 x kinds: log factor of the actor's weight; 0 in the last place
    troops: Array  #: arenas
    troops_slope: Array  #: covariates
    rate: Array  #: arenas: log odds of reconsidering in a year
    leader: Array  #: added in the first year of a leader
    years: Array  #: added for each log unit of years of help
    actor_rate: Array  #: known actors + 1
    cost: Array  #: cost of changing course
    scales: Mapping[str, Array]  #: all unknown scales


def scale_block(name: str) -> str:
    """Name of the block of an unknown size."""
    return f"log_{name}_scale"


def shapes(layout: Layout) -> dict[str, tuple[int, ...]]:
    """Shapes of the sampler's blocks, in order."""
    kinds, names = len(KIND_NAMES), len(NAMES)
    return {
        **{scale_block(name): (kinds,) if name == "slope" else () for name in SCALES},
        "constant": (ARENA_COUNT,),
        "slope": (names,),
        "deviation": (ARENA_COUNT, names),
        "era": (ARENA_COUNT, layout.eras),
        "actor": (layout.actors,),
        "factor": (layout.known, kinds),
        "troops": (ARENA_COUNT,),
        "troops_slope": (names,),
        "rate": (ARENA_COUNT,),
        "leader": (),
        "years": (),
        "actor_rate": (layout.known,),
        "log_cost": (),
    }


def size(layout: Layout) -> int:
    """Number of coordinates."""
    return sum(int(np.prod(shape)) for shape in shapes(layout).values())


def split(u: Array, layout: Layout) -> dict[str, Array]:
    """The blocks of a point."""
    ends = np.cumsum([int(np.prod(shape)) for shape in shapes(layout).values()])
    parts = jnp.split(u, ends[:-1])
    return {name: part.reshape(shape) for (name, shape), part in zip(shapes(layout).items(), parts, strict=True)}


def numbers(u: Array, layout: Layout) -> ModelNumbers:
    """The numbers of the model at a point."""
    b = split(u, layout)
    scales = {name: PRIOR[name] * jnp.exp(SCALE_SPREAD * b.pop(scale_block(name))) for name in SCALES}
    cost = PRIOR["cost"] * jnp.exp(b.pop("log_cost") + CENTRE["log_cost"])
    size: dict[str, Any] = {**PRIOR, **scales, "slope": scales["slope"][KIND_OF], "rate": 1.0}
    n = {name: CENTRE.get(name, 0.0) + size[name] * block for name, block in b.items()}
    n["era"] = jnp.cumsum(b["era"], axis=1) * scales["era"]
    for name in ("actor", "factor", "actor_rate"):
        n[name] = jnp.concatenate([n[name], jnp.zeros((1, *n[name].shape[1:]))])
    return ModelNumbers(**n, cost=cost, scales=scales)


def by_kind(n: ModelNumbers, x: Values, arena: Values) -> Array:
    """Rows x kinds: log odds of support from each kind, for an actor with the middle weights."""
    kinds = jax.nn.one_hot(KIND_OF, len(KIND_NAMES))
    return jnp.asarray((x * (n.slope + n.deviation)[arena]) @ kinds)


def utilities(n: ModelNumbers, rows: Rows, counts: tuple[int, ...]) -> tuple[Array, Array]:
    """Log odds of support and of troops over nothing, without the cost of changing course."""
    slopes = n.slope + n.deviation  # arenas x covariates
    ends = np.cumsum((0, *counts))
    parts = [rows.x[ends[a] : ends[a + 1]] @ jnp.stack([slopes[a], n.troops_slope], axis=1) for a in range(ARENA_COUNT)]
    reasons, troops = jnp.concatenate(parts).T
    own = rows.own  # rows of actors with weights of their own
    more = by_kind(n, rows.x_own, rows.arena[own]) * jnp.expm1(n.factor)[rows.known[own]]
    reasons = reasons.at[own].add(jnp.sum(more, axis=1))
    support = n.constant[rows.arena] + n.era[rows.arena, rows.era] + n.actor[rows.actor] + reasons
    return support, support + n.troops[rows.arena] + troops


def reconsidering(n: ModelNumbers, rows: Rows) -> Array:
    """Chance of reconsidering in a year, of each row."""
    log_odds = n.rate[rows.arena] + n.leader * rows.new_leader + n.years * rows.years + n.actor_rate[rows.known]
    return jax.nn.sigmoid(log_odds)


def probabilities(n: ModelNumbers, rows: Rows, counts: tuple[int, ...]) -> tuple[Array, Array, Array]:
    """Chances of nothing, support and troops in a year, given the option of the last one."""
    support, troops = utilities(n, rows, counts)
    rho = reconsidering(n, rows)
    bonus = [jnp.where(rows.before == o, jnp.exp(n.cost), 1.0) for o in range(OPTION_COUNT)]  # of the year before
    odds = bonus[0], jnp.exp(support) * bonus[1], jnp.exp(troops) * bonus[2]
    total = odds[0] + odds[1] + odds[2]
    none, some, troops = (jnp.where(rows.before == o, 1 - rho, 0.0) + rho * odd / total for o, odd in enumerate(odds))
    return none, some, troops


def log_likelihood(n: ModelNumbers, rows: Rows, counts: tuple[int, ...]) -> Array:
    """Log likelihood of each row, corrected for the sample of rows without help."""
    p = probabilities(n, rows, counts)
    allowed = sum(p[o] * rows.allowed[:, o] for o in range(OPTION_COUNT))
    weight = jnp.where(rows.allowed[:, 0] > 0, rows.share, 1.0)
    return jnp.log(weight * allowed / (p[1] + p[2] + p[0] * rows.share))


def density(layout: Layout) -> DensityModel:
    """The density for the sampler."""

    def energy(u: Array, rows: Rows) -> Array:
        n = numbers(u, layout)
        return 0.5 * jnp.sum(u**2) - jnp.sum(log_likelihood(n, rows, layout.rows))

    def scales(u: Array, rows: Rows) -> Array:
        b, n = split(u, layout), numbers(u, layout)
        out = {name: jnp.ones(shape) for name, shape in shapes(layout).items()}
        for name in SCALES:
            scale = n.scales[name][KIND_OF] if name == "slope" else n.scales[name]
            out[name] = jnp.broadcast_to(scale, b[name].shape) / PRIOR[name]
        return jnp.concatenate([block.reshape(-1) for block in out.values()])

    return DensityModel(energy=energy, scales=scales)
