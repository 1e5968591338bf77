"""`standoff jobs`: what is done of the jobs of a folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from typer import Argument

import standoff
from standoff.cli._options import Command, HelpGroup, Written
from standoff.report import sections


def jobs(
    folder: Annotated[Path, Argument(metavar="FOLDER", help="Folder with jobs, written with `--on queue`.")],
    *,
    written: Written,
) -> None:
    """Show which jobs of a folder are done, wait, or have failed, and where they ran."""

    status = standoff.jobs(folder)
    written.emit(status, sections.jobs.blocks(status))


COMMAND = Command(HelpGroup.simulate, jobs)
