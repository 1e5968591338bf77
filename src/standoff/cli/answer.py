"""`standoff answer`: the answers to the questions of a case."""

from __future__ import annotations

from typing import Annotated

from typer import Argument

from standoff.cli import _options as options
from standoff.cli._registry import Command, HelpGroup


def answer(
    case: options.Case,
    questions: Annotated[
        list[str] | None, Argument(metavar="[QUESTION]...", help="Ids of questions; by default all.")
    ] = None,
    *,
    simulated: options.Simulated,
    band: options.Band = True,
    printed: options.Printed,
) -> None:
    """Answer the questions of a case, each beside forecasts made without a model."""
    from standoff.analysis.answer import answer as answers
    from standoff.analysis.epistemic_band import bands
    from standoff.report import render
    from standoff.report.sections.answers import blocks

    model = simulated.model(case)
    options.require_known(questions or [], [question.id for question in model.plan.questions], "question")
    run = simulated.run(model, printed.as_json)
    with printed.progress() as progress:
        known = bands(run, quick=band, progress=progress)
    result = answers(run, tuple(questions or ()), known)
    printed.show(result.to_data(), render.terminal(blocks(result)))


COMMAND = Command(HelpGroup.simulate, answer)
