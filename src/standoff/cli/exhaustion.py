"""`standoff exhaustion`: who runs out of what, and when."""

from __future__ import annotations

from typing import Annotated

import typer

from standoff.cli.options import (
    AS_OF,
    Case,
    Changes,
    Draws,
    Fitted,
    Json,
    Output,
    Posterior,
    Seed,
    Since,
    Variant,
    build_model,
    emit,
)
from standoff.cli.run import DRAWS, _simulated


def exhaustion(
    case: Case,
    question: Annotated[
        str,
        typer.Argument(
            metavar="[QUESTION]", help="A question of who comes first; the first one that names sides if left out."
        ),
    ] = "",
    variant: Variant = "",
    changes: Changes = None,
    since: Since = AS_OF,
    draws: Draws = DRAWS,
    seed: Seed = 1,
    posterior: Posterior = None,
    fitted: Fitted = False,
    out: Output = None,
    as_json: Json = False,
) -> None:
    """Who runs out of what, and when: times to exhaustion by side and constraint, which comes first, what moves them."""
    from standoff.analysis import exhaustion as asked
    from standoff.report.sections import exhaustion

    model = build_model(case, variant, changes, since, posterior, fitted)
    asked.find(model.plan, question)  # before anything is simulated
    found = asked.exhaustion(_simulated(model, draws, seed, as_json), question)
    emit(found.to_data(), exhaustion.blocks(found), out, as_json)
