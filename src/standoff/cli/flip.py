"""`standoff flip`: the threshold of each parameter at which an answer changes."""

from __future__ import annotations

from typing import Annotated

import typer

from standoff.cli import _options as options
from standoff.cli._progress import progress_bars
from standoff.cli._registry import Command, HelpGroup


def flip(
    case: options.Case,
    name: Annotated[
        str,
        typer.Argument(metavar="[QUESTION]", help="A question by id, or `ID=label`; by default the main one."),
    ] = "",
    choice: options.Choice = "",
    at: options.At = "",
    question: options.Question = "",
    to: Annotated[
        float | None,
        typer.Option(
            "--to", metavar="VALUE", help="Threshold: a probability or a value; by default, becoming the likeliest."
        ),
    ] = None,
    variant: options.Variant = "",
    changes: options.Changes = None,
    since: options.Since = options.AS_OF,
    held: options.Holds = None,
    draws: options.Draws = 2048,
    seed: options.Seed = 1,
    posterior: options.Posterior = None,
    fitted: options.Fitted = False,
    output: options.Output = None,
    as_json: options.Json = False,
) -> None:
    """Find the smallest parameter changes, and the claims whose removal would change an answer."""
    from standoff.analysis.threshold import flip as find_thresholds
    from standoff.report.sections import findings

    if name and question:
        raise typer.BadParameter("the question is named twice", param_hint="--question")
    model = options.build_model(case, variant, changes, since, posterior, fitted, held)
    with progress_bars(quiet=as_json) as progress:
        finding = find_thresholds(
            model, choice=choice, at=at, question=name or question, to=to, draws=draws, seed=seed, progress=progress
        )
    options.emit(finding.to_data(), findings.flips(finding), output, as_json)


COMMAND = Command(HelpGroup.analyse, flip)
