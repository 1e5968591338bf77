"""Quantal response: options with higher payoffs are chosen more often.

The log odds of an option against the status quo are the rationality of the actor times the difference of their
utilities; every actor expects the same of the others (logit equilibrium, `games/logit_response.py`).

Sources: mckelvey_palfrey1995 (quantal response equilibrium).
"""

from __future__ import annotations

import jax

from standoff.theories import Decision, DecisionSample, TheoryExplanation, TheoryTerm, TheoryWriter, mean_term

IS_DETERMINISTIC = False
GRADIENT_FIT = True


def choose(decision: Decision) -> list[jax.Array]:
    """Choice probabilities of the equilibrium."""
    return decision.equilibrium()


def explain(sample: DecisionSample) -> tuple[TheoryTerm, ...]:
    """The sum of the reasons."""
    return (mean_term("sum", "sum of the reasons", sample.parts[:, :, sample.option].sum(axis=1)),)


def describe(explanation: TheoryExplanation, write: TheoryWriter) -> str:
    """The sum, in log odds."""
    return f"; its reasons add up to {write.log_odds(explanation['sum'])} log odds on average."
