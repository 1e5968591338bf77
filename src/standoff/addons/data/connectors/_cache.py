"""Cache of fetched files: bytes named by their hash, and a record replaced atomically.

A download replaces an older copy only once it is complete and has been parsed: the record is written last, and always
names files that exist.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from standoff import scalars
from standoff.addons.data.connectors._dataset import Dataset
from standoff.errors import DataError
from standoff.files import cache_dir, json_digest, write_atomic

DIGEST = "record_sha256"  #: key of the digest of the record


@dataclass(frozen=True, kw_only=True)
class CacheRecord:
    """Record of a cached file."""

    name: str
    file: str  #: name of the file with the bytes, in the same folder
    sha256: str
    size: int  #: size in bytes
    fetched: str  #: UTC, to the second
    url: str
    title: str
    licence: str
    citation: str
    before: str = ""  #: hash of the copy that this one replaced
    before_fetched: str = ""

    @property
    def when(self) -> datetime:
        """Date and time of the fetch."""
        return datetime.fromisoformat(self.fetched)

    @property
    def changed(self) -> bool | None:
        """Whether the last fetch changed the bytes; None after a single fetch."""
        return self.before != self.sha256 if self.before else None


def folder() -> Path:
    """Folder of the cache; raises `DataError` if none is private to the user."""
    path = cache_dir("data")
    if path is None:
        raise DataError(
            "cannot cache the file: there is no cache folder that only this user can write",
            fix="set XDG_CACHE_HOME to a private folder",
        )
    return path


def record(data: Mapping[str, Any]) -> str:
    """JSON of a record, with its digest."""
    return json.dumps({**data, DIGEST: json_digest(data)}, indent=1) + "\n"


def find(name: str) -> CacheRecord | None:
    """The record of a data set, or None; raises `DataError` if it cannot be read."""
    home = cache_dir("data")
    if home is None:
        return None
    path = home / f"{name}.json"
    try:
        data = scalars.from_json(path.read_text(encoding="utf-8"))
        if data.pop(DIGEST, None) != json_digest(data):
            raise ValueError
        entry = CacheRecord(**data)
        if not all(isinstance(value, int if key == "size" else str) for key, value in asdict(entry).items()):
            raise ValueError
        if not re.fullmatch(r"\w[\w.-]*", entry.file) or entry.when.tzinfo is None:
            raise ValueError
        return entry
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, AttributeError):
        raise DataError("the record of the cached copy cannot be read", str(path), fix="remove it") from None


def intact(entry: CacheRecord) -> bool:
    """Whether the bytes exist and have the recorded hash."""
    with suppress(DataError):
        return bool(load(entry))
    return False


def load(entry: CacheRecord) -> bytes:
    """The bytes; raises `DataError` if they are missing or have another hash."""
    path = folder() / entry.file
    try:
        raw, fault = path.read_bytes(), "is damaged: its hash differs from the recorded one"
    except OSError as error:
        raw, fault = b"", f"cannot be read: {error.strerror}"
    if hashlib.sha256(raw).hexdigest() != entry.sha256:
        fix = f"standoff data get {entry.name} --refresh"
        raise DataError(f"the cached copy {fault}", str(path), allowed=entry.sha256, fix=fix)
    return raw


def store(name: str, source: Dataset, raw: bytes) -> CacheRecord:
    """Store `raw`; the old copy is removed once the new one is complete."""
    digest = hashlib.sha256(raw).hexdigest()
    try:
        old = find(name)
    except DataError:
        old = None
    entry = CacheRecord(
        name=name,
        file=f"{name}-{digest[:16]}.raw",
        sha256=digest,
        size=len(raw),
        fetched=datetime.now(UTC).replace(microsecond=0).isoformat(),
        url=source.url,
        title=source.title,
        licence=source.licence,
        citation=source.citation,
        before=old.sha256 if old else "",
        before_fetched=old.fetched if old else "",
    )
    home = folder()
    write_atomic(home / entry.file, raw, DataError)
    write_atomic(home / f"{name}.json", record(asdict(entry)), DataError)
    if old and old.file != entry.file:
        with suppress(OSError):
            (home / old.file).unlink()
    return entry
