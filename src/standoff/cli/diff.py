"""`standoff changed`: why the answers of two runs differ."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from standoff.cli.options import Draws, Json, Output, emit, progress_bar
from standoff.cli.run import FEW


def changed(
    before: Annotated[Path, typer.Argument(metavar="RUN1", help="Folder of the earlier run.")],
    after: Annotated[Path, typer.Argument(metavar="RUN2", help="Folder of the later run.")],
    draws: Draws = FEW,
    out: Output = None,
    as_json: Json = False,
) -> None:
    """Why the answers of two runs of one case differ: what changed in the inputs, and how much of each move it made."""
    from standoff.analysis.run_diff import changed as asked
    from standoff.report.sections import run_diff

    found = asked(before, after, draws=draws, watch=lambda name: progress_bar(name, quiet=as_json))
    emit(found.to_data(), run_diff.blocks(found), out, as_json)
