"""A throw-away file in a package that is its own registry, for as long as a test runs."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from standoff import registry


@contextmanager
def added(package: str, folder: Path, name: str, source: str) -> Iterator[None]:
    """`source` as the file `name` of `package`, from a folder outside of it; nothing else is changed."""
    home = importlib.import_module(package)
    (folder / f"{name}.py").write_text(source, encoding="utf-8")
    home.__path__.append(str(folder))
    registry.forget()
    try:
        yield
    finally:
        home.__path__.remove(str(folder))
        sys.modules.pop(f"{package}.{name}", None)
        vars(home).pop(name, None)
        registry.forget()
