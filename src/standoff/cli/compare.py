"""`standoff compare`: variants of one case side by side."""

from __future__ import annotations

from typing import Annotated

import typer

from standoff.cli.options import Case, Draws, Fitted, Json, Output, Posterior, Seed, build_model, emit, progress_bar
from standoff.cli.run import FEW

BASE = "base"


def compare(
    case: Case,
    variants: Annotated[
        list[str],
        typer.Argument(
            metavar="VARIANT...",
            help="Variants; where `base` is among them, the first one is what the others are compared with, else it is `base`.",
        ),
    ],
    stocks: Annotated[
        list[str] | None,
        typer.Option("--stock", metavar="NAME", help="Explain this stock; those that differ most if left out."),
    ] = None,
    draws: Draws = FEW,
    seed: Seed = 1,
    posterior: Posterior = None,
    fitted: Fitted = False,
    loops: Annotated[bool, typer.Option("--loops/--no-loops", help="Say which feedback loops dominate.")] = True,
    out: Output = None,
    as_json: Json = False,
) -> None:
    """Compare variants in the same futures: answers, by which processes and reasons they differ, which loops dominate."""
    from standoff.analysis import compare_variants as asked
    from standoff.report.sections import compare

    names = list(dict.fromkeys(variants if BASE in variants else [BASE, *variants]))
    models = {
        name: build_model(case, "" if name == BASE else name, posterior=posterior, fitted=fitted) for name in names
    }

    found = asked.compare(
        models,
        draws=draws,
        seed=seed,
        stocks=stocks or (),
        loops=loops,
        watch=lambda name: progress_bar(name, quiet=as_json),
    )
    emit(found.to_data(), compare.blocks(found), out, as_json)
