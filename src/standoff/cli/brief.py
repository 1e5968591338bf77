"""`standoff brief`: two pages for a reader who has four minutes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from typer import Option

import standoff
from standoff.cli._options import Case, Command, HelpGroup, LateReasons, Printed, Simulated


def brief(
    case: Case,
    *,
    simulated: Simulated,
    late: LateReasons = False,
    output: Annotated[
        list[Path] | None,
        Option(
            "--output",
            "-o",
            metavar="FILE",
            help="Write .docx, .html, .md or (with the extra `pdf`) .pdf; may be repeated.",
        ),
    ] = None,
    printed: Printed,
) -> None:
    """Two pages: the answer, why, what would change it, what to watch, and what could be done.

    It uses the run that `standoff run` left in `runs`, or makes it.
    """
    from standoff.report import outputs, sections

    outputs.check(output or ())
    with printed.progress() as progress:
        run, verdict = simulated.stored(case, late, progress)
        result = standoff.brief(run, verdict, progress)
    files = outputs.write_brief(run, result, output or ())
    printed.show(result, sections.main_answer.brief_blocks(run, result), *files)


COMMAND = Command(HelpGroup.simulate, brief)
