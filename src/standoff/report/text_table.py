"""Tables and headings for the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich import box
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable

MANY = 3  # assumption: up to this many columns of numbers are never wrapped
MIN_WIDTH = 20  # characters of a column of text beside more columns of numbers; assumption


def heading(text: str) -> RenderableType:
    """A heading over a thin line."""
    return Padding(Rule(Text(text, "bold"), align="left", style="dim"), (1, 0, 1, 0))


def grid(*columns: str) -> Table:
    """An empty table; a column whose name ends in a colon holds numbers, set flush right."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1), header_style="dim", show_edge=False)
    numbers = sum(name.endswith(":") for name in columns)
    for name in columns:
        if name.endswith(":"):
            table.add_column(name.rstrip(":"), justify="right", no_wrap=numbers <= MANY, overflow="fold")
        else:
            table.add_column(name, min_width=MIN_WIDTH if numbers > MANY else None, overflow="fold")
    return table


def table(
    title: str, columns: Iterable[str], rows: Iterable[Iterable[str]], right: Iterable[str] = ()
) -> RenderableType:
    """Plain table under its title; `right` names the right-aligned columns."""
    out = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    numbers = set(right)
    for column in columns:
        number = column in numbers
        out.add_column(column, justify="right" if number else "left", no_wrap=number, overflow="fold")
    for row in rows:
        out.add_row(*(Text(cell) for cell in row))
    return Group(Text(title, style="bold underline"), out) if title else out
