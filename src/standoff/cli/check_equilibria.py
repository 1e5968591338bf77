"""The command `audit-games`: whether the games of a run are on their principal branches."""

from __future__ import annotations

from typing import Annotated

import typer

from standoff.cli.options import AS_OF, Case, Changes, Draws, Json, Seed, Since, Variant, display, load_case, print_json

FEW = 1_000  # a share of one in a hundred is then known to a third of itself


def audit_games(
    case: Case,
    actor: Annotated[str, typer.Option("--actor", metavar="NAME", help="Only the date of one actor's decision.")] = "",
    at: Annotated[
        str, typer.Option("--at", metavar="MONTH", help="With --actor: the decision in force then, such as 2024-06.")
    ] = "",
    variant: Variant = "",
    changes: Changes = None,
    since: Since = AS_OF,
    draws: Draws = FEW,
    seed: Seed = 1,
    as_json: Json = False,
) -> None:
    """Solve the games of a run again by continuation, and count those that have, or use, another equilibrium."""
    from standoff.analysis.equilibrium_audit import audit_games as audited
    from standoff.engine.build import build

    found = audited(build(*load_case(case, variant, changes, since)), actor=actor, at=at, draws=draws, seed=seed)
    if as_json:
        print_json(found.to_data())
        return
    from standoff.report.sections import equilibrium_audit as told

    display(told.page(found))
