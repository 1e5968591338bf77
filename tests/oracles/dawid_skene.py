"""The likeliest error rates of sources in categories, by the EM algorithm of Dawid and Skene (1979), in plain sums.

With n_isk reports of category k by source s about item i, they are those at which

    p_j = mean over items i of q_ij
    r_sjk = sum over i of q_ij n_isk / sum over i and k of q_ij n_isk
    q_ij proportional to p_j times the product over s and k of r_sjk^n_isk

It has their published table, and is what the means of `inference.reconcile.categories` come near with many reports.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

ROUNDS, CLOSE, SMALLEST = 10_000, 1e-9, 1e-300


class Likeliest(NamedTuple):
    """Chances of the truth (item, category), shares of categories, rates (source, true, reported)."""

    truth: np.ndarray
    shares: np.ndarray
    rates: np.ndarray


def likeliest(reports: np.ndarray) -> Likeliest:
    """From counts of reports (item, source, category), begun from their shares; a rate of nothing is NaN."""
    truth = reports.sum(1) / reports.sum((1, 2))[:, None]
    for _ in range(ROUNDS):
        joint = np.einsum("ij,isk->sjk", truth, reports)
        total = joint.sum(2, keepdims=True)
        rates, shares = joint / np.maximum(total, SMALLEST), truth.mean(0)
        logs = np.log(np.maximum(shares, SMALLEST)) + np.einsum(
            "isk,sjk->ij", reports, np.log(np.maximum(rates, SMALLEST))
        )
        chances = np.exp(logs - logs.max(1, keepdims=True))
        new = chances / chances.sum(1, keepdims=True)
        moved, truth = np.abs(new - truth).max(), new
        if moved < CLOSE:
            break
    return Likeliest(truth, shares, np.where(total > SMALLEST, rates, np.nan))
