"""Value of information: reduction of the variance of an answer by checking a claim.

The expected answer given a parameter is a curve over its standard normal number z, fitted to the futures of one run by
Hermite polynomials up to the third degree (effects of several parameters add up). With Y the answer of a future,

    variance_reduction   var E[Y | z]   of the expected Brier score, or of the variance of a quantity, if z is known
    accuracy_gain        E max_l E[Y_l | z] - max_l E[Y_l]   of the probability that the likeliest answer is right
    switch_probability   P(the likeliest answer given z is another one)

Fitting adds variance of its own (coefficients x noise / futures), which is subtracted; errors come from resampling
futures, and values below two errors are left out.

A claim is one of the n sources of a parameter, or one of the n claims of a reason whose weight is uncertain: checking
it is taken to reveal a share 1 / n of the variance of z (assumption), which leaves of a polynomial of degree k the
share n^-k of its variance. The claims of an observed path reveal its scale together. Claims that are cited by the same
parameters in the same way share a row. A claim that is cited only by fixed parameters has no value here, even if it has
other uses. The z of a parameter from a posterior is that of its rank there, and also carries information about
correlated parameters.

Sources: strong2014 (value of partial information by regression), felli_hazen1998 (value of information as sensitivity).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from standoff.analysis import quantity_of_interest as asking
from standoff.analysis.claim_groups import ClaimGroup, bearings
from standoff.analysis.finding import Provenance
from standoff.analysis.quantity_of_interest import QoiFinding, mean
from standoff.analysis.sensitivity.screening import parameter_normals
from standoff.engine.model import Model
from standoff.engine.rerun import Rerunner
from standoff.engine.simulate import simulate
from standoff.plan import labels
from standoff.progress import SILENT, Progress

DRAWS = 8192  # assumption: a reduction of variance by a hundredth is then significant
BEST = 5  # assumption: claims that a reader can check
DEGREE, RESAMPLES, ERRORS = 3, 60, 2.0


@dataclass(frozen=True, kw_only=True)
class InformationValue:
    """Value of checking one claim or parameter."""

    claims: tuple[str, ...]  #: any one of them, or all of an observed path; none for a parameter
    numbers: tuple[str, ...]
    labels: tuple[str, ...]  #: of the parameters, in words
    beliefs: tuple[str, ...]  #: remaining relative width
    variance_share: float  #: share of the variance of these parameters that it explains
    variance_reduction: float  #: reduction of variance, in squared units of the answer
    share: float  #: as a share of the variance of the answer
    error: float  #: standard error of `share`
    accuracy_gain: float | None  #: None for a number
    switch_probability: float | None
    spread: float  #: standard deviation of the updated answer


@dataclass(frozen=True, kw_only=True)
class ValueOfInformation(QoiFinding):
    """Claims and parameters to check for one answer."""

    claims: tuple[InformationValue, ...] = ()  #: the most valuable first
    numbers: tuple[InformationValue, ...] = ()  #: the same for parameters
    uninformative: int = 0  #: claims about parameters without significant effect on the answer


def voi(
    model: Model,
    *,
    choice: str = "",
    at: str = "",
    question: str = "",
    draws: int = DRAWS,
    seed: int = 1,
    best: int = BEST,
    progress: Progress = SILENT,
) -> ValueOfInformation:
    """Rank claims and parameters by how much checking them would reduce the uncertainty."""

    about = asking.resolve(model, choice, at, question)
    again = Rerunner.from_run(simulate(model, draws=1, seed=seed, progress=progress))
    sample = again.with_table(model.table, draws, about.step, progress)
    values = about.values(sample)
    good = np.isfinite(values).all(axis=0)
    fit = _Fit(values[:, good], parameter_normals(model, draws, seed)[good], about.index, about.is_probability, seed)
    named = {claim: bearing for bearing in bearings(model) for claim in bearing.claims}
    claims = [fit.information_value(model, bearing) for bearing in dict.fromkeys(named.values())]
    alone = [fit.information_value(model, ClaimGroup((), {i: 1.0})) for i in model.layout.varying]
    shown = [
        sorted((item for item in result if item and item.share > ERRORS * item.error), key=lambda item: -item.share)
        for result in (claims, alone)
    ]
    answer, error = mean(values[about.index])
    node = sum(len(item.claims) for item in shown[0])
    return ValueOfInformation(
        origin=Provenance.of(sample.run),
        quantity_of_interest=about.name,
        text=about.text,
        kind=about.kind,
        date=about.date,
        unit=about.unit,
        answer=answer,
        answer_error=error,
        claims=tuple(shown[0][:best]),
        numbers=tuple(shown[1][:best]),
        uninformative=len(named) - node,
    )


class _Fit:
    """Regression of the answers of a run on the parameters."""

    def __init__(self, values: np.ndarray, z: np.ndarray, index: int, share: bool, seed: int) -> None:
        self.values, self.place, self.share, self.seed = values, index, share, seed
        self.basis = np.stack([z, (z**2 - 1) / math.sqrt(2), (z**3 - 3 * z) / math.sqrt(6)])  # degree, draw, number
        self.variance = float(values[index].var())

    def information_value(self, model: Model, bearing: ClaimGroup) -> InformationValue | None:
        """Value of revealing these shares of parameters; None if not significant."""
        text = {
            model.layout.row_of[i]: share for i, share in bearing.variance_shares.items() if i in model.layout.row_of
        }
        if not text or not self.variance:
            return None
        x = np.concatenate([self.basis[:, :, row] for row in text])
        stored = np.concatenate([[math.sqrt(share) ** (k + 1) for k in range(DEGREE)] for share in text.values()])
        n = x.shape[1]
        centred = self.values - self.values.mean(axis=1, keepdims=True)
        rough = centred[self.place] @ x.T / n  # the basis is orthonormal: good enough to drop what is plainly noise
        if (rough**2).sum() < (len(x) + 3 * math.sqrt(2 * len(x))) * self.variance / n:
            return None
        spread = _spread(x, [row in model.layout.fitted for row in text])
        share = self._share(x, stored, spread, centred[self.place])
        rng = np.random.default_rng(self.seed)
        again = [
            self._share(
                x[:, rows], stored, spread, self.values[self.place][rows] - self.values[self.place][rows].mean()
            )
            for rows in (rng.integers(0, n, n) for _ in range(RESAMPLES))
        ]
        curve = self._curve(x, stored, centred, share)
        right, turns = (None, None) if not self.share else self._turned(curve)
        parameters = [model.plan.parameters[i] for i in bearing.variance_shares]
        return InformationValue(
            claims=bearing.claims,
            numbers=tuple(p.path for p in parameters),
            labels=tuple(labels.parameter(model.plan, p.path) for p in parameters),
            beliefs=tuple(str(p.belief) for p in parameters),
            variance_share=float(np.mean(list(text.values()))),
            variance_reduction=share * self.variance,
            share=share,
            error=float(np.std(again)),
            accuracy_gain=right,
            switch_probability=turns,
            spread=math.sqrt(max(share, 0.0) * self.variance),
        )

    def _share(self, x: np.ndarray, stored: np.ndarray, spread: np.ndarray, y: np.ndarray) -> float:
        """Share of the variance of y explained by the fit, corrected for overfitting."""
        coefficients, noise = _fitted(x, y)
        whole = coefficients @ spread @ coefficients + np.var(y - coefficients @ x)
        node = (spread * np.outer(stored, stored) * (np.outer(coefficients, coefficients) - noise)).sum()
        return float(max(node / whole, 0.0)) if whole else 0.0  # nothing varies

    def _curve(self, x: np.ndarray, stored: np.ndarray, centred: np.ndarray, share: float) -> np.ndarray:
        """(label, N) expected updated answers, shrunk to the significant variance."""
        rows = [_fitted(x, y)[0] * stored @ x for y in centred]
        wide = rows[self.place].std()
        shrink = math.sqrt(share * self.variance) / wide if wide > 0 else 0.0
        return np.asarray(self.values.mean(axis=1, keepdims=True) + min(shrink, 1.0) * np.stack(rows))

    def _turned(self, curve: np.ndarray) -> tuple[float, float]:
        """Gain in the probability that the leading answer is right, and probability of a change."""
        means = self.values.mean(axis=1)
        return float(max(curve.max(axis=0).mean() - means.max(), 0.0)), float(
            (curve.argmax(axis=0) != means.argmax()).mean()
        )


def _spread(x: np.ndarray, together: list[bool]) -> np.ndarray:
    """Covariance of a basis (number and degree, draw): identity, or as sampled for `together`."""
    joint = np.repeat(together, DEGREE)
    tied = np.outer(joint, joint) & (sum(together) > 1)
    return np.where(tied, x @ x.T / x.shape[1], np.eye(len(x)))


def _fitted(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Least-squares coefficients and their sampling covariance."""
    square = x @ x.T
    coefficients = np.linalg.solve(square, x @ y)
    left = y - coefficients @ x
    return coefficients, left.var() * np.linalg.inv(square)
