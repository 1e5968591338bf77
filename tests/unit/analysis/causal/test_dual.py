"""Slopes by dual numbers against those of JAX, at kinks too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jax
import numpy as np
import pytest

from standoff.analysis.causal import central_path, slopes
from standoff.analysis.causal.dual import SLOPES, Dual, DualNumpy, slope_of, value_of
from standoff.components import arithmetic, jnp
from standoff.xla import float_precision

if TYPE_CHECKING:
    from collections.abc import Callable

    from standoff.engine.model import Model

X = np.array([-1.5, -1.0, 0.0, 0.5, 1.0, 2.0])  # kinks at -1, 0 and 1
FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    "maximum": lambda x: jnp.maximum(x, 0.0),
    "minimum of two": lambda x: jnp.minimum(x, x * x),
    "clip": lambda x: jnp.clip(x, -1.0, 1.0) * x,
    "absolute": lambda x: abs(-x),
    "where": lambda x: jnp.where(x > 0, jnp.sqrt(jnp.where(x > 0, x, 1.0)), 2 * x),
    "round": lambda x: x + jnp.round(x),
    "powers": lambda x: x**2 + (2.0 + x) ** 1.5 + 2.0**x + (x + 3) ** x,
    "logarithms": lambda x: jnp.log(x + 3) + jnp.log1p(x + 2) - jnp.log10(x + 4),
    "exponentials": lambda x: jnp.exp(x) / jnp.expm1(x + 4) - jnp.tanh(x) + jnp.square(x),
    "stack": lambda x: jnp.stack([x, X])[0] * jnp.broadcast_to(x, (6,)),
}


def by_jax(function: Any, values: Any, ways: Any) -> Any:
    """Values and slopes of JAX."""
    with arithmetic(None), float_precision("double"):
        return jax.jvp(function, (values,), (ways,))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_slopes_are_those_of_jax_at_kinks_too(name: str) -> None:
    function = FUNCTIONS[name]
    with arithmetic(DualNumpy()), np.errstate(all="ignore"):
        out = function(Dual(X, np.ones(6)))
    value, slope = by_jax(lambda x: function(x) * jnp.ones(6), X, np.ones(6))
    np.testing.assert_allclose(value_of(out), value, rtol=1e-12)
    np.testing.assert_allclose(slope_of(out), slope, rtol=1e-12)


def test_a_product_in_place_leaves_the_factor_as_it_was() -> None:
    first = product = Dual(X, np.ones(6))
    product *= 2.0
    assert np.array_equal(first.value, X) and np.array_equal(product.slope, np.full(6, 2.0))


def test_a_slope_is_not_lost_in_silence() -> None:
    assert np.sinh not in SLOPES
    for function in (np.asarray, np.sinh):
        with pytest.raises(TypeError):
            function(Dual(X, 1.0))


def test_slopes_of_a_model_are_those_of_jax(world: Callable[..., Model], monkeypatch: pytest.MonkeyPatch) -> None:
    """To 1e-9 of the largest slope of the flow; and the path, worked out by JAX, is the same."""
    plan = world().plan
    ours = list(slopes.slopes(plan))

    def unable(*_: Any) -> Any:
        raise TypeError

    def states(program: Any, middle: Any, module: Any, own: Any = central_path._states) -> Any:
        return unable() if module else own(program, middle, module)

    monkeypatch.setattr(central_path, "_states", states)
    monkeypatch.setattr(central_path, "Dual", unable)
    theirs = list(slopes.slopes(plan))
    assert [(a.source, a.target, a.through) for a in ours] == [(b.source, b.target, b.through) for b in theirs]
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(a.values, b.values, rtol=1e-9, atol=1e-12)
        assert (a.gauge, a.choice) == (b.gauge, b.choice)
    assert len(ours) > 20
