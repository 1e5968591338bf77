"""One set of a calibration: unknowns, claims drawn given them, their fit, and ranks.

The claims have the days, sources, comparators and shared reports of the case's own; their numbers are drawn from the density
that a fit takes for them. Choices are left out: those of history are imposed on the path, and others would make another path.
All unknowns are drawn, those too that are not fitted, so that what a fit neglects is tested with it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np

from standoff.errors import join_limited
from standoff.inference import laplace
from standoff.inference.fit import log_density
from standoff.inference.fit.calibration_records import RANKED, Unknown
from standoff.inference.fit.log_density import CHANCE, LogDensity
from standoff.plan import labels

if TYPE_CHECKING:
    from collections.abc import Sequence

    from standoff.engine.model import Model
    from standoff.inference.fit.log_density import FittedClaimArrays
    from standoff.inference.hmc import Compiled, HmcResult
    from standoff.inference.laplace import LaplaceFit
    from standoff.types import Floats

DRAWS, WARMUP = 480, 150  #: of each chain: with eight chains enough for some hundred effective draws; assumption
LONGER = 4  #: times as many draws where the first chains do not agree; assumption
RHAT = 1.05  #: from which chains do not agree, as for populations of `smc`; fits of a single set of claims demand more
DIRECT = 200  #: draws of a normal, which cost nothing


@dataclass(frozen=True)
class CalibrationSet:
    """Ranks of one set, by unknown."""

    ranks: np.ndarray  #: (unknown,) number of draws below the true value, of `RANKED`
    contraction: Floats  #: (unknown,) 1 - sd of the draws
    converged: bool
    resampled: bool  #: whether the first chains did not agree
    why: str


@dataclass(frozen=True, eq=False)
class Calibrator:
    """A density without choices, and its compiled programs."""

    density: LogDensity
    choices_left_out: int
    _selected: dict[float, np.ndarray] = field(default_factory=dict, repr=False)  #: by least information
    _compiled: dict[bytes, Compiled] = field(default_factory=dict, repr=False)  #: by fitted unknowns

    @classmethod
    def of(cls, model: Model) -> Calibrator:
        """The calibrator of a model. Call in double precision."""
        density = log_density.target(model)
        options = density.options
        silent = replace(options, with_gradient=(), under_other_theories=())
        left_out = len(options.with_gradient) + len(options.under_other_theories)
        return cls(replace(density, options=silent), left_out)

    @cached_property
    def push(self) -> laplace.Pushed:
        """Slopes of the outputs."""
        return laplace.jvp_batch(self.density)

    @cached_property
    def bend(self) -> laplace.Bend:
        """Curvature of the likelihood."""
        return laplace.likelihood_curvature(self.density)

    @cached_property
    def outputs(self) -> Any:
        """(unknown of the window, B), flow coordinates -> (output, B)."""
        return jax.jit(self.density.outputs)

    @cached_property
    def spoken(self) -> Any:
        """Errors of shared reports (draw, report), from log sizes and source parameters."""

        def shared(level: Any, s: Any, arrays: FittedClaimArrays) -> Any:
            return log_density.spoken(level, s, arrays, self.density.blocks).shared

        return jax.jit(jax.vmap(shared, in_axes=(0, 0, None)))

    def fitted(self, least: float) -> np.ndarray:
        """Unknowns of the window that a fit of the case's own claims has."""
        if not least:
            return np.arange(self.density.size)
        if least not in self._selected:
            mode = laplace.laplace(self.density, push=self.push, bend=self.bend, stored=least)
            self._selected[least] = mode.fitted
        return self._selected[least]

    # ---- one set

    def draw(self, rng: np.random.Generator) -> tuple[Floats, Floats, LogDensity]:
        """Unknowns of window and sources from the prior, and the density given claims from them."""
        density = self.density
        z, s = rng.standard_normal(density.size), rng.standard_normal(density.sources)
        key = jax.random.key(int(rng.integers(2**31)))
        off = density.window.gauges.off(density.window.steps)
        level = self.outputs(jnp.asarray(z[:, None]), off)[: density.claims, 0]
        now = log_density.spoken(level, jnp.asarray(s), density.arrays, density.blocks)
        claims = density.arrays.claims.draw(key, level + now.bias + now.error, now.spread)
        return z, s, replace(density, arrays=density.arrays._replace(claims=claims))

    def ranked(self, fitted: np.ndarray, rng: np.random.Generator, draws: int, quick: bool) -> CalibrationSet:
        """One set. Raises `FloatingPointError` where a number of it is not finite."""
        z, s, density = self.draw(rng)
        if not np.isfinite(np.asarray(density.arrays.claims.observed_log)).all():
            raise FloatingPointError("the simulated path has no finite sizes of what claims are about")
        try:
            mode = laplace.laplace(density, push=self.push, bend=self.bend, selected=fitted)
        except np.linalg.LinAlgError as error:
            raise FloatingPointError(f"no mode was found: {error}") from None
        resampled = False
        if quick:
            flat, converged = mode.draws(rng, DIRECT), mode.converged
            why = "" if converged else "no mode was found"
        else:
            sampled = self._sample(mode, draws, rng)
            if resampled := not _agrees(sampled):
                sampled = self._sample(mode, draws, rng, longer=True)
            flat, converged = sampled.draws.reshape(-1, sampled.draws.shape[-1]), _agrees(sampled)
            why = "" if converged else f"R-hat {sampled.rhat:.3f}, {sampled.ess:.0f} effective draws"
        plain = mode.plain(flat)
        truth = self._values(z[fitted][None], s[None])[0]
        some = self._unknowns(mode, plain[rng.permutation(len(plain))[:RANKED]])
        contraction = 1 - self._values(plain[:, : len(fitted)], plain[:, len(fitted) :]).std(axis=0)
        moved = self._transformed(fitted)  # these have other coordinates, so that the few draws must do
        contraction[moved] = 1 - some[:, moved].std(axis=0)
        if not np.isfinite(some).all():
            raise FloatingPointError("draws are not finite")
        return CalibrationSet((some < truth).sum(axis=0), contraction, converged, resampled, why)

    def _sample(self, mode: LaplaceFit, draws: int, rng: np.random.Generator, longer: bool = False) -> HmcResult:
        """Draws of chains; longer ones adapt to directions too, as those of a fit."""
        from standoff.inference import hmc

        key = mode.fitted.tobytes()
        if key not in self._compiled:
            self._compiled[key] = hmc.compiled(mode.coordinates, over_devices=False)
        seed = int(rng.integers(2**31))
        return hmc.sample(
            mode,
            draws=LONGER * draws if longer else draws,
            seed=seed,
            ready=self._compiled[key],
            warmup=hmc.WARMUP if longer else WARMUP,
            learned=hmc.LEARNED if longer else 0,
        )

    # ---- unknowns, all standard normal under the prior

    def unknowns(self, fitted: Sequence[int]) -> tuple[Unknown, ...]:
        """Names of what is ranked: fitted numbers of the window, then those of the sources."""
        names, plan = self.density.window.names, self.density.window.model.plan
        out = []
        for name in (names[i] for i in fitted):
            if name.startswith("chance "):
                noise, _, date = name.removeprefix("chance ").partition(" at ")
                words = labels.humanise(noise).replace("/", ", ").replace(".", " of ")
                out.append(Unknown(name, f"noise of {words}, {date}", "chance"))
            elif name.startswith("start "):
                cell = name.removeprefix("start ")
                out.append(Unknown(name, f"{labels.held_stock(plan, cell)} at the start", "start"))
            else:
                out.append(Unknown(name, labels.parameter(plan, name), "parameter"))
        return (*out, *(Unknown(name, name, "source") for name, _, _ in self._of_sources))

    @cached_property
    def _of_sources(self) -> list[tuple[str, str, Floats]]:
        """Name, block and weights of each unknown of the sources."""
        out: list[tuple[str, str, Floats]] = []
        arrays, at = self.density.arrays.claims, 0
        columns = {"noise": 0, "floor": 0}
        for group in self.density.compared.groups:
            plan = self.density.window.model.plan
            about = f"{labels.humanise(group.family.name)} of {labels.actor(plan, group.subject)}"
            for i, source in enumerate(group.source_models):
                own = at + np.flatnonzero(group.source_model == i)
                if source.floor:
                    share = np.eye(self.density.blocks["floor"])[columns["floor"]]
                    out.append((f"coverage of the count by {source.name} ({about})", "floor", share))
                    columns["floor"] += 1
                elif len(own):
                    loading = np.asarray(arrays.bias)[own].mean(axis=0)
                    norm = float(np.linalg.norm(loading))
                    if norm:
                        out.append((f"bias of {source.name} ({about})", "bias", loading / norm))
                noise = np.eye(self.density.blocks["noise"])[columns["noise"]]
                out.append((f"noise of {source.name} ({about})", "noise", noise))
                columns["noise"] += 1
            at += len(group.claims)
        ids = [item.claim.id for item in self.density.compared.claims]
        for n, column in enumerate(np.asarray(arrays.report).T):
            members = [ids[i] for i in np.flatnonzero(column)]
            out.append((f"error shared by {join_limited(members, 2)}", "report", np.eye(len(arrays.report.T))[n]))
        return out

    def _values(self, numbers: Floats, s: Floats) -> Floats:
        """(draw, unknown) values, from fitted numbers (draw, number) and those of the sources."""
        blocks = _split(self.density, s)
        own = [blocks[block] @ weights for _, block, weights in self._of_sources]
        return np.column_stack([numbers, *own]) if own else numbers

    def _transformed(self, fitted: np.ndarray) -> np.ndarray:
        """(unknown,) whether it is sampled as a flow (noise) or as a report (its error)."""
        return np.concatenate(
            [self.density.followed[fitted] >= 0, [block == "report" for _, block, _ in self._of_sources]]
        ).astype(bool)

    def _unknowns(self, mode: LaplaceFit, plain: Floats) -> Floats:
        """(draw, unknown) values of draws; flows and reports become noise and errors."""
        density, fitted = self.density, mode.fitted
        numbers, s = plain[:, : len(fitted)].copy(), plain[:, len(fitted) :].copy()
        if self._transformed(fitted).any():
            z = np.full((density.size, len(plain)), log_density.APART)
            z[fitted] = numbers.T
            out = self.outputs(jnp.asarray(z), mode.how)
            s_report = _places(density)["report"]
            s[:, s_report] = np.asarray(self.spoken(out[: density.claims].T, jnp.asarray(s), mode.arrays))
            if density.chance:
                chance = np.asarray(out[-len(CHANCE) * density.chance :][: density.chance])
                chance = chance.reshape(density.window.steps, -1, len(plain))
                followed = density.followed[fitted]
                for n in set(followed.tolist()) - {-1}:  # all of its steps are fitted
                    numbers[:, np.flatnonzero(followed == n)] = chance[:, n].T
        return self._values(numbers, s)


def _places(density: LogDensity) -> dict[str, slice]:
    """Where each block of the sources' parameters lies."""
    ends = np.cumsum(list(density.blocks.values())).tolist()
    return {name: slice(end - size, end) for (name, size), end in zip(density.blocks.items(), ends, strict=True)}


def _split(density: LogDensity, s: Floats) -> dict[str, Floats]:
    return {name: s[:, place] for name, place in _places(density).items()}


def _agrees(sampled: HmcResult) -> bool:
    return bool(sampled.rhat < RHAT and sampled.ess > RANKED)
