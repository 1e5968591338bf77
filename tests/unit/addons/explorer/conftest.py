"""The closed-form case, opened once."""

from __future__ import annotations

import pytest

from standoff import build, load
from standoff.addons.explorer.explorer import Explorer


@pytest.fixture(scope="session")
def explorer() -> Explorer:
    """The case that can be worked out on paper."""
    return Explorer.open(build(*load("closed-form")))
