"""Registry of a package: every module is an entry under its file name."""

from __future__ import annotations

import importlib
import pkgutil
from functools import lru_cache
from types import MappingProxyType, ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@lru_cache(maxsize=16)
def names(package: str) -> tuple[str, ...]:
    """Names of the entries of `package`, sorted, not imported; an underscore hides a module."""
    home = importlib.import_module(package)
    return tuple(sorted(m.name for m in pkgutil.iter_modules(home.__path__) if not m.name.startswith("_")))


def module(package: str, name: str) -> ModuleType:
    """One entry of `package` by name."""
    return importlib.import_module(f"{package}.{name}")


def forget() -> None:
    """Clear the cached lists, for a test that adds an entry."""
    names.cache_clear()
    modules.cache_clear()


@lru_cache(maxsize=16)
def modules(package: str) -> Mapping[str, ModuleType]:
    """Every entry of `package` by name: `modules("standoff.mechanisms")["attrition"]`."""
    return MappingProxyType({name: module(package, name) for name in names(package)})


def public(package: str, homes: Mapping[str, str], name: str) -> Any:
    """Import a public name of a package; `homes` gives the module of each name, relative to it."""
    if name not in homes:
        raise AttributeError(f"module `{package}` has no `{name}`; it has {', '.join(sorted(homes))}")
    return getattr(module(package, homes[name]), name)
