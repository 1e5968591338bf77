"""Render documents to files and the terminal; formats are modules of `report.backends`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from standoff import registry
from standoff.errors import Problem, RunError
from standoff.files import write_atomic
from standoff.report.document import BulletList, Heading, Notice, Paragraph, TableBlock, readable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path
    from types import ModuleType

    from rich.console import RenderableType

    from standoff.report.document import Block


def formats() -> Mapping[str, ModuleType]:
    """Output formats by file suffix; each module has `SUFFIX` and `render(blocks) -> bytes`."""
    return {entry.SUFFIX: entry for entry in registry.modules("standoff.report.backends").values()}


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
            Problem(
                f"`{path}` does not end in a known format",
                allowed=f"a file that ends in {', '.join(known)}",
                fix="name it so, such as report.md",
            )
        )
    return known[path.suffix.lower()]


def terminal(blocks: Sequence[Block]) -> RenderableType:
    """Render a document for the terminal, without its pictures."""
    from rich.console import Group
    from rich.text import Text

    from standoff.report.text_table import grid, heading
    from standoff.report.text_wrap import WrappedText

    out: list[RenderableType] = []
    for block in blocks:
        if isinstance(block, Heading):
            out.append(heading(block.text) if block.level > 1 else Text(block.text, "bold"))
        elif isinstance(block, Paragraph):
            out.append(WrappedText(block.text, "dim" if block.soft else "bold" if block.strong else ""))
        elif isinstance(block, Notice):
            out.append(Text(block.text, "bold yellow"))
        elif isinstance(block, BulletList):
            out += [WrappedText("- ").append_text(WrappedText.noted(point)) for point in block.points]
        elif isinstance(block, TableBlock):
            table = grid(*block.columns)
            for row in block.rows:
                table.add_row(*map(WrappedText.noted, row))
            out += [*([Text(block.caption, "bold")] if block.caption else []), table, Text()]
    return Group(*out)
