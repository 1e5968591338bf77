"""Render documents to files and the terminal; formats are modules of `report.backends`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType

from standoff import registry
from standoff.errors import RunError
from standoff.files import write_atomic
from standoff.report.backends.terminal import render as terminal
from standoff.report.document import Block, readable

__all__ = ["check", "formats", "terminal", "write"]


def formats() -> Mapping[str, ModuleType]:
    """Output formats of files by suffix; each module has `SUFFIX` and `render(blocks) -> bytes`."""
    entries = registry.modules("standoff.report.backends").values()
    return {entry.SUFFIX: entry for entry in entries if hasattr(entry, "SUFFIX")}


def check(path: Path) -> None:
    """Raise `RunError` if no format has the suffix of `path`, or if that format lacks a library."""
    _format(path).render(())


def write(blocks: Sequence[Block], path: Path) -> Path:
    """Write a document atomically in the format of the suffix; raises `RunError` as `check`."""
    write_atomic(path, _format(path).render(readable(blocks)))
    return path


def _format(path: Path) -> ModuleType:
    known = formats()
    if path.suffix.lower() not in known:
        raise RunError(
            f"`{path}` does not end in a known format",
            allowed=f"a file that ends in {', '.join(known)}",
            fix="name it so, such as report.md",
        )
    return known[path.suffix.lower()]
