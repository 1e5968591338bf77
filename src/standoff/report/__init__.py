"""Findings to terminal, HTML and pictures. Computes nothing that the analysis does not give."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from standoff.engine.run import Run

__all__ = ["report"]


def report(run: Run, path: Path | str) -> Path:
    """Write the run's page, one HTML file that needs nothing else, and return where it is."""
    from standoff.report.page import write

    return write(run, path)
