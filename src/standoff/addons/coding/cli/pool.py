"""`standoff pool`: what several coders make of an answer."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from typer import Argument, Option

import standoff
from standoff.cli._options import Case, Command, HelpGroup, Sampled, Written


def pool(
    case: Case,
    sheets: Annotated[
        list[Path], Argument(metavar="SHEET...", help="Sheets of `standoff code`, one a coder, named after it.")
    ],
    question: Annotated[str, Option(metavar="ID", help="A question; by default the main one.")] = "",
    *,
    sampled: Annotated[Sampled, {"draws": 2048}],
    written: Written,
) -> None:
    """Read the sheets of coders: agreement, the answer under each, the codes that move it."""
    from standoff.addons.coding.sections.pool import blocks

    with written.progress() as progress:
        pooled = standoff.pool(
            case, sheets, question=question, draws=sampled.draws, seed=sampled.seed, progress=progress
        )
    written.emit(pooled, blocks(pooled))


COMMAND = Command(HelpGroup.analyse, pool)
