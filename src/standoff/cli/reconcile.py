"""`standoff reconcile`: one estimate from rival claims about a quantity."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from typer import Option

import standoff
from standoff.cli._options import AsOf, Case, Command, HelpGroup, Printed, Seed, dated_case, output_file, require_suffix
from standoff.errors import ModelError
from standoff.files import write_text
from standoff.report import sections


def reconcile(
    case: Case,
    quantity: Annotated[str, Option(metavar="NAME", help="Quantity, such as personnel_losses.")] = "",
    subject: Annotated[str, Option(metavar="CODE", help="Actor that the claims are about, such as RUS.")] = "",
    at: Annotated[str, Option(metavar="DATE", help="Day of the estimate; by default that of --as-of.")] = "",
    as_of: AsOf = "",
    without: Annotated[
        list[str] | None,
        Option("--without", metavar="NAME", help="Exclude this side, speaker or claim; may be repeated."),
    ] = None,
    independent_relays: Annotated[
        bool, Option("--independent-relays", help="Treat relayed claims as independent observations.")
    ] = False,
    categories: Annotated[
        Path | None,
        Option(
            "--categories", metavar="FILE", help="Codes of propositions as .csv, with the columns id, category, item."
        ),
    ] = None,
    refits: Annotated[int, Option(min=0, help="Number of the most influential claims to leave out, one by one.")] = 4,
    seed: Seed = 1,
    output: Annotated[
        Path | None,
        output_file("Draw claims and estimate as .svg."),
    ] = None,
    *,
    printed: Printed,
) -> None:
    """Reconcile rival claims about a quantity: estimate, source bias, influential claims."""
    from standoff.report.charts.claim_path import picture

    require_suffix(output, (".svg",), "claims.svg")
    scenario, cut_off, ledger = dated_case(case, as_of)
    about = [claim for claim in ledger if claim.quantity == quantity]
    if categories or (about and quantity and not any(claim.numbers for claim in about)):
        if at or output:
            wrong = "--at" if at else "--output"
            raise ModelError("claims in categories have no path", wrong, fix="leave it out")
        found = standoff.reconcile_categories(
            ledger,
            quantity,
            subject,
            as_of=cut_off,
            codes=categories,
            without=without or (),
            independent_relays=independent_relays,
            seed=seed,
            title=scenario.title,
        )
        printed.show(found, sections.reconcile.category_blocks(found))
        return
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
    printed.show(result, sections.reconcile.blocks(result))


COMMAND = Command(HelpGroup.evidence, reconcile)
