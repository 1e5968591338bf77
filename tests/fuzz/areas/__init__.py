"""Doors by area; the folder is the registry."""

from __future__ import annotations

import pkgutil
from importlib import import_module

from tests.fuzz.door import Door


def doors() -> tuple[Door, ...]:
    """Every door, in the order of the areas' names."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return tuple(door for name in names for door in import_module(f"{__name__}.{name}").DOORS)
