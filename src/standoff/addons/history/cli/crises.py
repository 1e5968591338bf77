"""`standoff crises`: every crisis by a written rule, and how well it could be forecast."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from typer import Argument, Option

import standoff
from standoff.cli._options import Command, HelpGroup, Written, plain_data

Data = Annotated[Path, Option(metavar="FOLDER", help="Folder with the publishers' files.")]


def crises(*, written: Written) -> None:
    """Show how crises since 1945 went, by class, and how well rules and models foresaw them."""
    _emit(written, standoff.crises())


def show(
    crisis: Annotated[str, Argument(metavar="CRISIS", help="Number or name by ICB.")], data: Data, *, written: Written
) -> None:
    """Show one crisis as coded: what was known on the day of its trigger, and why."""
    _emit(written, standoff.crises_show(crisis, data))


def build(data: Data, *, written: Written) -> None:
    """Build the table from the publishers' files, and count it; --json has every crisis."""
    _emit(written, standoff.crises_build(data))


def score(
    data: Data,
    folder: Annotated[Path | None, Option(metavar="DIR", help="Keep finished lines, and go on from them.")] = None,
    *,
    written: Written,
) -> None:
    """Score rules and models out of sample: a minute, and less with the lines of a folder."""
    with written.progress() as progress:
        scores = standoff.crises_score(data, folder, progress)
    _emit(written, scores)


def _emit(written: Written, finding: object) -> None:
    from standoff.addons.history.sections.crises import blocks

    written.emit(finding, blocks(plain_data(finding)))


COMMAND = Command(HelpGroup.evidence, crises, {"build": build, "score": score, "show": show})
