"""`standoff history wars`: how soon wars end, and how."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from typer import Option

import standoff
from standoff.cli._options import Command, HelpGroup, Written


def show(*, written: Written) -> None:
    """Show the coefficients of how soon wars end, with counts, relapse and scores."""
    from standoff.addons.history.sections.wars import history_blocks

    found = standoff.history_wars_show()
    written.emit(found, history_blocks(found))


def build(
    data: Annotated[Path, Option(metavar="FOLDER", help="Folder with the publishers' files.")], *, written: Written
) -> None:
    """Build the panel of wars from the publishers' files, and count it; --json has every war."""
    from standoff.addons.history.sections.wars import counts_block

    panel = standoff.history_wars_build(data)
    written.emit(panel, [counts_block(panel.counts)])


def ask(
    months: Annotated[int, Option(min=0, max=600, metavar="NUMBER", help="Months that the war has lasted.")],
    kind: Annotated[str, Option(metavar="KIND", help="Kind of war, as `show` names them.")] = "interstate",
    data: Annotated[Path | None, Option(metavar="FOLDER", help="Publishers' files, to name such wars.")] = None,
    *,
    written: Written,
) -> None:
    """Ask history: how soon wars like this one end, how, and whether they come back."""
    from standoff.addons.history.sections.wars import answer_blocks

    answer = standoff.history_wars_ask(kind, months, data)
    written.emit(answer, answer_blocks(answer))


COMMAND = Command(HelpGroup.evidence, show, {"ask": ask, "build": build, "show": show})
