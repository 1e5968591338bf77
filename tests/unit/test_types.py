"""The alias is what annotations mean by it."""

from __future__ import annotations

from typing import get_type_hints

import numpy as np
from numpy.typing import NDArray

from standoff.addons.games import continuation
from standoff.types import Floats


def test_floats_are_arrays_of_doubles() -> None:
    assert Floats == NDArray[np.float64]
    assert get_type_hints(continuation.trace)["target"] == Floats
