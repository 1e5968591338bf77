"""Implicit derivative of a fixed point by iteration (Neumann series), for any response.

With q = response(numbers, q), a small change of the numbers changes q by

    dq = d response / d numbers * change + d response / d q * dq

which is iterated from zero. Where responses contract (a game that is `proven`), the error shrinks in each iteration by
the same factor as a distance between profiles, and the result is accurate to rounding. Differentiating the iterations
of the solver instead would divide by differences that have become zero.

Sources: griewank_walther2008 (derivatives of fixed-point iterations).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax

from standoff.games.fixed_point import FixedPointResult

Some: TypeAlias = Callable[
    [Array | None], Callable[[Array, Any], Array]
]  #: indices of games, or all -> their responses
TURNS = 32  # assumption: a contraction by a half leaves 2e-10


def with_implicit_gradient(
    response: Callable[[Any, Array, Any], Array],
    search: Callable[[Some, Any], FixedPointResult],
    numbers: Any,
    begun: Any,
) -> FixedPointResult:
    """Result of `search` for `response`, with implicit instead of unrolled derivatives.

    response: (numbers, q, share) -> the response to q; the equation holds at share 1
    search: (responses of some games, begun) -> the solution; `begun` is its start
    """

    @jax.custom_jvp
    def find(params: Any, start: Any) -> Any:
        def subset(games: Array | None) -> Callable[[Array, Any], Array]:
            if games is None:
                return lambda q, share: response(params, q, share)
            at = games.astype(jnp.uint32)  # places without a sign need no look at whether they count from the end
            own = jax.tree.map(lambda value: jnp.take(value, at, mode="clip") if jnp.ndim(value) else value, params)
            return lambda q, share: response(own, q, share)

        return search(subset, start)

    @find.defjvp
    def slopes(primals: Any, tangents: Any) -> Any:
        (params, start), (moved, _) = primals, tangents
        result = find(params, start)

        def turn(_: Array, dq: Array) -> Array:
            return jax.jvp(lambda n, q: response(n, q, 1.0), (params, result.q), (moved, dq))[1]

        dq = lax.fori_loop(0, TURNS, turn, jnp.zeros_like(result.q))
        none = jax.tree.map(_nothing, result)
        return result, none._replace(q=dq, p=dq)

    return find(numbers, begun)


def _nothing(value: Array) -> Any:
    """Zero gradient of a non-differentiable input."""
    if jnp.issubdtype(value.dtype, jnp.floating):
        return jnp.zeros_like(value)
    return np.zeros(value.shape, jax.dtypes.float0)
