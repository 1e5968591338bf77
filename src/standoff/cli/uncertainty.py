"""`standoff rivals`: every answer under rival models, and what makes it vary."""

from __future__ import annotations

from typing import Annotated

import typer

from standoff.cli.options import Case, Draws, Json, Output, Seed, build_model, emit, progress_bar

ALL = "all"


def rivals(
    case: Case,
    variants: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[VARIANT]...",
            help="Variants, `base` is the case itself; it and those with `rival: true` if left out.",
        ),
    ] = None,
    theories: Annotated[
        str, typer.Option("--theories", metavar="all|NAME,...", help="Theories of how actors decide.")
    ] = ALL,
    draws: Draws = 1000,
    seed: Seed = 1,
    out: Output = None,
    as_json: Json = False,
) -> None:
    """Answer every question under each variant and theory, and say how much of the spread models, numbers and chance make."""
    from standoff import theories as registered
    from standoff.analysis import model_uncertainty as asked
    from standoff.report.sections import model_uncertainty as told

    models = asked.models_of(build_model(case), variants or ())
    wanted = (
        registered.names()
        if theories.strip() == ALL
        else [word.strip() for word in theories.split(",") if word.strip()]
    )

    found = asked.rival_models(
        models, wanted, draws=draws, seed=seed, watch=lambda name: progress_bar(name, quiet=as_json)
    )
    emit(found.to_data(), told.blocks(found, told.GRIDS if out is None else None), out, as_json)
