"""`standoff diff`: the causes of the differences between two runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from typer import Argument

import standoff
from standoff.cli._options import FEW, Command, Draws, HelpGroup, Written
from standoff.report import sections


def diff(
    before: Annotated[Path, Argument(metavar="RUN1", help="Folder of the earlier run.")],
    after: Annotated[Path, Argument(metavar="RUN2", help="Folder of the later run.")],
    draws: Draws = FEW,
    *,
    written: Written,
) -> None:
    """Compare two runs of one case; attribute changes of answers to changed inputs."""

    with written.progress() as progress:
        finding = standoff.diff(before, after, draws=draws, progress=progress)
    written.emit(finding, sections.compare.diff_blocks(finding))


COMMAND = Command(HelpGroup.analyse, diff)
