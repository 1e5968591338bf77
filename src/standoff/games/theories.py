"""Rival theories of how somebody decides, beside the logit quantal response of `logit`.

All take the payoffs that reasons give, as arrays over games, and return the probability of each option. What others are
expected to do is given: the quantal response of everybody, so that theories differ in what an actor does and not in
what it knows. Only the cognitive hierarchy has expectations of its own.

`best_response`       the option of the highest expected utility, nothing unknown left to chance
`cognitive_hierarchy` players think a few steps ahead: level 0 picks at random, level k answers a mixture of the levels
                      below it; levels are Poisson (Camerer, Ho and Chong 2004)
`reference_dependent` what a reason takes away from the status quo counts more than what it adds (Tversky and Kahneman
                      1991, 1992; linear on both sides, since a curved value would depend on the unit of payoffs)
`satisficing`         reasons are gone through from the heaviest on; options that do clearly worse than the best one left
                      drop out, and the status quo is kept if it is still in (Simon 1955; the lexicographic semiorder of
                      Tversky 1969)
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import reduce

import jax
import jax.numpy as jnp

from standoff.games import polymatrix
from standoff.games.information import Strategies

Array = jax.Array

THEORIES = ("quantal_response", "best_response", "cognitive_hierarchy", "reference_dependent", "satisficing")
STEPS_OF_THOUGHT = 1.5  # camerer_ho_chong2004: mean of the Poisson levels, which fits many games
LEVELS = 5  # at a mean of 1.5, 99.6 % of all levels are 5 or below
LOSS_AVERSION = 2.25  # tversky_kahneman1992: median coefficient
NOTICED = 0.1  # assumption: differences of payoff up to a tenth of its usual range are not noticed


def best_response(utilities: Sequence[Array]) -> list[Array]:
    """Certainty of the best option, the first of equals."""
    top = reduce(jnp.maximum, utilities)
    out, open_ = [], jnp.ones_like(top, bool)
    for utility in utilities:
        best = open_ & (utility >= top)
        out.append(best.astype(top.dtype))
        open_ = open_ & ~best
    return out


def cognitive_hierarchy(game: polymatrix.Game, fixed: Sequence[Array], held: polymatrix.Rows) -> Strategies:
    """Mixture of the levels of thought, each a logit response to the mixture of those below it."""
    weights = [math.exp(-STEPS_OF_THOUGHT) * STEPS_OF_THOUGHT**k / math.factorial(k) for k in range(LEVELS + 1)]
    mixed, total = polymatrix.even(game, fixed, held), weights[0]
    for weight in weights[1:]:
        level = polymatrix.responses(game, mixed, fixed, held)
        share = weight / (total + weight)
        mixed = jax.tree.map(lambda old, new, share=share: (1 - share) * old + share * new, mixed, level)
        total += weight
    return mixed


def loss_averse(parts: Sequence[Sequence[Array]], status_quo: int) -> list[Array]:
    """Utility of each option from its reasons [reason][option], losses against the status quo weighed `LOSS_AVERSION`."""

    def value(difference: Array) -> Array:
        return jnp.where(difference < 0, LOSS_AVERSION * difference, difference)

    options = range(len(parts[0]))
    return [reduce(jnp.add, [value(part[o] - part[status_quo]) for part in parts]) for o in options]


def satisfice(payoffs: Sequence[Sequence[Array]], weights: Sequence[Array], status_quo: int) -> list[Array]:
    """Certainty of what is left when reasons [reason][option], unweighted, have been gone through by weight."""
    stacked = jnp.stack([jnp.stack(list(options)) for options in payoffs])  # (reason, option, game)
    order = jnp.argsort(-jnp.stack([jnp.broadcast_to(weight, stacked.shape[2:]) for weight in weights]), axis=0)
    ranked = jnp.take_along_axis(stacked, order[:, None, :], axis=0)
    left = jnp.ones(stacked.shape[1:], bool)
    for options in ranked:
        top = jnp.max(jnp.where(left, options, -jnp.inf), axis=0)
        left = left & (options >= top - NOTICED)
    first = [status_quo, *(o for o in range(len(left)) if o != status_quo)]
    taken, out = jnp.zeros(stacked.shape[2:], bool), {}
    for o in first:
        out[o] = (left[o] & ~taken).astype(stacked.dtype)
        taken = taken | left[o]
    return [out[o] for o in range(len(left))]
