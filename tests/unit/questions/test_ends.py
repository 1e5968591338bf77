"""The end of a war on draws made by hand."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from standoff import expression
from standoff.questions import ends
from standoff.questions.ends import FORM
from standoff.report import formatting

from .samples import FIRST_FUTURE, NEVER, plan, query, question, sample, statement

ASKED = question(ends="war", by="2024-12")
CELLS = ("fighting", "over", "ended.deal", "ended.RED", "ended.dying_down", "terms", "settled.land")
END = [FIRST_FUTURE + 1, FIRST_FUTURE + 3, FIRST_FUTURE + 7, FIRST_FUTURE + 7, NEVER]
#: a deal, a deal that breaks, a victory, dying down (and years later a deal), and none
NUMBERS: dict[str, list[float]] = {
    "": END,
    "ended.deal": [END[0], END[1], NEVER, END[3] + 1, NEVER],
    "ended.RED": [NEVER, NEVER, END[2], NEVER, NEVER],
    "ended.dying_down": [NEVER, NEVER, NEVER, END[3], NEVER],
    "again": [NEVER, END[1] + 2, NEVER, NEVER, NEVER],
    "terms": [0.4, 0.6, 0.0, 0.9, 0.0],
    "settled.land": [0.1, 0.3, 0.0, 0.9, 0.0],
}


def drawn(times: int = 1) -> Any:
    out = sample(ASKED, {part: values * times for part, values in NUMBERS.items()}, cells=CELLS)
    out.plan.scenario.actors = {"RED": SimpleNamespace(name="Redland")}
    return out


def test_the_answer_is_the_share_that_has_ended_by_the_date() -> None:
    response = FORM.answer(drawn())
    assert response.value == 0.8 and np.array_equal(FORM.values(drawn()), [1, 1, 1, 1, 0])


def test_each_future_counts_by_its_first_end() -> None:
    detail = FORM.answer(drawn()).detail
    assert detail["ways"] == {"a deal": 0.5, "victory of Redland": 0.25, "dying down": 0.25}
    assert detail["again"] == 0.25, "among those that ended"


def test_times_are_censored_at_the_date() -> None:
    detail = FORM.answer(drawn()).detail
    assert detail["months"] == {"p5": 1, "p25": 3, "p50": 7, "p75": 7, "p95": None}
    assert detail["within"] == {"6": 0.4}, "the date of the question is nine months off"


def test_terms_are_those_of_deals_and_need_enough_of_them() -> None:
    assert not FORM.answer(drawn()).detail["terms"]
    terms = FORM.answer(drawn(20)).detail["terms"]
    assert terms[""] == pytest.approx((0.5, 0.4, 0.6)) and terms["land"] == pytest.approx((0.2, 0.1, 0.3))


def test_text_tells_ways_times_terms_and_relapse() -> None:
    answer = statement(FORM.answer(drawn(20)), ASKED)
    text, told = FORM.text(answer, "2024-03", formatting), ends.facts(answer, "2024-03", formatting)
    assert text.main == "80 %" and all(fact in text.note for fact in told.values())
    assert "2024-10" in told["how long"] and "after 2024-12" in told["how long"]
    assert "50 %" in told["ways"] and "25 %" in told["relapse"] and "20 %" in told["land"]


def test_trackers_follow_the_stocks_of_the_war() -> None:
    planned = plan(cells=CELLS)
    nodes = {item.name.partition("/")[2]: item for item in FORM.trackers(query(ASKED), planned)}
    assert set(nodes) == set(NUMBERS)

    def holds(part: str, **stocks: float) -> bool:
        named = dict.fromkeys(CELLS, 0.0) | {name.replace("__", "."): value for name, value in stocks.items()}
        node = nodes[part].node
        assert node is not None
        return bool(expression.evaluate(node, named.__getitem__, lambda term: False, np))

    assert holds("", over=1) and not holds("")
    assert holds("again", ended__deal=1) and not holds("again", ended__deal=1, over=1) and not holds("again")
    assert nodes["settled.land"].kind == "value" and nodes["ended.deal"].kind == "first"


def test_the_mechanism_must_be_one_by_which_a_war_ends() -> None:
    scenario: Any = SimpleNamespace(
        mechanisms={"war": SimpleNamespace(use=ends.KIND), "fire": SimpleNamespace(use="attrition")}
    )
    assert not [*FORM.check(ASKED, scenario, ("questions", "q"))]
    (fault,) = FORM.check(question(ends="fire", by="2024-12"), scenario, ("questions", "q"))
    assert fault.path == ("questions", "q", "ends") and fault.allowed == "war"
