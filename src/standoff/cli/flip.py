"""`standoff flip`: the threshold of each parameter at which an answer changes."""

from __future__ import annotations

from typing import Annotated

from typer import Argument, BadParameter, Option

import standoff
from standoff.cli._options import Case, Command, HelpGroup, Simulated, Target, Written
from standoff.report import sections


def flip(
    case: Case,
    name: Annotated[
        str, Argument(metavar="[QUESTION]", help="A question by id, or `ID=label`; by default the main one.")
    ] = "",
    *,
    target: Target,
    to: Annotated[
        float | None,
        Option(metavar="VALUE", help="Threshold: a probability or a value; by default, becoming the likeliest."),
    ] = None,
    simulated: Annotated[Simulated, {"draws": 2048}],
    written: Written,
) -> None:
    """Find the smallest parameter changes, and the claims whose removal would change an answer."""

    if name and target.question:
        raise BadParameter("the question is named twice", param_hint="--question")
    about = {**vars(target), "question": name or target.question}
    finding = simulated.find(standoff.flip, simulated.model(case), written.as_json, **about, to=to)
    written.emit(finding, sections.findings.flips(finding))


COMMAND = Command(HelpGroup.analyse, flip)
