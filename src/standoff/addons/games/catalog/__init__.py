"""Textbook games: Gambit files (`.nfg` or `.efg`) with cards of sources and known solutions.

A card (`.yaml`) says `source` (keys of docs/sources.bib), `about`, where the `payoffs` are from, and under `nash` and
`qre` equilibria whose `origin` is *published* (in a source), *derived* (worked out by hand, the note says how) or
*golden* (made with pygambit 17.0.0b2). The folder is the registry: a game is its two files.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from standoff import yaml_reader
from standoff.errors import StandoffError, did_you_mean, join_limited

HOME = Path(__file__).parent


def names() -> tuple[str, ...]:
    """Names of the games, sorted."""
    return tuple(sorted(path.stem for path in HOME.glob("*.?fg")))


def find(name: str) -> Path | None:
    """The file of a game, or None if it does not exist."""
    return next((path for path in HOME.glob("*.?fg") if path.stem == name), None)


def card(name: str) -> dict[str, Any]:
    """The card of a game: title, source and known solutions."""
    return yaml_reader.read((HOME / f"{name}.yaml").read_text(encoding="utf-8"), f"{name}.yaml").data


def resolve(name: str) -> Path:
    """The file of a textbook game or of a path; raises `StandoffError` if there is neither."""
    path = find(name) or Path(name)
    if not path.is_file():
        raise StandoffError(
            f"there is no file and no textbook game `{name}`",
            allowed=f"a .nfg or .efg file, or {join_limited(names())}",
            fix=did_you_mean(name, names()) or "`standoff solve` lists the textbook",
        )
    return path
