"""The density that a sampler draws from, and the one that its trajectories follow."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from standoff.types import Floats


class Density(NamedTuple):
    """Target and surrogate density.

    Leapfrog uses the surrogate's gradient; the Metropolis test uses the target, so draws stay exact.
    """

    value: Callable[[Floats], Floats]  #: (chain, parameter) -> (chain,) negative log density
    surrogate: Callable[[Floats], tuple[Floats, Floats]]  #: the same of the surrogate, and its slope (chain, parameter)
