"""Simulation-based calibration of a fit: does it find again what claims were simulated from?

    python -m benchmarks.calibrate CASE [--sets 100] [--quick] [--draws 480] [--seed 1] [--processes 1]

All unknowns are drawn from the prior, and the numbers of the claims from the density that a fit takes for them; days, sources,
comparators and shared reports stay those of the case. Choices are left out: those of history are imposed on the path, and
others would make another path. Each set is fitted, and each true number ranked among draws of its posterior. If likelihood and
sampler are right, ranks are uniform (talts2018): chi squared over bins tells whether they are. One of many unknowns looks
uneven by chance, so that the least p is multiplied by their number (Bonferroni). docs/fit.md has results.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache, partial
from multiprocessing import get_context
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from scipy import stats

from standoff import blas, build, load, xla
from standoff.engine.model import Model
from standoff.inference import hmc, laplace
from standoff.inference.fit import log_density
from standoff.inference.fit.records import NEGLIGIBLE
from standoff.types import Floats

DRAWS, WARMUP = 480, 150  #: of each of eight chains: enough for some hundred effective draws; assumption
LONGER = 4  #: times as many draws where the first chains do not agree; assumption
RHAT = 1.05  #: from which chains do not agree; fits of a single set of claims demand more
DIRECT = 200  #: draws of a normal, which cost nothing
RANKED = 59  #: draws among which true numbers are ranked: 60 ranks, which 2 to 10 bins share evenly
BINS, EXPECTED = (10, 6, 5, 4, 3, 2), 5  #: numbers of bins, and least expected count of one; cochran1954
LEVEL = 0.01  #: chance of a false alarm over all unknowns; assumption
CENTRAL = (0.5, 0.9)  #: intervals whose coverage is counted


class SetRanks(NamedTuple):
    """One set: ranks (unknown,) of the true numbers, 1 - sd of the draws, and what went wrong."""

    ranks: np.ndarray
    contraction: Floats
    why: str = ""  #: why it did not converge


@dataclass(frozen=True)
class UnknownCalibration:
    """Ranks of the true values of an unknown."""

    name: str
    contraction: float  #: mean over sets of 1 - sd of the draws, in standard deviations of the prior
    counts: tuple[int, ...]  #: ranks by bin
    p: float  #: of chi squared; NaN with too few sets
    covered: tuple[float, ...]  #: share of sets whose central 50 and 90 % hold the true value

    @property
    def informed(self) -> bool:
        """Whether claims inform it; the ranks of others are uniform by themselves."""
        return self.contraction >= NEGLIGIBLE


@dataclass(frozen=True)
class Calibration:
    """Unknowns, the least p first, and sets that failed or did not converge, with reasons."""

    unknowns: tuple[UnknownCalibration, ...]
    failed: tuple[str, ...]
    unconverged: tuple[str, ...]
    choices_left_out: int

    @property
    def least_p(self) -> float:
        """The least p times the number of unknowns, at most 1; NaN with too few sets."""
        return float(np.minimum(1.0, self.unknowns[0].p * len(self.unknowns)))


@dataclass(frozen=True, eq=False)
class Calibrator:
    """A density without choices, its fitted unknowns, and compiled programs."""

    density: log_density.LogDensity
    fitted: np.ndarray
    push: laplace.Pushed
    bend: laplace.Bend
    outputs: Any  #: compiled `density.outputs`
    choices_left_out: int
    programs: dict[str, hmc.Compiled] = field(default_factory=dict)

    def set(self, number: int, seed: int, draws: int) -> SetRanks:
        """One set; raises `FloatingPointError` where a number of it is not finite. No draws: `--quick`."""
        rng, density, fitted = np.random.default_rng([seed, number]), self.density, self.fitted
        z, s = rng.standard_normal(density.size), rng.standard_normal(density.sources)
        key = jax.random.key(int(rng.integers(2**31)))
        level = self.outputs(jnp.asarray(z[:, None]), density.window.gauges.off(density.window.steps))
        level = level[: density.claims, 0]
        now = density.spoken(level, jnp.asarray(s), density.arrays)
        claims = density.arrays.draw(key, level + now.bias + now.error, now.spread)
        if not np.isfinite(claims.observed_log).all():
            raise FloatingPointError("the simulated path has no finite sizes of what claims are about")
        density = replace(density, arrays=claims)
        try:
            mode = laplace.laplace(density, push=self.push, bend=self.bend, selected=fitted)
        except np.linalg.LinAlgError as error:
            raise FloatingPointError(f"no mode was found: {error}") from None
        if draws:
            flat, why = self._chains(mode, draws, rng)
        else:
            flat, why = mode.draws(rng, DIRECT), "" if mode.converged else "no mode was found"
        plain, columns = mode.plain(flat), len(fitted)
        some = self._untransformed(mode, plain[rng.permutation(len(plain))[:RANKED]])
        contraction = 1 - self._values(plain[:, :columns], plain[:, columns:]).std(axis=0)
        moved = np.r_[density.followed[fitted] >= 0, [block == "report" for _, block, _ in self.of_sources]].astype(
            bool
        )
        contraction[moved] = 1 - some[:, moved].std(axis=0)  # of the few draws: the others have other coordinates
        if not np.isfinite(some).all():
            raise FloatingPointError("draws are not finite")
        return SetRanks((some < self._values(z[fitted][None], s[None])).sum(axis=0), contraction, why)

    def _chains(self, mode: laplace.LaplaceFit, draws: int, rng: np.random.Generator) -> tuple[Floats, str]:
        """Draws; where chains do not agree, longer ones, which adapt to directions too as those of a fit."""
        if not self.programs:
            self.programs["hmc"] = hmc.compiled(mode.coordinates, over_devices=False)
        for many, warmup, learned in ((draws, WARMUP, 0), (LONGER * draws, hmc.WARMUP, hmc.LEARNED)):
            found = hmc.sample(
                mode,
                draws=many,
                warmup=warmup,
                learned=learned,
                seed=int(rng.integers(2**31)),
                ready=self.programs["hmc"],
            )
            flat = found.draws.reshape(-1, found.draws.shape[-1])
            if found.rhat < RHAT and found.ess > RANKED:
                break
        else:
            return flat, f"R-hat {found.rhat:.3f}, {found.ess:.0f} effective draws"
        return flat, ""

    @property
    def of_sources(self) -> list[tuple[str, str, Floats]]:
        """Name, block and weights of each unknown of the sources."""
        out, at, noises, floors = list[tuple[str, str, Floats]](), 0, 0, 0
        blocks, arrays = self.density.arrays.sizes, self.density.arrays
        for group in self.density.compared.groups:
            for i, source in enumerate(group.source_models):
                who, own = f"{source.name} on {group.subject}", at + np.flatnonzero(group.arrays.source[:, i])
                loading = np.asarray(arrays.bias)[own].mean(axis=0)
                if source.floor:
                    out.append((f"share counted by {who}", "floor", np.eye(blocks["floor"])[floors]))
                elif norm := float(np.linalg.norm(loading)):
                    out.append((f"bias of {who}", "bias", loading / norm))
                out.append((f"noise of {who}", "noise", np.eye(blocks["noise"])[noises]))
                noises, floors = noises + 1, floors + source.floor
            at += len(group.claims)
        return out + [(f"error of report {n}", "report", row) for n, row in enumerate(np.eye(blocks["report"]))]

    def _values(self, numbers: Floats, s: Floats) -> Floats:
        """(draw, unknown) values, from fitted numbers (draw, number) and those of the sources."""
        ends = np.cumsum(list(self.density.arrays.sizes.values()))[:-1]
        blocks = dict(zip(self.density.arrays.sizes, np.split(s, ends, axis=1), strict=True))
        return np.column_stack([numbers, *(blocks[block] @ weights for _, block, weights in self.of_sources)])

    def _untransformed(self, mode: laplace.LaplaceFit, plain: Floats) -> Floats:
        """(draw, unknown) values of draws; flows and reports become noise and errors."""
        density, fitted, steps = self.density, self.fitted, self.density.window.steps
        numbers, s = plain[:, : len(fitted)].copy(), plain[:, len(fitted) :].copy()
        z = np.full((density.size, len(plain)), log_density.APART)
        z[fitted] = numbers.T
        out = self.outputs(jnp.asarray(z), mode.how)
        shared: Callable[..., jax.Array] = jax.vmap(lambda level, s: density.spoken(level, s, mode.arrays).shared)
        begin = sum(size for name, size in density.arrays.sizes.items() if name not in ("report", "rest"))
        s[:, begin : begin + density.arrays.sizes["report"]] = shared(out[: density.claims].T, jnp.asarray(s))
        if density.chance:
            chance = out[-len(log_density.CHANCE) * density.chance :][: density.chance].reshape(steps, -1, len(plain))
            followed = density.followed[fitted]
            for n in set(followed.tolist()) - {-1}:  # all of its steps are fitted
                numbers[:, followed == n] = chance[:, n].T
        return self._values(numbers, s)


@contextmanager
def one_core() -> Iterator[None]:
    """Double precision on one core, where small programs are ten times as quick as on devices."""
    device = xla.single_thread_devices()[0]
    with xla.float_precision("double"), blas.one_thread(), jax.default_device(device):
        yield


def calibrator(model: Model, least_information: float = laplace.LEAST_INFORMATION) -> Calibrator:
    """The calibrator of a model; unknowns with less information are not fitted, as in a fit. Call in `one_core`."""
    density = log_density.target(model)
    observed = (*density.options.with_gradient, *density.options.under_other_theories)
    density = replace(density, options=replace(density.options, with_gradient=(), under_other_theories=()))
    push, bend = laplace.jvp_batch(density), laplace.likelihood_curvature(density)
    fitted = np.arange(density.size)
    if least_information:
        fitted = laplace.laplace(density, push=push, bend=bend, least_information=least_information).fitted
    return Calibrator(density, fitted, push, bend, jax.jit(density.outputs), len(observed))


of_case = cache(lambda case: calibrator(build(load(case))))


def ranked(number: int, *, case: Any, seed: int, draws: int) -> SetRanks | str:
    """A set of a case or calibrator, or why there is none."""
    with one_core():
        try:
            return (case if isinstance(case, Calibrator) else of_case(case)).set(number, seed, draws)
        except FloatingPointError as error:
            return str(error)


def bins(sets: int) -> int:
    """Number of bins for so many ranks; 0 where even two would hold too few."""
    return next((count for count in BINS if sets >= EXPECTED * count), 0)


def inside(ranks: np.ndarray, share: float) -> np.ndarray:
    """Whether the central share of the draws holds the true value."""
    return np.abs(2 * ranks - RANKED) < share * RANKED


def unknown(name: str, ranks: np.ndarray, contraction: float) -> UnknownCalibration:
    """What the ranks (set,) of an unknown say."""
    count = bins(len(ranks))
    counts = np.bincount(ranks * max(count, 1) // (RANKED + 1), minlength=max(count, 1))
    p = float(stats.chisquare(counts).pvalue) if count else np.nan
    covered = tuple(float(inside(ranks, share).mean()) for share in CENTRAL)
    return UnknownCalibration(name, contraction, tuple(counts.tolist()), p, covered)


def calibration(by: Calibrator, results: list[SetRanks | str]) -> Calibration:
    """What all sets say."""
    sets = [(n, each) for n, each in enumerate(results) if isinstance(each, SetRanks)]
    names = [by.density.window.names[i] for i in by.fitted] + [name for name, _, _ in by.of_sources]
    ranks, contraction = (np.array(part) for part in list(zip(*(each for _, each in sets), strict=True))[:2])
    found = [unknown(name, ranks[:, i], float(contraction[:, i].mean())) for i, name in enumerate(names)]
    return Calibration(
        tuple(sorted(found, key=lambda item: item.p)),
        tuple(f"set {n}: {why}" for n, why in enumerate(results) if isinstance(why, str)),
        tuple(f"set {n}: {each.why}" for n, each in sets if each.why),
        by.choices_left_out,
    )


def calibrate(
    model: Model, sets: int, *, seed: int, draws: int = DRAWS, least_information: float = 0.05
) -> Calibration:
    """Fit sets of claims that are simulated from known unknowns, and rank these among the draws."""
    with one_core():
        by = calibrator(model, least_information)
    return calibration(by, [ranked(n, case=by, seed=seed, draws=draws) for n in range(sets)])


def main() -> None:
    """Calibrate a case and print its unknowns."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("case")
    ask.add_argument("--quick", action="store_true", help="the normal at the mode in place of chains")
    for name, default in (("sets", 100), ("draws", DRAWS), ("seed", 1), ("processes", 1)):
        ask.add_argument(f"--{name}", type=int, default=default)
    args = ask.parse_args()
    each = partial(ranked, case=args.case, seed=args.seed, draws=0 if args.quick else args.draws)
    with ProcessPoolExecutor(args.processes, get_context("spawn")) as pool:
        results = list(pool.map(each, range(args.sets)))
    with one_core():
        found = calibration(of_case(args.case), results)
    for item in found.unknowns:
        print(f"{item.name:60} {item.contraction:6.0%} p {item.p:.2g} in central {item.covered} ranks {item.counts}")
    print("\n".join((*found.failed, *found.unconverged)))
    print(f"{args.sets} sets, least p times unknowns {found.least_p:.2g}: at least {LEVEL} where ranks may be uniform")


if __name__ == "__main__":
    main()
