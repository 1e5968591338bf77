"""Variance of an outcome by source: rival models, parameters, chance.

Let Y be the outcome of a question (1 where it happens), M the model, P the parameters. Then

    var Y = var E[Y | M]  +  E var(E[Y | M, P] | M)  +  E var(Y | M, P)
            models           parameters                  chance

Each model runs the same draws several times, with the same parameters and independent chance: the mean covariance of two
replicates is an unbiased estimate of the share of parameters (a one-way analysis of variance with random effects). The
share of models is the variance of their means, less its Monte Carlo bias, which is small since futures are paired. It is
split into variants, theories, and their interaction.

Sources: saltelli2008 (law of total variance); searle_casella_mcculloch1992 (components of variance); the split of the
means is a two-way analysis of variance without replicates.
"""

from __future__ import annotations

import numpy as np

PARTS = ("variants", "theories", "both", "parameters", "chance")  #: parts of the variance, in the order of `shares`


def variances(values: np.ndarray) -> np.ndarray:
    """(part,) variance of values (variant, theory, replicate, draw) by `PARTS`, at least zero."""
    replicates, count = values.shape[-2:]
    if not count:
        return np.zeros(len(PARTS))
    mean = values.mean(axis=2)  # (variant, theory, draw)
    total = mean - mean.mean(axis=(0, 1))
    of_variant = total.mean(axis=1, keepdims=True)
    of_theory = total.mean(axis=0, keepdims=True)
    models = [_between(part, count) for part in (of_variant, of_theory, total - of_variant - of_theory)]
    off = values - values.mean(axis=-1, keepdims=True)
    each = (off**2).sum(axis=-1) / max(count - 1, 1)  # (variant, theory, replicate)
    pairs = (off.sum(axis=2) ** 2).sum(axis=-1) / max(count - 1, 1) - each.sum(axis=2)
    within = float(each.mean())
    parameters = min(max(float(pairs.mean()) / (replicates * (replicates - 1)), 0.0), within)
    return np.array([*models, parameters, within - parameters])


def shares(parts: np.ndarray) -> np.ndarray:
    """Parts of a sum as shares of it; zeros where it is zero."""
    total = float(parts.sum())
    return parts / total if total > 0 else np.zeros_like(parts)


def _between(part: np.ndarray, count: int) -> float:
    """Mean square over models of the mean over draws (..., draw), less its Monte Carlo bias."""
    left = float(part.var(axis=-1, ddof=1).mean()) / count if count > 1 else 0.0
    return max(float((part.mean(axis=-1) ** 2).mean()) - left, 0.0)
