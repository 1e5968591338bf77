"""Chance followed by what it made: the same futures, and the same density in other coordinates."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np

from standoff.inference import laplace
from standoff.inference.fit.log_density import CHANCE
from tests.unit.inference.toy import looked, pushed


def test_followed_chance_is_the_same_future_with_the_density_of_its_coordinates() -> None:
    """The flows that y says come out; z leads to the same claims; dz / dy is what the density is stretched by."""
    seen = looked()
    assert seen.window.gauges.names == ("attrition/tempo.AAA", "attrition/tempo.BBB")
    rng = np.random.default_rng(6)
    places = np.flatnonzero(seen.followed >= 0)
    with jax.enable_x64(True):
        off = seen.window.gauges.off(seen.window.steps)
        outputs = jax.jit(lambda z, how: seen.outputs(z[:, None], how)[:, 0])
        start = 0.5 * rng.standard_normal(seen.size)
        how = seen.follow(np.asarray(outputs(jnp.asarray(start), off)), np.array([True, True]))
        how = how._replace(size=1.2 * how.size)
        moved = start + 0.3 * rng.standard_normal(seen.size)  # parameters move, and with them what y means
        out, slopes = laplace.slopes(pushed(), jnp.asarray(moved), places, how)
        end = len(out) - len(CHANCE) * seen.chance
        z = np.asarray(out[end : end + seen.chance])
        plain = moved.copy()
        plain[places] = z.reshape(seen.window.steps, 2).ravel()
        same = outputs(jnp.asarray(plain), off)
        assert np.abs(np.asarray(out)[:end] - np.asarray(same)[:end]).max() < 1e-9
        path = seen.window.path(jnp.asarray(moved)[:, None], how).cells
        gauge = np.log([path[cell][1:, 0] for cell, _ in seen.window.gauges.cells]).T
        assert np.abs(gauge - how.middle - how.size * moved[places].reshape(-1, 2)).max() < 1e-9
        stretched = float(jnp.sum(out[end + seen.chance : end + 2 * seen.chance]))
        assert abs(stretched + how.size.size * np.log(1.2)) < 1e-9  # the spread is a point here
        _, size = np.linalg.slogdet(slopes[end : end + seen.chance])
        assert abs(size + stretched) < 1e-9
        assert abs(float(seen.of_chance(out)) + 0.5 * z @ z + stretched) < 1e-9


def test_at_the_path_where_it_lies_the_coordinate_is_the_chance() -> None:
    seen = looked()
    with jax.enable_x64(True):
        off = seen.window.gauges.off(seen.window.steps)
        z = jnp.asarray(0.4 * np.random.default_rng(8).standard_normal(seen.size))
        outputs = jax.jit(lambda z, how: seen.outputs(z[:, None], how)[:, 0])
        plain = outputs(z, off)
        there = outputs(z, seen.follow(np.asarray(plain), np.array([True, False])))
    assert np.abs(np.asarray(plain - there)).max() < 1e-9
