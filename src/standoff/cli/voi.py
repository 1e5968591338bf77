"""`standoff voi`: the value of information of claims and parameters."""

from __future__ import annotations

from typing import Annotated

import typer

from standoff.cli import _options as options
from standoff.cli._progress import progress_bars
from standoff.cli._registry import Command, HelpGroup


def voi(
    case: options.Case,
    choice: options.Choice = "",
    at: options.At = "",
    question: options.Question = "",
    top: Annotated[int, typer.Option("--top", min=1, help="Number of claims and of parameters to list.")] = 5,
    variant: options.Variant = "",
    changes: options.Changes = None,
    since: options.Since = options.AS_OF,
    held: options.Holds = None,
    draws: options.Draws = 8192,
    seed: options.Seed = 1,
    posterior: options.Posterior = None,
    fitted: options.Fitted = False,
    output: options.Output = None,
    as_json: options.Json = False,
) -> None:
    """Rank claims and parameters by their value of information for an answer."""
    from standoff.analysis.value_of_information import voi as rank
    from standoff.report.sections import findings

    model = options.build_model(case, variant, changes, since, posterior, fitted, held)
    with progress_bars(quiet=as_json) as progress:
        finding = rank(
            model, choice=choice, at=at, question=question, draws=draws, seed=seed, best=top, progress=progress
        )
    options.emit(finding.to_data(), findings.values(finding), output, as_json)


COMMAND = Command(HelpGroup.analyse, voi)
