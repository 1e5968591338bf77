"""The command `new`: a scenario to start from, as files on disk."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Annotated

import typer

from standoff.cli.options import cases, display
from standoff.errors import Problem, ScenarioError
from standoff.files import write_errors

STARTER = Path(__file__).parent / "starter"


def new(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Folder to make.")],
    origin: Annotated[
        str,
        typer.Option(
            "--from",
            metavar="CASE",
            help="Copy this case of the catalogue instead of the small starter.",
            autocompletion=cases,
        ),
    ] = "",
) -> None:
    """Start a scenario: a folder with a small commented scenario and its claims, which runs at once."""
    folder = Path(name)
    with write_errors(folder, ScenarioError):
        there = folder.exists()
    if there:
        raise ScenarioError(Problem(f"`{folder}` is there already", fix="choose another name; nothing is overwritten"))
    source = STARTER
    if origin:
        from standoff import catalog

        source = catalog.find(origin).parent
    with write_errors(folder, ScenarioError):
        folder.mkdir(parents=True)
        for file in sorted(source.iterdir()):
            if file.suffix in {".yaml", ".jsonl"}:
                shutil.copyfile(file, folder / file.name)
    display(f"made {folder}: {', '.join(sorted(file.name for file in folder.iterdir()))}",
          f"next: standoff validate {folder}; standoff run {folder}")  # fmt: skip
