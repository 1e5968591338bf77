"""Versions of the software that a result depends on."""

from __future__ import annotations

from functools import lru_cache

VERSION = "0.1.0"  #: of this package; a test compares it with pyproject.toml


@lru_cache(maxsize=1)
def versions() -> dict[str, str]:
    """Version numbers by name: standoff, jax, numpy, python."""
    import platform
    from importlib.metadata import version  # imported late: `import standoff` stays quick

    others = {name: version(name) for name in ("jax", "numpy")}
    return {"standoff": VERSION, **others, "python": platform.python_version()}
