"""`standoff sensitivity`: the parameters that an answer depends on."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from typer import Argument, Option

import standoff
from standoff.cli._options import (
    Case,
    Command,
    Elsewhere,
    HelpGroup,
    Simulated,
    Target,
    Written,
)
from standoff.report import sections

PAIRS = 1024


By = StrEnum("By", "parameter mechanism side")
Sample = Annotated[Simulated, {"draws": 4096}]


def sensitivity(
    case: Case,
    *,
    target: Target,
    sobol: Annotated[
        bool,
        Option("--sobol", help="Add Sobol indices (shares of variance); needs the extra `analysis` of the package."),
    ] = False,
    by: Annotated[
        By, Option(help="With --sobol: indices of the 30 most influential parameters, or of groups.")
    ] = By.parameter,
    pairs: Annotated[int, Option(min=2, help="With --sobol: futures in each of its runs.")] = PAIRS,
    simulated: Sample,
    elsewhere: Elsewhere,
    written: Written,
) -> None:
    """Measure the sensitivity of an answer to each parameter.

    Shares of variance, and distances between futures with and without the outcome. What the influential parameters rest on:
    `standoff sensitivity sources`.
    """

    if not sobol:
        elsewhere.refuse("of this command, the runs of --sobol alone are done elsewhere")
    model = simulated.model(case)
    with elsewhere.executor() as executor:
        finding = simulated.find(
            standoff.sensitivity,
            model,
            written.as_json,
            **vars(target),
            indices=sobol,
            group=by.value,
            pairs=pairs,
            executor=executor,
        )
    written.emit(finding, sections.findings.sensitivity(finding))


def sensitivity_sources(
    case: Case,
    questions: Annotated[
        list[str] | None,
        Argument(metavar="[QUESTION]...", help="Questions by id; by default the main one and all events."),
    ] = None,
    pairs: Annotated[int, Option(min=2, help="Futures in each of the runs of Sobol indices.")] = PAIRS,
    *,
    simulated: Sample,
    elsewhere: Elsewhere,
    written: Written,
) -> None:
    """Count what influential parameters rest on: claims, works, history or assumption.

    They are the 30 most influential of each answer. It needs the extra `analysis` of the package.
    """

    model = simulated.model(case)
    with elsewhere.executor() as executor:
        finding = simulated.find(
            standoff.influential_sources,
            model,
            written.as_json,
            questions=tuple(questions or ()),
            pairs=pairs,
            executor=executor,
        )
    written.emit(finding, sections.findings.sources(finding))


COMMAND = Command(HelpGroup.analyse, sensitivity, {"sources": sensitivity_sources})
