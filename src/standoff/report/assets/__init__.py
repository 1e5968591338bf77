"""Style sheet, script and templates of pages and documents."""

from __future__ import annotations

import re
from importlib import resources


def read(name: str) -> str:
    """Read a text file of this folder."""
    return resources.files(__name__).joinpath(name).read_text(encoding="utf-8")


def colours() -> dict[str, str]:
    """Light colours of the page by CSS variable (`--ink`), for standalone pictures."""
    return dict(re.findall(r"(--[a-z0-9-]+): (#[0-9a-f]+)", read("page.css").partition("}")[0]))
