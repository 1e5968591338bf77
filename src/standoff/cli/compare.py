"""`standoff compare`: variants of one case side by side."""

from __future__ import annotations

from typing import Annotated

from typer import Argument, Option

import standoff
from standoff.cli._options import (
    FEW,
    Case,
    Command,
    Draws,
    Fitted,
    HelpGroup,
    Posterior,
    Seed,
    Written,
    build_model,
    load_case,
)
from standoff.errors import ModelError, Problem, join_limited
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
    draws: Draws = FEW,
    seed: Seed = 1,
    posterior: Posterior = None,
    fitted: Fitted = False,
    loops: Annotated[bool, Option(help="Show the dominant feedback loops.")] = True,
    *,
    written: Written,
) -> None:
    """Compare variants in the same futures: answers, processes, reasons, feedback loops."""

    if not variants:
        known = join_limited(load_case(case).scenario.variants) or "none: the case has no variants"
        raise ModelError(Problem("no variant to compare", "VARIANT...", known))
    names = dict.fromkeys(variants if BASE in variants else [BASE, *variants])
    models = {
        name: build_model(case, "" if name == BASE else name, posterior=posterior, fitted=fitted) for name in names
    }
    with written.progress() as progress:
        finding = standoff.compare(models, draws=draws, seed=seed, stocks=stocks or (), loops=loops, progress=progress)
    written.emit(finding.to_data(), sections.compare.blocks(finding))


COMMAND = Command(HelpGroup.analyse, compare)
