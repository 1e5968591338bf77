"""Reports of findings: terminal, web page, documents and charts."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, overload

if TYPE_CHECKING:
    from collections.abc import Sequence

    from standoff.analysis.brief import Brief
    from standoff.analysis.verdict import Verdict
    from standoff.engine.run import Run

__all__ = ["report"]


@overload
def report(
    run: Run,
    path: None = None,
    beside: Sequence[Run] = (),
    with_causes: bool = True,
    verdict: Verdict | None = None,
    brief: Brief | None = None,
) -> str: ...


@overload
def report(
    run: Run,
    path: Path | str,
    beside: Sequence[Run] = (),
    with_causes: bool = True,
    verdict: Verdict | None = None,
    brief: Brief | None = None,
) -> Path: ...


def report(
    run: Run,
    path: Path | str | None = None,
    beside: Sequence[Run] = (),
    with_causes: bool = True,
    verdict: Verdict | None = None,
    brief: Brief | None = None,
) -> Path | str:
    """The page of a run as one self-contained HTML text, or written to a `path`.

    With a path that is returned. `beside`: runs of variants whose answers are shown too. `with_causes` adds the causal
    diagram, which takes some seconds the first time. `verdict`: that of the run, computed if None. `brief`: a brief of it
    (`standoff.analysis.brief`), whose signs to watch, levers and claims open the page.
    """
    from standoff.files import write_text
    from standoff.report import outputs

    text = outputs.page(run, beside, with_causes, verdict, brief)
    if path is None:
        return text
    write_text(path := Path(path), text)
    return path


class _Callable(ModuleType):
    """This module as a function, so that `standoff.report(run, path)` works after any import."""

    __call__ = staticmethod(report)


sys.modules[__name__].__class__ = _Callable
