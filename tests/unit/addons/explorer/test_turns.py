"""One request at a time, and only the newest of each tab."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from standoff.addons.explorer.turns import TABS, Turns
from standoff.engine.session import Interruption


def test_the_newest_of_a_tab_wins_and_the_older_is_told_to_stop() -> None:
    turns, begun, stopped = Turns(), threading.Event(), threading.Event()

    def first() -> bool:
        with turns.turn("tab", "move", 1) as stop:
            begun.set()
            while not stop():
                stopped.wait(0.01)
            return True

    def next_(state: int) -> int:
        with turns.turn("tab", "move", state) as stop:
            assert not stop()
            return state

    with ThreadPoolExecutor() as pool:
        running = pool.submit(first)
        begun.wait()
        assert pool.submit(next_, 2).result(timeout=10) == 2 and running.result(timeout=10)


def test_a_request_that_waits_leaves_when_a_newer_one_comes() -> None:
    turns, waiting = Turns(), threading.Event()

    def wait(state: int) -> int:
        waiting.set()
        with turns.turn("tab", "move", state):
            return state

    with ThreadPoolExecutor() as pool:
        with turns.turn():  # somebody else has the engine
            older = pool.submit(wait, 1)
            waiting.wait()
            while not turns._tabs:
                pass
            newer = pool.submit(wait, 2)
            with pytest.raises(Interruption):
                older.result(timeout=10)
            assert not newer.done()
        assert newer.result(timeout=10) == 2


def test_other_kinds_of_one_state_other_tabs_and_requests_without_a_tab_stay() -> None:
    turns = Turns()
    with turns.turn("tab", "reasons", 1) as stop:
        for tab, kind, state in (("tab", "move", 1), ("other", "reasons", 2), ("", "reasons", 2)):
            with turns._changed:
                turns._enter(tab, kind, state)
            assert not stop(), (tab, kind, state)
        with turns._changed:
            turns._enter("tab", "move", 2)
        assert stop()
    for n in range(2 * TABS):
        with turns.turn(str(n), "move", 1):
            pass
    assert len(turns._tabs) == TABS
