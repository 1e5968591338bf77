"""`standoff new`: the files of a new scenario."""

from __future__ import annotations

from typing import Annotated

import typer

from standoff.cli import _options as options
from standoff.cli._registry import Command, HelpGroup


def new(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Folder to create.")],
    origin: Annotated[
        str,
        typer.Option(
            "--from",
            metavar="CASE",
            help="Copy this case of the catalogue instead of the small starter.",
            autocompletion=options.cases,
        ),
    ] = "",
) -> None:
    """Create a folder with a small commented scenario and its claims, ready to run."""
    from standoff.catalog.new_case import new as new_case

    folder = new_case(name, origin)
    options.display(f"created {folder}: {', '.join(sorted(file.name for file in folder.iterdir()))}",
                    f"next: standoff validate {folder}; standoff run {folder}")  # fmt: skip


COMMAND = Command(HelpGroup.inspect, new)
