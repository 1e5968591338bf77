"""Cognitive hierarchy: players reason a few steps ahead, most of them one or two.

Level 0 picks at random; level k answers a mixture of the levels below it by a logit response. Levels are Poisson. The
actor does what the mixture of all levels does.

Sources: camerer_ho_chong2004.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import jax
import numpy as np

from standoff.games import logit_response, polymatrix
from standoff.games.information import Strategies
from standoff.theories import Decision, DecisionSample, TheoryExplanation, TheoryTerm, TheoryWriter, mean_term

IS_DETERMINISTIC = False
GRADIENT_FIT = False  # a fit has no implicit gradient of the mixture
STEPS_OF_THOUGHT = 1.5  # camerer_ho_chong2004: mean of the Poisson levels, which fits many games
LEVELS = 5  # at a mean of 1.5, 99.6 % of all levels are 5 or below


def choose(decision: Decision) -> list[jax.Array]:
    """Choice probabilities of the mixture of all levels."""
    return decision.response(mixture_of_levels)


def mixture_of_levels(
    game: polymatrix.Game, fixed: Sequence[jax.Array], fixed_strategies: polymatrix.Rows
) -> Strategies:
    """Strategies of the mixture of levels, each a logit response to the levels below."""
    weights = [math.exp(-STEPS_OF_THOUGHT) * STEPS_OF_THOUGHT**k / math.factorial(k) for k in range(LEVELS + 1)]
    mixed, total = logit_response.even(game, fixed, fixed_strategies), weights[0]
    for weight in weights[1:]:
        level = logit_response.responses(game, mixed, fixed, fixed_strategies)
        share = weight / (total + weight)
        mixed = jax.tree.map(lambda old, new, share=share: (1 - share) * old + share * new, mixed, level)
        total += weight
    return mixed


def explain(sample: DecisionSample) -> tuple[TheoryTerm, ...]:
    """Quantal response probability, effect of level 0, and effect of other expectations."""
    available = sample.available
    total = np.where(available, sample.parts.sum(axis=1), -np.inf)
    weights = np.exp(total - total.max(axis=1, keepdims=True))
    quantal = (weights / weights.sum(axis=1, keepdims=True))[:, sample.option]
    levels = [STEPS_OF_THOUGHT**k / math.factorial(k) for k in range(LEVELS + 1)]
    even = available[:, sample.option] / available.sum(axis=1)
    level_0 = levels[0] / sum(levels) * (even - quantal)
    return (
        mean_term("quantal", "of quantal response", quantal),
        mean_term("idle", "by those who pick at random", level_0),
        mean_term(
            "expected", "by what others are expected to do", sample.probabilities[:, sample.option] - quantal - level_0
        ),
    )


def describe(explanation: TheoryExplanation, write: TheoryWriter) -> str:
    """The three terms in words."""
    quantal, idle, expected = (explanation[name] for name in ("quantal", "idle", "expected"))
    return (
        f"; quantal response gives {write.share(quantal)}, deciders at random add {write.points(idle)}, "
        f"and expectations of the other actors {write.points(expected)}."
    )
