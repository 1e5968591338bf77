"""`standoff score`: forecasts of settled questions compared with what happened."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from typer import Argument, Option

from standoff.cli._options import Command, Draws, Elsewhere, HelpGroup, JobsFolder, Seed, Variant, Written, cases
from standoff.errors import RunError
from standoff.report import sections

FORECASTS = ".jsonl"


def score(
    names: Annotated[
        list[str],
        Argument(
            metavar="CASE...",
            help="Cases with settled questions, `catalog` for all of them, or files of forecasts (.jsonl).",
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
            help="With forecasts: the ledger that resolves them; by default that of their case.",
        ),
    ] = None,
    *,
    elsewhere: Elsewhere,
    folder: JobsFolder = None,
    written: Written,
) -> None:
    """Score settled questions against the base rate, no change and equal chances.

    Forecasts that `standoff hindcast --record` wrote are settled by later claims, and scored beside standard methods of time
    series; each that cannot be says why.
    """
    from standoff.evaluation import score_cases

    if any(name.endswith(FORECASTS) for name in names):
        elsewhere.refuse("forecasts that were recorded are scored without a simulation")
        with written.progress() as progress:
            records = score_cases.score_forecasts([Path(name) for name in names], claims, seed, progress)
        blocks = [block for one in records for block in sections.score.record_blocks(one)]
        written.emit([one.to_data() for one in records], blocks)
        return
    if claims is not None:
        raise RunError("only forecasts are resolved by another ledger", "--claims", allowed="a file .jsonl")
    with elsewhere.executor() as executor, written.progress() as progress:
        scores = score_cases.score(
            names, variant=variant, draws=draws, seed=seed, progress=progress, executor=executor, folder=folder
        )
    written.emit(scores, sections.score.blocks(scores))


COMMAND = Command(HelpGroup.evaluate, score)
