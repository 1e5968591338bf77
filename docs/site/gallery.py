"""Pictures of the gallery that commands draw without a simulation, so that the build makes them itself."""

from __future__ import annotations

import contextlib
import io
from pathlib import Path

from standoff.cli import app

MADE = "made"  #: folder of the site
COMMANDS = {"conflicts.svg": "claims china-russia --conflicts -o conflicts.svg"}  #: as gallery.md shows them


def draw(folder: Path) -> None:
    """Run each command, with its picture in a folder; raises `RuntimeError` for one that fails."""
    folder.mkdir(parents=True)
    for name, line in COMMANDS.items():
        words = [str(folder / name) if word == name else word for word in line.split()]
        with contextlib.redirect_stdout(io.StringIO()):
            try:
                app(words)
            except SystemExit as end:
                if end.code:
                    raise RuntimeError(f"`standoff {line}` ended with {end.code}") from None
