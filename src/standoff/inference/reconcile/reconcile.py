"""Reconcile rival claims about one quantity into a path with source biases.

Draws of the posterior, weighted by one over the likelihood of a claim, represent the posterior without that claim.
Pareto smoothing stabilises the weights; its shape parameter k shows when they cannot be trusted (vehtari2024). The most
influential claims are left out one by one and fitted again.
"""

from __future__ import annotations

import datetime as dt
import logging
import math
from collections.abc import Sequence
from dataclasses import replace
from importlib.metadata import version

import jax
import numpy as np

from standoff import xla
from standoff.dates import PartialDate
from standoff.errors import ModelError, join_limited
from standoff.inference import _optional, nuts
from standoff.inference.reconcile import measurement_model
from standoff.inference.reconcile.claim_arrays import ClaimData, collect
from standoff.inference.reconcile.records import (
    ClaimResidual,
    Influence,
    Interval,
    PathPoint,
    ReconcileDiagnostics,
    ReconciledQuantity,
    ReconcileSettings,
    SourceEstimate,
)
from standoff.ledger import Ledger
from standoff.ledger.quantities import Prior
from standoff.ledger.vocabulary import unknown_sides
from standoff.progress import SILENT, Progress, track
from standoff.statistics import Z90, central_90
from standoff.types import Floats

LOG = logging.getLogger(__name__)
LEVELS = (0.05, 0.5, 0.95)
FAN = (0.05, 0.25, 0.5, 0.75, 0.95)
RARE = 0.01  #: assumption: tail probability below which a claim is flagged as surprising
DRAWS, WARMUP = 1000, 400  #: of each of the four chains


def reconcile(
    ledger: Ledger,
    quantity: str,
    subject: str = "",
    *,
    as_of: str | dt.date,
    at: str | dt.date | None = None,
    without: Sequence[str] = (),
    independent_relays: bool = False,
    refits: int = 3,
    seed: int = 1,
    prior: Prior | None = None,
    title: str = "",
    draws: int = DRAWS,
    progress: Progress = SILENT,
) -> ReconciledQuantity:
    """Estimate `quantity` of `subject` on the day `at` from every claim published by `as_of`.

    subject: may be left out where claims of the quantity are about one actor; at: by default `as_of`; without: sides,
    speakers, sources and ids of claims to exclude; independent_relays: treat relayed claims as independent observations
    (to see how much too narrow that is); refits: number of the most influential claims to leave out, one by one.
    Raises `ModelError` where no claim can be used, or the optional packages are missing.
    """
    _optional.require()
    xla.devices()
    subject = subject or _only_subject(ledger, quantity)
    day = PartialDate.parse(as_of if at is None else at).last
    limit = PartialDate.parse(as_of).last
    if day > limit:
        raise ModelError(
            f"{day} lies after {limit}, the last day with claims",
            "--at",
            allowed=f"up to {limit}",
            fix="`standoff answer` gives forecasts",
        )
    facts = collect(
        ledger, quantity, subject, as_of, at=day, prior=prior, relays=not independent_relays, without=without
    )
    with jax.enable_x64(True):
        data = measurement_model.data(facts)
        with progress.task("sampling"):
            fit = nuts.fit(
                measurement_model.MODEL, data, measurement_model.size(data), seed=seed, warmup=WARMUP, draws=draws
            )
        LOG.info("%s of %s as of %s: %d claims reconciled", quantity, subject, as_of, len(facts.claims))
        target = facts.at(quantity, [day])
        end = min(max([day, *(item.day for item in facts.claims)]), limit)
        days = [*(one for one in facts.grid.dates() if one < end), end]
        functionals = np.concatenate([facts.at(quantity, days), target])
        path = np.asarray(measurement_model.path_values(fit.flat, data, functionals))
        latent = measurement_model.latent_draws(fit.flat, data)
        keys = jax.random.split(jax.random.key(seed), len(fit.flat))
        simulated = np.asarray(measurement_model.simulate_claims(keys, fit.flat, data))
    size, used = path[:, -1], Ledger(tuple(item.claim for item in facts.claims))
    without_one = weights(data, fit)
    ids = [item.claim.id for item in facts.claims]
    return ReconciledQuantity(
        title=title,
        subject=subject,
        quantity=quantity,
        unit=facts.unit,
        at=_point(day, size),
        mc_error=float(_optional.statistics().mcse(size.reshape(fit.draws.shape[:2]), method="median")),
        path=tuple(_point(one, column) for one, column in zip(days, path.T, strict=False)),
        sources=_sources(facts, latent),
        claims=_residuals(facts, latent, simulated, without_one[0]),
        influences=influences(ids, data, without_one, size, target, refits, seed, progress),
        left_out=facts.left_out,
        conflicts=tuple(conflict.text for conflict in used.conflicts()),
        definitions=_definitions(facts, latent),
        warnings=_warnings(facts, fit, day),
        checks=ReconcileDiagnostics(
            passed=fit.passed,
            rhat=fit.rhat,
            ess=fit.ess,
            divergences=fit.divergences,
            draws=len(fit.flat),
            steps=fit.steps,
        ),
        made=ReconcileSettings(
            str(facts.as_of),
            ledger.hash,
            tuple(without),
            independent_relays,
            seed,
            vars(facts.prior),
            {name: version(name) for name in ("standoff", "jax", "numpyro")},
        ),
    )


def _point(day: dt.date, size: Floats) -> PathPoint:
    return PathPoint(str(day), *np.quantile(size, FAN).tolist())


def _sources(facts: ClaimData, latent: measurement_model.Latent) -> tuple[SourceEstimate, ...]:
    """Sources by the size of their bias factor."""
    out, prior = [], facts.prior
    for i, source in enumerate(facts.source_models):
        own = facts.arrays.source[:, i] > 0
        bias = np.exp(np.asarray(latent.bias)[:, own].mean(axis=1))
        noise = np.asarray(latent.noise)[:, i]
        before = _share_before(prior) if source.floor else _bias_before(facts, own)
        out.append(
            SourceEstimate(
                source=source.name,
                side=source.side,
                interest=source.interest,
                claims=int(own.sum()),
                bias=float(np.median(bias)),
                bias_interval=central_90(bias),
                bias_before=before,
                noise=float(np.median(noise)),
                noise_interval=central_90(noise),
                by_name=source.floor,
            )
        )
    return tuple(sorted(out, key=lambda item: -abs(math.log(item.bias))))


def _bias_before(facts: ClaimData, own: np.ndarray) -> Interval:
    mean, loading = facts.arrays.bias_mean[own].mean(), facts.arrays.bias[own].mean(axis=0)
    wide = Z90 * float(np.sqrt(loading @ loading))
    return math.exp(mean - wide), math.exp(mean + wide)


def _share_before(prior: Prior) -> Interval:
    low, high = (1 / (1 + math.exp(-prior.name_count_share[0] - z * prior.name_count_share[1])) for z in (-Z90, Z90))
    return low, high


def _residuals(
    facts: ClaimData, latent: measurement_model.Latent, simulated: Floats, weights: Floats
) -> tuple[ClaimResidual, ...]:
    """Residuals of claims, in the order of their days.

    simulated: (draw, claim) logs of numbers; weights: (draw, claim) of draws without the claim
    """
    level, expected = np.asarray(latent.level), np.asarray(latent.level) + np.asarray(latent.bias)
    arrays, out = facts.arrays, []
    for i, item in enumerate(facts.claims):
        source, claim = facts.source_models[int(arrays.source[i].argmax())], item.claim
        truth, value, half, rate = (
            float(np.median(level[:, i])),
            arrays.observed_log[i],
            arrays.half_width[i],
            arrays.bound_rate[i],
        )
        above = float(weights[:, i] @ (simulated[:, i] > value))
        tail = 2 * min(above, 1 - above)
        out.append(
            ClaimResidual(
                id=claim.id,
                quantity=claim.quantity,
                source=source.name,
                side=source.side,
                day=str(item.day),
                statement=claim.statement,
                low=0.0 if rate < 0 else math.exp(value - half),
                high=None if rate > 0 else math.exp(value + half),
                truth=math.exp(truth),
                factor=math.exp(value - truth),
                residual=math.exp(value - float(np.median(expected[:, i]))),
                tail=tail,
                surprising=tail < RARE,
            )
        )
    return tuple(out)


def _definitions(facts: ClaimData, latent: measurement_model.Latent) -> dict[str, Interval]:
    flows = np.asarray(latent.flows).sum(axis=2)
    return {
        f"{name} for one {facts.parts[0]}": central_90(flows[:, i] / flows[:, 0])
        for i, name in enumerate(facts.parts)
        if i
    }


def _warnings(facts: ClaimData, fit: nuts.NutsResult, day: dt.date) -> tuple[str, ...]:
    out = []
    if not fit.passed:
        out.append(
            f"the draws do not pass: R-hat {fit.rhat:.3f}, least effective draws {fit.ess:.0f}, "
            f"{fit.divergences} divergent; the numbers may be off"
        )
    if facts.unknown:
        out.append(unknown_sides(facts.unknown))
    last = max(item.day for item in facts.claims)
    if day > last:
        out.append(f"no claim is about a day after {last}: what comes later goes on as the path did")
    return tuple(out)


def _only_subject(ledger: Ledger, quantity: str) -> str:
    """The one subject of claims about a quantity; raises `ModelError` for several."""
    subjects = sorted({claim.subject for claim in ledger if claim.quantity == quantity and claim.numbers})
    if len(subjects) > 1:
        raise ModelError(
            f"`{quantity}` has claims about {len(subjects)} actors",
            "--subject",
            allowed=join_limited(subjects),
            fix=f"write such as --subject {subjects[0]}",
        )
    return subjects[0] if subjects else ""


def weights(data: measurement_model.ReconcileArrays, fit: nuts.NutsResult) -> tuple[Floats, Floats]:
    """Importance weights without one claim, (draw, claim), of sum 1; Pareto shapes, (claim,)."""
    with jax.enable_x64(True):
        likelihood = np.asarray(measurement_model.likelihoods(fit.flat, data))
    # takes log likelihoods, and turns them round itself
    smooth, shapes = _optional.statistics().psislw(likelihood, axis=0)
    out = np.exp(np.asarray(smooth)).reshape(likelihood.shape[::-1]).T
    return out / out.sum(axis=0), np.asarray(shapes)


def influences(
    ids: Sequence[str],
    data: measurement_model.ReconcileArrays,
    without_one: tuple[Floats, Floats],
    size: Floats,
    target: Floats,
    refits: int,
    seed: int,
    progress: Progress = SILENT,
) -> tuple[Influence, ...]:
    """Influence of each claim, largest first; the top `refits` by weights are fitted again.

    without_one: `weights`; size: (draw,) of the target quantity; target: its functional, (1, part, step)
    """
    median = float(np.median(size))
    ranked = []
    for i, (name, weight, shape) in enumerate(zip(ids, without_one[0].T, without_one[1], strict=True)):
        low, middle, high = weighted(size, weight, LEVELS)
        ranked.append((i, Influence(name, middle, (low, high), middle / median - 1, float(shape), None, None)))
    ranked.sort(key=lambda pair: -abs(pair[1].change))
    out = [_refitted(i, item, data, target, median, seed) for i, item in track(progress, "refits", ranked[:refits])]
    out += [item for _, item in ranked[refits:]]
    return tuple(sorted(out, key=lambda item: -abs(item.change)))


def _refitted(
    i: int, influence: Influence, data: measurement_model.ReconcileArrays, target: Floats, median: float, seed: int
) -> Influence:
    with jax.enable_x64(True):
        fewer = data._replace(include=data.include.at[i].set(0.0))
        fit = nuts.fit(measurement_model.MODEL, fewer, measurement_model.size(data), seed=seed)
        low, middle, high = np.quantile(measurement_model.path_values(fit.flat, data, target)[:, 0], LEVELS).tolist()
    change = middle / median - 1
    return replace(influence, change=change, refitted=middle, refitted_interval=(low, high))


def weighted(values: Floats, weights: Floats, levels: Sequence[float]) -> list[float]:
    """Weighted quantiles of draws."""
    order = np.argsort(values)
    total = np.cumsum(weights[order])
    return np.interp(np.array(levels) * total[-1], total - weights[order] / 2, values[order]).tolist()
