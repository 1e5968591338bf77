"""Plain tables for the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.console import RenderableType


def table(
    title: str, columns: Iterable[str], rows: Iterable[Iterable[str]], right: Iterable[str] = ()
) -> RenderableType:
    """A plain table under its title; `right` names the columns whose numbers are set flush right."""
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    grid = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    numbers = set(right)
    for column in columns:
        number = column in numbers
        grid.add_column(column, justify="right" if number else "left", no_wrap=number, overflow="fold")
    for row in rows:
        grid.add_row(*(Text(cell) for cell in row))
    return Group(Text(title, style="bold underline"), grid) if title else grid
