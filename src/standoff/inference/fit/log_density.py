"""Log posterior density of a fit over standard normals: simulation, sources and choices.

    x = [numbers of the window, numbers of the sources],  all standard normal under the prior
    what a claim says     log size at its day + bias + noise of its source, see `measurement_model` and `claim_likelihood`
    what was chosen       sequence.log_likelihood of the games' probabilities at its dates

The expensive part, from numbers to what is compared (`outputs`), knows nothing of sources; the cheap part (`log_lik`)
nothing of the simulation. Gauss-Newton needs slopes of the first and curvatures of the second.

    outputs   log size of every claim; log odds of every option at every date, and half-life, of every choice seen;
              chance that may be followed (`follow`), with what it takes to follow it
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from numpy.typing import NDArray

from standoff import expression
from standoff.engine.model import Model
from standoff.errors import ModelError
from standoff.inference.fit import choice_sequences, fit_targets, observed_choices, window
from standoff.inference.fit.fit_targets import FitTargets
from standoff.inference.fit.flow_coordinates import FlowCoordinates
from standoff.inference.fit.observed_choices import ObservedChoices
from standoff.inference.fit.window import EstimationWindow
from standoff.inference.reconcile.claim_likelihood import ClaimArrays, SourceEffects, SourcePrior, split
from standoff.ledger.quantities import Prior
from standoff.types import Floats, Ints

REST = 8  #: directions in which parameters that are not fitted move claims jointly; assumption
CHANCE = ("z", "log_ratio", "middle", "log_spread")  #: part of the outputs that holds noise with flow coordinates
APART = 1e-4  #: where prior slopes are evaluated: a bounded belief has none at its median


@dataclass(frozen=True, eq=False)
class LogDensity:
    """The density of a fit: `size` parameters of the window, then those of the sources."""

    window: EstimationWindow
    compared: FitTargets
    options: ObservedChoices
    arrays: ClaimArrays

    @property
    def size(self) -> int:
        """Number of parameters of the window."""
        return len(self.window.names)

    @property
    def sources(self) -> int:
        """Number of parameters of the sources."""
        return sum(self.arrays.sizes.values())

    def rivals(self) -> LogDensity:
        """This density, with observed choices of actors under rival theories."""
        return replace(
            self,
            options=replace(self.options, with_gradient=self.options.under_other_theories, under_other_theories=()),
        )

    def sizes(self, path: dict[str, Array]) -> Array:
        """(claim, B) size that each claim is about, in the unit of its group."""
        nodes = [item.node for item in self.window.model.plan.compared]
        values = [expression.evaluate(node, path.__getitem__, lambda asked: False, jnp) for node in nodes]
        index = self.compared.state - self.window.first
        low = np.clip(np.floor(index).astype(int), 0, self.window.steps - 1)
        share = (index - low)[:, None]
        rows = [
            values[e][at] * (1 - part) + values[e][at + 1] * part
            for e, at, part in zip(self.compared.entry, low, share, strict=True)
        ]
        return jnp.maximum(jnp.stack(rows) * self.compared.factor[:, None], self.compared.floor[:, None])

    def outputs(self, z: Array, how: FlowCoordinates | None = None) -> Array:
        """(output, B) predictions, from parameters of the window (parameter, B)."""
        params, path, followed = self.window.path(z, how)
        out = [jnp.log(self.sizes(path))]
        if self.options.with_gradient:
            log_p, rows_of = self.options.log_p(params, path), self.window.program.rows_of
            dates, options = self.shape
            for item, half_life in zip(self.options.with_gradient, self.options.half_lives, strict=True):
                own = log_p[np.array(item.dates)][:, rows_of[item.choice]]
                fill = ((0, dates - own.shape[0]), (0, options - own.shape[1]), (0, 0))
                own = jnp.pad(own, fill, constant_values=choice_sequences.NEVER)
                out += [own.reshape(-1, z.shape[1]), jnp.broadcast_to(params[half_life], z.shape[1:])[None]]
        out += [getattr(followed, name).reshape(-1, z.shape[1]) for name in CHANCE]
        return jnp.concatenate(out)

    @cached_property
    def shape(self) -> tuple[int, int]:
        """Largest number of dates and of options of an observed choice; the others are padded."""
        choices = self.window.program.plan.choices
        return (
            max(len(item.dates) for item in self.options.with_gradient),
            max(len(choices[item.choice].options) for item in self.options.with_gradient),
        )

    @cached_property
    def picked(self) -> choice_sequences.ChoiceTable:
        """Tables of the observed choices."""
        tables = [
            choice_sequences.picked(item.picked, item.months, self.shape[0]) for item in self.options.with_gradient
        ]
        return jax.tree.map(lambda *parts: np.stack(parts), *tables)

    @cached_property
    def chance(self) -> int:
        """Number of noises with possible flow coordinates; they are the last outputs."""
        return self.window.steps * len(self.window.gauges.names)

    @cached_property
    def followed(self) -> np.ndarray:
        """(window parameter,) index of its noise among those with flow coordinates, or -1."""
        names = self.window.gauges.names
        return np.array([names.index(name) if name in names else -1 for name in self.window.noise], int)

    @property
    def claims(self) -> int:
        """Number of compared claims; they are the first outputs."""
        return len(self.compared.claims)

    def by_choice(self, out: Array) -> Array:
        """(choice, output): the outputs after those of the claims, by observed choice."""
        return out[self.claims : len(out) - len(CHANCE) * self.chance].reshape(len(self.options.with_gradient), -1)

    @staticmethod
    def of_choice(out: Array, dates: int, table: choice_sequences.ChoiceTable) -> Array:
        """Log likelihood of one observed choice sequence, from its outputs."""
        odds = jax.nn.log_softmax(out[:-1].reshape(dates, -1), axis=1)
        return choice_sequences.log_likelihood(odds, table, jnp.maximum(out[-1], 0.0))

    def spoken(self, level: Array, s: Array, arrays: ClaimArrays) -> SourceEffects:
        """Effects of parameters of the sources on claims about log sizes (claim,)."""
        prior = Prior()
        common = SourcePrior((jnp.log(prior.noise[0]), prior.noise[1]), prior.name_count_share, prior.relay_noise)
        return arrays.effects(level, split(s, self.arrays.sizes), common)

    def of_claims(self, level: Array, s: Array, arrays: ClaimArrays) -> Array:
        """(claim,) log likelihood of each claim, from log sizes and parameters of the sources."""
        now = self.spoken(level, s, arrays)
        return arrays.log_density(level + now.bias + now.error, now.spread)

    def of_reports(self, level: Array, s: Array, arrays: ClaimArrays) -> Array:
        """Log prior density of shared report errors in their coordinates, up to a constant."""
        now = self.spoken(level, s, arrays)
        return -0.5 * now.shared @ now.shared - jnp.sum(now.log_ratio)

    def log_lik(self, out: Array, s: Array, arrays: ClaimArrays) -> Array:
        """Log likelihood of claims and choices, with priors of transformed coordinates."""
        level = out[: self.claims]
        known = jnp.sum(self.of_claims(level, s, arrays)) + jnp.sum(self.of_choices(out))
        return known + self.of_reports(level, s, arrays) + self.of_chance(out)

    def of_chance(self, out: Array) -> Array:
        """Log prior density of noise in flow coordinates, up to a constant."""
        if not self.chance:
            return jnp.zeros(())
        z, log_ratio, _, _ = out[-len(CHANCE) * self.chance :].reshape(len(CHANCE), self.chance)
        return -0.5 * z @ z - jnp.sum(log_ratio)

    def follow(self, out: Floats, on: NDArray[np.bool_]) -> FlowCoordinates:
        """Flow coordinates of some gauges, and the noise itself where `out` is true."""
        if not self.chance:
            return self.window.without_flows
        _, _, middle, log_spread = np.asarray(out)[-len(CHANCE) * self.chance :].reshape(4, self.window.steps, -1)
        return FlowCoordinates(on.astype(float), middle, np.exp(log_spread))

    def of_choices(self, out: Array) -> Array:
        """(choice,) log likelihood of each observed choice."""
        if not self.options.with_gradient:
            return jnp.zeros(0)
        one: Callable[..., Array] = jax.vmap(lambda own, table: self.of_choice(own, self.shape[0], table))
        return one(self.by_choice(out), self.picked)

    def from_prior(self) -> Array:
        """Parameters of the window near the prior median."""
        return jnp.full(self.size, APART)

    def near_prior(self, fitted: Ints, values: Array | Floats) -> Array:
        """Parameters of the window (parameter, B): fitted ones, and others near the prior median.

        values: (fitted, B)
        """
        return jnp.tile(self.from_prior()[:, None], (1, values.shape[1])).at[fitted].set(values)


def target(model: Model) -> LogDensity:
    """The target density of a fit of `model`. Call in double precision."""
    over = window.window(model)
    claims = fit_targets.collect_targets(model)
    if not claims.claims:
        since = model.scenario.fit.since if model.scenario.fit else ""
        raise ModelError(
            f"no claim that fit.targets names was published by {model.scenario.as_of} about a later day than {since}",
            path="fit",
            fix="an earlier `since`, a later as_of, or other claims",
        )
    arrays = ClaimArrays.join([group.arrays for group in claims.groups], REST)
    path = jax.jit(lambda z: over.path(z).cells)(jnp.full((len(over.names), 1), APART))
    return LogDensity(over, claims, observed_choices.options(over, path), arrays)
