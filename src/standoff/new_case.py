"""The files of a new case: the starter, a copy of a case, or a filled template."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from standoff import catalog
from standoff.case_templates import SCENARIO, fill_template
from standoff.errors import ScenarioError
from standoff.files import cache_dir, write_atomic, write_errors
from standoff.json_schema import schema

STARTER = Path(__file__).parent / "starter" / SCENARIO
SCHEMA = "scenario.schema.json"
EDITOR = "# yaml-language-server: $schema="  #: begins the line by which editors complete and check a scenario


def new(
    name: str | Path, origin: str | Path = "", template: str = "", answers: Mapping[str, Any] | None = None
) -> Path:
    """Create the folder `name` with a small scenario and claims, or those of the case `origin`.

    With a `template`, such as `blockade`, the scenario follows from `answers` to its questions, by default from their
    defaults (`standoff.fill_template`). The scenario names the JSON Schema of this installation, for editors. Returns the folder, which
    `load` reads. Raises `ScenarioError` where it exists, where it cannot be written, and for answers that are not allowed.
    """
    folder = Path(name)
    with write_errors(folder, ScenarioError):
        exists = folder.exists()
    if exists:
        raise ScenarioError(f"`{folder}` exists already", fix="choose another name; nothing is overwritten")
    if template and origin:
        raise ScenarioError("a template and a case to copy exclude each other", fix="leave one of them out")
    scenario, files = STARTER, dict[str, str]()
    if template:
        files |= fill_template(template, answers)
    else:
        scenario = catalog.find(origin) if origin else STARTER
        copied = [file for file in sorted(scenario.parent.iterdir()) if file.suffix in {".yaml", ".jsonl"}]
        files |= {file.name: file.read_text(encoding="utf-8") for file in copied}
    first, _, rest = files[scenario.name].partition("\n")
    text = rest if first.startswith(EDITOR) else files[scenario.name]
    files[scenario.name] = _editor_line() + text
    with write_errors(folder, ScenarioError):
        folder.mkdir(parents=True)
        for file, text in files.items():
            (folder / file).write_text(text, encoding="utf-8")
    return folder


def _editor_line() -> str:
    """The line with the address of the schema, which is kept in the cache; may be empty."""
    home, text = cache_dir("schema"), json.dumps(schema()).encode()
    if home is None:
        return ""
    file = home / SCHEMA
    try:
        if not file.exists() or file.read_bytes() != text:
            write_atomic(file, text, durable=False)
    except OSError:
        return ""
    return f"{EDITOR}{file.as_uri()}\n"
