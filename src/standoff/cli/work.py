"""`standoff work`: do the jobs of a folder, or a part of them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from typer import Argument, Exit, Option

from standoff.cli._options import Command, HelpGroup, display, resumable
from standoff.cli._output import FAILED
from standoff.cli._progress import progress_bars


def work(
    folder: Annotated[Path, Argument(metavar="FOLDER", help="Folder with jobs, written with `--on queue`.")],
    part: Annotated[
        str,
        Option(
            metavar="NUMBER/PARTS",
            help="Part from 0: 0/16 to 15/16. By default what an array of Slurm or a job of Kubernetes says, else all.",
        ),
    ] = "",
) -> None:
    """Do the jobs of a folder that have no result yet; any number of machines may do so at once."""
    from standoff.distributed.queue import part_of, perform_part
    from standoff.job_folder import JobFolder

    own = part_of(part)
    with resumable(folder), progress_bars(quiet=False) as progress:
        done, failed = perform_part(JobFolder(folder), own, progress)
    text = f"part {own[0]}/{own[1]}: {done} jobs done"
    display(f"{text}, {failed} failed: `standoff jobs {folder}` names them" if failed else text)
    if failed:
        raise Exit(FAILED)


COMMAND = Command(HelpGroup.simulate, work)
