"""Findings to terminal, HTML and pictures. Computes nothing that the analysis does not give."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from standoff.analysis import Verdict
    from standoff.engine.run import Run

__all__ = ["report"]


def report(
    run: Run, path: Path | str, beside: Sequence[Run] = (), with_causes: bool = True, found: Verdict | None = None
) -> Path:
    """Write the run's page, one HTML file that needs nothing else, and return where it is.

    `beside` are runs of variants, whose answers the first page shows beside its own. `with_causes` adds the causal
    diagram, which takes some seconds the first time. `found` is the run's verdict, where it is at hand.
    """
    from standoff.report.page import write

    return write(run, path, beside, with_causes, found)


class _Callable(ModuleType):
    """This module as a function: `standoff.report` names both, and whichever a program gets, `report(run, path)` works."""

    __call__ = staticmethod(report)


sys.modules[__name__].__class__ = _Callable
