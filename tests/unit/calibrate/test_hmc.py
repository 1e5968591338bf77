"""Hamiltonian Monte Carlo on densities that are known: moments, the gate, and a divergence that is counted."""

from __future__ import annotations

import numpy as np
import pytest

from standoff.calibrate import hmc

DRAWS = 1500


def quiet(text: str) -> None:
    """Nobody watches."""


def test_moments_of_a_skewed_density() -> None:
    """Normal numbers of unlike spread, and minus the logarithm of an exponential one, whose skew tells left from right."""
    spread = np.array([0.5, 2.0, 1.0])

    def energy(z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        normal, gumbel = z[:, :3], z[:, 3]
        value = 0.5 * np.square(normal / spread).sum(axis=1) + gumbel + np.exp(-gumbel)
        return value, np.concatenate([normal / spread**2, (1 - np.exp(-gumbel))[:, None]], axis=1)

    z, diverged, accepted, _ = hmc.chains(energy, 4, DRAWS, 5, quiet)
    rhat, ess = hmc.gate(z)
    assert not diverged and rhat < 1.01 and ess > 400
    assert accepted == pytest.approx(hmc.ACCEPT, abs=0.06)
    flat = z.reshape(-1, 4)
    deviation = np.array([*spread, np.pi / np.sqrt(6)])
    assert np.abs(flat.mean(axis=0) - [0, 0, 0, 0.5772]).max() < 4 * deviation.max() / np.sqrt(ess)
    assert np.abs(flat.std(axis=0) / deviation - 1).max() < 4 / np.sqrt(
        ess
    )  # kurtosis up to 5.4: variance (k - 1) / 4n


def test_the_same_seed_gives_the_same_draws() -> None:
    def energy(z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return 0.5 * np.square(z).sum(axis=1), z

    first, again, other = (hmc.chains(energy, 2, 20, seed, quiet, warmup=20)[0] for seed in (1, 1, 2))
    assert np.array_equal(first, again) and not np.array_equal(first, other)


def test_what_cannot_be_followed_is_counted() -> None:
    """A wall of energy beside a flat place: trajectories that run into it have diverged."""

    def energy(z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        wall = z[:, 0] > 1.5
        return np.where(wall, 1e6, 0.5 * np.square(z).sum(axis=1)), z

    diverged = hmc.chains(energy, 1, 200, 3, quiet, warmup=0)[1]
    assert diverged > 0
