"""`standoff network`: relations of a case as a signed network."""

from __future__ import annotations

from typing import Annotated

from typer import Option

import standoff
from standoff.cli import _options as options
from standoff.cli._options import Command, HelpGroup


def network(
    case: options.Case,
    at: Annotated[
        str, Option(metavar="DATE", help="Relations in force on this day; by default the case's as_of.")
    ] = "",
    sign: Annotated[
        list[str] | None,
        Option(
            metavar="KIND=SIGN",
            help="Count a kind of relation as positive, negative or neutral, such as aid=neutral; may be repeated.",
        ),
    ] = None,
    neutral: Annotated[
        bool, Option("--neutral", help="Leave out kinds without a sign instead of stopping at them.")
    ] = False,
    variant: options.Variant = "",
    *,
    written: options.Written,
) -> None:
    """Show the relations of a case as friends and rivals: camps, triads, frustration index."""
    from standoff.addons.networks.sections.network import blocks

    signs = options.pairs(sign, "--sign", "a sign of a kind of relation", "KIND=SIGN, such as aid=neutral")
    scenario, _ = options.Changed(variant=variant).load(case)
    finding = standoff.network(scenario, at=at, signs=signs, unknown="neutral" if neutral else "error")
    written.emit(finding, blocks(finding))


COMMAND = Command(HelpGroup.inspect, network)
