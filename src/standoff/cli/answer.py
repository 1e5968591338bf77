"""`standoff answer`: the answers to the questions of a case."""

from __future__ import annotations

from typing import Annotated

from typer import Argument

import standoff
from standoff.cli._options import Band, Case, Command, HelpGroup, Printed, Simulated, require_known
from standoff.report import sections


def answer(
    case: Case,
    questions: Annotated[
        list[str] | None, Argument(metavar="[QUESTION]...", help="Ids of questions; by default all.")
    ] = None,
    *,
    simulated: Simulated,
    band: Band = True,
    printed: Printed,
) -> None:
    """Answer the questions of a case, each beside forecasts made without a model."""

    model = simulated.model(case)
    require_known(questions or [], [question.id for question in model.plan.questions], "question")
    run = simulated.run(model, printed.as_json)
    with printed.progress() as progress:
        known = standoff.bands(run, quick=band, progress=progress)
    result = standoff.answer(run, tuple(questions or ()), known)
    printed.show(result.to_data(), sections.answers.blocks(result))


COMMAND = Command(HelpGroup.simulate, answer)
