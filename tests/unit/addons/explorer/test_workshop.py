"""The workshop: moves that are kept, the newest request of a tab, a case that is read again."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from standoff.addons.explorer.bodies import MoveBody, StateBody
from standoff.addons.explorer.explorer import QUICK, Explorer
from standoff.addons.explorer.workshop import KEPT, Workshop
from standoff.engine.model import Model
from standoff.engine.session import Interruption
from standoff.errors import ModelError, Problem

from . import runs


def body(value: float, tab: str = "") -> MoveBody:
    """A move of the only lever."""
    return MoveBody(state=StateBody(levers={"restraint": value}), draws=QUICK, tab=tab)


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

    answered_moves = None

    def cached(self, memory: Any, key: Any, make: Any, most: float) -> Any:
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
    view = workshop.description()
    assert view.problems and not view.ready and not view.stage


def test_a_case_is_described_with_what_its_futures_show(explorer: Explorer) -> None:
    workshop = Workshop("closed-form", open=lambda _: explorer, read=lambda: explorer.model)
    assert workshop.reload() and not workshop.description().ready
    workshop.warm()
    view = workshop.description()
    assert view.ready and not view.problems and not view.stage and view.main == view.questions[0].id == "acts"
    assert view.levers[0].effect is None, "its weight is fixed"
    assert {item.name for item in view.beliefs[:2]} == {"stocks.gain.initial", "stocks.cost.initial"}
    (choice,) = view.choices
    assert (choice.choice, choice.actor_name, choice.status_quo) == ("BLU", "Blue", "wait")
    assert choice.dates[0] == "2030-12" and [item.id for item in choice.options] == ["wait", "act"]
    assert view.shown == explorer.stocks and {item.stock for item in view.stocks} == set(explorer.model.plan.cells)
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
    view = workshop.description()
    assert view.ready and view.model == explorer.model.hash and view.problems[0]["where"] == "case.yaml:3"
    faults.clear()
    workshop.reload()
    assert workshop.description().problems == ()
