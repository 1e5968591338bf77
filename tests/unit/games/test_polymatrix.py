"""What is expected of one whose unknown reasons persist, against races of exponential numbers."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from standoff.games.polymatrix import persisting
from tests.oracles import games

DRAWS = 200_000


def expected(fresh: np.ndarray, present: np.ndarray, in_force: int, kept: float) -> np.ndarray:
    with jax.enable_x64(True):
        one_hot = np.eye(len(fresh))[in_force]
        rows = [[jnp.asarray(x)[None] for x in row] for row in (fresh, present, one_hot)]
        return np.array(persisting(*rows, jnp.asarray(kept)))[:, 0]


@pytest.mark.parametrize("options", [2, 3, 4])
def test_options_persist_as_in_a_race(options: int) -> None:
    """The same Gumbel numbers before and after: those with the option in force as things stand, counted by what they do then."""
    rng = np.random.default_rng(options)
    present, fresh = rng.dirichlet(np.ones(options)), rng.dirichlet(np.ones(options))
    unknown = rng.gumbel(size=(DRAWS, options))
    was, then = (np.argmax(np.log(p) + unknown, axis=1) for p in (present, fresh))
    for i in range(options):
        of = then[was == i]
        found = expected(fresh, present, i, 1.0)
        error = np.sqrt(np.maximum(found * (1 - found), 0.0) / len(of)) + 1e-9
        assert (np.abs(np.bincount(of, minlength=options) / len(of) - found) < 4 * error).all()
        twin = games.lasting(list(fresh), list(present), list(np.eye(options)[i]), 1.0, np)
        np.testing.assert_allclose(found, np.array(twin, float), atol=1e-12)
        np.testing.assert_allclose(
            expected(fresh, present, i, 0.25), 0.75 * fresh + 0.25 * found, atol=1e-12
        )  # a renewed reason forgets what was in force


def test_of_two_options_the_one_in_force_stays_in_the_ratio_of_its_chances() -> None:
    present, fresh = np.array([0.8, 0.2]), np.array([0.3, 0.7])
    np.testing.assert_allclose(expected(fresh, present, 0, 1.0), [3 / 8, 5 / 8], atol=1e-15)
    np.testing.assert_allclose(expected(fresh, present, 1, 1.0), [0.0, 1.0], atol=1e-15)


def test_an_option_that_closes_is_left_and_one_that_was_closed_can_be_taken() -> None:
    closed, opened = np.array([0.0, 0.6, 0.4]), np.array([0.5, 0.2, 0.3])
    assert expected(closed, opened, 0, 1.0)[0] == 0.0
    found = expected(opened, closed, 1, 1.0)
    assert found[0] > 0.3 and found.sum() == pytest.approx(1.0, abs=1e-14)
    slopes = jax.jacrev(lambda p: jnp.stack(persisting([*p], [*jnp.asarray(closed)], [0.0, 1.0, 0.0], 0.5)))
    assert np.isfinite(np.asarray(slopes(jnp.asarray(opened)))).all()
