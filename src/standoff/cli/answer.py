"""`standoff answer`: the answers to the questions of a case."""

from __future__ import annotations

from typing import Annotated

import typer

from standoff.cli import _options as options
from standoff.cli._progress import progress_bars
from standoff.cli._registry import Command, HelpGroup


def answer(
    case: options.Case,
    questions: Annotated[
        list[str] | None, typer.Argument(metavar="[QUESTION]...", help="Ids of questions; by default all.")
    ] = None,
    variant: options.Variant = "",
    changes: options.Changes = None,
    since: options.Since = options.AS_OF,
    held: options.Holds = None,
    draws: options.Draws = options.DRAWS,
    seed: options.Seed = 1,
    posterior: options.Posterior = None,
    fitted: options.Fitted = False,
    band: options.Band = True,
    as_json: options.Json = False,
) -> None:
    """Answer the questions of a case, each beside forecasts made without a model."""
    from standoff.analysis.answer import answer as answers
    from standoff.analysis.epistemic_band import bands
    from standoff.engine.simulate import simulate
    from standoff.report import render
    from standoff.report.sections.answers import blocks

    model = options.build_model(case, variant, changes, since, posterior, fitted, held)
    options.require_known(questions or [], [question.id for question in model.plan.questions], "question")
    with progress_bars(quiet=as_json) as progress:
        run = simulate(model, draws=draws, seed=seed, progress=progress)
        known = bands(run, quick=band, progress=progress)
    result = answers(run, tuple(questions or ()), known)
    if as_json:
        options.print_json(result.to_data())
    else:
        options.display(render.terminal(blocks(result)))


COMMAND = Command(HelpGroup.simulate, answer)
