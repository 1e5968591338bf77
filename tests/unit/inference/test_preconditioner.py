"""What warm-up draws teach the sampler: the scale of directions, and the quadratic of the choices."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from standoff.inference import preconditioner
from standoff.inference.density import Density


def test_wide_directions_are_stretched_and_others_left() -> None:
    """Two wide directions that lie aslant: after stretching they have the deviation of the others, to what chance allows."""
    rng = np.random.default_rng(4)
    basis, _ = np.linalg.qr(rng.standard_normal((20, 20)))
    deviation = np.array([4.0, 2.5, *np.ones(18)])
    white = rng.standard_normal((8, 400, 20)) * deviation @ basis.T
    stretch = preconditioner.widen_directions(white)
    assert np.allclose(stretch, stretch.T)
    assert np.allclose(np.linalg.eigvalsh(stretch)[:18], 1)
    assert np.linalg.eigvalsh(stretch)[18:] == pytest.approx([2.5, 4.0], rel=4 / np.sqrt(2 * 3200))
    after = np.linalg.solve(stretch, white.reshape(-1, 20).T)
    assert np.abs(after.std(axis=1) - 1).max() < 0.1
    assert np.array_equal(preconditioner.widen_directions(rng.standard_normal((8, 400, 20))), np.eye(20))


def test_few_draws_show_widths_that_are_not_there() -> None:
    """With 400 draws of 300 directions chance shows variances up to 3.5; one of 9 is there, and looks as if it were 9.8."""
    rng = np.random.default_rng(5)
    deviation = np.array([3.0, *np.ones(299)])
    stretch = np.linalg.eigvalsh(preconditioner.widen_directions(rng.standard_normal((8, 50, 300)) * deviation))
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
    found = preconditioner.fit_choices(laplace, root, draws, density)
    for one, other in zip(found, wanted, strict=True):  # the penalty of 10 draws, of 16,000, shrinks by a thousandth
        np.testing.assert_allclose(one, other, atol=2e-3 * np.abs(other).max())
    # where some draws have no value, the others count; where nothing is wrong, nothing changes
    holes = Density(lambda z: np.where(z[:, 0] > 2.0, np.nan, 7.0 + energy(z, wanted)), density.surrogate)
    np.testing.assert_allclose(
        preconditioner.fit_choices(laplace, root, draws, holes)[1], wanted[1], atol=5e-3 * np.abs(wanted[1]).max()
    )
    right = Density(lambda z: energy(z, (slope, bends)), density.surrogate)
    np.testing.assert_allclose(
        preconditioner.fit_choices(laplace, root, draws, right)[1], bends, rtol=1e-12, atol=1e-12
    )
