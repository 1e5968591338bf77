"""Reference dependence: losses against the status quo count more than gains.

A reason that speaks against an option weighs `LOSS_AVERSION` times as much as one that speaks for it. Value is linear on
both sides, since a curved one would depend on the unit of payoffs. Choice is a logit response to these utilities.

Sources: tversky_kahneman1991 (reference dependence), tversky_kahneman1992 (the coefficient).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

import jax
import jax.numpy as jnp
import numpy as np

from standoff.games import logit_response
from standoff.theories import Decision, DecisionSample, TheoryExplanation, TheoryTerm, TheoryWriter, mean_term

IS_DETERMINISTIC = False
GRADIENT_FIT = False  # utility has a kink at the status quo
LOSS_AVERSION = 2.25  # tversky_kahneman1992: median coefficient
MAX_REASONS = 3  # assumption: a reader keeps no more reasons in mind


def choose(decision: Decision) -> list[jax.Array]:
    """Logit response to the utility with loss aversion."""
    utilities = utility(decision.parts, decision.status_quo)
    return logit_response.respond(utilities, decision.rationality, decision.available)


def utility(parts: Sequence[Sequence[jax.Array]], status_quo: int) -> list[jax.Array]:
    """Utility of each option from payoffs [reason][option], losses times `LOSS_AVERSION`."""

    def value(difference: jax.Array) -> jax.Array:
        return jnp.where(difference < 0, LOSS_AVERSION * difference, difference)

    options = range(len(parts[0]))
    return [reduce(jnp.add, [value(part[o] - part[status_quo]) for part in parts]) for o in options]


def explain(sample: DecisionSample) -> tuple[TheoryTerm, ...]:
    """Additional loss of each reason against the option, the largest first, and their sum."""
    loss = (LOSS_AVERSION - 1) * np.minimum(sample.parts[:, :, sample.option], 0.0)
    terms = [mean_term(name, text, loss[:, r]) for r, (name, text) in enumerate(sample.texts.items())]
    against = sorted((term for term in terms if term.value < 0), key=lambda term: term.value)
    return (*against, mean_term("sum", "together", loss.sum(axis=1)))


def describe(explanation: TheoryExplanation, write: TheoryWriter) -> str:
    """The sum, and the largest losses."""
    if not explanation.of_reasons:
        return f"; no reason weighs against it, so that loss aversion (factor {LOSS_AVERSION}) has no effect."
    heaviest = write.quoted(explanation.of_reasons[:MAX_REASONS], write.log_odds)
    return (
        f"; reasons against it count {LOSS_AVERSION} times, which changes its log odds by "
        f"{write.log_odds(explanation['sum'])}: {heaviest}."
    )
