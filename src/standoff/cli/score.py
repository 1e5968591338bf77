"""`standoff score`: forecasts of settled questions compared with what happened."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from typer import Argument, Option

from standoff.cli._options import (
    Command,
    Draws,
    Elsewhere,
    HelpGroup,
    JobsFolder,
    Others,
    Seed,
    Variant,
    Written,
    cases,
)
from standoff.errors import RunError
from standoff.report import sections

RECORD = ".jsonl"  #: how the name of a record ends


def score(
    names: Annotated[
        list[str],
        Argument(
            metavar="CASE...",
            help="Cases with settled questions, `catalog` for all of them, or a record of forecasts (.jsonl).",
            autocompletion=cases,
        ),
    ],
    variant: Variant = "",
    draws: Draws = 2_000,
    seed: Seed = 1,
    claims: Annotated[
        Path | None,
        Option(
            metavar="FILE",
            help="With a record: the ledger that settles it; by default that of its case.",
        ),
    ] = None,
    others: Others = None,
    *,
    elsewhere: Elsewhere,
    folder: JobsFolder = None,
    written: Written,
) -> None:
    """Score settled questions against the base rate, no change and equal chances.

    A record, which `standoff roll` and `standoff hindcast --record` write, is settled by the claims of its case, and scored
    beside standard methods of time series, misses first; each forecast that is open says why.
    """
    from standoff.evaluation import score as scored

    if any(name.endswith(RECORD) for name in names):
        elsewhere.refuse("a record is scored without a simulation")
        if len(names) > 1:
            raise RunError("cases and records are scored separately", allowed="either cases, or one record .jsonl")
        found = scored.score_record(Path(names[0]), claims, seed, others)
        written.emit(found, sections.forecast_record.blocks(found, f"Record of forecasts: {names[0]}"))
        return
    for option, value in (("--claims", claims), ("--others", others)):
        if value is not None:
            raise RunError("only a record is scored beside it", option, allowed="a record .jsonl")
    with elsewhere.executor() as executor, written.progress() as progress:
        found = scored.score(
            names, variant=variant, draws=draws, seed=seed, progress=progress, executor=executor, folder=folder
        )
    written.emit(found, sections.forecast_record.blocks(found, f"Settled questions: {', '.join(names)}"))


COMMAND = Command(HelpGroup.evaluate, score)
