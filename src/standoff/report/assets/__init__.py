"""Style sheet, script and templates of pages and papers."""

from __future__ import annotations

import re
from importlib import resources


def read(name: str) -> str:
    """The text of a file of this folder."""
    return resources.files(__name__).joinpath(name).read_text(encoding="utf-8")


def colours() -> dict[str, str]:
    """The colours of the page by day, by the names of the style sheet (`--ink`), for pictures that stand alone."""
    return dict(re.findall(r"(--[a-z0-9-]+): (#[0-9a-f]+)", read("page.css").partition("}")[0]))
