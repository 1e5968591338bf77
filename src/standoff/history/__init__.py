"""History: decisions of states about the wars of others, and weights learned from them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from standoff.history.panel import Panel

__all__ = ["build"]


def build(folder: Path) -> Panel:
    """The panel of decisions from the publishers' tables in a folder; raises `DataError`."""
    from standoff.history import panel  # polars is read only where a panel is built

    return panel.build(folder)
