"""Satisficing: reasons eliminate options one by one until a good enough one is left.

In the order of the reasons' weights, options that do clearly worse than the best remaining one are eliminated; the
status quo is chosen if it remains, else the first option that does.

Sources: simon1955 (satisficing), tversky1969 (the lexicographic semiorder).
"""

from __future__ import annotations

from collections.abc import Sequence

import jax
import jax.numpy as jnp
import numpy as np

from standoff.theories import Decision, DecisionSample, TheoryExplanation, TheoryTerm, TheoryWriter, share_term

IS_DETERMINISTIC = True
GRADIENT_FIT = False
JUST_NOTICEABLE_DIFFERENCE = 0.1  # assumption: a tenth of the usual range of a payoff
MAX_REASONS = 3  # assumption: a reader keeps no more reasons in mind
TIES = 0.01  # assumption: share of draws in which rounding decides a tie


def choose(decision: Decision) -> list[jax.Array]:
    """Probability 1 for the remaining option."""
    payoffs = [
        [jnp.where(weight > 0, value / jnp.maximum(weight, 1e-30), 0.0) for value in values]
        for weight, values in zip(decision.weights, decision.parts, strict=True)
    ]
    return eliminate(payoffs, decision.weights, decision.status_quo, decision.available)


def eliminate(
    payoffs: Sequence[Sequence[jax.Array]],
    weights: Sequence[jax.Array],
    status_quo: int,
    available: Sequence[jax.Array] | None = None,
) -> list[jax.Array]:
    """Probability 1 for the option left after elimination by payoffs [reason][option] by weight."""
    stacked = jnp.stack([jnp.stack(list(options)) for options in payoffs])  # (reason, option, game)
    order = jnp.argsort(-jnp.stack([jnp.broadcast_to(weight, stacked.shape[2:]) for weight in weights]), axis=0)
    ranked = jnp.take_along_axis(stacked, order[:, None, :], axis=0)
    left = jnp.ones(stacked.shape[1:], bool)
    if available is not None:
        left = left & jnp.stack([jnp.broadcast_to(allowed, stacked.shape[2:]) for allowed in available])
    for options in ranked:
        top = jnp.max(jnp.where(left, options, -jnp.inf), axis=0)
        left = left & (options >= top - JUST_NOTICEABLE_DIFFERENCE)
    first = [status_quo, *(o for o in range(len(left)) if o != status_quo)]
    decided, chosen = jnp.zeros(stacked.shape[2:], bool), {}
    for o in first:
        chosen[o] = (left[o] & ~decided).astype(stacked.dtype)
        decided = decided | left[o]
    return [chosen[o] for o in range(len(left))]


def explain(sample: DecisionSample) -> tuple[TheoryTerm, ...]:
    """Shares of draws in which each reason eliminates the option; empty if not reproduced."""
    parts, weights, option = sample.parts, sample.weights, sample.option
    scale = sample.rationality[:, None] * weights
    payoffs = np.divide(parts, scale[:, :, None], out=np.zeros_like(parts), where=scale[:, :, None] > 0)
    order = np.argsort(-weights, axis=1, kind="stable")
    rows = np.arange(len(parts))
    left = sample.available
    out_by = np.full(len(parts), -1)
    for rank in range(parts.shape[1]):
        values = payoffs[rows, order[:, rank]]
        top = np.where(left, values, -np.inf).max(axis=1, keepdims=True)
        still = left & (values >= top - JUST_NOTICEABLE_DIFFERENCE)
        out_by = np.where(left[:, option] & ~still[:, option], order[:, rank], out_by)
        left = still
    before = [sample.status_quo, *range(option)] if option != sample.status_quo else []
    chosen = left[:, option] & ~left[:, [o for o in before if o != option]].any(axis=1)
    if np.abs(chosen - sample.probabilities[:, option]).mean() > TIES:
        return ()
    ruled = [share_term(name, text, out_by == r) for r, (name, text) in enumerate(sample.texts.items())]
    return (
        *sorted((term for term in ruled if term.value > 0), key=lambda term: -term.value),
        share_term("kept", "in to the end, and so is an option that comes before it", (out_by < 0) & ~chosen),
        share_term("taken", "left after elimination of all others", chosen),
    )


def describe(explanation: TheoryExplanation, write: TheoryWriter) -> str:
    """Reasons that eliminate the option most often, and ties with an earlier option."""
    if "kept" not in explanation:
        return "."
    tie = explanation["kept"]
    ruled = write.quoted(explanation.of_reasons[:MAX_REASONS], write.share)
    text = f"ruled out by {ruled}" if ruled else "never ruled out"
    if tie.value > 0:
        text += f"; left over with {explanation.status_quo} or an option before it in {write.share(tie)}"
    return f"; {text} (payoff differences below {JUST_NOTICEABLE_DIFFERENCE} are ignored)."
