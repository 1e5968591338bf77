"""`standoff share`: the present state of a case as one HTML file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from typer import Option

import standoff
from standoff.cli._options import (
    Case,
    Command,
    HelpGroup,
    LateReasons,
    Simulated,
    display,
)
from standoff.cli._progress import progress_bars
from standoff.errors import RunError


def share(
    case: Case,
    *,
    simulated: Simulated,
    late: LateReasons = False,
    output: Annotated[Path, Option("--output", "-o", metavar="FILE.html", help="The file.")],
) -> None:
    """One HTML file to hand on: story, pictures, claims, and levers that move the answers.

    No program is needed to read it. The levers read stored effects of runs with one and with two levers moved, and the page says how
    far that is off. It uses the run that `standoff run` left in `runs`, or makes it, and takes some minutes for a large case.
    """
    if output.suffix.lower() != ".html":
        raise RunError(
            f"`{output}` is no page", "--output", "a file that ends in .html", "name it so, such as case.html"
        )
    with progress_bars(quiet=False) as progress:
        run, verdict = simulated.stored(case, late, progress)
        path = standoff.share(run, output, verdict, progress=progress)
    display(f"wrote {path.resolve()}")


COMMAND = Command(HelpGroup.simulate, share)
