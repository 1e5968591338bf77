"""The workshop: moves that are kept, the newest request of a tab, a case that is read again."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from standoff.addons.explorer.bodies import LeverBody, MoveBody, RunBody
from standoff.addons.explorer.explorer import QUICK, Explorer
from standoff.addons.explorer.state import ExplorerState
from standoff.addons.explorer.workshop import KEPT, TABS, Turns, Workshop
from standoff.engine.model import Model
from standoff.engine.session import Interruption
from standoff.errors import ModelError, Problem, StandoffError

from . import runs
from .runs import seen


def body(value: float, tab: str = "") -> MoveBody:
    """A move of the only lever."""
    return MoveBody(state=ExplorerState(levers={"restraint": value}), draws=QUICK, tab=tab)


def test_moves_are_kept_and_the_oldest_go(explorer: Explorer) -> None:
    workshop = Workshop("closed-form", explorer.model, explorer=explorer)
    first = workshop.move(body(0.3))
    assert workshop.move(body(0.3)) is first and first["draws"] == QUICK
    for n in range(KEPT):
        workshop.move(body(0.4 + n / 1000))
    assert workshop.move(body(0.3)) is not first


class Slow:
    """An explorer whose first move lasts until it is told to stop."""

    def __init__(self, explorer: Explorer) -> None:
        self.explorer, self.begun = explorer, threading.Event()

    def cached(self, kind: str, key: Any, make: Any, most: float) -> Any:
        """Keep nothing."""
        return make()

    def move(self, state: Any, draws: int, stocks: Any, stop: Any) -> Any:
        """Wait where the lever is at 1, else the move."""
        self.begun.set()
        while state.levers["restraint"] == 1 and not stop():
            pass
        if stop():
            raise Interruption(Problem("stopped"))
        return self.explorer.move(state, draws, stocks, stop)


def test_the_newest_move_of_a_tab_wins(explorer: Explorer) -> None:
    slow = Slow(explorer)
    workshop = Workshop("closed-form", explorer.model, explorer=slow)  # type: ignore[arg-type]
    with ThreadPoolExecutor() as pool:
        older = pool.submit(workshop.move, body(1.0, "tab"))
        slow.begun.wait(10)
        newer = pool.submit(workshop.move, body(0.3, "tab"))
        with pytest.raises(Interruption):
            older.result(timeout=30)
        assert newer.result(timeout=30)["state"]["levers"] == {"restraint": 0.3}


def test_futures_that_cannot_be_simulated_are_a_problem_and_not_waited_for() -> None:
    def broken(_: object) -> Explorer:
        raise RuntimeError("no memory")

    workshop = Workshop("closed-form", runs.model("closed-form"), open=broken)
    with pytest.raises(RuntimeError):
        workshop.warm()
    view = seen(workshop.description())
    assert view.problems and not view.ready and not view.stage


def test_a_case_is_described_with_what_its_futures_show(explorer: Explorer) -> None:
    workshop = Workshop("closed-form", open=lambda _: explorer, read=lambda: explorer.model)
    assert workshop.reload() and not workshop.description()["ready"]
    workshop.warm()
    view = seen(workshop.description())
    assert view.ready and not view.problems and not view.stage and view.main == view.questions[0].id == "acts"
    assert {item.name for item in view.beliefs[:2]} == {"stocks.gain.initial", "stocks.cost.initial"}
    (choice,) = view.choices
    assert (choice.choice, choice.actor_name, choice.status_quo) == ("BLU", "Blue", "wait")
    assert choice.dates[0] == "2030-12" and [item.id for item in choice.options] == ["wait", "act"]
    assert view.shown == [*explorer.stocks] and {item.stock for item in view.stocks} == set(explorer.model.plan.cells)
    assert [item.name for item in view.variants] == ["word-is-talk", "red-spends-more"]


def test_a_file_that_is_broken_later_keeps_the_last_good_model(explorer: Explorer) -> None:
    faults: list[Problem] = []

    def read() -> Model:
        if faults:
            raise ModelError(faults)
        return explorer.model

    workshop = Workshop("closed-form", explorer.model, explorer=explorer, read=read)
    assert not workshop.reload(), "nothing has changed"
    faults.append(Problem("wrong", "case.yaml:3"))
    assert not workshop.reload()
    view = seen(workshop.description())
    assert view.ready and view.model == explorer.model.hash and view.problems[0].where == "case.yaml:3"
    faults.clear()
    workshop.reload()
    assert workshop.description()["problems"] == []


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


def test_a_lever_says_what_it_does_between_its_ends(explorer: Explorer) -> None:
    workshop = Workshop("closed-form", explorer.model, explorer=explorer)
    assert workshop.lever(LeverBody(lever="restraint"))["text"].startswith("From 0 to 3: odds")
    with pytest.raises(StandoffError):
        workshop.lever(LeverBody(lever="rest"))


def test_a_state_is_handed_on_as_one_page_with_levers(explorer: Explorer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("standoff.addons.explorer.shared_page.MOST", 256)
    workshop = Workshop("closed-form", explorer.model, explorer=explorer)
    asked = RunBody(state=ExplorerState(levers={"restraint": 0.3}))
    assert workshop.share(asked) == {"page": ""}
    ends = time.monotonic() + 600  # a busy machine is no failure
    while not (page := workshop.share(asked)["page"]):
        assert time.monotonic() < ends
        time.sleep(0.2)
    assert page.startswith("<!doctype html>") and "restraint = 0.3" in page
    assert 'id="surface"' in page and "true runs" in page, "the error of the approximation is printed"
    mixed = RunBody(state=ExplorerState(levers={"restraint": 0.3}, beliefs={"stocks.gain.initial": 1.0}))
    with pytest.raises(ModelError, match="take back"):
        workshop.share(mixed)
