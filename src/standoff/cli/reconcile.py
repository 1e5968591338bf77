"""`standoff reconcile`: one estimate from rival claims about a quantity."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from standoff.cli import _options as options
from standoff.cli._progress import progress_bars
from standoff.cli._registry import Command, HelpGroup
from standoff.files import write_text


def reconcile(
    case: options.Case,
    quantity: Annotated[
        str, typer.Option("--quantity", metavar="NAME", help="Quantity, such as personnel_losses.")
    ] = "",
    subject: Annotated[
        str, typer.Option("--subject", metavar="CODE", help="Actor that the claims are about, such as RUS.")
    ] = "",
    at: Annotated[
        str, typer.Option("--at", metavar="DATE", help="Day of the estimate; by default that of --as-of.")
    ] = "",
    as_of: options.AsOf = "",
    without: Annotated[
        list[str] | None,
        typer.Option("--without", metavar="NAME", help="Exclude this side, speaker or claim; may be repeated."),
    ] = None,
    independent_relays: Annotated[
        bool, typer.Option("--independent-relays", help="Treat relayed claims as independent observations.")
    ] = False,
    refits: Annotated[
        int, typer.Option("--refits", min=0, help="Number of the most influential claims to leave out, one by one.")
    ] = 4,
    seed: options.Seed = 1,
    output: Annotated[
        Path | None,
        options.output_file("Draw claims and estimate as .svg."),
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Reconcile rival claims about a quantity: estimate, source bias, influential claims."""
    options.require_suffix(output, (".svg",), "claims.svg")
    from standoff.inference.reconcile.reconcile import reconcile as estimate

    title, cut_off, ledger = options.dated_ledger(case, as_of)
    with progress_bars(quiet=as_json) as progress:
        result = estimate(
            ledger,
            quantity,
            subject,
            as_of=cut_off,
            at=at or None,
            without=without or (),
            independent_relays=independent_relays,
            refits=refits,
            seed=seed,
            title=title,
            progress=progress,
        )
    if output is not None:
        from standoff.report.charts.claim_path import picture

        write_text(output, picture(result))
    from standoff.report.sections.reconcile import blocks

    options.emit(result.to_data(), blocks(result), None, as_json)


COMMAND = Command(HelpGroup.evidence, reconcile)
