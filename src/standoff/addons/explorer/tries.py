"""History of the tries of a case: moved states and their answers, a tree of JSON lines.

Lines are only ever appended, each by one write that reaches the disk before it counts, so that a process that is killed
loses at most the line under way, and several processes may write one file. Every line begins on a new one: a part of a
line stands alone, and is left out when the file is read. Names, notes, pins and deletions are later lines, so that nothing
is lost by them.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from standoff.addons.explorer.responses import UnknownName
from standoff.errors import require
from standoff.files import append_line
from standoff.record import record

HOME = Path(__file__).parents[1]


@record
class Try:
    """A state of levers, beliefs and claims, and the main answer under it."""

    id: str
    parent: str | None  #: the try from which it was reached
    at: str  #: ISO time
    model: str = ""  #: digest of the case
    state: Mapping[str, Any]
    draws: int
    text: str  #: the state in words
    question: str = ""  #: id of the question that is answered
    answer: str
    change: str
    name: str = ""
    note: str = ""
    pinned: bool = False
    deleted: bool = False


TRY: TypeAdapter[Try] = TypeAdapter(Try)


@dataclass(eq=False)
class Tries:
    """The tries of a case; without a file they last as long as the process."""

    path: Path | None = None
    note: str = ""  #: what is wrong with the file, as it was read last
    _lines: list[bytes] = field(default_factory=list)

    @classmethod
    def of(cls, file: Path, variant: str = "") -> Tries:
        """The tries of a scenario file under a variant, in the state folder of the user."""
        folder = state_dir()
        if folder is None:
            return cls(note="There is no folder for the history of tries, so that it ends with this process.")
        return cls(folder / "tries" / file_name(file, variant))

    def entries(self) -> tuple[Try, ...]:
        """All tries in the order in which they were made, those of other processes too."""
        out, skipped = dict[str, Try](), 0
        for line in filter(None, self._read()):
            try:
                parts = json.loads(line)
                earlier = asdict(out[parts["id"]]) if parts["id"] in out else {}
                entry = TRY.validate_json(json.dumps({**earlier, **parts}), strict=True)
                out[entry.id] = entry
            except (ValueError, KeyError, TypeError, RecursionError):
                skipped += 1
        if self.path is not None:
            self.note = f"{skipped} of the lines of {self.path} cannot be read, and left out." if skipped else ""
        return tuple(out.values())

    def add(self, *, parent: str | None, **parts: Any) -> str:
        """Append a try with the other fields of `Try`; returns its id.

        Raises `ModelError` for an unknown parent.
        """
        if parent is not None:
            require(parent, [entry.id for entry in self.entries()], "try", "parent")
        at = datetime.now(UTC).isoformat(timespec="seconds")
        entry = Try(id=secrets.token_hex(8), parent=parent, at=at, **parts)
        self._append(asdict(entry))
        return entry.id

    def edit(self, id: str, **parts: Any) -> None:
        """Replace fields of a try, such as its name; raises `UnknownName` for an unknown id."""
        require(id, [entry.id for entry in self.entries()], "try", error=UnknownName)
        self._append({"id": id, **parts})

    def _read(self) -> list[bytes]:
        with suppress(FileNotFoundError):
            return self._lines if self.path is None else self.path.read_bytes().split(b"\n")
        return []

    def _append(self, data: Mapping[str, Any]) -> None:
        if self.path is None:
            self._lines.append(json.dumps(data, ensure_ascii=False, allow_nan=False).encode())
        else:
            append_line(self.path, data)


def state_dir() -> Path | None:
    """The state folder of the user: in `XDG_STATE_HOME` or `~/.local/state`; None without one."""
    try:
        folder = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state").absolute() / "standoff"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except (RuntimeError, OSError):  # a user without a home, a disk that cannot be written
        return None
    return folder


def file_name(file: Path, variant: str = "") -> str:
    """File name of the tries of a case; the same for the catalogue wherever it is installed."""
    path = file.resolve()
    name = path.relative_to(HOME) if path.is_relative_to(HOME) else path
    slug = re.sub(r"[^\w-]+", "-", path.parent.name if path.stem == "scenario" else path.stem)[:40]
    digest = hashlib.sha256("\0".join((name.as_posix(), variant)).encode()).hexdigest()
    return f"{slug}-{digest[:12]}.jsonl"
