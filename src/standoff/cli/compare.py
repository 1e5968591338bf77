"""`standoff compare`: variants of one case side by side."""

from __future__ import annotations

from typing import Annotated

import typer

from standoff.cli import _options as options
from standoff.cli._progress import progress_bars
from standoff.cli._registry import Command, HelpGroup
from standoff.errors import ModelError, Problem, join_limited

BASE = "base"


def compare(
    case: options.Case,
    variants: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="VARIANT...",
            help="Variants to compare with `base`, the case itself; where `base` is listed, with the first of the list.",
        ),
    ] = None,
    stocks: Annotated[
        list[str] | None,
        typer.Option("--stock", metavar="NAME", help="Explain this stock; by default those that differ most."),
    ] = None,
    draws: options.Draws = options.FEW,
    seed: options.Seed = 1,
    posterior: options.Posterior = None,
    fitted: options.Fitted = False,
    loops: Annotated[bool, typer.Option("--loops/--no-loops", help="Show the dominant feedback loops.")] = True,
    output: options.Output = None,
    as_json: options.Json = False,
) -> None:
    """Compare variants in the same futures: answers, processes, reasons, feedback loops."""
    from standoff.analysis.compare_variants import compare as compare_models
    from standoff.report.sections.compare import blocks

    if not variants:
        known = options.load_case(case).scenario.variants
        raise ModelError(
            Problem("no variant to compare", "VARIANT...", join_limited(known) or "none: the case has no variants")
        )
    names = dict.fromkeys(variants if BASE in variants else [BASE, *variants])
    models = {
        name: options.build_model(case, "" if name == BASE else name, posterior=posterior, fitted=fitted)
        for name in names
    }
    with progress_bars(quiet=as_json) as progress:
        finding = compare_models(models, draws=draws, seed=seed, stocks=stocks or (), loops=loops, progress=progress)
    options.emit(finding.to_data(), blocks(finding), output, as_json)


COMMAND = Command(HelpGroup.analyse, compare)
