"""`standoff compare`: variants of one case side by side."""

from __future__ import annotations

from typing import Annotated

from typer import Argument, Option

import standoff
from standoff.cli._options import (
    FEW,
    Case,
    Changed,
    Command,
    HelpGroup,
    OfPosterior,
    OnPosterior,
    Sampled,
    Written,
)
from standoff.errors import ModelError, join_limited
from standoff.report import sections

BASE = "base"


def compare(
    case: Case,
    variants: Annotated[
        list[str] | None,
        Argument(
            metavar="VARIANT...",
            help="Variants to compare with `base`, the case itself; where `base` is listed, with the first of the list.",
        ),
    ] = None,
    stocks: Annotated[
        list[str] | None,
        Option("--stock", metavar="NAME", help="Explain this stock; by default those that differ most."),
    ] = None,
    *,
    sampled: Annotated[Sampled, {"draws": FEW}],
    posterior: OnPosterior,
    loops: Annotated[bool, Option(help="Show the dominant feedback loops.")] = True,
    written: Written,
) -> None:
    """Compare variants in the same futures: answers, processes, reasons, feedback loops."""

    if not variants:
        known = join_limited(Changed().load(case).scenario.variants) or "none: the case has no variants"
        raise ModelError("no variant to compare", "VARIANT...", known)
    names = dict.fromkeys(variants if BASE in variants else [BASE, *variants])
    models = {name: OfPosterior(**vars(posterior), variant="" if name == BASE else name).model(case) for name in names}
    finding = sampled.find(standoff.compare, models, written.as_json, stocks=stocks or (), loops=loops)
    written.emit(finding, sections.compare.blocks(finding))


COMMAND = Command(HelpGroup.analyse, compare)
