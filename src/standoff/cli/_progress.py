"""Progress bars and log lines on standard error."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from standoff.cli._output import put_error
from standoff.progress import SILENT, Progress, Task


@dataclass(frozen=True)
class _Bar:
    bars: Any  #: a `rich.progress.Progress`
    number: Any

    def update(self, n: float = 1) -> None:
        self.bars.advance(self.number, n)


@dataclass(frozen=True)
class _Bars:
    """A bar for each task that is open."""

    bars: Any

    @contextmanager
    def task(self, name: str, total: float | None = None) -> Iterator[Task]:
        number = self.bars.add_task(name, total=total)
        try:
            yield _Bar(self.bars, number)
        finally:
            self.bars.remove_task(number)


@contextmanager
def progress_bars(*, quiet: bool) -> Iterator[Progress]:
    """Show open tasks as bars on standard error, if that is a terminal; none is left at the end."""
    if quiet or not sys.stderr.isatty():
        yield SILENT
        return
    from rich import progress

    from standoff.cli._terminal import Terminal

    columns = (
        progress.TextColumn("{task.description}"),
        progress.BarColumn(),
        progress.MofNCompleteColumn(),
        progress.TimeElapsedColumn(),
        progress.TimeRemainingColumn(),
    )
    with progress.Progress(*columns, console=Terminal(stderr=True), transient=True) as bars:
        yield _Bars(bars)


class _Lines(logging.Handler):
    """Log records on standard error; those below a warning with the elapsed seconds."""

    def emit(self, record: logging.LogRecord) -> None:
        text = record.getMessage()
        put_error(text if record.levelno >= logging.WARNING else f"{record.relativeCreated / 1000:7.1f} s  {text}")


_HANDLER = _Lines()


def show_log(verbose: bool) -> None:
    """Print warnings, and with `verbose` the steps of long work too."""
    logger = logging.getLogger("standoff")
    logger.addHandler(_HANDLER)  # a handler that is there is not added again
    logger.setLevel(logging.INFO if verbose else logging.WARNING)
