"""How records show themselves in a notebook. The report draws them; what they are knows nothing of pictures."""

from __future__ import annotations

import importlib
from typing import Any


def html(record: Any) -> str:
    """The record as HTML for a notebook; a class says `_repr_html_ = notebook.html`. Imports the report when called."""
    out: str = importlib.import_module("standoff.report.notebook").html(record)
    return out
