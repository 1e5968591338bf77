"""Double precision for the tests of mechanisms, which compare with closed forms to rounding."""

from __future__ import annotations

from collections.abc import Iterator

import jax
import pytest


@pytest.fixture(autouse=True)
def double_precision() -> Iterator[None]:
    """Double precision during each test of this folder, and single precision again for what a worker runs next."""
    with jax.enable_x64(True):
        yield
