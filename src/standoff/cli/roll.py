"""`standoff roll`: a case moved on with new claims, and its forecasts recorded."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from typer import Option

from standoff.cli._options import Case, Command, Draws, HelpGroup, Seed, Written, writable
from standoff.report import sections


def roll(
    case: Case,
    until: Annotated[str, Option(metavar="DATE", help="The new date: claims published by then are used.")],
    new: Annotated[
        Path | None, Option("--from", metavar="FOLDER", help="Folder of files of new claims, which the case takes.")
    ] = None,
    file: Annotated[
        Path | None,
        Option("--record", metavar="FILE", callback=writable, help="The record; by default beside the scenario."),
    ] = None,
    draws: Draws = 1_000,
    seed: Seed = 1,
    widen_late: Annotated[
        float,
        Option(min=1, metavar="FACTOR", help="Widen ranges whose sources were all published after the date."),
    ] = 2.0,
    *,
    written: Written,
) -> None:
    """Take new claims, move the date of a case, say what changed, and record its forecasts.

    Forecasts are those of the questions in `hindcast.yaml`, or else of the yes/no questions of the case, beside methods without
    a model; earlier ones that the claims settle are settled. The same roll again records nothing twice, also after a kill.
    """
    from standoff.evaluation.roll import roll as rolled

    with written.progress() as progress:
        result = rolled(
            case, until, new=new, file=file, draws=draws, seed=seed, widen_late=widen_late, progress=progress
        )
    written.emit(result, sections.roll.blocks(result))


COMMAND = Command(HelpGroup.evaluate, roll)
