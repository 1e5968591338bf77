"""Registries: every module of a folder is an entry under its file name.

An add-on is a package that a distribution names by an entry point of the group `standoff.addons`. Its folders extend those
of the same name here: `foreign/mechanisms/` adds mechanisms to `standoff.mechanisms`, `foreign/cli/` commands. Its
`FUNCTIONS` add public names to `standoff`.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType, ModuleType
from typing import Any

from standoff.errors import StandoffError

GROUP = "standoff.addons"


@lru_cache(maxsize=1)
def addons() -> Mapping[str, ModuleType]:
    """Installed add-ons by name; raises `StandoffError` for one that cannot be imported."""
    from importlib.metadata import entry_points  # `import standoff` does without

    out: dict[str, ModuleType] = {}
    for entry in sorted(entry_points(group=GROUP), key=lambda entry: (entry.name, entry.value)):
        try:
            package = entry.load()
        except Exception as error:
            raise _fault(f"the add-on `{entry.name}` cannot be imported: {error}", entry.value) from error
        if out.setdefault(entry.name, package) is not package:
            raise _fault(f"two add-ons are called `{entry.name}`", f"{out[entry.name].__name__}, {entry.value}")
    return MappingProxyType(out)


@lru_cache(maxsize=64)
def _modules(package: str) -> Mapping[str, str]:
    """Full name of each entry of `package`, none imported."""
    out: dict[str, str] = {}
    _, _, kind = package.partition(".")
    for home in (package, *(f"{addon.__name__}.{kind}" for addon in addons().values())):
        for name in _files(home):
            if out.setdefault(name, f"{home}.{name}") != f"{home}.{name}":
                raise _fault(f"`{name}` is defined twice", f"{out[name]}, {home}.{name}")
    return MappingProxyType(dict(sorted(out.items())))


def _files(package: str) -> Iterator[str]:
    """Names of the public modules in a folder; none where there is no such folder."""
    try:
        home = importlib.import_module(package)
    except ModuleNotFoundError as error:
        if error.name and f"{package}.".startswith(f"{error.name}."):
            return
        raise
    for entry in pkgutil.iter_modules(home.__path__):
        if not entry.name.startswith("_"):
            yield entry.name


def _fault(what: str, where: str) -> StandoffError:
    return StandoffError(what, where, fix="uninstall, mend or rename the add-on")


def names(package: str) -> tuple[str, ...]:
    """Names of the entries of `package`, sorted, not imported; an underscore hides a module."""
    return tuple(_modules(package))


def module(package: str, name: str) -> ModuleType:
    """One entry of `package` by name.

    Raises `ModuleNotFoundError` for a name that it does not have.
    """
    return importlib.import_module(_modules(package).get(name, f"{package}.{name}"))


def forget() -> None:
    """Clear the cached lists, for a test that adds an entry."""
    for cached in (addons, _modules, modules, functions):
        cached.cache_clear()


@lru_cache(maxsize=16)
def modules(package: str) -> Mapping[str, ModuleType]:
    """Every entry of `package` by name: `modules("standoff.mechanisms")["attrition"]`."""
    return MappingProxyType({name: module(package, name) for name in names(package)})


@lru_cache(maxsize=1)
def functions() -> Mapping[str, str]:
    """Public names of add-ons: name -> its module, with `:name` if the name there differs."""
    return MappingProxyType(
        {name: home for addon in addons().values() for name, home in vars(addon).get("FUNCTIONS", {}).items()}
    )


def public(package: str, homes: Mapping[str, str], name: str) -> Any:
    """Import a public name of a package; `homes` gives the module of each name, relative to it."""
    if name not in homes:
        raise AttributeError(f"module `{package}` has no `{name}`; it has {', '.join(sorted(homes))}")
    return getattr(importlib.import_module(f"{package}.{homes[name]}"), name)
