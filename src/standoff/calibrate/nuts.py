"""Draws of a fit's posterior by NUTS, in the coordinates in which the normal at the mode is a standard one.

The gradient goes backwards through the simulation; equilibria are differentiated implicitly (`implicit`). Chains begin at
draws of the normal, and run side by side, some draws at a time, so that one can watch.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeAlias

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from numpy.typing import NDArray

from standoff.calibrate import extras, learned
from standoff.calibrate.sample import CHAINS, ESS, OPTIONS, RHAT

if TYPE_CHECKING:
    from standoff.calibrate.newton import Laplace
    from standoff.calibrate.target import Target

Array: TypeAlias = jax.Array
Floats = NDArray[np.float64]
WARMUP = 300  #: draws in which the step size settles; the metric is the normal's, and stays
PIECE = 50  #: draws between two looks at how far it is
ACCEPT = 0.9  #: aimed at; higher than the usual 0.8 for a posterior with bends; assumption


@dataclass(frozen=True, eq=False)
class Sampled:
    """Draws and how far to trust them."""

    draws: Floats  #: (chain, draw, number)
    rhat: float
    ess: float
    divergences: int
    leapfrogs: float  #: steps a draw, mean

    def diagnostics(self, found: Laplace) -> learned.Diagnostics:
        """The gate."""
        checks = [(self.rhat < RHAT, f"R-hat is not below {RHAT}"), (self.ess >= ESS, f"fewer than {ESS:g} effective draws"),
                  (self.divergences == 0, f"{self.divergences} divergences")]  # fmt: skip
        wrong = [text for good, text in checks if not good]
        why = "; ".join(wrong) or f"{self.draws.shape[0]} chains of {self.draws.shape[1]:,} draws agree"
        return learned.Diagnostics("nuts", found.found, found.steps, self.rhat, self.ess, self.divergences, None,
                                   not wrong, why)  # fmt: skip


def energy(target: Target, found: Laplace) -> Callable[[Array], Array]:
    """Minus the log posterior density, up to a constant, at whitened numbers."""
    count, base = len(found.fitted), jnp.asarray(target.from_prior())
    mode, root = jnp.asarray(found.mode), jnp.asarray(found.root)
    said = target.said._replace(unheard=jnp.asarray(found.unheard))

    def of(white: Array) -> Array:
        x = mode + root @ white
        numbers = found.coordinates.plain(x)
        out = target.outputs(base.at[found.fitted].set(numbers[:count])[:, None])[:, 0]
        value: Array = found.coordinates.prior(x) - target.log_lik(out, numbers[count:], said)
        return value

    return of


def sample(target: Target, found: Laplace, *, draws: int, seed: int, tell: Callable[[str], None]) -> Sampled:
    """Draw from the posterior; needs the extra `fit`."""
    extras.require()
    hmc = import_module("numpyro.infer.hmc").hmc  # both carry no types
    array_stats = import_module("arviz_stats.base").array_stats

    size = len(found.mode)
    start, move = hmc(potential_fn=energy(target, found), algo="NUTS")

    def first(key: Array) -> Any:
        place, kernel = jax.random.split(key)
        return start(jax.random.normal(place, (size,)), WARMUP, rng_key=kernel, target_accept_prob=ACCEPT, dense_mass=False,
                     inverse_mass_matrix=jnp.ones(size), adapt_mass_matrix=False)  # fmt: skip

    def some(state: Any) -> Any:
        def one(state: Any, _: None) -> tuple[Any, tuple[Array, Array, Array]]:
            state = move(state)
            return state, (state.z, state.diverging, state.num_steps)

        return lax.scan(one, state, None, length=PIECE)

    # the fusions that the engine asks for make this compile three times faster; a compiler before JAX 0.12 may abort on them
    options = OPTIONS if jax.__version_info__ < (0, 12) else None
    states = jax.jit(jax.vmap(first), compiler_options=options)(jax.random.split(jax.random.key(seed), CHAINS))
    pieces = jax.jit(jax.vmap(some), compiler_options=options)
    kept: list[tuple[Floats, Floats, Floats]] = []
    warm, wanted = -(-WARMUP // PIECE), -(-draws // PIECE)
    for piece in range(warm + wanted):
        states, (z, diverging, steps) = pieces(states)
        if piece >= warm:
            kept.append((np.asarray(z), np.asarray(diverging), np.asarray(steps)))
        tell(
            f"NUTS: {(piece + 1) * PIECE} of {(warm + wanted) * PIECE} draws a chain, {float(steps.mean()):.0f} steps each"
        )
    white, diverging, steps = (np.concatenate([piece[i] for piece in kept], axis=1) for i in range(3))
    white, diverging, steps = white[:, :draws], diverging[:, :draws], steps[:, :draws]
    x = found.mode + white @ found.root.T
    each = np.array([(array_stats.rhat(x[..., i]), array_stats.ess(x[..., i], method="bulk"),
                      array_stats.ess(x[..., i], method="tail", prob=(0.05, 0.95))) for i in range(size)])  # fmt: skip
    return Sampled(x, float(each[:, 0].max()), float(each[:, 1:].min()), int(diverging.sum()), float(steps.mean()))
