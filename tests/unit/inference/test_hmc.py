"""Hamiltonian Monte Carlo on densities that are known: moments, another slope on the way, and what warm-up draws teach."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from standoff.inference import hmc
from standoff.inference.convergence import rhat_and_ess
from standoff.inference.hmc import Density

DRAWS = 5000
SPREAD = np.array([0.5, 2.0, 1.0])
DEVIATION = np.array([*SPREAD, np.pi / np.sqrt(6)])


def value(z: np.ndarray) -> np.ndarray:
    """Normal numbers of unlike spread, and a Gumbel one, whose skew tells left from right."""
    normal, gumbel = z[:, :3], z[:, 3]
    return np.asarray(0.5 * np.square(normal / SPREAD).sum(axis=1) + gumbel + np.exp(-gumbel))


def exact(z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return value(z), np.concatenate([z[:, :3] / SPREAD**2, 1 - np.exp(-z[:, 3:])], axis=1)


def near(z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Something near, as trajectories of a fit have it of choices: the Gumbel's part less steep by a fifth."""
    gumbel = z[:, 3]
    about = 0.5 * np.square(z[:, :3] / SPREAD).sum(axis=1) + 0.8 * (gumbel + np.exp(-gumbel))
    return about, np.concatenate([z[:, :3] / SPREAD**2, 0.8 * (1 - np.exp(-z[:, 3:]))], axis=1)


@pytest.mark.parametrize("followed", [exact, near])
def test_moments_of_a_skewed_density(followed: object) -> None:
    """Draws are those of the density, whatever trajectories follow."""
    walked = hmc.chains(Density(value, followed), 4, DRAWS, 5, count=4)  # type: ignore[arg-type]
    z, diverged, accepted = walked.draws, walked.divergences, walked.accepted
    rhat, ess = rhat_and_ess(z)
    assert not diverged and rhat < 1.01 and ess > 400
    assert hmc.ACCEPT - 0.1 < accepted < 0.9  # of the target; dual averaging, in few draws, ends with too short a step
    flat = z.reshape(-1, 4)
    assert np.abs(flat.mean(axis=0) - [0, 0, 0, 0.5772]).max() < 4 * DEVIATION.max() / np.sqrt(ess)
    kurtosis = 4.4  # the largest excess is 2.4: variance of a deviation (k - 1) / 4n
    assert np.abs(flat.std(axis=0) / DEVIATION - 1).max() < 4 * np.sqrt(kurtosis / (4 * ess))


def test_the_same_seed_gives_the_same_draws() -> None:
    surface = Density(value, exact)
    first, again, other = (hmc.chains(surface, 4, 20, seed, warmup=20, count=2).draws for seed in (1, 1, 2))
    assert np.array_equal(first, again) and not np.array_equal(first, other)


def test_what_cannot_be_followed_is_counted() -> None:
    """A wall of energy beside a flat place: trajectories that run into it have diverged."""

    def wall(z: np.ndarray) -> np.ndarray:
        return np.where(z[:, 0] > 1.5, 1e6, 0.5 * np.square(z).sum(axis=1))

    diverged = hmc.chains(Density(wall, lambda z: (wall(z), z)), 1, 200, 3, warmup=0, count=4).divergences
    assert diverged > 0


def test_chains_go_on_from_where_they_are_told() -> None:
    start = np.full((2, 4), 1.5)
    near_start = hmc.chains(Density(value, exact), 4, 1, 1, warmup=0, count=2, start=start)
    assert near_start.draws.shape == (2, 1, 4)
    assert np.array_equal(start, np.full((2, 4), 1.5))  # what was handed in stays


TWO_CORES = """
import hashlib, os, sys
cores = sorted(os.sched_getaffinity(0))
os.sched_setaffinity(0, cores[: int(sys.argv[1])])
import jax.numpy as jnp
import numpy as np
from standoff import xla
from standoff.inference import hmc
xla.devices()
with xla.float_precision("double"):
    rng = np.random.default_rng(1)
    white, root = rng.standard_normal((hmc.CHAINS, 235)), rng.standard_normal((235, 235)) / 15
    def density(white, root):
        x = white @ root.T
        return jnp.sum(jnp.exp(-x * x) + jnp.log1p(jnp.abs(x)) * jnp.tanh(x), axis=1)
    found = hmc._over_chains(density)(jnp.asarray(white), jnp.asarray(root))
print(hashlib.sha256(np.asarray(found).tobytes()).hexdigest())
"""


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "sched_getaffinity") or len(os.sched_getaffinity(0)) < 2, reason="needs two cores")
def test_the_number_of_cores_changes_no_bit_of_a_density() -> None:
    """Chains lie on the same logical devices in a process with one core and in one with all."""
    command = [sys.executable, "-c", TWO_CORES]
    one, all_ = (
        subprocess.run([*command, count], capture_output=True, text=True, check=True).stdout for count in ("1", "64")
    )
    assert one == all_ and len(one) == 65


@dataclass(frozen=True)
class Mode:
    """What the sampler reads of a normal at the mode, here too narrow along one direction."""

    mode: np.ndarray
    root: np.ndarray
    choices: tuple[np.ndarray, np.ndarray]
    coordinates: None = None


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> Mode:
    size, deviation = 6, np.array([8.0, 1.0, 1.0, 1.0, 1.0, 1.0])

    def surface(_: Mode, root: np.ndarray, __: object) -> Density:
        def value(white: np.ndarray) -> np.ndarray:
            return np.asarray(0.5 * np.square(white @ root.T / deviation).sum(axis=1))

        return Density(value, lambda white: (value(white), white @ (root.T / deviation**2) @ root))

    monkeypatch.setattr(hmc, "surface", surface)
    return Mode(np.full(size, 3.0), np.eye(size), (np.zeros(size), np.zeros((size, size))))


def sampled(narrow: Mode, number: int, folder: Path | None = None) -> hmc.HmcResult:
    ready = hmc.Compiled(None, None)  # type: ignore[arg-type]
    return hmc.sample(narrow, draws=number, seed=2, ready=ready, learned=200, folder=folder)  # type: ignore[arg-type]


def test_scales_are_estimated_until_none_is_wider_than_chance(narrow: Mode, monkeypatch: pytest.MonkeyPatch) -> None:
    """One direction is eight times as wide as the normal at the mode says; two series of draws find that."""
    windows, widen = [], hmc.widen_directions

    def counted(white: np.ndarray) -> np.ndarray:
        windows.append(white.shape[1])
        return widen(white)

    monkeypatch.setattr(hmc, "widen_directions", counted)
    found = sampled(narrow, 2000)
    assert windows == [200, 400]
    assert found.root[0, 0] == pytest.approx(8.0, rel=0.2) and np.allclose(np.diag(found.root)[1:], 1, atol=0.1)
    flat = found.draws.reshape(-1, 6)
    assert found.rhat < 1.01 and found.ess > 400
    assert flat[:, 0].std() == pytest.approx(8.0, rel=4 / np.sqrt(2 * found.ess))
    assert np.abs(flat.mean(axis=0) - 3.0).max() < 4 * 8.0 / np.sqrt(found.ess)


def test_a_sampler_that_was_interrupted_resumes(narrow: Mode, tmp_path: Path) -> None:
    """Stored series are read, those of the warm-up too; more draws extend the last."""
    first = sampled(narrow, 50, tmp_path)
    number = len(list(tmp_path.iterdir()))
    again, more, plain = sampled(narrow, 50, tmp_path), sampled(narrow, 80, tmp_path), sampled(narrow, 80)
    assert np.array_equal(first.draws, again.draws) and number == 4
    assert len(list(tmp_path.iterdir())) == number + 1
    assert np.array_equal(more.draws, plain.draws) and np.array_equal(more.root, plain.root)


def test_wide_directions_are_stretched_and_others_left() -> None:
    """Two wide directions that lie aslant: after stretching they have the deviation of the others, to what chance allows."""
    rng = np.random.default_rng(4)
    basis, _ = np.linalg.qr(rng.standard_normal((20, 20)))
    deviation = np.array([4.0, 2.5, *np.ones(18)])
    white = rng.standard_normal((8, 400, 20)) * deviation @ basis.T
    stretch = hmc.widen_directions(white)
    assert np.allclose(stretch, stretch.T)
    assert np.allclose(np.linalg.eigvalsh(stretch)[:18], 1)
    assert np.linalg.eigvalsh(stretch)[18:] == pytest.approx([2.5, 4.0], rel=4 / np.sqrt(2 * 3200))
    after = np.linalg.solve(stretch, white.reshape(-1, 20).T)
    assert np.abs(after.std(axis=1) - 1).max() < 0.1
    assert np.array_equal(hmc.widen_directions(rng.standard_normal((8, 400, 20))), np.eye(20))


def test_few_draws_show_widths_that_are_not_there() -> None:
    """With 400 draws of 300 directions chance shows variances up to 3.5; one of 9 is there, and looks as if it were 9.8."""
    rng = np.random.default_rng(5)
    deviation = np.array([3.0, *np.ones(299)])
    stretch = np.linalg.eigvalsh(hmc.widen_directions(rng.standard_normal((8, 50, 300)) * deviation))
    assert np.allclose(stretch[:299], 1)
    assert stretch[299] == pytest.approx(3.0, rel=4 / np.sqrt(2 * 400))


def test_the_quadratic_of_choices_is_fitted_to_exact_values() -> None:
    rng = np.random.default_rng(3)
    size = 12
    root = np.tril(rng.normal(size=(size, size)) / 4) + np.eye(size)
    ray = rng.normal(size=(3, size))
    slope, bends = rng.normal(size=size), ray.T @ ray
    wanted = slope + rng.normal(size=size), ray.T @ np.diag([0.2, 0.5, 1.4]) @ ray

    def energy(white: np.ndarray, choices: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
        x = white @ root.T
        return np.square(white).sum(axis=1) / 2 + np.einsum("ni,ij,nj->n", x, choices[1], x) / 2 - x @ choices[0]

    density = Density(lambda z: 7.0 + energy(z, wanted), lambda z: (energy(z, (slope, bends)), z))
    laplace = SimpleNamespace(choices=(slope, bends))
    draws = rng.standard_normal((8, 4000, size))
    found = hmc.fit_choices(laplace, root, draws, density)
    for one, other in zip(found, wanted, strict=True):  # the penalty of 10 draws, of 16,000, shrinks by a thousandth
        np.testing.assert_allclose(one, other, atol=2e-3 * np.abs(other).max())
    # where some draws have no value, the others count; where nothing is wrong, nothing changes
    holes = Density(lambda z: np.where(z[:, 0] > 2.0, np.nan, 7.0 + energy(z, wanted)), density.surrogate)
    np.testing.assert_allclose(
        hmc.fit_choices(laplace, root, draws, holes)[1], wanted[1], atol=5e-3 * np.abs(wanted[1]).max()
    )
    right = Density(lambda z: energy(z, (slope, bends)), density.surrogate)
    np.testing.assert_allclose(hmc.fit_choices(laplace, root, draws, right)[1], bends, rtol=1e-12, atol=1e-12)
