"""`standoff check-equilibria`: uniqueness and principal branches of equilibria."""

from __future__ import annotations

from typing import Annotated

import typer

import standoff
from standoff.cli import _options as options
from standoff.cli._options import Command, HelpGroup
from standoff.cli._progress import progress_bars

DRAWS = 1_000  # a share of one in a hundred then has a relative error of a third


def check_equilibria(
    case: options.Case,
    actor: Annotated[
        str, typer.Option("--actor", metavar="NAME", help="Check only the date of one decision of this actor.")
    ] = "",
    at: Annotated[
        str,
        typer.Option(
            "--at", metavar="MONTH", help="With --actor: the latest decision up to this month, such as 2024-06."
        ),
    ] = "",
    variant: options.Variant = "",
    changes: options.Changes = None,
    since: options.Since = options.AS_OF,
    held: options.Holds = None,
    draws: options.Draws = DRAWS,
    seed: options.Seed = 1,
    as_json: options.Json = False,
) -> None:
    """Check that each game has one equilibrium, and that the run found the principal branch."""
    from standoff.addons.games.sections.equilibrium_audit import blocks

    model = options.build_model(case, variant, changes, since, held=held)
    with progress_bars(quiet=as_json) as progress:
        finding = standoff.check_equilibria(model, actor=actor, at=at, draws=draws, seed=seed, progress=progress)
    options.emit(finding.to_data(), blocks(finding), None, as_json)


COMMAND = Command(HelpGroup.analyse, check_equilibria)
