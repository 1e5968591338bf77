"""The answers of a case as it stands, stored beside its scenario file in `explorer.json`.

The page shows them at once, while the futures are simulated. They belong to one scenario with its claims and to one version
of the program, whose digests are stored with them; under other digests, a variant or a lever they are not shown.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from standoff.addons.explorer import movers
from standoff.addons.explorer.explorer import Explorer
from standoff.addons.explorer.state import ExplorerState
from standoff.engine.model import Model
from standoff.errors import RunError
from standoff.files import write_text
from standoff.serialise import to_plain

NAME = "explorer.json"
MOST = 60_000  # bytes; assumption: read and sent within milliseconds


def shipped(model: Model) -> dict[str, Any] | None:
    """The stored move of a model as plain data, if it belongs to it and to this program."""
    path = _path(model)
    if path is None or not path.is_file():
        return None
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        about, move = (data["model"], data["program"]), dict(data["move"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return move if about == (model.hash, _program(model)) else None


def keep(model: Model) -> Path:
    """Write the answers of a model, and what moves them, beside its scenario file.

    Raises `RunError` without such a file, and for a variant or a lever, whose answers are not those of the case.
    """
    path = _path(model)
    if path is None or model.plan.variant or model.plan.interventions or model.plan.has_held_options:
        raise RunError("only a case from a file, as it stands, is stored", fix="leave variants and levers out")
    explorer = Explorer.open(model)
    movers.keep(explorer.session, explorer.effects)
    move = to_plain(explorer.move(ExplorerState())) | {"seconds": 0}  # a time is none of the reader's
    text = json.dumps(
        {"model": model.hash, "program": _program(model), "move": move},
        separators=(",", ":"),
        ensure_ascii=False,
        allow_nan=False,
    )
    if len(text.encode()) > MOST:
        raise RunError(f"the answers have {len(text.encode()):,} bytes", NAME, allowed=f"at most {MOST:,}")
    write_text(path, text + "\n")
    return path


def _path(model: Model) -> Path | None:
    folder = model.plan.loaded.folder
    return None if folder is None else folder / NAME


def _program(model: Model) -> str:
    """Digest of the source code of the program of a model."""
    return model.source("standoff.engine.program")
