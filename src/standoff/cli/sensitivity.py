"""`standoff sensitivity`: the parameters that an answer depends on."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from standoff.cli import _options as options
from standoff.cli._progress import progress_bars
from standoff.cli._registry import Command, HelpGroup
from standoff.files import write_text


class By(StrEnum):
    """Inputs of Sobol indices."""

    parameter = "parameter"
    mechanism = "mechanism"
    side = "side"


def sensitivity(
    case: options.Case,
    choice: options.Choice = "",
    at: options.At = "",
    question: options.Question = "",
    sobol: Annotated[
        bool,
        typer.Option(
            "--sobol", help="Add Sobol indices (shares of variance); needs the extra `analysis` of the package."
        ),
    ] = False,
    by: Annotated[
        By, typer.Option("--by", help="With --sobol: indices of the 30 most influential parameters, or of groups.")
    ] = By.parameter,
    pairs: Annotated[int, typer.Option("--pairs", min=2, help="With --sobol: futures in each of its runs.")] = 1024,
    gradient: Annotated[
        bool | None,
        typer.Option(
            "--gradient/--no-gradient",
            help="Add slopes by automatic differentiation, which takes minutes the first time on a large case.",
        ),
    ] = None,
    sources: Annotated[
        bool,
        typer.Option(
            "--sources",
            help="Count what the 30 most influential parameters of each answer rest on: claims, works, history or "
            "assumption; by default of the main question and all events.",
        ),
    ] = False,
    variant: options.Variant = "",
    changes: options.Changes = None,
    since: options.Since = options.AS_OF,
    held: options.Holds = None,
    draws: options.Draws = 4096,
    seed: options.Seed = 1,
    posterior: options.Posterior = None,
    fitted: options.Fitted = False,
    on: options.On = "",
    trust_network: options.TrustNetwork = False,
    output: Annotated[
        Path | None,
        options.output_file(
            "Write the result as .md, .html, .docx, .json or (with the extra `pdf`) .pdf, or a chart as .svg."
        ),
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Measure the sensitivity of an answer to each parameter.

    Slopes, shares of variance, and the region of the parameters in which the outcome is most common (PRIM: patient rule
    induction method).
    """
    from standoff.analysis.sensitivity.influential_sources import influential_sources
    from standoff.analysis.sensitivity.sensitivity import sensitivity as measure
    from standoff.distributed.executors import open_executor
    from standoff.report.sections import findings
    from standoff.report.sections import influential_sources as page

    if not (sources or sobol):
        options.refuse_on(on, "of this command, the runs of --sobol and --sources alone are done elsewhere")
    model = options.build_model(case, variant, changes, since, posterior, fitted, held)
    if sources:
        with open_executor(on, trust_network) as executor, progress_bars(quiet=as_json) as progress:
            counted = influential_sources(
                model,
                questions=[question] if question else (),
                draws=draws,
                pairs=pairs,
                seed=seed,
                progress=progress,
                executor=executor,
            )
        options.emit(counted.to_data(), page.document(counted), output, as_json)
        return
    with open_executor(on, trust_network) as executor, progress_bars(quiet=as_json) as progress:
        finding = measure(
            model,
            choice=choice,
            at=at,
            question=question,
            draws=draws,
            seed=seed,
            gradient=gradient,
            indices=sobol,
            group=by.value,
            pairs=pairs,
            progress=progress,
            executor=executor,
        )
    if output is not None and output.suffix == ".svg":
        from standoff.report.charts.tornado import picture

        write_text(output, picture(finding))
        output = None
    options.emit(finding.to_data(), findings.sensitivity(finding), output, as_json)


COMMAND = Command(HelpGroup.analyse, sensitivity)
