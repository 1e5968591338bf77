"""A progress that records what it is told, for tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class ProgressLog:
    """Every update as (task, units done, total); `after` is called after each."""

    after: Callable[[], None] = lambda: None
    updates: list[tuple[str, float, float | None]] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)

    @contextmanager
    def task(self, name: str, total: float | None = None) -> Iterator[_Task]:
        """Open a task."""
        try:
            yield _Task(self, name, total)
        finally:
            self.ended.append(name)

    def of(self, name: str) -> list[tuple[float, float | None]]:
        """Updates of one task, as (units done, total)."""
        return [(done, total) for task, done, total in self.updates if task == name]


@dataclass
class _Task:
    log: ProgressLog
    name: str
    total: float | None
    done: float = 0

    def update(self, n: float = 1) -> None:
        self.done += n
        self.log.updates.append((self.name, self.done, self.total))
        self.log.after()
