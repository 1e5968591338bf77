"""`standoff uncertainty`: answers under rival models, and the sources of their variance."""

from __future__ import annotations

from typing import Annotated

from typer import Argument, Option

import standoff
from standoff.cli._options import (
    ALL,
    Case,
    Changed,
    Command,
    DatedVariant,
    Elsewhere,
    HelpGroup,
    JobsFolder,
    Sampled,
    Written,
    theory_names,
)
from standoff.report import sections


def uncertainty(
    case: Case,
    variants: Annotated[
        list[str] | None,
        Argument(
            metavar="[VARIANT]...",
            help="Variants, `base` for the case itself; by default `base` and those with `rival_model: true`.",
        ),
    ] = None,
    theories: Annotated[str, Option(metavar="all|NAME,...", help="Decision theories of the actors.")] = ALL,
    *,
    variant: DatedVariant = "",
    sampled: Annotated[Sampled, {"draws": 800}],
    structure: Annotated[
        bool,
        Option(
            "--structure",
            help="Take what the author of the case decided another way, one decision after another; an interrupted command "
            "goes on when given again.",
        ),
    ] = False,
    keep: Annotated[
        bool,
        Option("--keep", help="Store the bands of the answers beside the scenario file; runs of the case show them."),
    ] = False,
    elsewhere: Elsewhere,
    folder: JobsFolder = None,
    written: Written,
) -> None:
    """Answer every question under rival models and rival authors; split the variance by source."""
    from standoff.analysis.model_uncertainty import models_of, store

    model = Changed(variant=variant).model(case)
    models, names = models_of(model, variants or ()), theory_names(theories)
    with elsewhere.executor() as executor:
        finding = sampled.find(
            standoff.uncertainty,
            models,
            written.as_json,
            theories=names,
            structure=structure,
            executor=executor,
            folder=folder,
        )
    if keep:
        store(model, finding)
    section = sections.model_uncertainty
    written.emit(finding, section.blocks(finding, section.GRIDS if written.output is None else None))


COMMAND = Command(HelpGroup.analyse, uncertainty)
