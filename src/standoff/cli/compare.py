"""`standoff compare`: variants of one case side by side."""

from __future__ import annotations

from typing import Annotated

from typer import Argument, Option

import standoff
from standoff.cli import _options as options
from standoff.cli._registry import Command, HelpGroup
from standoff.errors import ModelError, Problem, join_limited
from standoff.report import sections

BASE = "base"


def compare(
    case: options.Case,
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
    draws: options.Draws = options.FEW,
    seed: options.Seed = 1,
    posterior: options.Posterior = None,
    fitted: options.Fitted = False,
    loops: Annotated[bool, Option(help="Show the dominant feedback loops.")] = True,
    *,
    written: options.Written,
) -> None:
    """Compare variants in the same futures: answers, processes, reasons, feedback loops."""

    if not variants:
        known = join_limited(options.load_case(case).scenario.variants) or "none: the case has no variants"
        raise ModelError(Problem("no variant to compare", "VARIANT...", known))
    names = dict.fromkeys(variants if BASE in variants else [BASE, *variants])
    models = {
        name: options.build_model(case, "" if name == BASE else name, posterior=posterior, fitted=fitted)
        for name in names
    }
    with written.progress() as progress:
        finding = standoff.compare(models, draws=draws, seed=seed, stocks=stocks or (), loops=loops, progress=progress)
    written.emit(finding.to_data(), sections.compare.blocks(finding))


COMMAND = Command(HelpGroup.analyse, compare)
