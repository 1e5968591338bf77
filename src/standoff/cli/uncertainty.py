"""`standoff uncertainty`: answers under rival models, and the sources of their variance."""

from __future__ import annotations

from typing import Annotated

import typer

from standoff.cli import _options as options
from standoff.cli._progress import progress_bars
from standoff.cli._registry import Command, HelpGroup


def uncertainty(
    case: options.Case,
    variants: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[VARIANT]...",
            help="Variants, `base` for the case itself; by default `base` and those with `rival_model: true`.",
        ),
    ] = None,
    theories: Annotated[
        str, typer.Option("--theories", metavar="all|NAME,...", help="Decision theories of the actors.")
    ] = options.ALL,
    draws: options.Draws = 800,
    seed: options.Seed = 1,
    keep: Annotated[
        bool,
        typer.Option(
            "--keep", help="Store the bands of the answers beside the scenario file; runs of the case show them."
        ),
    ] = False,
    on: options.On = "",
    trust_network: options.TrustNetwork = False,
    folder: options.JobsFolder = None,
    output: options.Output = None,
    as_json: options.Json = False,
) -> None:
    """Answer every question under rival models; split the variance by source."""
    from standoff.analysis.model_uncertainty import models_of, store
    from standoff.analysis.model_uncertainty import uncertainty as decompose
    from standoff.distributed.executors import open_executor
    from standoff.report.sections.model_uncertainty import GRIDS, blocks

    model = options.build_model(case)
    models = models_of(model, variants or ())
    with open_executor(on, trust_network) as executor, progress_bars(quiet=as_json) as progress:
        finding = decompose(
            models,
            options.theory_names(theories),
            draws=draws,
            seed=seed,
            progress=progress,
            executor=executor,
            folder=folder,
        )
    if keep:
        store(model, finding)
    options.emit(finding.to_data(), blocks(finding, GRIDS if output is None else None), output, as_json)


COMMAND = Command(HelpGroup.analyse, uncertainty)
