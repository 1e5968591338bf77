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
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from standoff import labels
from standoff.analysis import quantity_of_interest
from standoff.analysis.claim_removal import cited_claims
from standoff.analysis.quantity_of_interest import Experiment, QoiFinding
from standoff.analysis.sensitivity.screening import parameter_normals
from standoff.engine.model import Model
from standoff.progress import SILENT, Progress
from standoff.record import record

DRAWS = 8192  # assumption: a reduction of variance by a hundredth is then significant
BEST = 5  # assumption: claims that a reader can check
DEGREE, RESAMPLES, ERRORS = 3, 60, 2.0


@record
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


@record
class ValueOfInformation(QoiFinding):
    """Claims and parameters to check for one answer."""

    claims: tuple[InformationValue, ...]  #: the most valuable first
    numbers: tuple[InformationValue, ...]  #: the same for parameters
    uninformative: int  #: claims about parameters without significant effect on the answer


@dataclass(frozen=True, eq=False)
class ClaimGroup:
    """Claims that uncertain parameters cite in the same way."""

    claims: tuple[str, ...]
    variance_shares: dict[int, float]  #: parameter -> share of its variance that one of these claims could explain


def claim_groups(model: Model) -> list[ClaimGroup]:
    """Every claim that an uncertain parameter cites, in groups with equal parameters and shares."""
    plan, shares = model.plan, dict[str, dict[int, float]]()

    def add(claims: tuple[str, ...], index: int, count: int) -> None:
        for claim in claims if index in model.layout.row_of else ():
            of_claim = shares.setdefault(claim, {})
            of_claim[index] = max(of_claim.get(index, 0.0), 1 / max(count, 1))

    for index, parameter in enumerate(plan.parameters):
        if not parameter.path.startswith("questions."):
            add(cited_claims(plan, index), index, len(parameter.belief.sources))
    for choice in plan.choices:
        for reason in choice.reasons:
            add(reason.claims, reason.weight, len(reason.claims))
    alike: dict[tuple[tuple[int, float], ...], list[str]] = {}
    for claim, of_claim in shares.items():
        alike.setdefault(tuple(sorted(of_claim.items())), []).append(claim)
    paths = {item.claims: item.scale for item in plan.observations if item.scale in model.layout.row_of and item.claims}
    cited = [ClaimGroup(tuple(claims), dict(of_group)) for of_group, claims in alike.items()]
    return cited + [ClaimGroup(claims, {scale: 1.0}) for claims, scale in paths.items()]


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
    about = quantity_of_interest.resolve(model, choice, at, question)
    experiment = Experiment.of(model, about, draws, seed, progress)
    good = np.isfinite(experiment.values).all(axis=0)
    normals = parameter_normals(model, draws, seed)[good]
    fit = _Fit(experiment.values[:, good], normals, about.index, about.is_probability, seed)
    group_of = {claim: group for group in claim_groups(model) for claim in group.claims}

    def ranked(groups: Iterable[ClaimGroup]) -> list[InformationValue]:
        values = [fit.information_value(model, group) for group in groups]
        return sorted((item for item in values if item and item.share > ERRORS * item.error), key=lambda it: -it.share)

    claims = ranked(dict.fromkeys(group_of.values()))
    return ValueOfInformation(
        **experiment.header(),
        claims=tuple(claims[:best]),
        numbers=tuple(ranked(ClaimGroup((), {i: 1.0}) for i in model.layout.varying)[:best]),
        uninformative=len(group_of) - sum(len(item.claims) for item in claims),
    )


class _Fit:
    """Regression of the answers of a run on the parameters."""

    def __init__(self, values: np.ndarray, z: np.ndarray, index: int, is_probability: bool, seed: int) -> None:
        self.values, self.index, self.is_probability, self.seed = values, index, is_probability, seed
        self.basis = np.stack([z, (z**2 - 1) / math.sqrt(2), (z**3 - 3 * z) / math.sqrt(6)])  # degree, draw, parameter
        self.variance = float(values[index].var())

    def information_value(self, model: Model, group: ClaimGroup) -> InformationValue | None:
        """Value of revealing these shares of parameters; None if not significant."""
        row_of = model.layout.row_of
        shares = {row_of[i]: share for i, share in group.variance_shares.items() if i in row_of}
        if not shares or not self.variance:
            return None
        x = np.concatenate([self.basis[:, :, row] for row in shares])
        left = np.concatenate([[math.sqrt(share) ** (k + 1) for k in range(DEGREE)] for share in shares.values()])
        n, own = x.shape[1], self.values[self.index]
        centred = self.values - self.values.mean(axis=1, keepdims=True)
        rough = centred[self.index] @ x.T / n  # the basis is orthonormal: good enough to drop what is plainly noise
        if (rough**2).sum() < (len(x) + 3 * math.sqrt(2 * len(x))) * self.variance / n:
            return None
        covariance = _covariance(x, [row in model.layout.fitted for row in shares])
        share = _explained(x, left, covariance, centred[self.index])
        rng = np.random.default_rng(self.seed)
        resampled = [
            _explained(x[:, rows], left, covariance, own[rows] - own[rows].mean())
            for rows in (rng.integers(0, n, n) for _ in range(RESAMPLES))
        ]
        curve = self._curve(x, left, centred, share)
        gain, turns = self._turned(curve) if self.is_probability else (None, None)
        parameters = [model.plan.parameters[i] for i in group.variance_shares]
        return InformationValue(
            claims=group.claims,
            numbers=tuple(p.path for p in parameters),
            labels=tuple(labels.parameter(model.plan, p.path) for p in parameters),
            beliefs=tuple(str(p.belief) for p in parameters),
            variance_share=float(np.mean(list(shares.values()))),
            variance_reduction=share * self.variance,
            share=share,
            error=float(np.std(resampled)),
            accuracy_gain=gain,
            switch_probability=turns,
            spread=math.sqrt(max(share, 0.0) * self.variance),
        )

    def _curve(self, x: np.ndarray, left: np.ndarray, centred: np.ndarray, share: float) -> np.ndarray:
        """(label, N) expected updated answers, shrunk to the significant variance."""
        rows = [_fitted(x, y)[0] * left @ x for y in centred]
        wide = rows[self.index].std()
        shrink = math.sqrt(share * self.variance) / wide if wide > 0 else 0.0
        return np.asarray(self.values.mean(axis=1, keepdims=True) + min(shrink, 1.0) * np.stack(rows))

    def _turned(self, curve: np.ndarray) -> tuple[float, float]:
        """Gain in the probability that the leading answer is right, and probability of a change."""
        means = self.values.mean(axis=1)
        gain = max(curve.max(axis=0).mean() - means.max(), 0.0)
        return float(gain), float((curve.argmax(axis=0) != means.argmax()).mean())


def _explained(x: np.ndarray, left: np.ndarray, covariance: np.ndarray, y: np.ndarray) -> float:
    """Share of the variance of y explained by the fit, corrected for overfitting.

    left: root of the share of the variance of each row of the basis that a claim reveals
    """
    coefficients, noise = _fitted(x, y)
    whole = coefficients @ covariance @ coefficients + np.var(y - coefficients @ x)
    part = (covariance * np.outer(left, left) * (np.outer(coefficients, coefficients) - noise)).sum()
    return float(max(part / whole, 0.0)) if whole else 0.0  # nothing varies


def _covariance(x: np.ndarray, together: list[bool]) -> np.ndarray:
    """Covariance of a basis (parameter and degree, draw): identity, or sampled for `together`."""
    joint = np.repeat(together, DEGREE)
    tied = np.outer(joint, joint) & (sum(together) > 1)
    return np.where(tied, x @ x.T / x.shape[1], np.eye(len(x)))


def _fitted(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Least-squares coefficients and their sampling covariance."""
    square = x @ x.T
    coefficients = np.linalg.solve(square, x @ y)
    residuals = y - coefficients @ x
    return coefficients, residuals.var() * np.linalg.inv(square)
