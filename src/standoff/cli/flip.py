"""`standoff flip`: the threshold of each parameter at which an answer changes."""

from __future__ import annotations

from typing import Annotated

from typer import Argument, BadParameter, Option

import standoff
from standoff.cli import _options as options
from standoff.cli._registry import Command, HelpGroup
from standoff.report import sections


def flip(
    case: options.Case,
    name: Annotated[
        str, Argument(metavar="[QUESTION]", help="A question by id, or `ID=label`; by default the main one.")
    ] = "",
    *,
    target: options.Target,
    to: Annotated[
        float | None,
        Option(metavar="VALUE", help="Threshold: a probability or a value; by default, becoming the likeliest."),
    ] = None,
    simulated: Annotated[options.Simulated, {"draws": 2048}],
    written: options.Written,
) -> None:
    """Find the smallest parameter changes, and the claims whose removal would change an answer."""

    if name and target.question:
        raise BadParameter("the question is named twice", param_hint="--question")
    about = {**vars(target), "question": name or target.question}
    finding = simulated.find(standoff.flip, simulated.model(case), written.as_json, **about, to=to)
    written.emit(finding.to_data(), sections.findings.flips(finding))


COMMAND = Command(HelpGroup.analyse, flip)
