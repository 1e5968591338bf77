"""Disk cache of compiled templates."""

from __future__ import annotations

from pathlib import Path

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

from standoff.files import read_cached, write_cached

TEMPLATES = 20  # assumption: versions of a template on disk, 100 kB each


class CompiledTemplates(BytecodeCache):
    """Disk cache of compiled Jinja templates."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def load_bytecode(self, bucket: Bucket) -> None:
        """Load the cached bytecode of a template, if any."""
        raw = read_cached(self.folder / bucket.key)
        if raw is not None:
            bucket.bytecode_from_string(raw)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Store the bytecode of a template."""
        write_cached(self.folder / bucket.key, bucket.bytecode_to_string(), TEMPLATES)
