"""`standoff list`: cases of the catalogue, mechanisms, considerations, priors and units."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from standoff.cli import _options as options
from standoff.cli._registry import Command, HelpGroup


class Kind(StrEnum):
    """Kinds of entries."""

    cases = "cases"
    mechanisms = "mechanisms"
    considerations = "considerations"
    priors = "priors"
    templates = "templates"
    units = "units"


def list_(
    kind: Annotated[Kind, typer.Argument(help="Kind of entries to list.")] = Kind.cases,
    as_json: options.Json = False,
) -> None:
    """List the cases, mechanisms, considerations, priors, templates, or units."""
    from standoff.report.document import table
    from standoff.report.sections.entries import list_entries

    rows = list_entries(kind.value)
    if as_json:
        options.print_json(rows)
    elif rows:
        cells = [[str(len(cell)) if isinstance(cell, list) else str(cell) for cell in row.values()] for row in rows]
        options.display([table(*rows[0], rows=cells)])


COMMAND = Command(HelpGroup.inspect, list_)
