"""`standoff new`: the files of a new scenario."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Annotated

import typer

from standoff.cli import _options as options
from standoff.cli._registry import Command, HelpGroup
from standoff.errors import Problem, ScenarioError
from standoff.files import write_errors

STARTER = Path(__file__).parent / "starter"


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
    folder = Path(name)
    with write_errors(folder, ScenarioError):
        exists = folder.exists()
    if exists:
        raise ScenarioError(Problem(f"`{folder}` exists already", fix="choose another name; nothing is overwritten"))
    source = STARTER
    if origin:
        from standoff import catalog

        source = catalog.find(origin).parent
    with write_errors(folder, ScenarioError):
        folder.mkdir(parents=True)
        for file in sorted(source.iterdir()):
            if file.suffix in {".yaml", ".jsonl"}:
                shutil.copyfile(file, folder / file.name)
    options.display(f"created {folder}: {', '.join(sorted(file.name for file in folder.iterdir()))}",
                    f"next: standoff validate {folder}; standoff run {folder}")  # fmt: skip


COMMAND = Command(HelpGroup.inspect, new)
