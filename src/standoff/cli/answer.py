"""`standoff answer`: the answers to the questions of a case."""

from __future__ import annotations

from typing import Annotated

from typer import Argument

import standoff
from standoff.cli._options import Band, Case, Command, HelpGroup, Printed, Simulated
from standoff.errors import ModelError, unknown_word
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
    ids = [question.id for question in model.plan.questions]
    if wrong := [word for word in questions or () if word not in ids]:
        raise ModelError(unknown_word(f"there is no question `{word}`", word, ids) for word in wrong)
    run = simulated.run(model, printed.as_json)
    with printed.progress() as progress:
        known = standoff.bands(run, quick=band, progress=progress)
    result = standoff.answer(run, tuple(questions or ()), known)
    printed.show(result, sections.answers.blocks(result))


COMMAND = Command(HelpGroup.simulate, answer)
