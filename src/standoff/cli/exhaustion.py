"""`standoff exhaustion`: time until each side exhausts a resource."""

from __future__ import annotations

from typing import Annotated

import typer

from standoff.cli import _options as options
from standoff.cli._registry import Command, HelpGroup


def exhaustion(
    case: options.Case,
    question: Annotated[
        str,
        typer.Argument(
            metavar="[QUESTION]", help="A `first_of` question; by default the first whose labels name sides."
        ),
    ] = "",
    variant: options.Variant = "",
    changes: options.Changes = None,
    since: options.Since = options.AS_OF,
    held: options.Holds = None,
    draws: options.Draws = options.DRAWS,
    seed: options.Seed = 1,
    posterior: options.Posterior = None,
    fitted: options.Fitted = False,
    output: options.Output = None,
    as_json: options.Json = False,
) -> None:
    """Show the time to exhaustion by side and resource, and the parameters that shift it."""
    from standoff.analysis.exhaustion import exhaustion as time_to_exhaustion
    from standoff.analysis.exhaustion import find
    from standoff.report.sections.exhaustion import blocks

    model = options.build_model(case, variant, changes, since, posterior, fitted, held)
    find(model.plan, question)  # its mistakes before anything is simulated
    finding = time_to_exhaustion(options.simulated(model, draws, seed, as_json), question)
    options.emit(finding.to_data(), blocks(finding), output, as_json)


COMMAND = Command(HelpGroup.analyse, exhaustion)
