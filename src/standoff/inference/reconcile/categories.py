"""Error rates of sources that report in categories, without knowing the truth.

Each item has one true category j, with share p_j over items, and source s reports category k of it with chance r_sjk,
independently of the others given j. The likeliest p and r are those at which

    p_j = mean over items i of q_ij
    r_sjk = sum over i of q_ij n_isk / sum over i and k of q_ij n_isk
    q_ij proportional to p_j times the product over s and k of r_sjk^n_isk

with n_isk reports of k by s about i, by the EM algorithm from shares of reports. With two sources, or few items, many
rates fit alike: three sources at least. Sources that copy one another count as agreeing by themselves: give one of them.

Sources: dawid1979.
"""

from __future__ import annotations

import numpy as np

from standoff.errors import ModelError
from standoff.record import record
from standoff.types import Floats

FEWEST = 3  #: sources
ROUNDS, CLOSE = 10_000, 1e-9  #: of the algorithm; assumption: chances of the truth are settled where none moves by more
SMALLEST = 1e-300  #: a chance above zero


@record
class CategoryErrors:
    """What sources say of items, and what is true of them, in categories."""

    truth: Floats  #: (item, category) chance of being the true one
    shares: Floats  #: (category,) of items
    rates: Floats  #: (source, true, reported) chance of a report; NaN of a category that the source had no item of


def error_rates(reports: Floats) -> CategoryErrors:
    """Error rates from counts of reports (item, source, category); raises `ModelError`."""
    if reports.ndim != 3 or min(reports.shape) < 1 or not reports.sum((1, 2)).all() or (reports < 0).any():
        raise ModelError(
            "reports are no counts", allowed="an array (item, source, category) with a report of each item"
        )
    if (reports.sum((0, 2)) > 0).sum() < FEWEST:
        raise ModelError(f"error rates need {FEWEST} sources", fix="with two, only their agreement can be counted")
    truth = reports.sum(1) / reports.sum((1, 2))[:, None]
    for _ in range(ROUNDS):
        joint = np.einsum("ij,isk->sjk", truth, reports)
        total = joint.sum(2, keepdims=True)
        rates = joint / np.maximum(total, SMALLEST)
        shares = truth.mean(0)
        logs = np.log(np.maximum(shares, SMALLEST)) + np.einsum(
            "isk,sjk->ij", reports, np.log(np.maximum(rates, SMALLEST))
        )
        new = np.exp(logs - logs.max(1, keepdims=True))
        new /= new.sum(1, keepdims=True)
        moved, truth = np.abs(new - truth).max(), new
        if moved < CLOSE:
            break
    return CategoryErrors(truth=truth, shares=shares, rates=np.where(total > SMALLEST, rates, np.nan))
