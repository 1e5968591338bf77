"""Better coordinates for the chance of steps that claims tell: the shock itself, and not the shock over its spread.

A running count tells what a step added, and so spread x chance; in the chance alone a larger spread would have to be made
up for by every step at once, a bent valley in which neither a normal nor Hamiltonian Monte Carlo fits. So where the
evidence narrows the chance z of a step to less than `TOLD` of its prior, its coordinate is x = z spread / spread_0, with

    prior density of x   = normal density of z, times spread_0 / spread

Mechanisms say which parameter spreads a noise (`SPREAD`). The error that claims of one report share is always centred: they
tell its sum with the bias of their source, to which it then adds without a factor. Its spread is the noise of the source.
Source: papaspiliopoulos2007 (centred parametrisations).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from standoff.calibrate.definitions import Prior

if TYPE_CHECKING:
    from collections.abc import Callable

    from standoff.calibrate.target import Target

Array: TypeAlias = jax.Array
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
TOLD = 0.7  #: of the prior's deviation: there, both ways tell as much (a variance of one half)


@dataclass(frozen=True, eq=False)
class Coordinates:
    """How numbers of the target (plain) follow from those that are sampled. Both: fitted ones, then the sources'."""

    target: Target
    fitted: Ints  #: of the numbers of the window
    told: Ints  #: places among the numbers: first chance, then errors of reports
    spreads: Ints  #: (told chance,) parameter that spreads each
    noises: Ints  #: (told error,) place of the noise of its source among the numbers
    middle: Floats  #: (told,) spread where the coordinates are the same

    def spread(self, x: Array) -> Array:
        """(told,) what each told number is multiplied by, for chance as its parameter, for an error as its noise."""
        z = jnp.asarray(self.target.from_prior()).at[self.fitted].set(x[: len(self.fitted)])
        given = self.target.window.given(z[:, None])
        of_chance = [jnp.reshape(given[int(i)], -1)[:1] for i in self.spreads]
        return jnp.concatenate([*of_chance, jnp.exp(Prior().noise[1] * x[self.noises])])

    def ratio(self, x: Array) -> Array:
        """(told,) spread_0 / spread."""
        return jnp.asarray(self.middle) / self.spread(x)

    def plain(self, x: Array) -> Array:
        """The numbers of the target."""
        return x.at[self.told].set(x[self.told] * self.ratio(x)) if len(self.told) else x

    def prior(self, x: Array) -> Array:
        """Minus the log prior density, up to a constant."""
        if not len(self.told):
            return 0.5 * x @ x
        plain = self.plain(x)
        return 0.5 * plain @ plain - jnp.sum(jnp.log(self.ratio(x)))

    @cached_property
    def bends(self) -> Callable[[Array], tuple[Any, ...]]:
        """x -> plain numbers, their slopes, and the prior's value, slope and curvature."""

        def of(x: Array) -> tuple[Any, ...]:
            return (self.plain(x), jax.jacfwd(self.plain)(x), self.prior(x), jax.grad(self.prior)(x),
                    jax.hessian(self.prior)(x))  # fmt: skip

        compiled: Callable[[Array], tuple[Any, ...]] = jax.jit(of)
        return compiled

    @cached_property
    def all_plain(self) -> Callable[[Array], Array]:
        """(draw, number) -> the same, plain."""
        compiled: Callable[[Array], Array] = jax.jit(jax.vmap(self.plain))
        return compiled

    @cached_property
    def all_priors(self) -> Callable[[Array], Array]:
        """(draw, number) -> (draw,) minus the log prior density."""
        compiled: Callable[[Array], Array] = jax.jit(jax.vmap(self.prior))
        return compiled


def plain(target: Target, fitted: Ints) -> Coordinates:
    """The coordinates of the target itself."""
    nothing = np.zeros(0, int)
    return Coordinates(target, fitted, nothing, nothing, nothing, np.zeros(0))


def centred(target: Target, fitted: Ints, mode: Floats, deviation: Floats) -> Coordinates:
    """Coordinates that are centred where the evidence tells the chance or an error, by a normal in plain ones."""
    names, of_noise, said = target.window.names, spreads(target), target.said
    chance = [i for i, j in enumerate(fitted) if deviation[i] < TOLD and _noise(names[j]) in of_noise]
    parameters = [of_noise[_noise(names[fitted[i]])] for i in chance]
    starts = dict(zip(target.blocks, np.cumsum([len(fitted), *target.blocks.values()]), strict=False))
    reports = list(range(target.blocks["report"]))
    voice, report = np.asarray(said.voice), np.asarray(said.report)
    noises = [starts["noise"] + voice[report[:, r].argmax()].argmax() for r in reports]
    told = np.array([*chance, *(starts["report"] + r for r in reports)], int)
    found = Coordinates(target, fitted, told, np.array(parameters, int), np.array(noises, int), np.ones(len(told)))
    return replace(found, middle=np.asarray(found.spread(jnp.asarray(mode))))


def _noise(name: str) -> str:
    """`MECHANISM/NAME` of `chance MECHANISM/NAME at DATE`."""
    return name.removeprefix("chance ").partition(" at ")[0] if name.startswith("chance ") else ""


def spreads(target: Target) -> dict[str, int]:
    """`MECHANISM/NAME` of a noise -> the parameter that spreads it, where its mechanism says."""
    out = {}
    for part in target.window.program.plan.mechanisms:
        said = getattr(part.module, "SPREAD", {})
        for noise in part.noise:
            word, _, member = noise.partition(".")
            numbers = part.numbers.get(said.get(word, ""))
            found = numbers if isinstance(numbers, int) else (numbers or {}).get(member)
            if found is not None and found in target.window.model.layout.place:
                out[f"{part.name}/{noise}"] = found
    return out
