"""`standoff score`: forecasts of settled questions compared with what happened."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from standoff.cli import _options as options
from standoff.cli._progress import progress_bars
from standoff.cli._registry import Command, HelpGroup
from standoff.errors import Problem, RunError

FORECASTS = ".jsonl"


def score(
    names: Annotated[
        list[str],
        typer.Argument(
            metavar="CASE...",
            help="Cases with settled questions, `catalog` for all of them, or files of forecasts (.jsonl).",
            autocompletion=options.cases,
        ),
    ],
    variant: options.Variant = "",
    draws: options.Draws = 2_000,
    seed: options.Seed = 1,
    claims: Annotated[
        Path | None,
        typer.Option(
            "--claims",
            metavar="FILE",
            help="With forecasts: the ledger that resolves them; by default that of their case.",
        ),
    ] = None,
    on: options.On = "",
    trust_network: options.TrustNetwork = False,
    folder: options.JobsFolder = None,
    output: options.Output = None,
    as_json: options.Json = False,
) -> None:
    """Score settled questions against the base rate, no change and equal chances.

    Forecasts that `standoff hindcast --record` wrote are settled by later claims, and scored beside standard methods of time
    series; each that cannot be says why.
    """
    from standoff.evaluation import score_cases

    if any(name.endswith(FORECASTS) for name in names):
        options.refuse_on(on, "forecasts that were recorded are scored without a simulation")
        from standoff.report.sections import record

        with progress_bars(quiet=as_json) as progress:
            records = score_cases.score_forecasts([Path(name) for name in names], claims, seed, progress)
        each = [block for one in records for block in record.blocks(one)]
        options.emit([one.to_data() for one in records], each, output, as_json)
        return
    if claims is not None:
        raise RunError(Problem("only forecasts are resolved by another ledger", "--claims", allowed="a file .jsonl"))
    from standoff.distributed.executors import open_executor
    from standoff.report.sections.score import blocks

    with open_executor(on, trust_network) as executor, progress_bars(quiet=as_json) as progress:
        scores = score_cases.score(
            names, variant=variant, draws=draws, seed=seed, progress=progress, executor=executor, folder=folder
        )
    options.emit(scores.to_data(), blocks(scores), output, as_json)


COMMAND = Command(HelpGroup.evaluate, score)
