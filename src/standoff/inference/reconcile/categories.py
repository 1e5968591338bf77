"""Error rates of sources that report in categories, without knowing the truth.

Each item has one true category j, with share p_j over items, and source s reports category k of it with chance r_sjk,
independently of the others given j. `error_rates` takes the mean over all p and r, from Dirichlet priors that count
reports before any, by Gibbs sampling: p and r given the true categories, and these given p and r. With many reports it
comes near the likeliest p and r, those of Dawid and Skene; with two sources, or few items, what is assumed decides.
Sources that copy one another count as agreeing by themselves: give one of them.

Sources: dawid1979 (error rates); the Dirichlet prior and Gibbs sampling, gelman2013.
"""

from __future__ import annotations

import numpy as np

from standoff.errors import ModelError
from standoff.record import record
from standoff.types import Floats

FEWEST = 3  #: sources whose errors reports tell; assumption: two that differ may each be right
SMALLEST = 1e-300  #: a chance above zero
RIGHT, WRONG = (
    3.0,
    1.0,
)  #: reports of a source before its first, for each true category; assumption: right in three of four
CHAINS, SWEEPS, WARMUP = 64, 400, 100  #: of Gibbs sampling; a chance of an item is then known to a percentage point
ENDS = (0.05, 0.95)


@record
class CategoryErrors:
    """What sources say of items, and what is true of them, in categories."""

    truth: Floats  #: (item, category) chance of being the true one
    shares: Floats  #: (category,) of items
    rates: Floats  #: (source, true, reported) chance of a report
    ends: Floats  #: (2, source, true, reported) central 90 % of it


def error_rates(reports: Floats, *, seed: int = 1) -> CategoryErrors:
    """Mean error rates from counts of reports, however few; raises `ModelError`.

    reports: (item, source, category)

    Before its first report a source counts as right in `RIGHT` reports of each true category, and wrong in `WRONG`,
    spread over the others; each category has one item before the first.
    """
    if reports.ndim != 3 or min(reports.shape) < 1 or not reports.sum((1, 2)).all() or (reports < 0).any():
        raise ModelError(
            "reports are no counts", allowed="an array (item, source, category) with a report of each item"
        )
    rng, (items, sources, kinds) = np.random.default_rng(seed), reports.shape
    wrong = WRONG / max(kinds - 1, 1)
    before = np.broadcast_to(wrong + (RIGHT - wrong) * np.eye(kinds), (CHAINS, sources, kinds, kinds))
    rates, shares = _dirichlet(rng, before), np.full((CHAINS, kinds), 1 / kinds)
    truths, kept, mean_shares = np.zeros((items, kinds)), list[Floats](), np.zeros(kinds)
    for sweep in range(SWEEPS):
        chances = _truth(shares, rates, reports)
        below = chances.cumsum(-1) < rng.random((CHAINS, items, 1))
        drawn = (np.minimum(below.sum(-1), kinds - 1)[..., None] == np.arange(kinds)).astype(float)
        shares = _dirichlet(rng, 1 + drawn.sum(1))
        rates = _dirichlet(rng, before + np.einsum("cij,isk->csjk", drawn, reports, optimize=True))
        if sweep >= WARMUP:
            truths += chances.mean(0) / (SWEEPS - WARMUP)
            mean_shares += shares.mean(0) / (SWEEPS - WARMUP)
            kept.append(rates)
    draws = np.concatenate(kept)
    return CategoryErrors(truth=truths, shares=mean_shares, rates=draws.mean(0), ends=np.quantile(draws, ENDS, axis=0))


def _truth(shares: Floats, rates: Floats, reports: Floats) -> Floats:
    """Chances of being the true category: (..., item, category).

    shares: (..., category); rates: (..., source, true, reported)
    """
    told = np.log(np.maximum(rates, SMALLEST)).swapaxes(-1, -2).reshape(*rates.shape[:-3], -1, rates.shape[-1])
    logs = np.log(np.maximum(shares, SMALLEST))[..., None, :] + reports.reshape(len(reports), -1) @ told
    chances = np.exp(logs - logs.max(-1, keepdims=True))
    return np.asarray(chances / chances.sum(-1, keepdims=True))


def _dirichlet(rng: np.random.Generator, counts: Floats) -> Floats:
    """Draws of shares of the last axis."""
    sizes = np.maximum(rng.standard_gamma(counts), SMALLEST)
    return np.asarray(sizes / sizes.sum(-1, keepdims=True))
