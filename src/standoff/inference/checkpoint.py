"""Checkpoints of a sampler: its draws in parts, each with the state at its end.

A part is a file of arrays with a digest, and its name begins with the digest of all that the draws depend on: an
interrupted fit resumes with the same bits, and parts of another model or with other settings are not read.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from standoff.array_files import Arrays, pack, unpack
from standoff.files import write_atomic

LOG = logging.getLogger(__name__)
INTERVAL = 60.0  #: seconds between parts: what is lost at most; assumption
KEY = 16  #: characters of the digest in the name of a file


@dataclass
class DrawCheckpoint:
    """Parts of one series of draws in a folder."""

    folder: Path
    key: str  #: digest of all that the draws depend on
    interval: float = INTERVAL  #: seconds
    parts: int = 0  #: number of parts that were used or written
    last: float = field(default_factory=time.monotonic)

    def read(self) -> Iterator[Arrays]:
        """The stored parts in their order, up to the first that is absent or damaged."""
        while True:
            try:
                part = unpack(self._path(self.parts).read_bytes())
            except FileNotFoundError:
                return
            except (OSError, ValueError) as error:
                LOG.warning("%s is not used: %s", self._path(self.parts), error)
                return
            yield part
            self.parts += 1  # not if the caller has no use for it, so that the next part takes its place

    def due(self) -> bool:
        """Whether the interval since the last part is over."""
        return time.monotonic() - self.last >= self.interval

    def write(self, part: Arrays) -> None:
        """Write the next part; raises `RunError` where the folder cannot be written."""
        write_atomic(self._path(self.parts), pack(part))
        self.parts, self.last = self.parts + 1, time.monotonic()

    def _path(self, number: int) -> Path:
        return self.folder / f"{self.key[:KEY]}-{number:05d}.npz"


def remove(folder: Path) -> None:
    """Delete all parts in a folder, and the folder if nothing else is in it."""
    if not folder.is_dir():
        return
    for path in folder.glob(f"{'[0-9a-f]' * KEY}-{'[0-9]' * 5}.npz"):
        path.unlink()
    if not any(folder.iterdir()):
        folder.rmdir()
