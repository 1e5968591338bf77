"""The mode of a fit by Gauss and Newton, and the normal distribution there (Laplace).

Curvature is that of the cheap part of the target at the slopes of the expensive one, J' C J, and the prior's own: what
bends in the simulation itself is left out, so no second derivative of it is needed. Slopes come from one compiled function
that pushes a batch of directions forward; the same function screens all numbers before the fit and serves every step of
it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from standoff.calibrate.centred import Coordinates, centred, plain
from standoff.calibrate.sample import LEAST, LONGEST
from standoff.calibrate.target import APART, Said, Target

Array: TypeAlias = jax.Array
Floats = NDArray[np.float64]
BATCH = 256  #: directions at once: memory of 256 futures
KEPT = 0.01  #: information beside the prior's 1 from which a number is fitted: less narrows it by under half a per cent
STEPS, HALVINGS = 40, 8  #: most steps, and halvings of one
PLAIN = {"xla_backend_optimization_level": 0}
DONE = 1e-3  #: gain of a step, in log density, at which the mode is found: far below what a draw varies by


@dataclass(frozen=True, eq=False)
class Laplace:
    """A normal distribution at the mode. Numbers of the window that are not fitted stay at the prior."""

    coordinates: Coordinates  #: in which it is normal
    mode: Floats  #: (fitted + sources,)
    root: Floats  #: W with W W' = covariance
    information: Floats  #: (number of the window,) what the evidence says of each alone, beside the prior's 1
    unheard: Floats  #: (claim,) variance of what is not fitted
    steps: int
    found: bool  #: whether steps ended by themselves
    energy: float  #: minus the log posterior density there

    @property
    def fitted(self) -> NDArray[np.int64]:
        """Of the numbers of the window."""
        return self.coordinates.fitted

    @property
    def deviation(self) -> Floats:
        """(number,)"""
        out: Floats = np.sqrt(np.square(self.root).sum(axis=1))
        return out

    def draws(self, rng: np.random.Generator, count: int) -> Floats:
        """(count, number)"""
        out: Floats = self.mode + rng.standard_normal((count, len(self.mode))) @ self.root.T
        return out


class Bent(NamedTuple):
    """The cheap part of a target at a point."""

    lik: Array
    by_out: Array  #: (output,) slope
    by_s: Array  #: (number of the sources,)
    claims: Array  #: minus the curvature over log sizes and numbers of the sources
    choices: Array  #: (choice seen, own output, own output) minus the curvature


Pushed: TypeAlias = Callable[[Array, Array], tuple[Array, Array]]
Bend: TypeAlias = "Callable[[Array, Array, Said], Bent]"
Tell: TypeAlias = Callable[[str], None]


def pushed(target: Target) -> Pushed:
    """(z, directions (BATCH, number)) -> outputs, and their slopes along each direction (BATCH, output)."""

    def one(z: Array, by: Array) -> tuple[Array, Array]:
        return jax.jvp(lambda z: target.outputs(z[:, None])[:, 0], (z,), (by,))

    def many(z: Array, directions: Array) -> tuple[Array, Array]:
        out, slopes = jax.vmap(one, in_axes=(None, 0), out_axes=(None, 0))(z, directions)
        return out, slopes

    compiled: Pushed = jax.jit(many)
    return compiled


def slopes(push: Pushed, z: Array, numbers: NDArray[np.int64]) -> tuple[Array, Floats]:
    """Outputs at `z` and their slopes (output, number) in some of the numbers."""
    columns, out = [], None
    for at in range(0, len(numbers), BATCH):
        some = numbers[at : at + BATCH]
        directions = np.zeros((BATCH, z.shape[0]))
        directions[np.arange(len(some)), some] = 1.0
        out, found = push(z, jnp.asarray(directions))
        columns.append(np.asarray(found)[: len(some)])
    assert out is not None
    return out, np.concatenate(columns).T


def curved(target: Target) -> Bend:
    """(outputs, s, said) -> log likelihood, its slopes in both, and minus its curvatures."""
    count = target.claims

    def all_of(out: Array, s: Array, said: Said) -> Bent:
        def of_claims(both: Array) -> Array:
            return jnp.sum(target.of_claims(both[:count], both[count:], said))

        both = jnp.concatenate([out[:count], s])
        lik, slope = jax.value_and_grad(of_claims)(both)
        bent = -jax.hessian(of_claims)(both)
        if not target.options.seen:
            return Bent(lik, slope[:count], slope[count:], bent, jnp.zeros((0, 0, 0)))
        dates = target.shape[0]

        def of_choice(own: Array, seen: Any) -> tuple[Array, Array, Array]:
            found, steep = jax.value_and_grad(target.of_choice)(own, dates, seen)
            return found, steep, -jax.hessian(target.of_choice)(own, dates, seen)

        found, steep, curves = jax.vmap(of_choice)(target.by_choice(out), target.picked)
        return Bent(lik + found.sum(), jnp.concatenate([slope[:count], steep.ravel()]), slope[count:], bent, curves)

    # a small function with many operations: what the compiler spends on making it fast is never won back
    compiled: Bend = jax.jit(all_of, compiler_options=PLAIN)
    return compiled


def laplace(
    target: Target,
    *,
    push: Pushed | None = None,
    bend: Bend | None = None,
    kept: float = KEPT,
    tell: Tell | None = None,
) -> Laplace:
    """Screen all numbers, go to the mode, and take its curvature.

    First in plain coordinates, whose mode is sound; then once more in centred ones, in which the posterior is nearer to a
    normal one. `push` and `bend` may be handed on from one set of claims to another.
    """
    push, bend, tell = push or pushed(target), bend or curved(target), tell or (lambda text: None)
    tell("slopes of everything")
    out, steep = slopes(push, target.from_prior(), np.arange(target.size))
    information = told(target, bend(out, jnp.zeros(target.sources), target.said), steep)
    fitted = np.flatnonzero(information >= kept)
    unheard = np.square(np.delete(steep[: target.claims], fitted, axis=1)).sum(axis=1)
    said = target.said._replace(unheard=jnp.asarray(unheard))
    tell(f"{len(fitted)} of {target.size} numbers are fitted")
    start = np.zeros(len(fitted) + target.sources)
    start[: len(fitted)] = APART
    first = _climb(plain(target, fitted), said, start, push, bend, tell)
    deviation = np.sqrt(np.square(first.root).sum(axis=1))
    better = centred(target, fitted, first.mode, deviation)
    last = _climb(better, said, first.mode, push, bend, tell) if len(better.told) else first
    return Laplace(
        better, last.mode, last.root, information, unheard, first.steps + last.steps, last.found, last.energy
    )


class _Top(NamedTuple):
    mode: Floats
    root: Floats
    steps: int
    found: bool
    energy: float


def _climb(by: Coordinates, said: Said, x: Floats, push: Pushed, bend: Bend, tell: Tell) -> _Top:
    """From `x` to the mode, by steps of Gauss and Newton that are halved until they gain."""
    target, count, base = by.target, len(by.fitted), np.array(by.target.from_prior())

    def at(x: Floats) -> tuple[float, Floats, Floats]:
        """Energy, slope and curvature."""
        numbers, moved, prior, steep, bent_prior = (np.asarray(part) for part in by.bends(jnp.asarray(x)))
        z = base.copy()
        z[by.fitted] = numbers[:count]
        out, rise = slopes(push, jnp.asarray(z), by.fitted)
        found = bend(out, jnp.asarray(numbers[count:]), said)
        up = np.concatenate([rise.T @ np.asarray(found.by_out), np.asarray(found.by_s)])
        return (
            float(prior - found.lik),
            steep - moved.T @ up,
            bent_prior + moved.T @ curvature(target, found, rise) @ moved,
        )

    energy, slope, bends = at(x)
    done = False
    for steps in range(1, STEPS + 1):
        values, vectors = np.linalg.eigh(bends)
        move = -vectors @ ((vectors.T @ slope) / np.maximum(np.abs(values), LEAST))
        move *= min(1.0, LONGEST / np.linalg.norm(move))
        for halving in range(HALVINGS):
            tried = at(x + 0.5**halving * move)
            if np.isfinite(tried[0]) and tried[0] < energy:
                break
        else:
            done = bool(-slope @ move < 2 * DONE)  # nothing better near: the mode, if the slope says so too
            break
        gain = energy - tried[0]
        x, (energy, slope, bends) = x + 0.5**halving * move, tried
        tell(f"step {steps}: log density {-energy:.3f}")
        if gain < DONE:
            done = True
            break
    values, vectors = np.linalg.eigh(bends)
    return _Top(x, vectors / np.sqrt(np.maximum(np.abs(values), LEAST)), steps, done, energy)


def told(target: Target, bent: Bent, steep: Floats) -> Floats:
    """(number,) what the evidence says of each number of the window alone, the sources being unknown."""
    count, both = target.claims, np.asarray(bent.claims)
    of_sources = both[count:, count:] + np.eye(target.sources)
    marginal = both[:count, :count] - both[:count, count:] @ np.linalg.solve(of_sources, both[count:, :count])
    out = np.einsum("ci,cd,di->i", steep[:count], marginal, steep[:count], optimize=True)
    for own, curve in zip(_own(target, steep), np.asarray(bent.choices), strict=True):
        out += np.einsum("ci,cd,di->i", own, curve, own, optimize=True)
    return np.asarray(np.abs(out))


def curvature(target: Target, bent: Bent, steep: Floats) -> Floats:
    """J' C J over fitted numbers and sources."""
    count, size, both = target.claims, steep.shape[1], np.asarray(bent.claims)
    out = np.zeros((size + target.sources,) * 2)
    out[:size, :size] += steep[:count].T @ both[:count, :count] @ steep[:count]
    across = steep[:count].T @ both[:count, count:]
    out[:size, size:] += across
    out[size:, :size] += across.T
    out[size:, size:] += both[count:, count:]
    for own, curve in zip(_own(target, steep), np.asarray(bent.choices), strict=True):
        out[:size, :size] += own.T @ curve @ own
    return np.asarray((out + out.T) / 2)


def _own(target: Target, steep: Floats) -> Floats:
    """(choice seen, own output, number) slopes."""
    return steep[target.claims :].reshape(len(target.options.seen), -1 if target.options.seen else 0, steep.shape[1])
