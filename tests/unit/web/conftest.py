"""The closed-form case, opened once."""

from __future__ import annotations

import pytest

from standoff import build, load
from standoff.web.explorer import DRAWS, QUICK, Explorer


@pytest.fixture(scope="session")
def explorer() -> Explorer:
    """The case that can be worked out on paper, with few futures at rest."""
    return Explorer.open(build(*load("closed-form")), draws=(QUICK, DRAWS))
