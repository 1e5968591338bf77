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
from numpy.typing import NDArray

from standoff.errors import ModelError, Problem
from standoff.inference.fit.flow_coordinates import FlowCoordinates
from standoff.inference.fit.log_density import CHANCE, FittedClaimArrays, LogDensity, ReportCoordinates, spoken
from standoff.inference.fit.partial_centring import Centring, Coordinates, coordinates
from standoff.inference.nuts import LEAST, LONGEST
from standoff.progress import SILENT, Progress, Task, track
from standoff.types import Floats
from standoff.xla import UNOPTIMISED

LOG = logging.getLogger(__name__)
BATCH = 256  #: number of directions at once: memory of 256 futures
LEAST_INFORMATION = (
    0.05  #: information, relative to the prior's 1, from which a parameter is fitted: less narrows it by < 2.5 %
)
STEPS, HALVINGS = 40, 8  #: largest number of steps, and of halvings of a step
DONE = 1e-3  #: log density gain of a step at which the mode is reached: far below the variation of draws


class Derivatives(NamedTuple):
    """Derivatives of the claims' likelihood at a point, which are cheap."""

    lik: Array
    by_out: Array  #: (output,) slope
    by_s: Array  #: (source parameter,)
    claims: Array  #: negative curvature over log sizes and parameters of the sources
    choices: Array  #: (choice, output, output) negative curvature


class Quadratic(NamedTuple):
    """Quadratic log posterior density near the mode, by target parameters."""

    out: Array  #: (output,) at the mode
    slopes: Floats  #: (output, fitted parameter) of the outputs
    bent: Derivatives
    curvature: Floats  #: (parameter, parameter) negative curvature of the log posterior density
    arrays: FittedClaimArrays  #: with parameters that are not fitted


@dataclass(frozen=True, eq=False, kw_only=True)
class LaplaceFit:
    """Normal distribution at the mode. Window parameters that are not fitted keep the prior."""

    coordinates: Coordinates  #: coordinates in which it is normal
    centring: Centring  #: degrees of centring
    how: FlowCoordinates  #: flow coordinates
    arrays: FittedClaimArrays  #: with parameters that are not fitted
    mode: Floats  #: (fitted + sources,)
    root: Floats  #: W with W W' = covariance
    choices: tuple[Floats, Floats]  #: slope and negative curvature of the choices' log likelihood at the mode
    information: Floats  #: (window parameter,) Fisher information about each alone, relative to the prior's 1
    steps: int
    converged: bool  #: whether the search converged
    energy: float  #: negative log posterior density at the mode
    quadratic: Quadratic

    @property
    def fitted(self) -> NDArray[np.int64]:
        """Indices of the fitted window parameters."""
        return self.coordinates.fitted

    def draws(self, rng: np.random.Generator, count: int) -> Floats:
        """Draws (count, coordinate)."""
        return self.mode + rng.standard_normal((count, len(self.mode))) @ self.root.T

    def plain(self, x: Floats) -> Floats:
        """(draw, parameter) of the target, from those of the coordinates."""
        return np.asarray(self.coordinates.all_plain(jnp.asarray(x), self.centring))


Pushed: TypeAlias = Callable[[Array, Array, FlowCoordinates], tuple[Array, Array]]
Bend: TypeAlias = "Callable[[Array, Array, FittedClaimArrays], Derivatives]"


def jvp_batch(target: LogDensity) -> Pushed:
    """(z, directions (BATCH, number), flow coordinates) -> outputs, slopes per direction."""

    def one(z: Array, by: Array, how: FlowCoordinates) -> tuple[Array, Array]:
        return jax.jvp(lambda z: target.outputs(z[:, None], how)[:, 0], (z,), (by,))

    def many(z: Array, directions: Array, how: FlowCoordinates) -> tuple[Array, Array]:
        out, slopes = jax.vmap(one, in_axes=(None, 0, None), out_axes=(None, 0))(z, directions, how)
        return out, slopes

    return jax.jit(many)


def slopes(
    push: Pushed, z: Array, numbers: NDArray[np.int64], how: FlowCoordinates, progress: Progress = SILENT
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

    def all_of(out: Array, s: Array, arrays: FittedClaimArrays) -> Derivatives:
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
    stored: float = LEAST_INFORMATION,
    selected: NDArray[np.int64] | None = None,
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
    off, everything = target.window.gauges.off(target.window.steps), np.arange(target.size)
    out, steep = slopes(push, target.from_prior(), everything, off, progress)
    information = fisher_information(target, bend(out, jnp.zeros(target.sources), target.arrays), steep)
    fitted, s = chosen(target, information, stored) if selected is None else selected, np.zeros(target.sources)
    z = np.array(target.from_prior())
    LOG.info("%d of %d parameters are fitted at first", len(fitted), target.size)
    if not len(fitted):
        raise ModelError(
            Problem(
                "what the fit compares tells next to nothing about any uncertain number",
                path="fit",
                allowed="claims and observed options that depend on an uncertain number after `since`",
                fix="add claims about later days or other stocks, or give an earlier `since`",
            )
        )
    by = coordinates(target, fitted)
    arrays = residual_directions(target, steep, fitted)
    first = _Surface(by, by.none, off, arrays, push, bend).climb(np.concatenate([z[fitted], s]), progress)
    z[fitted], s = first.mode[: len(fitted)], first.mode[len(fitted) :]
    out, steep = slopes(push, jnp.asarray(z), everything, off, progress)
    information = np.maximum(information, fisher_information(target, bend(out, jnp.asarray(s), arrays), steep))
    fitted = chosen(target, information, stored) if selected is None else selected
    LOG.info("%d of %d parameters are fitted", len(fitted), target.size)
    by, arrays = coordinates(target, fitted), residual_directions(target, steep, fitted)
    last = _Surface(by, by.none, off, arrays, push, bend).climb(np.concatenate([z[fitted], s]), progress)
    on = np.isin(np.arange(len(target.window.gauges.names)), target.followed[fitted])
    how = target.follow(np.asarray(last.out), on)
    quadratic = Quadratic(last.out, last.slopes, last.bent, last.bends, arrays)
    centring = Centring(1 - 1 / np.maximum(np.diag(last.bends)[by.places], 1.0), by.at(last.mode))
    now = spoken(last.out[: target.claims], jnp.asarray(last.mode[len(fitted) :]), arrays, target.blocks)
    arrays = arrays._replace(meant=ReportCoordinates(np.ones(()), np.asarray(now.meant), np.asarray(now.noise)))
    there = _Surface(by, centring, how, arrays, push, bend).at(last.mode)
    return LaplaceFit(
        coordinates=by,
        centring=centring,
        how=how,
        arrays=arrays,
        mode=last.mode,
        root=inverse_root(there.bends),
        choices=there.choices,
        information=information,
        steps=first.steps + last.steps,
        converged=last.converged,
        energy=last.energy,
        quadratic=quadratic,
    )


def chosen(target: LogDensity, information: Floats, stored: float) -> NDArray[np.int64]:
    """The fitted parameters of the window; noise with flow coordinates at all steps or none."""
    out = information >= stored
    for n in set(target.followed[out]) - {-1}:
        out |= target.followed == n
    return np.flatnonzero(out)


def residual_directions(target: LogDensity, slope: Floats, fitted: NDArray[np.int64]) -> FittedClaimArrays:
    """Claims with the effect of parameters that are not fitted, from slopes (output, parameter)."""
    arrays, steep = target.arrays, np.delete(slope[: target.claims], fitted, axis=1)
    vectors, sizes, _ = np.linalg.svd(steep, full_matrices=False)
    rest = np.zeros(arrays.nuisance.shape)
    stored = (vectors * sizes)[:, : rest.shape[1]]
    rest[:, : stored.shape[1]] = stored
    left = np.square(steep).sum(axis=1) - np.square(rest).sum(axis=1)
    return arrays._replace(nuisance=jnp.asarray(rest), residual_variance=jnp.asarray(np.maximum(left, 0.0)))


class _Point(NamedTuple):
    energy: float
    slope: Floats
    bends: Floats  #: curvature
    out: Array
    slopes: Floats  #: (output, fitted parameter)
    bent: Derivatives
    choices: tuple[Floats, Floats]


class _ModeResult(NamedTuple):
    mode: Floats
    bends: Floats
    out: Array
    slopes: Floats
    bent: Derivatives
    steps: int
    converged: bool
    energy: float


@dataclass(frozen=True, eq=False)
class _Surface:
    """Negative log posterior density in some coordinates."""

    by: Coordinates
    centring: Centring
    how: FlowCoordinates
    arrays: FittedClaimArrays
    push: Pushed
    bend: Bend

    def at(self, x: Floats) -> _Point:
        """Its value, slope and curvature."""
        by, target = self.by, self.by.target
        numbers, moved, prior, steep, bent_prior = by.prior_derivatives(x, self.centring)
        z = np.array(target.from_prior())
        z[by.fitted] = numbers[: len(by.fitted)]
        out, rise = slopes(self.push, jnp.asarray(z), by.fitted, self.how)
        result = self.bend(out, jnp.asarray(numbers[len(by.fitted) :]), self.arrays)
        up = np.concatenate([rise.T @ np.asarray(result.by_out), np.asarray(result.by_s)])
        bends = bent_prior + moved.T @ curvature(target, result, rise) @ moved
        of_choices = np.array(result.by_out)
        of_choices[: target.claims] = of_choices[len(out) - len(CHANCE) * target.chance :] = 0.0
        wide = np.zeros((len(x), len(x)))
        wide[: rise.shape[1], : rise.shape[1]] = _of_choices(target, result, rise)
        slope = np.concatenate([rise.T @ of_choices, np.zeros(target.sources)])
        return _Point(
            float(prior - result.lik),
            steep - moved.T @ up,
            bends,
            out,
            rise,
            result,
            (moved.T @ slope, moved.T @ wide @ moved),
        )

    def climb(self, x: Floats, progress: Progress) -> _ModeResult:
        """Gauss-Newton from `x` to the mode, with steps halved until they improve."""
        with progress.task("steps to the mode") as task:
            return self._climb(x, task)

    def _climb(self, x: Floats, task: Task) -> _ModeResult:
        here, done = self.at(x), False
        for steps in range(1, STEPS + 1):
            values, vectors = np.linalg.eigh(here.bends)
            move = -vectors @ ((vectors.T @ here.slope) / np.maximum(np.abs(values), LEAST))
            move *= min(1.0, LONGEST / np.linalg.norm(move))
            for halving in range(HALVINGS):
                tried = self.at(x + 0.5**halving * move)
                if np.isfinite(tried.energy) and tried.energy < here.energy:
                    break
            else:
                done = bool(-here.slope @ move < 2 * DONE)  # nothing better near: the mode, if the slope says so too
                break
            gain = here.energy - tried.energy
            x, here = x + 0.5**halving * move, tried
            task.update()
            LOG.info("step %d to the mode: log density %.3f", steps, -here.energy)
            if gain < DONE:
                done = True
                break
        return _ModeResult(x, here.bends, here.out, here.slopes, here.bent, steps, done, here.energy)


def inverse_root(bends: Floats) -> Floats:
    """W with W W' = inverse of a curvature, with its eigenvalues made positive."""
    values, vectors = np.linalg.eigh(bends)
    return vectors / np.sqrt(np.maximum(np.abs(values), LEAST))


def fisher_information(target: LogDensity, bent: Derivatives, steep: Floats) -> Floats:
    """(window parameter,) Fisher information about each alone, with unknown sources."""
    count, both = target.claims, np.asarray(bent.claims)
    of_sources = both[count:, count:] + np.eye(target.sources)
    marginal = both[:count, :count] - both[:count, count:] @ np.linalg.solve(of_sources, both[count:, :count])
    out = np.einsum("ci,cd,di->i", steep[:count], marginal, steep[:count], optimize=True)
    for own, curve in zip(own_slopes(target, steep), np.asarray(bent.choices), strict=True):
        out += np.einsum("ci,cd,di->i", own, curve, own, optimize=True)
    return np.asarray(np.abs(out))


def curvature(target: LogDensity, bent: Derivatives, steep: Floats) -> Floats:
    """J' C J over fitted and source parameters, with the curvature of the prior for flow noise."""
    count, size, both = target.claims, steep.shape[1], np.asarray(bent.claims)
    out = np.zeros((size + target.sources,) * 2)
    out[:size, :size] += steep[:count].T @ both[:count, :count] @ steep[:count]
    across = steep[:count].T @ both[:count, count:]
    out[:size, size:] += across
    out[size:, :size] += across.T
    out[size:, size:] += both[count:, count:]
    out[:size, :size] += _of_choices(target, bent, steep)
    if target.chance:
        z = steep[-len(CHANCE) * target.chance :][: target.chance]
        out[:size, :size] += z.T @ z
    return np.asarray((out + out.T) / 2)


def _of_choices(target: LogDensity, bent: Derivatives, steep: Floats) -> Floats:
    """(parameter, parameter) curvature of the choices."""
    out = np.zeros((steep.shape[1],) * 2)
    for own, curve in zip(own_slopes(target, steep), np.asarray(bent.choices), strict=True):
        out += own.T @ curve @ own
    return out


def own_slopes(target: LogDensity, steep: Floats) -> Floats:
    """(choice, output, parameter) slopes."""
    rows = steep[target.claims : len(steep) - len(CHANCE) * target.chance]
    return rows.reshape(len(target.options.with_gradient), -1 if target.options.with_gradient else 0, steep.shape[1])
