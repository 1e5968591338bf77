"""Reconcile rival claims about one quantity into a path with source biases."""

from __future__ import annotations

import dataclasses
import logging
import math
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import jax
import numpy as np

from standoff import xla
from standoff.dates import PartialDate
from standoff.errors import ModelError, Problem, join_limited
from standoff.inference import _optional, nuts
from standoff.inference.reconcile import claim_arrays, measurement_model
from standoff.inference.reconcile.influence import influences, weights
from standoff.inference.reconcile.records import (
    Checks,
    ClaimResidual,
    Interval,
    PathPoint,
    ReconciledQuantity,
    ReconcileSettings,
    SourceEstimate,
)
from standoff.ledger import Ledger
from standoff.ledger.quantities import Prior
from standoff.ledger.vocabulary import unknown_sides
from standoff.progress import SILENT, Progress
from standoff.statistics import Z90

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from standoff.inference.reconcile.claim_arrays import ClaimData
    from standoff.types import Floats

LOG = logging.getLogger(__name__)
ENDS = (0.05, 0.95)
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
            Problem(
                f"{day} lies after {limit}, the last day with claims",
                "--at",
                allowed=f"up to {limit}",
                fix="`standoff answer` gives forecasts",
            )
        )
    facts = claim_arrays.collect(
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
        path = measurement_model.path_values(fit.flat, data, np.concatenate([facts.at(quantity, days), target]))
        latent = measurement_model.latent_draws(fit.flat, data)
        statement = np.asarray(
            measurement_model.simulate_claims(jax.random.split(jax.random.key(seed), len(fit.flat)), fit.flat, data)
        )
    size = path[:, -1]
    params = weights(data, fit)
    claims = _claims(facts, latent, statement, params[0])
    moved = influences([item.claim.id for item in facts.claims], data, params, size, target, refits, seed, progress)
    used = Ledger(tuple(item.claim for item in facts.claims))
    return ReconciledQuantity(
        title=title,
        subject=subject,
        quantity=quantity,
        unit=facts.unit,
        at=_point(day, size),
        mc_error=_median_error(size, fit.draws.shape[:2]),
        path=tuple(_point(one, column) for one, column in zip(days, path.T, strict=False)),
        sources=_sources(facts, latent),
        claims=claims,
        influences=moved,
        left_out=facts.left_out,
        conflicts=tuple(conflict.text for conflict in used.conflicts()),
        definitions=_definitions(facts, latent),
        warnings=_warnings(facts, fit, day),
        checks=Checks(fit.passed, fit.rhat, min(fit.ess, fit.ess_tail), fit.divergences, len(fit.flat), fit.steps),
        made=ReconcileSettings(
            str(facts.as_of),
            ledger.hash,
            tuple(without),
            independent_relays,
            seed,
            _plain(facts.prior),
            {name: version(name) for name in ("standoff", "jax", "numpyro")},
        ),
    )


def _point(day: dt.date, size: Floats) -> PathPoint:
    return PathPoint(str(day), *(float(x) for x in np.quantile(size, FAN)))


def _median_error(size: Floats, shape: tuple[int, ...]) -> float:
    return float(_optional.statistics().mcse(size.reshape(shape), method="median"))


def _interval(values: Floats) -> Interval:
    low, high = np.quantile(values, ENDS)
    return float(low), float(high)


def _sources(facts: ClaimData, latent: measurement_model.Latent) -> tuple[SourceEstimate, ...]:
    """Sources by the size of their bias factor."""
    out, prior = [], facts.prior
    for i, source in enumerate(facts.source_models):
        selected = facts.source_model == i
        bias = np.exp(np.asarray(latent.bias)[:, selected].mean(axis=1))
        noise = np.asarray(latent.noise)[:, i]
        before = _share_before(prior) if source.floor else _bias_before(facts, selected)
        out.append(
            SourceEstimate(
                source=source.name,
                side=source.side,
                interest=source.interest,
                claims=int(selected.sum()),
                bias=float(np.median(bias)),
                bias_interval=_interval(bias),
                bias_before=before,
                noise=float(np.median(noise)),
                noise_interval=_interval(noise),
                by_name=source.floor,
            )
        )
    return tuple(sorted(out, key=lambda item: -abs(math.log(item.bias))))


def _bias_before(facts: ClaimData, selected: Any) -> Interval:
    mean, rows = facts.bias_mean[selected].mean(), facts.bias[selected].mean(axis=0)
    wide = Z90 * float(np.sqrt(rows @ rows))
    return math.exp(mean - wide), math.exp(mean + wide)


def _share_before(prior: Prior) -> Interval:
    low, high = (1 / (1 + math.exp(-prior.name_count_share[0] - z * prior.name_count_share[1])) for z in (-Z90, Z90))
    return low, high


def _claims(
    facts: ClaimData, latent: measurement_model.Latent, statement: Floats, params: Floats
) -> tuple[ClaimResidual, ...]:
    """Residuals of claims, in the order of their days."""
    level, meant = np.asarray(latent.level), np.asarray(latent.level) + np.asarray(latent.bias)
    out = []
    for i, item in enumerate(facts.claims):
        source, claim = facts.source_models[facts.source_model[i]], item.claim
        truth, value, half, bound_rate = (
            float(np.median(level[:, i])),
            facts.value[i],
            facts.half_width[i],
            facts.bound_rate[i],
        )
        low, high = (
            (0.0 if bound_rate < 0 else math.exp(value - half)),
            (None if bound_rate > 0 else math.exp(value + half)),
        )
        above = float(params[:, i] @ (statement[:, i] > value))
        tail = 2 * min(above, 1 - above)
        factor, residual = math.exp(value - truth), math.exp(value - float(np.median(meant[:, i])))
        out.append(
            ClaimResidual(
                id=claim.id,
                quantity=claim.quantity,
                source=source.name,
                side=source.side,
                day=str(item.day),
                statement=claim.statement,
                low=low,
                high=high,
                truth=math.exp(truth),
                factor=factor,
                residual=residual,
                tail=tail,
                surprising=tail < RARE,
            )
        )
    return tuple(out)


def _definitions(facts: ClaimData, latent: measurement_model.Latent) -> dict[str, Interval]:
    flows = np.asarray(latent.flows).sum(axis=2)
    return {
        f"{name} for one {facts.parts[0]}": _interval(flows[:, i] / flows[:, 0])
        for i, name in enumerate(facts.parts)
        if i
    }


def _warnings(facts: ClaimData, fit: nuts.NutsResult, day: dt.date) -> tuple[str, ...]:
    out = []
    if not fit.passed:
        out.append(
            f"the draws do not pass: R-hat {fit.rhat:.3f}, least effective draws {min(fit.ess, fit.ess_tail):.0f}, "
            f"{fit.divergences} divergent; the numbers may be off"
        )
    if facts.unknown:
        out.append(unknown_sides(facts.unknown))
    last = max(item.day for item in facts.claims)
    if day > last:
        out.append(f"no claim is about a day after {last}: what comes later goes on as the path did")
    return tuple(out)


def _plain(prior: Prior) -> dict[str, Any]:
    return {field.name: getattr(prior, field.name) for field in dataclasses.fields(prior)}


def _only_subject(ledger: Ledger, quantity: str) -> str:
    """The one subject of claims about a quantity; raises `ModelError` for several."""
    subjects = sorted({claim.subject for claim in ledger if claim.quantity == quantity and claim.numbers})
    if len(subjects) > 1:
        raise ModelError(
            Problem(
                f"`{quantity}` has claims about {len(subjects)} actors",
                "--subject",
                allowed=join_limited(subjects),
                fix=f"write such as --subject {subjects[0]}",
            )
        )
    return subjects[0] if subjects else ""
