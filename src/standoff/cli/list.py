"""`standoff list`: cases of the catalogue, mechanisms, considerations, priors and units."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

import typer

from standoff.cli import _options as options
from standoff.cli._registry import Command, HelpGroup


class Kind(StrEnum):
    """Kinds of entries."""

    cases = "cases"
    mechanisms = "mechanisms"
    considerations = "considerations"
    priors = "priors"
    units = "units"


def list_(
    kind: Annotated[Kind, typer.Argument(help="Kind of entries to list.")] = Kind.cases,
    as_json: options.Json = False,
) -> None:
    """List the cases of the catalogue, mechanisms, considerations, priors, or units."""
    from standoff.report.text_table import table

    rows: list[dict[str, Any]]
    if kind is Kind.cases:
        rows = [_case(slug) for slug in options.cases()]
    elif kind is Kind.priors:
        from standoff.report.sections import priors

        rows = priors.rows()
    elif kind is Kind.units:
        from standoff import units

        words = [*units.BASE, *units.DERIVED, *units.MAGNITUDES]
        rows = [
            {"unit": word, "means": f"{units.parse(word).factor:.6g} {units.show(units.parse(word).dims)}"}
            for word in words
        ]
    else:
        from standoff import registry
        from standoff.report.sections.describe import first_line

        modules = registry.modules(f"standoff.{kind.value}")
        rows = [{"name": name, "about": first_line(module)} for name, module in modules.items()]
    if as_json:
        options.print_json(rows)
    elif rows:
        cells = [[str(len(cell)) if isinstance(cell, list) else str(cell) for cell in row.values()] for row in rows]
        options.display(table("", rows[0], cells))


def _case(slug: str) -> dict[str, Any]:
    from standoff import catalog
    from standoff.scenario import load_scenario

    scenario = load_scenario(catalog.find(slug)).scenario
    return {"case": slug, "title": scenario.title, "as of": scenario.as_of, "end": scenario.end,
            "questions": list(scenario.questions), "variants": list(scenario.variants)}  # fmt: skip


COMMAND = Command(HelpGroup.inspect, list_)
