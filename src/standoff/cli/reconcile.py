"""`standoff reconcile`: one estimate from rival claims about a quantity."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from typer import Option

import standoff
from standoff.cli import _options as options
from standoff.cli._registry import Command, HelpGroup
from standoff.files import write_text
from standoff.report import sections


def reconcile(
    case: options.Case,
    quantity: Annotated[str, Option(metavar="NAME", help="Quantity, such as personnel_losses.")] = "",
    subject: Annotated[str, Option(metavar="CODE", help="Actor that the claims are about, such as RUS.")] = "",
    at: Annotated[str, Option(metavar="DATE", help="Day of the estimate; by default that of --as-of.")] = "",
    as_of: options.AsOf = "",
    without: Annotated[
        list[str] | None,
        Option("--without", metavar="NAME", help="Exclude this side, speaker or claim; may be repeated."),
    ] = None,
    independent_relays: Annotated[
        bool, Option("--independent-relays", help="Treat relayed claims as independent observations.")
    ] = False,
    refits: Annotated[int, Option(min=0, help="Number of the most influential claims to leave out, one by one.")] = 4,
    seed: options.Seed = 1,
    output: Annotated[
        Path | None,
        options.output_file("Draw claims and estimate as .svg."),
    ] = None,
    *,
    printed: options.Printed,
) -> None:
    """Reconcile rival claims about a quantity: estimate, source bias, influential claims."""
    from standoff.report.charts.claim_path import picture

    options.require_suffix(output, (".svg",), "claims.svg")
    scenario, cut_off, ledger = options.dated_case(case, as_of)
    with printed.progress() as progress:
        result = standoff.reconcile(
            ledger,
            quantity,
            subject,
            as_of=cut_off,
            at=at or None,
            without=without or (),
            independent_relays=independent_relays,
            refits=refits,
            seed=seed,
            title=scenario.title,
            progress=progress,
        )
    if output is not None:
        write_text(output, picture(result))
    printed.show(result.to_data(), sections.reconcile.blocks(result))


COMMAND = Command(HelpGroup.evidence, reconcile)
