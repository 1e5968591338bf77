"""Epistemic band: the range of a probability over parameters, rival models and theories.

The design is nested: draws of the parameters, each with several replicates of chance, under every model. The
probability that belongs to one value of the parameters is not seen, only its hits, so that its distribution under each
variant of the case is estimated without their noise (`standoff.analysis.epistemic_band`). Another decision theory shifts
that distribution, in log odds, until its mean is the answer under that theory: theories without chance in a decision
turn every doubt about a parameter into certainty about the event, so that their own distributions would say nothing.
Theories weigh by their scores on past crises (`standoff.theories.weights`), variants equally, which is an assumption, and
the mean over all of them is the answer that is printed. So does what rival authors of the case would have decided
(`analysis.structure`): each shifts it once more, all with the same weight. A replicate is the table of a run with another
stream of chance: nothing is compiled for it.

Variance of an outcome by source: rival models, parameters, chance.

Let Y be the outcome of a question (1 where it happens), M the model, P the parameters. Then

    var Y = var E[Y | M]  +  E var(E[Y | M, P] | M)  +  E var(Y | M, P)
            models           parameters                  chance

Each model runs the same draws several times, with the same parameters and independent chance: the mean covariance of two
replicates is an unbiased estimate of the share of parameters (a one-way analysis of variance with random effects). The
share of models is the variance of their means, less its Monte Carlo bias, which is small since futures are paired. It is
split into variants, theories, and their interaction.

Sources: saltelli2008 (law of total variance); searle_casella_mcculloch1992 (components of variance); the split of the
means is a two-way analysis of variance without replicates.

Distribution of a probability over its uncertain causes, from hits in replicate trials.

Each of N units has a probability p of its own, and h hits in R trials. The quantiles of h / R are those of p widened by
the noise of the trials, so the distribution of p is estimated instead: the log odds of p are normal by maximum
likelihood, and a few steps of expectation-maximisation on a grid then let the shape follow the data (smoothing by
roughening). Where the hits vary no more than those of one common p would, the distribution is that one point.

Sources: williams1982 (logistic-normal binomial model), laird_louis1991 (smoothing by roughening), self_liang1987 (test
of a variance at its bound of zero).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import brentq, minimize
from scipy.special import expit, logit, logsumexp, ndtr

from standoff.analysis.answer import answer
from standoff.analysis.paired import outcome_values
from standoff.analysis.quantity_of_interest import other_chance
from standoff.analysis.stored_bands import MISSING, Bands, stored_bands
from standoff.analysis.structure import StructuralOpinion
from standoff.engine.rerun import Rerunner
from standoff.engine.run import Run
from standoff.plan import PlannedQuestion
from standoff.progress import SILENT, Progress, track
from standoff.questions import EpistemicBand
from standoff.statistics import Z90

EDGES = np.linspace(-11.025, 11.025, 442)  #: log odds: probabilities beyond 0.00002 need more replicates than we run
STEPS = 30  # of roughening, assumption: few enough for a smooth shape; a test holds shapes that are not normal
FLAT = 0.02  # assumption: share of the start spread over the grid, so that every shape can be reached
NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(60)
STANDS_OUT = Z90**2  #: the likelihood ratio of a variance at its bound exceeds it with 5 % (half a chi-squared)
MOST = 40.0  #: of a shift in log odds: beyond it no mean of floats is inside 0 and 1
POINT = 1e-9  # half the width of a point, in log odds


@dataclass(frozen=True)
class MixingDistribution:
    """A distribution of log odds with a linear cumulative probability between edges."""

    edges: np.ndarray  #: (n,) increasing
    cumulative: np.ndarray  #: (n,) from 0 to 1

    @classmethod
    def point(cls, log_odds: float) -> MixingDistribution:
        """One value."""
        return cls(np.array([log_odds - POINT, log_odds + POINT]), np.array([0.0, 1.0]))

    def with_mean(self, mean: float) -> MixingDistribution:
        """The distribution shifted in log odds until the mean of the probability is `mean`."""

        middles, weights = (self.edges[1:] + self.edges[:-1]) / 2, np.diff(self.cumulative)
        shift = brentq(lambda by: float(weights @ expit(middles + by)) - mean, -MOST, MOST)
        return MixingDistribution(self.edges + shift, self.cumulative)


@dataclass(frozen=True)
class _Counts:
    """Units by their number of hits."""

    hits: np.ndarray  #: (k,)
    units: np.ndarray  #: (k,)
    trials: int

    def log_likelihood(self, log_odds: np.ndarray) -> np.ndarray:
        """(k, log odds), without the binomial coefficient."""
        misses = self.trials - self.hits
        return -np.outer(self.hits, np.logaddexp(0, -log_odds)) - np.outer(misses, np.logaddexp(0, log_odds))

    @property
    def mean(self) -> float:
        """Share of hits in all trials, at least half a hit away from 0 and 1."""
        count = int(self.units.sum()) * self.trials
        return float(np.clip(self.hits @ self.units / count, 0.5 / count, 1 - 0.5 / count))


def mixing_distribution(hits: np.ndarray, trials: int) -> MixingDistribution:
    """Estimate the distribution of probabilities from hits (N,) in two or more `trials` each."""
    counts = _Counts(*np.unique(np.rint(hits), return_counts=True), trials)
    common = float(logit(counts.mean))
    location, scale, gain = _logit_normal(counts, common)
    if 2 * gain < STANDS_OUT:
        return MixingDistribution.point(common)
    return _roughened(counts, location, scale)


def quantiles(
    mixture: Sequence[MixingDistribution], levels: Sequence[float], weights: Sequence[float] | None = None
) -> tuple[float, ...]:
    """Quantiles of the probability, in a mixture with weights, by default equal."""

    def above(x: float, level: float) -> float:
        each = [np.interp(x, part.edges, part.cumulative) for part in mixture]
        return float(np.average(each, weights=weights)) - level

    ends = min(part.edges[0] for part in mixture), max(part.edges[-1] for part in mixture)
    return tuple(float(expit(brentq(above, *ends, args=(level,)))) for level in levels)


def _logit_normal(counts: _Counts, common: float) -> tuple[float, float, float]:
    """Location and scale of normal log odds, and the log likelihood gained over one value."""

    weights = WEIGHTS / WEIGHTS.sum()

    def loss(x: np.ndarray) -> float:
        each = logsumexp(counts.log_likelihood(x[0] + abs(x[1]) * NODES), axis=1, b=weights)
        return -float(counts.units @ each)

    share = counts.hits / counts.trials
    off = float(counts.units @ (share - counts.mean) ** 2 / counts.units.sum())
    noise = float(counts.units @ (share * (1 - share)) / counts.units.sum()) / (counts.trials - 1)
    slope = counts.mean * (1 - counts.mean)
    begin = np.array([common, min(max(np.sqrt(max(off - noise, 0.0)) / slope, 0.1), 4.0)])
    best = minimize(loss, begin, method="Nelder-Mead", options={"xatol": 1e-3, "fatol": 1e-3, "maxiter": 400})
    alone = float(counts.units @ counts.log_likelihood(np.array([common]))[:, 0])
    return float(best.x[0]), abs(float(best.x[1])), -float(best.fun) - alone


def _roughened(counts: _Counts, location: float, scale: float) -> MixingDistribution:
    """Normal log odds after `STEPS` steps of expectation-maximisation on the grid."""
    middles = (EDGES[1:] + EDGES[:-1]) / 2
    ends = np.concatenate([[-np.inf], EDGES[1:-1], [np.inf]])
    weights = np.diff(ndtr((ends - location) / max(scale, EDGES[1] - EDGES[0])))
    weights = (1 - FLAT) * weights + FLAT / len(weights)
    likelihood = counts.log_likelihood(middles)
    likelihood = np.exp(likelihood - likelihood.max(axis=1, keepdims=True))
    share = counts.units / counts.units.sum()
    for _ in range(STEPS):
        weights = weights * ((share / (likelihood @ weights)) @ likelihood)
    return MixingDistribution(EDGES, np.concatenate([[0.0], np.cumsum(weights / weights.sum())]))


PARTS = ("variants", "theories", "both", "parameters", "chance")  #: parts of the variance, in the order of `shares`


def variances(values: np.ndarray, weights: Sequence[float] | None = None) -> np.ndarray:
    """(part,) variance of values (variant, theory, replicate, draw) by `PARTS`, at least zero.

    weights: of the theories, adding up to 1; by default equal
    """
    replicates, count = values.shape[-2:]
    if not count:
        return np.zeros(len(PARTS))
    mean = values.mean(axis=2)  # (variant, theory, draw)
    of_variant = np.average(mean, axis=1, weights=weights)[:, None]
    total = mean - of_variant.mean(axis=0)
    of_variant = of_variant - of_variant.mean(axis=0)
    of_theory = total.mean(axis=0, keepdims=True)
    parts = (of_variant, of_theory, total - of_variant - of_theory)
    models = [_between(np.broadcast_to(part, mean.shape), count, weights) for part in parts]
    off = values - values.mean(axis=-1, keepdims=True)
    each = (off**2).sum(axis=-1) / max(count - 1, 1)  # (variant, theory, replicate)
    pairs = (off.sum(axis=2) ** 2).sum(axis=-1) / max(count - 1, 1) - each.sum(axis=2)
    within, common = (float(np.average(part, weights=weights)) for part in (each.mean(axis=(0, 2)), pairs.mean(axis=0)))
    parameters = min(max(common / (replicates * (replicates - 1)), 0.0), within)
    return np.array([*models, parameters, within - parameters])


def shares(parts: np.ndarray) -> np.ndarray:
    """Parts of a sum as shares of it; zeros where it is zero."""
    total = float(parts.sum())
    return parts / total if total > 0 else np.zeros_like(parts)


def _between(part: np.ndarray, count: int, weights: Sequence[float] | None) -> float:
    """Mean square over models of means over draws (variant, theory, draw), less its bias."""
    left = part.var(axis=-1, ddof=1) / count if count > 1 else 0.0
    return max(float(np.average(part.mean(axis=-1) ** 2 - left, axis=1, weights=weights).mean()), 0.0)


def containing(mean: float, low: float, high: float) -> tuple[float, float]:
    """A band with its mean in it.

    The mean lies outside where less than a twentieth of what is thought possible makes an event certain.
    """
    return min(low, mean), max(high, mean)


DRAWS = 800  # assumption: one round of two cores; an end of a band is then right to about a tenth of its width
REPLICATES = 32  # of a band over parameters alone; assumption: their noise then adds little to an end
FEWEST = 100  # draws of the parameters, and
FEW = 8  # replicates; assumption: with fewer a band means nothing
ENDS = (0.05, 0.95)  #: quantiles of a band
CERTAIN = "There is no epistemic band: the case has no uncertain parameter."
ALONE = (
    "The epistemic band is over parameters, with an allowance for other models: how far those of the catalogue are apart; "
    "`standoff uncertainty CASE --keep` stores one over rival models and decision theories, and with `--structure` what its "
    "author decided."
)


def epistemic_band(
    query: PlannedQuestion,
    label: str,
    values: np.ndarray,
    parameters: int,
    deep: np.ndarray | None = None,
    own: int = 0,
    weights: Sequence[float] | None = None,
    point: float | None = None,
    opinion: StructuralOpinion | None = None,
) -> EpistemicBand:
    """The band of a question from outcomes (variant, theory, replicate, draw).

    values: without failed draws; label: of a `first_of` question; parameters: number of uncertain ones; deep: outcomes
    under the theory of the case (variant, replicate, draw) if it has more replicates than the others; own: index of that
    theory; weights: of the theories, adding up to 1, by default equal;
    point: the mean of the distribution where another sample of it is printed, by default that of `values`;
    opinion: on the structure of the case, whose rival authors shift each distribution once more.
    """
    variants, theories, _, draws = values.shape
    each = np.average(values, axis=1, weights=weights).mean(axis=(0, 1))  # (draw,)
    deep = values[:, own] if deep is None else deep
    low, high, mean = None, None, float(each.mean()) if draws else math.nan
    shifts = (0.0,) if opinion is None else opinion.shifts(query.id)
    if query.form.is_share and draws:
        least = 0.5 / math.prod(values.shape[-2:])  # half a hit
        mixture = []
        of_models = values.mean(axis=(-2, -1)) if point is None else np.full((variants, theories), point)
        for hits, means in zip(deep.sum(axis=1), np.clip(of_models, least, 1 - least), strict=True):
            alone = mixing_distribution(hits, deep.shape[1]) if parameters else MixingDistribution.point(0.0)
            for shift in shifts:
                moved = expit(logit(means) + shift)
                mean += float(np.average(moved - means, weights=weights)) / (variants * len(shifts))
                mixture += [alone.with_mean(p) for p in moved.tolist()]
        low, high = quantiles(mixture, ENDS, None if weights is None else [*weights] * variants * len(shifts))
        low, high = containing(mean if point is None else point, low, high)
    return EpistemicBand(
        low=low,
        high=high,
        mean=mean if point is None else point,
        error=float(each.std()) / math.sqrt(draws) if draws and point is None else None,
        label=label if query.form.HAS_LABELS else "",
        shares=dict(zip(PARTS, shares(variances(values, weights)).tolist(), strict=True)),
        parameters=parameters,
        variants=variants,
        theories=theories,
        structure=0 if opinion is None else opinion.decisions,
        draws=draws,
        replicates=deep.shape[1],
    )


def bands(run: Run, *, quick: bool = True, progress: Progress = SILENT) -> Bands:
    """The stored bands of the model of a run; else, if `quick`, bands over its parameters.

    `quick` takes up to 25,600 further futures by the program of the run.
    """
    stored = stored_bands(run.model)
    if stored.of or not quick:
        return stored
    if run.settings.draws < FEWEST:
        return replace(stored, note=f"The epistemic band is missing: it needs {FEWEST} draws or more.")
    computed = parameter_bands(run, progress)
    return computed if stored.note == MISSING else replace(computed, note=f"{stored.note} {ALONE}")


def parameter_bands(run: Run, progress: Progress = SILENT) -> Bands:
    """Bands over the parameters alone, by the program of a run.

    A run of fewer than 1,600 draws has fewer replicates too. Their mean is the share of futures of the run, which is what
    is printed before them.
    """
    if not run.model.layout.varying:
        return Bands(note=CERTAIN)
    program, model = Rerunner.from_run(run), run.model
    draws = min(DRAWS, run.settings.draws)
    replicates = min(max(run.settings.draws * REPLICATES // (2 * DRAWS), FEW), REPLICATES)
    answers = answer(run, bands=Bands())
    labels = {item.id: str(item.answer) for item in answers}
    columns = []
    for stream in track(progress, "epistemic band", range(replicates)):
        result = other_chance(program, model.table, draws, stream)
        columns.append([outcome_values(result, query, labels[query.id]) for query in model.plan.questions])
    of = {}
    for query, *each in zip(model.plan.questions, *columns, strict=True):
        values = np.array(each)  # (replicate, draw)
        values = values[:, np.isfinite(values).all(axis=0)]
        uncertain, share = len(model.layout.varying), answers[query.id].share
        of[query.id] = epistemic_band(query, labels[query.id], values[None, None], uncertain, point=share)
    return Bands(of=of, note=ALONE)
