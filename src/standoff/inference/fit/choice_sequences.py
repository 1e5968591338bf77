"""Likelihood of a sequence of choices of one actor with persistent taste shocks.

At a date an actor takes the option with the largest log p + g, where g, the reasons unknown to us, are Gumbel numbers that
last until they are drawn afresh, at random times whose rate their half-life gives (`engine/taste_shocks`). With
E = exp(-g), exponential numbers, an option o wins at a date where E_o / p_o is least. So over dates that share one g,

    one option o at all dates    P = 1 / sum_j max_k p_j / p_o
    two options a and b          P = integral over t = E_b / E_a of (1 + t + sum_j max(R_ja, R_jb t))^-2,
                                 R_js = max over the dates of s of p_j / p_s,  t from R_ba to 1 / R_ab

both in closed form (the second piece by piece). Three options without a renewal between count as impossible: an
assumption that makes the likelihood a little too small. Sums over the date of the last renewal give the sequence; before
the first date everybody starts afresh. All that depends on who picked what is a table made on the host, so that one
compiled function serves every choice. Source: derivation (exponential races); maddison2014 (Gumbel numbers).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import Array
from jax.scipy.special import logsumexp

from standoff.engine.conditioning import renewal_probability

NEVER = -1e4  #: log of a probability of zero, finite for sums and slopes
NOWHERE = -1e30  #: below any log probability here
TINY = 1e-12  #: replaces a probability of renewal of 0 or 1


class ChoiceTable(NamedTuple):
    """Observed options at dates, and the options in each span of dates."""

    options: Any  #: (date,) option taken
    months: Any  #: (date,) months since the date before; the first is not used
    length: Any  #: dates that count; the others are padding
    first: Any  #: (span,) option at the start of a span
    other: Any  #: (span,) another option in the span, or the first again
    kind: Any  #: (span,) number of different options in the span


def picked(options: Sequence[int], months: Sequence[float], dates: int | None = None) -> ChoiceTable:
    """The table of a sequence, with the months between its dates, padded to a number of dates."""
    dates = len(options) if dates is None else dates
    filled = [*options, *[options[-1]] * (dates - len(options))]
    distinct = [list(dict.fromkeys(filled[since : n + 1])) for since, n in _spans(dates)]
    elapsed = np.zeros(dates)
    elapsed[1 : len(options)] = months
    return ChoiceTable(
        np.array(filled, np.int32),
        elapsed,
        np.array(len(options), np.int32),
        np.array([options[0] for options in distinct], np.int32),
        np.array([options[1 % len(options)] for options in distinct], np.int32),
        np.array([len(options) for options in distinct], np.int32),
    )


def _spans(dates: int) -> list[tuple[int, int]]:
    """First and last date of every span, ordered by the last."""
    return [(since, n) for n in range(dates) for since in range(n + 1)]


def log_likelihood(log_p: Array, table: ChoiceTable, half_life: Array) -> Array:
    """Log probability of a sequence from log probabilities (date, option) and a half-life ()."""
    dates = log_p.shape[0]
    renewal = renewal_probability(jnp.asarray(table.months), half_life)
    fresh = jnp.log(jnp.maximum(renewal, TINY))
    lasting = jnp.cumsum(jnp.log1p(-jnp.minimum(renewal, 1 - TINY)))  # from the first date to each
    together = segments(log_p, table)
    until = [jnp.zeros(())]  # log probability of the first n
    for n in range(dates):
        begun = jnp.stack(until) + jnp.where(np.arange(n + 1) > 0, fresh[: n + 1], 0.0)
        spans = together[n * (n + 1) // 2 : (n + 1) * (n + 2) // 2]
        until.append(logsumexp(begun + lasting[n] - lasting[: n + 1] + spans))
    return jnp.stack(until)[table.length]


def segments(log_p: Array, table: ChoiceTable) -> Array:
    """(span,) log probability that one set of taste shocks gives all options of the span."""
    dates = log_p.shape[0]
    spans = np.array(_spans(dates))
    within = (spans[:, :1] <= np.arange(dates)) & (np.arange(dates) <= spans[:, 1:])  # (span, date)
    over = log_p - log_p[np.arange(dates), table.options][:, None]  # log p_j / p_o of the option taken

    def largest(option: Array) -> Array:
        mask = within & (table.options == option[:, None])
        return jnp.max(jnp.where(mask[..., None], over, NOWHERE), axis=1)  # (span, option)

    by_first, by_other = largest(table.first), largest(table.other)
    two = _two(by_first, by_other, table.first, table.other)
    return jnp.where(table.kind == 1, -logsumexp(by_first, axis=1), jnp.where(table.kind == 2, two, NEVER))


def _two(by_a: Array, by_b: Array, a: Array, b: Array) -> Array:
    """Log of the integral over t, (span,), from log R_ja and log R_jb (span, option); see above."""
    rows, options = np.arange(len(by_a)), np.arange(by_a.shape[1])
    own = (options == a[:, None]) | (options == b[:, None])
    low, high = by_a[rows, b], -by_b[rows, a]
    possible = high > low
    far = jnp.where(possible, high, low + 1.0)
    kinks = jnp.where(own, low[:, None], jnp.clip(by_a - by_b, low[:, None], far[:, None]))  # where R_ja = R_jb t
    edges = jnp.sort(jnp.concatenate([low[:, None], kinks, far[:, None]], axis=1), axis=1)
    terms = jnp.maximum(by_a[:, None], by_b[:, None] + edges[..., None])
    terms = jnp.where(own[:, None], NOWHERE, terms)
    both = jnp.stack([jnp.zeros_like(edges), edges], axis=-1)
    bottom = logsumexp(jnp.concatenate([both, terms], axis=-1), axis=-1)  # log(A + B t) at the edges
    left, right = edges[:, :-1], edges[:, 1:]
    length = jnp.maximum(right - left, TINY)  # pieces of no length add nothing that counts
    pieces = right + jnp.log(-jnp.expm1(-length)) - bottom[:, :-1] - bottom[:, 1:]
    return jnp.where(possible, logsumexp(pieces, axis=1), NEVER)
