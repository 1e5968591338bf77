"""Shared by the tests of considerations: float64, and one payoff as a float."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import jax
import pytest

from standoff import components

if TYPE_CHECKING:
    from types import ModuleType

Weigh = Callable[..., float]


@pytest.fixture(autouse=True)
def double_precision() -> Iterator[None]:
    """Float64, so that rounding stays below the 1e-12 to which closed forms are compared."""
    with jax.enable_x64(True):
        yield


@pytest.fixture
def weigh() -> Weigh:
    """`weigh(module, params, option, state={}, others={})`: the payoff on plain numbers in canonical units."""

    def run(
        module: ModuleType,
        params: Mapping[str, Any],
        option: str,
        state: Mapping[str, float] | None = None,
        others: Mapping[tuple[str, str], float] | None = None,
    ) -> float:
        p = module.Params.model_construct(**params)
        return float(
            module.payoff(p, components.State(state or {}), option, components.Others(others or {}, others or {}))
        )

    return run
