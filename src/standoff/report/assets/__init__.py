"""Style sheet, script and templates of pages and documents."""

from __future__ import annotations

import re
from importlib import resources


def read(name: str) -> str:
    """Read a text file of this folder."""
    return resources.files(__name__).joinpath(name).read_text(encoding="utf-8")


def style() -> str:
    """The style sheet of a page; that of the explorer begins alike."""
    return read("shared.css") + read("page.css")


def themes() -> tuple[dict[str, str], dict[str, str]]:
    """The colours of the page by CSS variable (`--ink`), light and dark."""
    blocks = re.findall(r":root\s*{([^}]*)}", read("shared.css"))
    light, dark = (dict(re.findall(r"(--[a-z0-9-]+):\s*(#[0-9a-f]+)", block)) for block in blocks[:2])
    return light, {**light, **dark}


def colours() -> dict[str, str]:
    """The light colours, for pictures outside the page."""
    return themes()[0]
