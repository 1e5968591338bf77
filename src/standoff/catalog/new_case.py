"""The files of a new case: the small commented starter, or a copy of another case."""

from __future__ import annotations

import shutil
from pathlib import Path

from standoff.catalog import find
from standoff.errors import Problem, ScenarioError
from standoff.files import write_errors

STARTER = Path(__file__).parents[1] / "starter"


def new(name: str | Path, origin: str | Path = "") -> Path:
    """Create the folder `name` with a small scenario and claims, or those of the case `origin`.

    Returns the folder, which `load` reads. Raises `ScenarioError` where it exists, and where it cannot be written.
    """
    folder = Path(name)
    with write_errors(folder, ScenarioError):
        exists = folder.exists()
    if exists:
        raise ScenarioError(Problem(f"`{folder}` exists already", fix="choose another name; nothing is overwritten"))
    source = find(origin).parent if origin else STARTER
    with write_errors(folder, ScenarioError):
        folder.mkdir(parents=True)
        for file in sorted(source.iterdir()):
            if file.suffix in {".yaml", ".jsonl"}:
                shutil.copyfile(file, folder / file.name)
    return folder
