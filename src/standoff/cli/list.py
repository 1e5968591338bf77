"""`standoff list`: cases of the catalogue, mechanisms, considerations, priors and units."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from typer import Argument

import standoff
from standoff.cli._options import Command, HelpGroup, Printed

Kind = StrEnum("Kind", "cases mechanisms considerations priors templates units")


def list_(
    kind: Annotated[Kind, Argument(help="Kind of entries to list.")] = Kind.cases,
    *,
    printed: Printed,
) -> None:
    """List the cases, mechanisms, considerations, priors, templates, or units."""
    from standoff.report.document import table

    rows = standoff.list_entries(kind.value)
    cells = [[str(len(cell)) if isinstance(cell, list) else str(cell) for cell in row.values()] for row in rows]
    printed.show(rows, [table(*rows[0], rows=cells)] if rows else [])


COMMAND = Command(HelpGroup.inspect, list_)
