"""Variants side by side: what differs in the file, and the answers of `compare`."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest

from standoff import build, labels, load
from standoff.addons.explorer.explorer import QUICK, Explorer
from standoff.addons.explorer.state import ExplorerState
from standoff.addons.explorer.variants import (
    BASE,
    BROKEN,
    OPEN,
    STARTING,
    WAITING,
    VariantShelf,
    entry_text,
)
from standoff.analysis.compare_variants import compare
from standoff.engine.build import planned
from standoff.engine.model import Model
from standoff.errors import ModelError, Problem
from standoff.report.sections.compare import change_text

from .runs import seen

STATE = ExplorerState(levers={"restraint": 0.3})


def view(shelf: VariantShelf, explorer: Explorer, name: str, state: ExplorerState | None = None) -> Any:
    """One variant, once it is no longer on its way."""
    for _ in range(6000):  # ten minutes: a busy machine is no failure
        result = next(
            item for item in seen(shelf.views(explorer, state or ExplorerState(), QUICK)) if item.name == name
        )
        if result.stage not in (WAITING, STARTING):
            return result
        time.sleep(0.1)
    raise AssertionError(result.stage)


def test_what_differs_is_there_at_once_and_answers_when_it_is_open(explorer: Explorer) -> None:
    shelf = VariantShelf(explorer.model, Explorer.beside)
    closed = seen(shelf.views(None, ExplorerState(), QUICK))
    assert [item.name for item in closed] == ["word-is-talk", "red-spends-more"] and not any(
        item.open for item in closed
    )
    (entry,) = closed[0].differs
    assert (entry.path, entry.base, entry.here) == ("choices.BLU.reasons.word.weight", "1", "0")
    shelf.start("red-spends-more")
    shelf.start("red-spends-more")  # once is enough
    opened = view(shelf, explorer, "red-spends-more")
    models = {"base": build(*load("closed-form")), "other": build(*load("closed-form", "red-spends-more"))}
    compared = compare(models, draws=QUICK)
    assert {item.question: item.change for item in opened.answers} == {
        item.id: change_text(item, item.changes[0]) for item in compared.questions
    }
    assert opened.open and any(item.change != "no clear change" for item in opened.answers)
    moved = view(shelf, explorer, "red-spends-more", STATE)
    here = {item.question: item.now for item in seen(explorer.move(STATE, QUICK)).answers}
    assert {item.question: item.before for item in moved.answers} == here, "one answer, here and on the first screen"
    same = {item.question: item.now for item in moved.answers if item.change == "no clear change"}
    assert same["acts"] == here["acts"] and moved.answers != opened.answers
    assert all(len(fan.quantiles[0]) == len(moved.times) for fan in moved.fans) and moved.fans


def test_beside_a_variant_stand_the_case_itself_and_its_other_variants() -> None:
    shelf = VariantShelf(build(*load("closed-form", "word-is-talk")), Explorer.beside)
    case, other = seen(shelf.views(None, ExplorerState(), QUICK))
    assert (case.name, other.name) == (BASE, "red-spends-more")
    word = ("choices.BLU.reasons.word.weight", "0", "1")
    assert [(item.path, item.base, item.here) for item in case.differs] == [word]
    assert word in [(item.path, item.base, item.here) for item in other.differs] and len(other.differs) == 2
    with pytest.raises(ModelError, match="no variant"):
        shelf.start("word-is-talk")


def test_one_is_opened_at_a_time_two_are_kept_and_failures_are_given(explorer: Explorer) -> None:
    names, running, most, go = list(explorer.model.scenario.variants), [0], [0], threading.Event()

    def open_(model: Model) -> Explorer:
        running[0] += 1
        most[0] = max(most[0], running[0])
        go.wait(10)
        running[0] -= 1
        if model.plan.variant == "word-is-talk":
            raise ModelError(Problem("it fails", "here"))
        return explorer

    shelf = VariantShelf(explorer.model, open_)
    for name in names:
        shelf.start(name)
    stages = {item["stage"] for item in shelf.views(explorer, ExplorerState(), QUICK)}
    assert stages <= {WAITING, STARTING} and len(names) == OPEN
    go.set()
    assert "it fails" in view(shelf, explorer, "word-is-talk").stage and view(shelf, explorer, "red-spends-more").open
    assert most == [1]
    for name in ("a", "b", "c"):
        shelf._explorers[name] = explorer
    shelf.start("word-is-talk")
    view(shelf, explorer, "word-is-talk")
    assert len(shelf._explorers) == OPEN
    with pytest.raises(ModelError, match="nothing"):
        shelf.start("nothing")


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_whatever_ends_the_opening_is_no_reason_to_wait_for_ever(explorer: Explorer) -> None:
    def broken(_: Model) -> Explorer:
        raise MemoryError

    shelf = VariantShelf(explorer.model, broken)
    shelf.start("word-is-talk")
    assert view(shelf, explorer, "word-is-talk").stage == BROKEN


def test_an_entry_is_the_longest_part_of_its_path_that_has_a_name() -> None:
    plan = planned(load("china-russia")).plan
    assert entry_text(plan, "choices.CHN.reasons.peace.commitment") == labels.capital(
        labels.parameter(plan, "choices.CHN.reasons.peace.commitment")
    )
    for path in ("choices.USA.aid.intervention.option", "choices.USA.aid.options.more.text"):
        text = entry_text(plan, path)
        assert text == text.strip() and "United States" in text and "USA" not in text
    assert entry_text(plan, "title") == ""
