"""Search for further equilibria at an estimate: Newton's method from random behaviours."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from standoff.games.estimate.likelihood import Likelihood
from standoff.games.estimate.response import Group, Values
from standoff.types import Floats

APART = 1e-6  # probabilities closer than this are of one equilibrium: a thousand times Newton's residual
ROUNDS = 60  # assumption: Newton takes 5 to 20
FIXED = 15  # assumption: half of the starts are first moved towards the responses to them
STRIDE = 3.0  # assumption: log odds a round


@dataclass(frozen=True, eq=False)
class Several:
    """A game with more than one equilibrium at the estimate."""

    title: str
    game: int  #: index among the games of that title
    probabilities: Floats  #: (equilibrium, option); the first is the fitted one
    log_likelihoods: Floats  #: (equilibrium,) of the choices in this game


def several(lik: Likelihood, theta: Floats, values: Values, tries: int, seed: int) -> tuple[Several, ...]:
    """Games in which `tries` starts find equilibria other than `values`; others may be missed."""
    rng, out = np.random.default_rng(seed), []
    for group, value in zip(lik.groups, values, strict=True):
        if len(group.choices.agents) == 1:
            continue
        result, settled = search(group, theta, tries, rng)
        fitted = np.exp(group.logs(value))
        for game in range(group.choices.games):
            stored = [fitted[game]]
            for p in result[settled[:, game], game]:
                if min(np.abs(p - q).max() for q in stored) > APART:
                    stored.append(p)
            if len(stored) > 1:
                p = np.array(stored)
                likelihoods = np.log(np.maximum(p, np.finfo(float).tiny)) @ group.choices.counts[game]
                out.append(Several(group.choices.title, game, p, likelihoods))
    return tuple(out)


def search(group: Group, theta: Floats, tries: int, rng: np.random.Generator) -> tuple[Floats, NDArray[np.bool_]]:
    """Probabilities (try, game, option) from Newton's method, and whether they are equilibria."""
    shape = (tries, *group.choices.counts.shape)
    value = group.logs(np.log(rng.exponential(size=shape)))  # evenly over the simplex of each agent
    for _ in range(FIXED):
        value[::2] = 0.5 * value[::2] + 0.5 * group.respond(theta, value[::2])[0]
    eye = np.eye(shape[-1])
    for _ in range(ROUNDS):
        answer, slope = group.respond(theta, value)
        system = eye - slope
        singular = np.abs(np.linalg.det(system)) < 1e-12
        system[singular] = eye
        move = np.linalg.solve(system, (answer - value)[..., None])[..., 0]
        value = value + move * np.minimum(1.0, STRIDE / np.maximum(np.abs(move).max(-1, keepdims=True), 1e-300))
    off = np.abs(group.respond(theta, value)[0] - (value @ group.centre)).max(-1)
    settled = off <= 1e-9 * (1 + np.abs(value).max(-1))
    return np.exp(group.logs(value)), settled
