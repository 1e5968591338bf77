"""`standoff jobs`: what is done of the jobs of a folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from typer import Argument

import standoff
from standoff.cli import _options as options
from standoff.cli._registry import Command, HelpGroup
from standoff.report import sections


def jobs(
    folder: Annotated[Path, Argument(metavar="FOLDER", help="Folder with jobs, written with `--on queue`.")],
    *,
    written: options.Written,
) -> None:
    """Show which jobs of a folder are done, wait, or have failed, and where they ran."""

    status = standoff.jobs(folder)
    written.emit(status.to_data(), sections.jobs.blocks(status))


COMMAND = Command(HelpGroup.simulate, jobs)
