"""Best response: always the option with the highest expected utility.

Of equal options the first is chosen. Others are expected to follow the quantal response.

Sources: harless1994 (deterministic choice with errors in a fit).
"""

from __future__ import annotations

from functools import reduce

import jax
import jax.numpy as jnp
import numpy as np

from standoff.theories import Decision, DecisionSample, TheoryExplanation, TheoryTerm, TheoryWriter, share_term

IS_DETERMINISTIC = True
GRADIENT_FIT = False
MAX_REASONS = 2  # assumption: a reader keeps no more reasons in mind


def choose(decision: Decision) -> list[jax.Array]:
    """Probability 1 for the best available option, the first of equal ones."""
    utilities = [reduce(jnp.add, values) for values in zip(*decision.parts, strict=True)]
    if decision.available is not None:
        utilities = [
            jnp.where(allowed, utility, -jnp.inf)
            for allowed, utility in zip(decision.available, utilities, strict=True)
        ]
    top = reduce(jnp.maximum, utilities)
    out, open_ = [], jnp.ones_like(top, bool)
    for utility in utilities:
        best = open_ & (utility >= top)
        out.append(best.astype(top.dtype))
        open_ = open_ & ~best
    return out


def explain(sample: DecisionSample) -> tuple[TheoryTerm, ...]:
    """Shares of draws in which an option beats others, and reasons that differ there."""
    total, option = sample.parts.sum(axis=1), sample.option
    best = sample.probabilities[:, option] > 0.5
    out = [
        share_term("above", "above the status quo", total[:, option] > total[:, sample.status_quo]),
        share_term("best", "the best", best),
    ]
    if best.any() and not best.all():
        parts = sample.parts[:, :, option]
        distance = parts[best].mean(axis=0) - parts[~best].mean(axis=0)
        error = np.sqrt(parts[best].var(axis=0) / best.sum() + parts[~best].var(axis=0) / (~best).sum())
        texts = list(sample.texts.items())
        for r in np.argsort(-distance)[:MAX_REASONS]:
            if distance[r] > 0:
                name, text = texts[r]
                out.append(TheoryTerm(name=name, text=text, value=float(distance[r]), mc_error=float(error[r])))
    return tuple(out)


def describe(explanation: TheoryExplanation, write: TheoryWriter) -> str:
    """Shares of draws in which the option is best, and the decisive reasons."""
    best, above = explanation["best"], explanation["above"]
    if not best.value:
        return "; in no draw is the sum of its reasons the largest of all options."
    text = "; in exactly these draws the sum of its reasons is the largest of all options"
    if write.exceeds(above, best):
        text += f"; it exceeds that of {explanation.status_quo} in {write.share(above)}"
    if not explanation.of_reasons:
        return f"{text}."
    return f"{text}. Main differences to other draws: {write.quoted(explanation.of_reasons, write.log_odds)}."
