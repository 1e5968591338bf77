"""`standoff diff`: the causes of the differences between two runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from standoff.cli import _options as options
from standoff.cli._progress import progress_bars
from standoff.cli._registry import Command, HelpGroup


def diff(
    before: Annotated[Path, typer.Argument(metavar="RUN1", help="Folder of the earlier run.")],
    after: Annotated[Path, typer.Argument(metavar="RUN2", help="Folder of the later run.")],
    draws: options.Draws = options.FEW,
    output: options.Output = None,
    as_json: options.Json = False,
) -> None:
    """Compare two runs of one case; attribute changes of answers to changed inputs."""
    from standoff.analysis.run_diff import diff as compare_runs
    from standoff.report.sections.run_diff import blocks

    with progress_bars(quiet=as_json) as progress:
        finding = compare_runs(before, after, draws=draws, progress=progress)
    options.emit(finding.to_data(), blocks(finding), output, as_json)


COMMAND = Command(HelpGroup.analyse, diff)
