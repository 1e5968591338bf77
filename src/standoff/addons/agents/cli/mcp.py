"""`standoff mcp`: cases and answers as tools of the Model Context Protocol."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from typer import Option

import standoff
from standoff.addons.agents import SECONDS
from standoff.cli._options import Command, HelpGroup
from standoff.files import check_writable_folder
from standoff.versions import require_packages


def mcp(
    cases: Annotated[
        list[Path] | None,
        Option(
            "--cases",
            metavar="DIR",
            exists=True,
            file_okay=False,
            help="Folder whose cases may be read, beside the catalogue.",
        ),
    ] = None,
    write: Annotated[
        Path | None,
        Option(
            "--write", metavar="DIR", file_okay=False, help="Folder for proposed claims; without it nothing is written."
        ),
    ] = None,
    seconds: Annotated[float, Option(min=1, help="Longest time of one call.")] = SECONDS,
) -> None:
    """Serve cases, claims and answers to an agent as tools (Model Context Protocol)."""
    require_packages("the Model Context Protocol", "agents", "mcp")
    if write:
        check_writable_folder(write)
    standoff.mcp(folders=cases or (), write=write, seconds=seconds)


COMMAND = Command(HelpGroup.inspect, mcp)
