"""Logit equilibrium as equations in log odds for continuation: values and slopes.

    F_i(o) = x_i(o) - strength * (U_i(o; p) - U_i(0; p)) = 0,   x_i(o) = log p_i(o) - log p_i(0)

for every strategy o of player i but its first. Payoffs come multiplied by each player's rationality, on a scale where
`strength` is in log-odds. The logarithms keep probabilities positive and the smallest ones exact (turocy2005). Arrays
are (..., game), and sums over strategies are written out, as in `logit_response`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache, reduce
from itertools import pairwise, product
from typing import Any, TypeAlias

import jax.numpy as jnp
import numpy as np
from jax import Array
from numpy.typing import NDArray

from standoff.addons.games.continuation import System
from standoff.addons.games.expected_payoffs import Pairwise, Payoffs
from standoff.types import Floats

Margins: TypeAlias = dict[tuple[int, int], Array]  #: (player, other) -> (strategy, other's strategy, game)


def prepared(game: Payoffs | Pairwise, weight: Floats) -> Any:
    """Data of a system: payoffs times `weight` (game, player), games last."""
    if isinstance(game, Payoffs):
        return game.last * weight.T.reshape(weight.shape[1], *(1 for _ in game.sizes), len(weight))
    base = [np.ascontiguousarray((row * weight[:, i : i + 1]).T) for i, row in enumerate(game.base)]
    pairs = [np.moveaxis(table * weight[:, i, None, None], 0, -1) for (i, _), table in sorted(game.pairs.items())]
    return base, [np.ascontiguousarray(table) for table in pairs]


def system(game: Payoffs | Pairwise) -> System:
    """The equations for games of this shape; cached by shape."""
    return _dense(game.sizes) if isinstance(game, Payoffs) else _polymatrix(game.sizes, tuple(sorted(game.pairs)))


def shares(x: NDArray[np.float64], sizes: Sequence[int]) -> tuple[Floats, ...]:
    """Probabilities [player](game, strategy) of log odds (unknown, game)."""
    out, row = [], 0
    for size in sizes:
        odds = np.concatenate([np.zeros((1, x.shape[1])), x[row : row + size - 1]])
        weights = np.exp(odds - odds.max(axis=0))
        out.append(np.ascontiguousarray((weights / weights.sum(axis=0)).T))
        row += size - 1
    return tuple(out)


@lru_cache(maxsize=64)
def _dense(sizes: tuple[int, ...]) -> System:
    players = range(len(sizes))

    def equations(x: Array, strength: Array, table: Array) -> tuple[Array, Array, Array]:
        p = _probabilities(x, sizes)
        utility: list[Array] = []
        margins: Margins = {}
        for i in players:
            others = [j for j in players if j != i]
            for j, margin in _margins(table[i], i, others, list(players), p).items():
                margins[i, j] = margin
            if others:
                utility.append(_against(margins[i, others[0]], p[others[0]]))
            else:
                utility.append(table[i])
        return _assembled(x, strength, p, utility, margins)

    return equations


def _margins(table: Array, own: int, keep: list[int], axes: list[int], p: list[Array]) -> dict[int, Array]:
    """Own payoff (strategy, other's strategy, game) per other in `keep`, mean over the rest.

    Halves of the others are summed out in turn, so that players share most of the work.
    """
    if not keep:
        return {}
    if len(keep) == 1:
        return {keep[0]: table if axes[0] == own else jnp.swapaxes(table, 0, 1)}
    out: dict[int, Array] = {}
    half = len(keep) // 2
    for stored, gone in ((keep[:half], keep[half:]), (keep[half:], keep[:half])):
        terms = []
        for cell in product(*(range(len(p[j])) for j in gone)):
            where = dict(zip(gone, cell, strict=True))
            chance = reduce(jnp.multiply, [p[j][k] for j, k in where.items()])
            terms.append(table[tuple(where.get(j, slice(None)) for j in axes)] * chance)
        out |= _margins(_sum(terms), own, stored, [j for j in axes if j not in where], p)
    return out


@lru_cache(maxsize=64)
def _polymatrix(sizes: tuple[int, ...], pairs: tuple[tuple[int, int], ...]) -> System:
    def equations(x: Array, strength: Array, data: Any) -> tuple[Array, Array, Array]:
        base, tables = data
        p, utility, margins = _probabilities(x, sizes), list(base), dict(zip(pairs, tables, strict=True))
        for (i, j), table in margins.items():
            utility[i] = utility[i] + _against(table, p[j])
        return _assembled(x, strength, p, utility, margins)

    return equations


def _assembled(
    x: Array, strength: Array, p: list[Array], utility: list[Array], margins: Margins
) -> tuple[Array, Array, Array]:
    """F, dF/dx and dF/dstrength; d p_j(k) / d x_j(k') is p_j(k) * ([k = k'] - p_j(k'))."""
    ends = np.cumsum([0, *(len(row) - 1 for row in p)])
    rows = [slice(first, last) for first, last in pairwise(ends)]
    gains = jnp.concatenate([u[1:] - u[:1] for u in utility])
    slopes = jnp.broadcast_to(jnp.eye(ends[-1])[..., None], (ends[-1], ends[-1], x.shape[-1]))
    for (i, j), margin in margins.items():  # set block by block: one long concatenation compiles into a slow loop
        gain = margin[1:] - margin[:1]
        slope = -strength * p[j][1:] * (gain[:, 1:] - _against(gain, p[j])[:, None])
        slopes = slopes.at[rows[i], rows[j]].set(slope)
    return x - strength * gains, slopes, -gains


def _probabilities(x: Array, sizes: Sequence[int]) -> list[Array]:
    """[player](strategy, game)."""
    out, row = [], 0
    for size in sizes:
        odds = [jnp.zeros(x.shape[-1]), *x[row : row + size - 1]]
        top = reduce(jnp.maximum, odds)
        weights = [jnp.exp(each - top) for each in odds]
        over = 1 / _sum(weights)
        out.append(jnp.stack([weight * over for weight in weights]))
        row += size - 1
    return out


def _against(margin: Array, p: Array) -> Array:
    """(strategy, game): mean over the other's strategies."""
    return _sum(margin[:, k] * share for k, share in enumerate(p))


def _sum(values: Any) -> Array:
    return reduce(jnp.add, values)
