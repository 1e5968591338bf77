"""Epistemic bands of the answers of a case, stored beside its scenario file in `bands.json`.

Those of a variant stand beside them in a file of its own, such as `bands.known-2024.json`.

Rival models need programs of their own, which take minutes to compile, so that their bands are made once, by `standoff
uncertainty CASE --keep`, and shown by every run of the same case. They belong to one scenario with its claims and to one
version of the program, whose digests are stored with them; under other digests they are not shown.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, field
from pathlib import Path
from typing import Any

from standoff import theories
from standoff.engine.compile_cache import source_digest
from standoff.engine.model import Model
from standoff.errors import RunError
from standoff.files import write_json
from standoff.plan import Plan
from standoff.questions import EpistemicBand
from standoff.record import record
from standoff.serialise import to_plain
from standoff.versions import versions

NAME = "bands.json"
DIGITS = 4  # significant digits that are stored; assumption: an end of a band is right to two
AGAIN = "`standoff uncertainty CASE --keep` makes it anew"
MISSING = (
    "The epistemic band is missing. `standoff run` computes one over parameters; `standoff uncertainty CASE --keep` "
    "stores one over parameters, rival models and decision theories, with `--structure` also over what its author decided."
)


@record
class Bands:
    """Bands of the answers of a model, or the reason why they are missing."""

    of: Mapping[str, EpistemicBand] = field(default_factory=dict)  #: question -> its band
    note: str = ""  #: what is missing, and what to do about it


def stored_bands(model: Model) -> Bands:
    """The bands beside the scenario file of a model, if they belong to it and to this program."""

    def read(data: dict[str, Any]) -> Mapping[str, EpistemicBand]:
        return {name: EpistemicBand(**band) for name, band in data["questions"].items()}

    of, note = stored_beside(model, NAME, read)
    return Bands(of=of or {}, note=note)


def stored_beside(model: Model, name: str, read: Callable[[dict[str, Any]], Any]) -> tuple[Any, str]:
    """What a file beside the scenario file of a model holds, and a note.

    Nothing with a note why, if it does not belong to the model and to this program.
    """
    path = path_beside(model.plan, name)
    if path is None or not path.is_file():
        return None, MISSING
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        about, of = {name: data[name] for name in ("model", "program")}, read(data)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return (
            None,
            f"The file `{path.name}` of the case cannot be read, so that the epistemic band is missing; {AGAIN}.",
        )
    if about["model"] != model.hash:
        if model.posterior or model.plan.interventions or model.plan.has_held_options:
            return None, MISSING  # the stored ones are those of the case itself
        return None, f"The stored epistemic band belongs to another version of the case; {AGAIN}."
    if about["program"] != _program(model):
        return None, f"The stored epistemic band was made with another version of the program; {AGAIN}."
    return of, ""


def store_bands(model: Model, of: Mapping[str, EpistemicBand], about: Mapping[str, Any]) -> Path:
    """Write the bands of the answers of a model beside its scenario file.

    `about` says how they were made. Raises `RunError` where the scenario has no folder.
    """
    return store_beside(model, NAME, {**about, "questions": {name: asdict(band) for name, band in of.items()}})


def is_of_a_day(plan: Plan) -> bool:
    """Whether it is the case as of some day, under no other variant."""
    return not plan.variant or "as_of" in getattr(plan.scenario.variants.get(plan.variant), "change", ())


def path_beside(plan: Plan, name: str, variant: str = "") -> Path | None:
    """The file of a name beside the scenario file, or of its variant; None without a folder."""
    folder, variant = plan.loaded.folder, variant or plan.variant
    return None if folder is None else folder / (f"{Path(name).stem}.{variant}.json" if variant else name)


def store_beside(model: Model, name: str, about: Mapping[str, Any]) -> Path:
    """Write data about a model beside its scenario file; `RunError` without a folder."""
    path = path_beside(model.plan, name)
    if path is None:
        raise RunError("the scenario is not from a file", fix="load it from a file or a folder")
    data = {"model": model.hash, "program": _program(model), "versions": versions(), **about}
    write_json(path, _rounded(to_plain(data)))
    return path


def _program(model: Model) -> str:
    """Digest of the source of a model's program under every theory, and of their weights."""
    every = source_digest(frozenset(f"{theories.__name__}.{name}" for name in theories.names()))
    parts = (model.source("standoff.engine.program"), every, *map(str, theories.weights(theories.names())))
    return hashlib.sha256("".join(parts).encode()).hexdigest()


def _rounded(value: Any) -> Any:
    """Plain data with `DIGITS` significant digits."""
    if isinstance(value, dict):
        return {key: _rounded(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_rounded(inner) for inner in value]
    return float(f"{value:.{DIGITS}g}") if isinstance(value, float) else value
