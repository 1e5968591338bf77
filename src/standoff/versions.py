"""Versions of the software that a result depends on."""

from __future__ import annotations

import platform
from functools import lru_cache
from importlib.metadata import version

from standoff import __version__


@lru_cache(maxsize=1)
def versions() -> dict[str, str]:
    """Version numbers by name: standoff, jax, numpy, python."""
    others = {name: version(name) for name in ("jax", "numpy")}
    return {"standoff": __version__, **others, "python": platform.python_version()}
