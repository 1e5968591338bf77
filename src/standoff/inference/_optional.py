"""Optional dependencies of inference, and the errors without them."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from standoff.errors import ModelError, Problem
from standoff.versions import install_command

NEEDED = ("numpyro", "arviz_stats")


def require() -> None:
    """Raise `ModelError` with installation instructions if a package is missing."""
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        raise ModelError(
            Problem(
                f"fitting needs {' and '.join(missing)}, which {'is' if len(missing) == 1 else 'are'} not installed",
                fix=install_command("fit"),
            )
        )


def statistics() -> Any:
    """ArviZ's statistics of draws, untyped."""
    return import_module("arviz_stats.base").array_stats
