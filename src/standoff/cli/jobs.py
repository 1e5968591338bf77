"""`standoff jobs`: what is done of the jobs of a folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from typer import Argument

from standoff.cli import _options as options
from standoff.cli._registry import Command, HelpGroup


def jobs(
    folder: Annotated[Path, Argument(metavar="FOLDER", help="Folder with jobs, written with `--on queue`.")],
    *,
    written: options.Written,
) -> None:
    """Show which jobs of a folder are done, wait, or have failed, and where they ran."""
    from standoff.distributed.status import job_status
    from standoff.report.sections.jobs import blocks

    status = job_status(folder)
    written.emit(status.to_data(), blocks(status))


COMMAND = Command(HelpGroup.simulate, jobs)
