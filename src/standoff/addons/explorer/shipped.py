"""Answers and overview of a case as it stands, beside its scenario file in `explorer.json`.

The page shows them at once, while the futures are simulated. They belong to one scenario with its claims and to one version
of the program, whose digests are stored with them; under other digests or a lever they are not shown. A variant has a file
of its own.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from standoff.addons.explorer import movers
from standoff.addons.explorer.explorer import MOST as DRAWS
from standoff.addons.explorer.explorer import Explorer, date_asked
from standoff.addons.explorer.state import ExplorerState
from standoff.analysis.brief import brief
from standoff.analysis.stored_bands import is_of_a_day, path_beside
from standoff.analysis.verdict import verdict
from standoff.catalog import HOME
from standoff.engine.model import Model
from standoff.engine.simulate import simulate
from standoff.errors import RunError
from standoff.files import write_text
from standoff.report.overview import Overview, overview, read, remembered, standing
from standoff.serialise import to_plain

NAME = "explorer.json"
SEED = 1  #: of every futures of the page
MOST = 160_000  # bytes; assumption: read and sent within milliseconds


def shipped(model: Model) -> dict[str, Any] | None:
    """The stored move of a model as plain data, if it belongs to it and to this program.

    Options in force are those of the overview when the main question is asked.
    """
    stored, date = _stored(model), date_asked(model.plan)
    known = stored.get("overview") or {"choices": ()}
    told = [
        (each["choice"], each["shares"][each["dates"].index(date)])
        for each in known["choices"]
        if date in each["dates"]
    ]
    move: dict[str, Any] | None = stored.get("move")
    return move and move | {"choices": [{"choice": name, "shares": now, "before": now} for name, now in told]}


def stored_overview(model: Model) -> Overview:
    """The overview: stored with the case, of its last run, or what its scenario says by itself."""
    stored = _stored(model).get("overview")
    with suppress(ValueError):  # of another version
        return read(stored) if stored else remembered(model) or standing(model.plan)
    return standing(model.plan)


def public(model: Model) -> bool:
    """Whether everybody may read the case: it comes with the package."""
    folder = model.plan.loaded.folder
    return folder is not None and folder.resolve().is_relative_to(HOME.resolve())


def _stored(model: Model) -> dict[str, Any]:
    """What is stored beside the scenario file, if it belongs to the model and to this program."""
    path = path_beside(model.plan, NAME)
    if path is None or not path.is_file():
        return {}
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        about, parts = (data["model"], data["program"]), {"move": dict(data["move"]), "overview": data.get("overview")}
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return parts if about == (model.hash, _program(model)) else {}


def keep(model: Model) -> Path:
    """Write the answers of a model, and what moves them, beside its scenario file.

    Raises `RunError` without such a file, and for a what-if or a lever, whose answers are not those of the case.
    """
    path = path_beside(model.plan, NAME)
    if path is None or not is_of_a_day(model.plan) or model.plan.interventions or model.plan.has_held_options:
        raise RunError("only a case from a file, as it stands, is stored", fix="leave variants and levers out")
    explorer = Explorer.open(model)
    movers.keep(explorer.session, explorer.order)
    move = to_plain(explorer.move(ExplorerState())) | {"seconds": 0}  # a time is none of the reader's
    story = None
    if model.plan.questions:
        run = simulate(model, draws=DRAWS, seed=SEED)
        short = brief(run, verdict(run, changes=True))
        story = to_plain(asdict(overview(run, short.verdict, short.levers)))
    text = json.dumps(
        {"model": model.hash, "program": _program(model), "move": move, "overview": story},
        separators=(",", ":"),
        ensure_ascii=False,
        allow_nan=False,
    )
    if len(text.encode()) > MOST:
        raise RunError(f"the answers have {len(text.encode()):,} bytes", NAME, allowed=f"at most {MOST:,}")
    write_text(path, text + "\n")
    return path


def _program(model: Model) -> str:
    """Digest of the source code of the program of a model."""
    return model.source("standoff.engine.program")
