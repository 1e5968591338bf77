"""Random numbers with addresses, and the parameters of a block of draws.

Every number is drawn from a key made of the seed, the name of what it is for, and the id of the draw. So removing a
mechanism leaves the noise of the others alone, and a draw has the same numbers whatever the block or the machine that
it runs in. They are made in single precision and widened, so that single
and double precision runs agree.
"""

from __future__ import annotations

import math
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy.special import ndtr, ndtri

from standoff import beliefs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from standoff.engine.plan import Plan

Array: TypeAlias = jax.Array


def address(name: str) -> int:
    """The number that stands for a name in a key."""
    return zlib.crc32(name.encode())


def threefry(key0: Array, key1: Array, count0: Array, count1: Array) -> Array:
    """First word of Threefry-2x32 with 20 rounds, all arguments uint32.

    JAX's own primitive gives the same bits (a test compares them), but on a processor it runs as a loop over memory,
    five times slower than this chain of operations that the compiler melts into one.
    """
    keys = (key0, key1, key0 ^ key1 ^ np.uint32(0x1BD11BDA))
    x, y = count0 + keys[0], count1 + keys[1]
    for group in range(5):
        for turn in ((13, 15, 26, 6), (17, 29, 16, 24))[group % 2]:
            x = x + y
            y = ((y << np.uint32(turn)) | (y >> np.uint32(32 - turn))) ^ x
        x = x + keys[(group + 1) % 3]
        y = y + keys[(group + 2) % 3] + np.uint32(group + 1)
    return x


def uniforms(seed: Array, names: Sequence[str], count: int, ids: Array, dtype: Any) -> Array:
    """Uniforms in (0, 1), (count, name, draw): `count` numbers for each name and draw.

    Number `i` of a name is the first word of Threefry-2x32 keyed by (seed, name) at the counter (draw, i), cut to 24
    bits, so that no number is 0 or 1. Sources: salmon2011 (counter-based generators).
    """
    addresses = np.array([address(name) for name in names], np.uint32)[None, :, None]
    numbers = np.arange(count, dtype=np.uint32)[:, None, None]
    shape = (count, len(names), *ids.shape)
    bits = threefry(*(jnp.broadcast_to(word, shape) for word in (seed, addresses, ids, numbers)))
    return (((bits >> 8).astype(jnp.float32) + 0.5) * np.float32(2.0**-24)).astype(dtype)


@dataclass(frozen=True)
class Table:
    """All parameters of a plan as arrays: changing a number changes only these, never the compiled program."""

    a: np.ndarray  #: (parameter,) g shape: x = a + b * expm1(s * z) / s, canonical units
    b: np.ndarray
    s: np.ndarray
    below: np.ndarray  #: (parameter,) probability of the belief below its lower bound
    above: np.ndarray  #: ... and above its upper bound
    quantiles: np.ndarray  #: (tabled parameter, 257) on beliefs.TABLE_Z, canonical units
    mixing: np.ndarray  #: (correlated parameter, correlated parameter) Cholesky factor

    def arrays(self) -> tuple[np.ndarray, ...]:
        """The arrays, in the order of the fields."""
        return (self.a, self.b, self.s, self.below, self.above, self.quantiles, self.mixing)


@dataclass(frozen=True)
class Layout:
    """What of the parameters is structure: which are tabled, which are correlated, and their noise names."""

    names: tuple[str, ...]
    tabled: tuple[int, ...]
    correlated: tuple[int, ...]


def encode(plan: Plan) -> tuple[Layout, Table]:
    """Split a plan's parameters into structure and numbers."""
    shapes = [parameter.belief.g() for parameter in plan.parameters]
    tabled = tuple(i for i, shape in enumerate(shapes) if shape is None)
    g = np.array([(0.0, 0.0, 0.0) if shape is None else shape for shape in shapes]).reshape(-1, 3)
    factor = np.array([parameter.factor for parameter in plan.parameters])
    tails = np.array([parameter.tails() for parameter in plan.parameters]).reshape(-1, 2)
    quantiles = [np.array(plan.parameters[i].belief.table()) * factor[i] for i in tabled]
    correlated = tuple(sorted({i for a, b, _ in plan.correlations for i in (a, b)}))
    place = {parameter: row for row, parameter in enumerate(correlated)}
    matrix = np.eye(len(correlated))
    for a, b, value in plan.correlations:
        matrix[place[a], place[b]] = matrix[place[b], place[a]] = 2 * math.sin(math.pi * value / 6)
    layout = Layout(tuple(parameter.path for parameter in plan.parameters), tabled, correlated)
    table = Table(
        g[:, 0] * factor, g[:, 1] * factor, g[:, 2], tails[:, 0], 1 - tails[:, 1],
        np.array(quantiles).reshape(len(tabled), len(beliefs.TABLE_Z)), cholesky(matrix),
    )  # fmt: skip
    return layout, table


def cholesky(matrix: np.ndarray) -> np.ndarray:
    """Lower factor of the correlation matrix; raises `ModelError` where the correlations contradict one another."""
    from standoff.errors import ModelError, Problem

    try:
        return np.linalg.cholesky(matrix)
    except np.linalg.LinAlgError:
        raise ModelError(
            Problem("the correlations contradict one another", path="correlations", fix="weaken or remove one of them")
        ) from None


def parameters(layout: Layout, table: Sequence[Array], u: Array) -> Array:
    """Values (parameter, draw) in canonical units of every parameter, from its uniform numbers `u` (parameter, draw).

    A declared correlation is Spearman's; the copula is Gaussian, with r = 2 sin(pi rho / 6).
    """
    dtype = u.dtype
    a, b, s, below, above, quantiles, mixing = (jnp.asarray(part, dtype)[..., None] for part in table)
    z = ndtri(u)
    if layout.correlated:
        rows = np.array(layout.correlated)
        z = z.at[rows].set(mixing[..., 0] @ z[rows])
    cut = (below > 0) | (above > 0)
    upper = z > 0  # probabilities are counted from the nearer end, so that both tails keep their digits
    tail = jnp.where(upper, above, below) + (1 - below - above) * ndtr(-jnp.abs(z))
    edge = float(np.finfo(dtype).eps)
    moved = ndtri(jnp.clip(jnp.where(cut, tail, 0.5), float(np.finfo(dtype).tiny), 1 - edge))
    z = jnp.where(cut, jnp.where(upper, -moved, moved), z)
    bent = jnp.where(s == 0, 1.0, s)
    values = a + b * jnp.where(s == 0, z, jnp.expm1(bent * z) / bent)
    if layout.tabled:
        rows = np.array(layout.tabled)
        grid = jnp.asarray(beliefs.TABLE_Z, dtype)
        tabled = jax.vmap(lambda x, row: jnp.interp(x, grid, row))(z[rows], quantiles[..., 0])
        values = values.at[rows].set(tabled)
    return values
