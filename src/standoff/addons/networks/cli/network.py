"""`standoff network`: relations of a case as a signed network."""

from __future__ import annotations

from typing import Annotated

import typer

import standoff
from standoff.cli import _options as options
from standoff.cli._options import Command, HelpGroup


def network(
    case: options.Case,
    at: Annotated[
        str, typer.Option("--at", metavar="DATE", help="Relations in force on this day; by default the case's as_of.")
    ] = "",
    sign: Annotated[
        list[str] | None,
        typer.Option(
            "--sign",
            metavar="KIND=SIGN",
            help="Count a kind of relation as positive, negative or neutral, such as aid=neutral; may be repeated.",
        ),
    ] = None,
    neutral: Annotated[
        bool, typer.Option("--neutral", help="Leave out kinds without a sign instead of stopping at them.")
    ] = False,
    variant: options.Variant = "",
    output: options.Output = None,
    as_json: options.Json = False,
) -> None:
    """Show the relations of a case as friends and rivals: camps, triads, frustration index."""
    from standoff.addons.networks.sections.network import blocks

    signs = options.pairs(sign, "--sign", "a sign of a kind of relation", "KIND=SIGN, such as aid=neutral")
    scenario, _ = options.Changed(variant=variant).load(case)
    result = standoff.network(scenario, at=at, signs=signs, unknown="neutral" if neutral else "error")
    options.emit(result.to_data(), blocks(result), output, as_json)


COMMAND = Command(HelpGroup.inspect, network)
