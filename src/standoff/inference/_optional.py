"""The libraries of the extra `fit`, and the error without them."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from standoff.errors import ModelError
from standoff.versions import require_packages

NEEDED = ("numpyro", "arviz_stats")


def require() -> None:
    """Raise `ModelError` with installation instructions if a package is missing."""
    require_packages("fitting", "fit", *NEEDED, kind=ModelError)


def statistics() -> Any:
    """ArviZ's statistics of draws, untyped."""
    return import_module("arviz_stats.base").array_stats
