"""Laplace approximation of a fit: mode by Gauss-Newton, and curvature there.

The curvature is J' C J plus that of the prior, with J the Jacobian of the simulation (the expensive part of the target)
and C the Hessian of the likelihood in its outputs (the cheap part). The curvature of the simulation itself is
neglected, so that no second derivative of it is needed. J comes from one compiled function that differentiates a batch
of directions in forward mode; the same function screens all parameters before the fit and is used in every step of it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from standoff.errors import ModelError
from standoff.inference.fit.flow_coordinates import FlowCoordinates
from standoff.inference.fit.log_density import CHANCE, LogDensity
from standoff.inference.fit.partial_centring import Centring, Coordinates, coordinates
from standoff.inference.mode import Mode, Point, find_mode, inverse_root
from standoff.inference.reconcile.claim_likelihood import ClaimArrays, ReportCoordinates
from standoff.progress import SILENT, Progress, track
from standoff.types import Floats, Ints
from standoff.xla import UNOPTIMISED

LOG = logging.getLogger(__name__)
BATCH = 256  #: number of directions at once: memory of 256 futures
LEAST_INFORMATION = 0.05
#: information, relative to the prior's 1, from which a parameter is fitted: less narrows it by < 2.5 %


class Derivatives(NamedTuple):
    """Derivatives of the claims' likelihood at a point, which are cheap."""

    lik: Array
    by_out: Array  #: (output,) slope
    by_s: Array  #: (source parameter,)
    claims: Array  #: negative curvature over log sizes and parameters of the sources
    choices: Array  #: (choice, output, output) negative curvature


@dataclass(frozen=True, eq=False)
class FitPoint(Point):
    """The negative log posterior density at a point of some coordinates."""

    outputs: Array
    slopes: Floats  #: (output, fitted parameter) of the outputs
    derivatives: Derivatives
    choices: tuple[Floats, Floats]  #: slope and negative curvature of the choices' log likelihood


@dataclass(frozen=True, eq=False, kw_only=True)
class LaplaceFit:
    """Normal distribution at the mode. Window parameters that are not fitted keep the prior."""

    coordinates: Coordinates  #: coordinates in which it is normal
    centring: Centring  #: degrees of centring
    how: FlowCoordinates  #: flow coordinates
    arrays: ClaimArrays  #: with parameters that are not fitted
    mode: Floats  #: (fitted + sources,)
    root: Floats  #: W with W W' = covariance
    choices: tuple[Floats, Floats]  #: slope and negative curvature of the choices' log likelihood at the mode
    steps: int
    converged: bool  #: whether the search converged
    plain_point: FitPoint  #: at the mode, by target parameters
    plain_arrays: ClaimArrays  #: those of the plain point

    @property
    def fitted(self) -> Ints:
        """Indices of the fitted window parameters."""
        return self.coordinates.fitted

    def draws(self, rng: np.random.Generator, count: int) -> Floats:
        """Draws (count, coordinate)."""
        return self.mode + rng.standard_normal((count, len(self.mode))) @ self.root.T

    def plain(self, x: Floats) -> Floats:
        """(draw, parameter) of the target, from those of the coordinates."""
        return np.asarray(self.coordinates.all_plain(jnp.asarray(x), self.centring))


Pushed: TypeAlias = Callable[[Array, Array, FlowCoordinates], tuple[Array, Array]]
Bend: TypeAlias = Callable[[Array, Array, ClaimArrays], Derivatives]


def jvp_batch(target: LogDensity) -> Pushed:
    """(z, directions (BATCH, number), flow coordinates) -> outputs, slopes per direction."""

    def one(z: Array, by: Array, how: FlowCoordinates) -> tuple[Array, Array]:
        return jax.jvp(lambda z: target.outputs(z[:, None], how)[:, 0], (z,), (by,))

    return jax.jit(jax.vmap(one, in_axes=(None, 0, None), out_axes=(None, 0)))


def slopes(
    push: Pushed, z: Array, numbers: Ints, how: FlowCoordinates, progress: Progress = SILENT
) -> tuple[Array, Floats]:
    """Outputs at `z` and their slopes (output, parameter) for some of the parameters."""
    columns, out = [], None
    for at in track(progress, "slopes", range(0, len(numbers), BATCH)):
        some = numbers[at : at + BATCH]
        directions = np.zeros((BATCH, z.shape[0]))
        directions[np.arange(len(some)), some] = 1.0
        out, result = push(z, jnp.asarray(directions), how)
        columns.append(np.asarray(result)[: len(some)])
    assert out is not None
    return out, np.concatenate(columns).T


def likelihood_curvature(target: LogDensity) -> Bend:
    """(outputs, s, arrays) -> log likelihood, its slopes in both, and negative curvatures."""
    count = target.claims

    def all_of(out: Array, s: Array, arrays: ClaimArrays) -> Derivatives:
        def of_claims(both: Array) -> Array:
            params = both[:count], both[count:], arrays
            return jnp.sum(target.of_claims(*params)) + target.of_reports(*params)

        both = jnp.concatenate([out[:count], s])
        lik, slope = jax.value_and_grad(of_claims)(both)
        bent = -jax.hessian(of_claims)(both)
        chance, of_chance = jax.value_and_grad(target.of_chance)(out)
        of_chance = of_chance.at[:count].set(slope[:count])
        if not target.options.with_gradient:
            return Derivatives(lik + chance, of_chance, slope[count:], bent, jnp.zeros((0, 0, 0)))
        dates = target.shape[0]

        def of_choice(own: Array, observed: Any) -> tuple[Array, Array, Array]:
            result, steep = jax.value_and_grad(target.of_choice)(own, dates, observed)
            return result, steep, -jax.hessian(target.of_choice)(own, dates, observed)

        found, steep, curves = jax.vmap(of_choice)(target.by_choice(out), target.picked)
        by_out = of_chance.at[count : count + steep.size].set(steep.ravel())
        return Derivatives(lik + chance + found.sum(), by_out, slope[count:], bent, curves)

    # a small function with many operations: compiler optimisation costs more than it saves
    return jax.jit(all_of, compiler_options=UNOPTIMISED)


def laplace(
    target: LogDensity,
    *,
    push: Pushed | None = None,
    bend: Bend | None = None,
    least_information: float = LEAST_INFORMATION,
    selected: Ints | None = None,
    progress: Progress = SILENT,
) -> LaplaceFit:
    """Screen all parameters, find the mode, and compute its curvature.

    The mode is that of the plain coordinates: parameters are screened again there, and the search is repeated. The
    normal approximation uses coordinates in which the posterior is closer to normal; the mode in these would be biased
    to small spreads. `push` and `bend` may be reused for another set of claims.

    selected: parameters of the window that are fitted whatever their information
    Raises `ModelError` where no parameter has enough of it.
    """
    push, bend = push or jvp_batch(target), bend or likelihood_curvature(target)
    off, everything = target.window.without_flows, np.arange(target.size)
    z, s, arrays = np.array(target.from_prior()), np.zeros(target.sources), target.arrays
    information, steps = np.zeros(target.size), 0
    for _ in range(2):
        outputs, rise = slopes(push, jnp.asarray(z), everything, off, progress)
        derivatives = bend(outputs, jnp.asarray(s), arrays)
        information = np.maximum(information, fisher_information(target, derivatives, rise))
        fitted = informed(target, information, least_information) if selected is None else selected
        LOG.info("%d of %d parameters are fitted", len(fitted), target.size)
        if not len(fitted):
            raise ModelError(
                "what the fit compares tells next to nothing about any uncertain number",
                path="fit",
                allowed="claims and observed options that depend on an uncertain number after `since`",
                fix="add claims about later days or other stocks, or give an earlier `since`",
            )
        by, arrays = coordinates(target, fitted), residual_directions(target, rise, fitted)
        found: Mode[FitPoint] = find_mode(
            _Surface(by, by.none, off, arrays, push, bend).at, np.concatenate([z[fitted], s]), progress
        )
        z[fitted], s, steps = found.x[: len(fitted)], found.x[len(fitted) :], steps + found.steps
    mode, plain = found.x, found.point
    on = np.isin(np.arange(len(target.window.gauges.names)), target.followed[fitted])
    how = target.follow(np.asarray(plain.outputs), on)
    centring = Centring(1 - 1 / np.maximum(np.diag(plain.curvature)[by.places], 1.0), by.at(mode))
    now = target.spoken(plain.outputs[: target.claims], jnp.asarray(s), arrays)
    meant = ReportCoordinates(np.ones(()), np.asarray(now.meant), np.asarray(now.noise))
    centred = _Surface(by, centring, how, arrays._replace(meant=meant), push, bend)
    there = centred.at(mode)
    return LaplaceFit(
        coordinates=by,
        centring=centring,
        how=how,
        arrays=centred.arrays,
        mode=mode,
        root=inverse_root(there.curvature),
        choices=there.choices,
        steps=steps,
        converged=found.converged,
        plain_point=plain,
        plain_arrays=arrays,
    )


def informed(target: LogDensity, information: Floats, least: float) -> Ints:
    """The fitted parameters of the window; noise with flow coordinates at all steps or none."""
    out = information >= least
    for n in set(target.followed[out]) - {-1}:
        out |= target.followed == n
    return np.flatnonzero(out)


def residual_directions(target: LogDensity, rise: Floats, fitted: Ints) -> ClaimArrays:
    """Claims with the effect of parameters that are not fitted, from slopes (output, parameter)."""
    arrays, rest = target.arrays, np.delete(rise[: target.claims], fitted, axis=1)
    vectors, sizes, _ = np.linalg.svd(rest, full_matrices=False)
    directions = np.zeros(arrays.nuisance.shape)
    largest = (vectors * sizes)[:, : directions.shape[1]]
    directions[:, : largest.shape[1]] = largest
    left = np.square(rest).sum(axis=1) - np.square(directions).sum(axis=1)
    return arrays._replace(nuisance=jnp.asarray(directions), residual_variance=jnp.asarray(np.maximum(left, 0.0)))


@dataclass(frozen=True, eq=False)
class _Surface:
    """Negative log posterior density in some coordinates."""

    by: Coordinates
    centring: Centring
    how: FlowCoordinates
    arrays: ClaimArrays
    push: Pushed
    bend: Bend

    def at(self, x: Floats) -> FitPoint:
        """Its value, slope and curvature."""
        by, target = self.by, self.by.target
        numbers, moved, prior, prior_slope, prior_curvature = by.prior_derivatives(x, self.centring)
        z = target.near_prior(by.fitted, numbers[: len(by.fitted), None])[:, 0]
        outputs, rise = slopes(self.push, z, by.fitted, self.how)
        found = self.bend(outputs, jnp.asarray(numbers[len(by.fitted) :]), self.arrays)
        up = np.concatenate([rise.T @ np.asarray(found.by_out), np.asarray(found.by_s)])
        by_choices = np.array(found.by_out)
        by_choices[: target.claims] = by_choices[len(outputs) - len(CHANCE) * target.chance :] = 0.0
        of_choices = np.pad(choice_curvature(target, found, rise), (0, target.sources))
        return FitPoint(
            float(prior - found.lik),
            prior_slope - moved.T @ up,
            prior_curvature + moved.T @ curvature(target, found, rise) @ moved,
            outputs,
            rise,
            found,
            (
                moved.T @ np.pad(rise.T @ by_choices, (0, target.sources)),
                moved.T @ of_choices @ moved,
            ),
        )


def fisher_information(target: LogDensity, bent: Derivatives, rise: Floats) -> Floats:
    """(window parameter,) Fisher information about each alone, with unknown sources."""
    count, both = target.claims, np.asarray(bent.claims)
    of_sources = both[count:, count:] + np.eye(target.sources)
    marginal = both[:count, :count] - both[:count, count:] @ np.linalg.solve(of_sources, both[count:, :count])
    out = np.einsum("ci,cd,di->i", rise[:count], marginal, rise[:count], optimize=True)
    for own, curve in zip(own_slopes(target, rise), np.asarray(bent.choices), strict=True):
        out += np.einsum("ci,cd,di->i", own, curve, own, optimize=True)
    return np.asarray(np.abs(out))


def curvature(target: LogDensity, bent: Derivatives, rise: Floats) -> Floats:
    """J' C J over fitted and source parameters, with the curvature of the prior for flow noise."""
    count, both, level = target.claims, np.asarray(bent.claims), rise[: target.claims]
    own, across = level.T @ both[:count, :count] @ level, level.T @ both[:count, count:]
    own += choice_curvature(target, bent, rise)
    if target.chance:
        z = rise[-len(CHANCE) * target.chance :][: target.chance]
        own += z.T @ z
    out = np.block([[own, across], [across.T, both[count:, count:]]])
    return (out + out.T) / 2


def choice_curvature(target: LogDensity, bent: Derivatives, rise: Floats) -> Floats:
    """(parameter, parameter) curvature of the choices."""
    out = np.zeros((rise.shape[1],) * 2)
    for own, curve in zip(own_slopes(target, rise), np.asarray(bent.choices), strict=True):
        out += own.T @ curve @ own
    return out


def own_slopes(target: LogDensity, rise: Floats) -> Floats:
    """(choice, output, parameter) slopes."""
    rows = rise[target.claims : len(rise) - len(CHANCE) * target.chance]
    return rows.reshape(len(target.options.with_gradient), -1 if target.options.with_gradient else 0, rise.shape[1])
