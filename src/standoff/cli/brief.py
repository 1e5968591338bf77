"""`standoff brief`: two pages for a reader who has four minutes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from standoff.cli import _options as options
from standoff.cli._progress import progress_bars
from standoff.cli._registry import Command, HelpGroup


def brief(
    case: options.Case,
    variant: options.Variant = "",
    changes: options.Changes = None,
    since: options.Since = options.AS_OF,
    held: options.Holds = None,
    draws: options.Draws = options.DRAWS,
    seed: options.Seed = 1,
    posterior: options.Posterior = None,
    fitted: options.Fitted = False,
    output: Annotated[
        list[Path] | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="Write .docx, .html, .md or (with the extra `pdf`) .pdf; may be repeated.",
        ),
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Two pages: the answer, why, what would change it, what to watch, and what could be done.

    It uses the run that `standoff run` left in `runs`, or makes it.
    """
    from standoff.analysis.brief import brief as brief_of
    from standoff.analysis.run_case import run as simulate_case
    from standoff.report import outputs

    outputs.check(output or ())
    model = options.build_model(case, variant, changes, since, posterior, fitted, held)
    home = Path("runs") / options.run_name(case, model.plan.variant, model.hash[:8], f"s{seed}", f"d{draws}")
    with options.resumable(home), progress_bars(quiet=as_json) as progress:
        run, verdict = simulate_case(model, home, draws=draws, seed=seed, progress=progress)
        result = brief_of(run, verdict, progress)
    written = outputs.write_brief(run, result, output or ())
    if as_json:
        options.print_json(result.to_data())
        return
    options.display(*outputs.brief_terminal(run, result), *written)


COMMAND = Command(HelpGroup.simulate, brief)
