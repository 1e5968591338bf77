"""Turns at the engine: one request at a time, and only the newest of each browser tab."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from standoff.engine.session import Interruption
from standoff.errors import Problem

TABS = 100  # that are remembered; assumption: nobody has as many open


@dataclass(eq=False)
class _Tab:
    """The last request of a tab: its state, and its number by kind."""

    state: Hashable = None
    numbers: dict[str, int] = field(default_factory=dict)


@dataclass(eq=False)
class Turns:
    """Requests that wait for the engine.

    A request is superseded when its tab asks for the same once more, or for anything in another state: one that waits leaves
    at once, and one that runs is asked to stop. Requests without a tab are never superseded.
    """

    _tabs: OrderedDict[str, _Tab] = field(default_factory=OrderedDict, repr=False)
    _count: int = 0
    _busy: bool = False
    _changed: threading.Condition = field(default_factory=threading.Condition, repr=False)

    @contextmanager
    def turn(self, tab: str = "", kind: str = "", state: Hashable = None) -> Iterator[Callable[[], bool]]:
        """Wait for the engine; gives a function that says whether to stop. Raises `Interruption`."""
        with self._changed:
            is_old = self._enter(tab, kind, state)
            self._changed.wait_for(lambda: is_old() or not self._busy)
            if is_old():
                raise Interruption(Problem("superseded"))
            self._busy = True
        try:
            yield is_old
        finally:
            with self._changed:
                self._busy = False
                self._changed.notify_all()

    def _enter(self, tab: str, kind: str, state: Hashable) -> Callable[[], bool]:
        """Make a request the newest of its tab; gives a function that says whether it still is."""
        if not tab:
            return lambda: False
        self._count += 1
        own, here = self._count, self._tabs.setdefault(tab, _Tab())
        here.state, here.numbers[kind] = state, own
        self._tabs.move_to_end(tab)
        while len(self._tabs) > TABS:
            self._tabs.popitem(last=False)
        self._changed.notify_all()
        return lambda: here.numbers[kind] != own or here.state != state
