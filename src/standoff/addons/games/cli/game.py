"""`standoff game`: the game that an actor faces, and its export to Gambit."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from typer import Option

import standoff
from standoff.cli import _options as options
from standoff.cli._options import Command, HelpGroup
from standoff.files import write_text


def game(
    case: options.Case,
    actor: Annotated[str, Option(metavar="NAME", help="An actor, or one of its choices.")],
    at: Annotated[str, Option(metavar="MONTH", help="The decision in force then, such as 2024-06.")],
    output: Annotated[
        Path | None,
        options.output_file("Write the game as .nfg, or as .efg for a tree."),
    ] = None,
    draw: Annotated[
        int | None,
        Option(min=0, metavar="N", help="Take the game of one future; by default the mean over all."),
    ] = None,
    *,
    futures: Annotated[options.Futures, {"draws": options.FEW}],
    printed: options.Printed,
) -> None:
    """Show the game that an actor believes it faces on a date, and write it as a Gambit file."""
    options.require_suffix(output, (".nfg", ".efg"), "game.nfg")
    from standoff.addons.games.sections.game import blocks

    kind = "" if output is None else output.suffix.removeprefix(".")
    model = futures.model(case)
    finding = futures.find(standoff.game, model, printed.as_json, actor=actor, at=at, draw=draw, kind=kind)
    if output is not None:
        write_text(output, finding.text)
    data = {**finding.to_data(), "rationality": finding.rationality}
    printed.show(data, [*blocks(finding, "" if output is None else str(output))])


COMMAND = Command(HelpGroup.analyse, game)
