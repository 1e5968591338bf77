"""`standoff sensitivity`: the parameters that an answer depends on."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

from typer import Argument, Option

import standoff
from standoff.cli._options import (
    Case,
    Command,
    Elsewhere,
    HelpGroup,
    Printed,
    Simulated,
    Target,
    Written,
    emit,
    output_file,
)
from standoff.files import write_text
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
    gradient: Annotated[
        bool | None,
        Option(help="Add slopes by automatic differentiation, which takes minutes the first time on a large case."),
    ] = None,
    simulated: Sample,
    elsewhere: Elsewhere,
    output: Annotated[
        Path | None,
        output_file("Write the result as .md, .html, .docx, .json or (with the extra `pdf`) .pdf, or a chart as .svg."),
    ] = None,
    printed: Printed,
) -> None:
    """Measure the sensitivity of an answer to each parameter.

    Slopes, shares of variance, and distances between futures with and without the outcome. What the influential parameters
    rest on: `standoff sensitivity sources`.
    """
    from standoff.report.charts.tornado import picture

    if not sobol:
        elsewhere.refuse("of this command, the runs of --sobol alone are done elsewhere")
    model = simulated.model(case)
    with elsewhere.executor() as executor:
        finding = simulated.find(
            standoff.sensitivity,
            model,
            printed.as_json,
            **vars(target),
            gradient=gradient,
            indices=sobol,
            group=by.value,
            pairs=pairs,
            executor=executor,
        )
    if output is not None and output.suffix == ".svg":
        write_text(output, picture(finding))
        output = None
    emit(finding.to_data(), sections.findings.sensitivity(finding), output, printed.as_json)


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
