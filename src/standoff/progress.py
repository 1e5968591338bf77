"""Progress of long work, reported by slow functions to a `Progress`, which may show it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Protocol, TypeVar

T = TypeVar("T")


class Task(Protocol):
    """A piece of work under way."""

    def update(self, n: float = 1) -> None:
        """Count `n` more units as done."""


class Progress(Protocol):
    """Display of the progress of tasks."""

    def task(self, name: str, total: float | None = None) -> AbstractContextManager[Task]:
        """Open a task of `total` units (None: unknown); it ends with the context, and may be nested."""


class NullProgress:
    """A progress and a task that show nothing."""

    def task(self, name: str, total: float | None = None) -> AbstractContextManager[Task]:
        """Open a task without a display."""
        return nullcontext(self)

    def update(self, n: float = 1) -> None:
        """Count nothing."""


SILENT: Progress = NullProgress()


def track(progress: Progress, name: str, items: Sequence[T]) -> Iterator[T]:
    """Iterate over items, each a unit of a task."""
    with progress.task(name, len(items)) as task:
        for item in items:
            yield item
            task.update()
