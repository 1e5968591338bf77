"""Files and folders that are written: one error for those that cannot be, and a trial before long work is done for them."""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from standoff.errors import Problem, RunError, StandoffError

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def writing(path: Path, kind: type[StandoffError] = RunError) -> Iterator[None]:
    """Whatever the system refuses while `path` is written, as an error that names it and not a scratch file beside it."""
    try:
        yield
    except OSError as error:
        raise kind(Problem(f"cannot be written: {error.strerror or error}", str(path), fix="check the path")) from None


def write_text(path: Path, text: str, kind: type[StandoffError] = RunError) -> None:
    """Write a text file, and the folders above it; raises `kind` where that cannot be."""
    with writing(path, kind):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def try_file(path: Path) -> None:
    """Raise `RunError` where a file cannot be written. Nothing is left behind, and what is there stays as it is."""
    with writing(path):
        if path.is_dir():
            raise IsADirectoryError(None, "is a folder")
        if path.is_file():
            with path.open("ab"):
                pass
        if path.is_file() or not path.exists():
            _try_inside(path.parent)


def try_folder(path: Path) -> None:
    """Raise `RunError` where a folder cannot be made or written into. Nothing is left behind."""
    with writing(path):
        _try_inside(path)


def _try_inside(folder: Path) -> None:
    """Make a file in a folder, or in the nearest one above that is there; permissions alone would not tell of /proc."""
    from tempfile import TemporaryFile  # costs the start of a short program

    there = next(place for place in (folder, *folder.absolute().parents) if os.path.lexists(place))
    if not there.is_dir():
        raise NotADirectoryError(None, f"{there} is not a folder")
    with TemporaryFile(dir=there):
        pass
