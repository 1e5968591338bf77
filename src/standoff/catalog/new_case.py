"""The files of a new case: the small starter, a copy of another case, or a filled template."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from standoff.case_templates import fill_template
from standoff.catalog import find
from standoff.errors import Problem, ScenarioError
from standoff.files import write_errors

STARTER = Path(__file__).parents[1] / "starter"


def new(
    name: str | Path, origin: str | Path = "", template: str = "", answers: Mapping[str, Any] | None = None
) -> Path:
    """Create the folder `name` with a small scenario and claims, or those of the case `origin`.

    With a `template`, such as `blockade`, the scenario follows from `answers` to its questions, by default from their
    defaults (`standoff.fill_template`). Returns the folder, which `load` reads. Raises `ScenarioError` where it exists,
    where it cannot be written, and for answers that are not allowed.
    """
    folder = Path(name)
    with write_errors(folder, ScenarioError):
        exists = folder.exists()
    if exists:
        raise ScenarioError(Problem(f"`{folder}` exists already", fix="choose another name; nothing is overwritten"))
    if template and origin:
        raise ScenarioError(Problem("a template and a case to copy exclude each other", fix="leave one of them out"))
    if template:
        return _write(folder, fill_template(template, answers))
    source = find(origin).parent if origin else STARTER
    with write_errors(folder, ScenarioError):
        folder.mkdir(parents=True)
        for file in sorted(source.iterdir()):
            if file.suffix in {".yaml", ".jsonl"}:
                shutil.copyfile(file, folder / file.name)
    return folder


def _write(folder: Path, files: Mapping[str, str]) -> Path:
    with write_errors(folder, ScenarioError):
        folder.mkdir(parents=True)
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8")
    return folder
