"""Fetched files, kept: the bytes under a name made of their hash, and beside them a record that is swapped in whole.

A download takes the place of an older copy only once it is complete and read: the record is written last, and always
names bytes that are there.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from standoff.connectors._dataset import Dataset
from standoff.errors import DataError, Problem


@dataclass(frozen=True)
class Entry:
    """What is known of a kept file."""

    name: str
    file: str  #: name of the bytes, in the same folder
    sha256: str
    size: int  #: bytes
    fetched: str  #: UTC, to the second
    url: str
    title: str
    licence: str
    citation: str
    before: str = ""  #: hash of the copy that this one replaced
    before_fetched: str = ""

    @property
    def when(self) -> datetime:
        """When it was fetched."""
        return datetime.fromisoformat(self.fetched)

    @property
    def changed(self) -> bool | None:
        """Whether the last fetch brought other bytes; None where there was one fetch only."""
        return self.before != self.sha256 if self.before else None


def folder() -> Path:
    """Where files are kept, as the desktop convention has it."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "standoff" / "data"


def find(name: str) -> Entry | None:
    """The record of a data set, None where none is kept; raises `DataError` where it cannot be read."""
    path = folder() / f"{name}.json"
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        return Entry(**data)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError):
        raise DataError(Problem("the record of the kept copy cannot be read", str(path), fix="remove it")) from None


def intact(entry: Entry) -> bool:
    """Whether the bytes are there and have the hash that was noted."""
    try:
        return hashlib.sha256((folder() / entry.file).read_bytes()).hexdigest() == entry.sha256
    except OSError:
        return False


def load(entry: Entry) -> bytes:
    """The bytes; raises `DataError` where they are gone or not the noted ones."""
    path = folder() / entry.file
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise DataError(Problem(f"the kept copy cannot be read: {error.strerror}", str(path),
                                fix=f"standoff data get {entry.name} --refresh")) from None  # fmt: skip
    if hashlib.sha256(raw).hexdigest() != entry.sha256:
        raise DataError(Problem("the kept copy is damaged: its hash is not the noted one", str(path),
                                allowed=entry.sha256, fix=f"standoff data get {entry.name} --refresh"))  # fmt: skip
    return raw


def store(name: str, source: Dataset, raw: bytes) -> Entry:
    """Keep `raw`; the copy before it goes once the new one stands."""
    digest = hashlib.sha256(raw).hexdigest()
    try:
        old = find(name)
    except DataError:
        old = None
    now = datetime.now(UTC).replace(microsecond=0).isoformat()
    entry = Entry(
        name, f"{name}-{digest[:16]}.raw", digest, len(raw), now, source.url, source.title, source.licence,
        source.citation, old.sha256 if old else "", old.fetched if old else "",
    )  # fmt: skip
    home = folder()
    try:
        home.mkdir(parents=True, exist_ok=True)
        _whole(home / entry.file, raw)
        _whole(home / f"{name}.json", (json.dumps(asdict(entry), indent=1, ensure_ascii=False) + "\n").encode())
        if old and old.file != entry.file:
            (home / old.file).unlink(missing_ok=True)
    except OSError as error:
        raise DataError(Problem(f"cannot keep the file: {error.strerror}", str(home),
                                fix="set XDG_CACHE_HOME to a folder that can be written")) from None  # fmt: skip
    return entry


def _whole(path: Path, raw: bytes) -> None:
    """Write a file whole or not at all."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as file:
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)
