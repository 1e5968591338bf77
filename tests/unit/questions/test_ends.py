"""The end of a war on draws made by hand."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np

from standoff import expression
from standoff.history import wars
from standoff.questions import ends
from standoff.questions.ends import FORM
from standoff.report import formatting

from .samples import FIRST_FUTURE, NEVER, band, plan, query, question, sample, statement

ASKED = question(ends="war", by="2024-12")
CELLS = ("fighting", "over", "war_age", "ended.deal", "ended.RED", "ended.dying_down", "terms", "settled.land")
END = [FIRST_FUTURE + 1, FIRST_FUTURE + 3, FIRST_FUTURE + 7, FIRST_FUTURE + 7, NEVER]
#: a deal, a deal that breaks, a victory, dying down (and years later a deal), and none
NUMBERS: dict[str, list[float]] = {
    "": END,
    "ended.deal": [END[0], END[1], NEVER, END[3] + 1, NEVER],
    "ended.RED": [NEVER, NEVER, END[2], NEVER, NEVER],
    "ended.dying_down": [NEVER, NEVER, NEVER, END[3], NEVER],
    "age": [25.0] * 5,
    "age_then": [26.0, 30.0, 32.0, 32.0, 34.0],
    "terms": [0.4, 0.6, 0.0, 0.9, 0.0],
    "settled.land": [0.1, 0.3, 0.0, 0.9, 0.0],
}


def drawn(times: int = 1, origin: str = "") -> Any:
    level = SimpleNamespace(belief=SimpleNamespace(origin=origin))
    parameter = {"mechanisms.war.level": level}.__getitem__
    out = sample(ASKED, {part: values * times for part, values in NUMBERS.items()}, cells=CELLS, parameter=parameter)
    out.plan.scenario.actors = {"RED": SimpleNamespace(name="Redland"), "BLU": SimpleNamespace(name="Bluland")}
    out.plan.scenario.mechanisms = {"war": SimpleNamespace(params={"sides": ["RED", "BLU"]})}
    return out


def test_the_answer_is_the_share_that_has_ended_by_the_date() -> None:
    response = FORM.answer(drawn())
    assert response.value == 0.8 and np.array_equal(FORM.values(drawn()), [1, 1, 1, 1, 0])


def test_each_future_counts_by_its_first_end() -> None:
    detail = FORM.answer(drawn()).detail
    assert detail["ways"] == {"deal": 0.5, "victory of Redland": 0.25, "dying down": 0.25}
    assert detail["again"] == 0.25, "among those that ended"


def test_each_span_has_values_of_its_own() -> None:
    item = drawn()
    assert FORM.shares(item.question, item.plan) == ("", "6")
    assert np.array_equal(FORM.values(item, "6"), [1, 1, 0, 0, 0])
    assert np.array_equal(FORM.values(item, "0.8"), FORM.values(item)), "an answer in words is no span"


def test_a_span_is_printed_as_the_mean_over_models_with_its_band() -> None:
    found = replace(band(0.3, 0.95), parts={"6": (0.35, (0.1, 0.7))}, variants=2)
    answer = replace(statement(FORM.answer(drawn(20)), ASKED), band=found)
    assert answer.other_shares == {6: 0.4} and answer.printed == {6: (0.35, (0.1, 0.7))}
    note = FORM.text(answer, "2024-03", formatting).note
    assert "within 6 months 35 % (10 to 70 %)" in note and "case alone" in note


def test_times_are_censored_at_the_date() -> None:
    detail = FORM.answer(drawn()).detail
    assert detail["months"] == [1, 3, 7, 7, None]
    assert detail["within"] == {6: 0.4}, "the date of the question is nine months off"


def test_terms_are_those_of_deals_that_hold() -> None:
    terms = FORM.answer(drawn()).detail["terms"]
    assert terms == {"": [0.4] * 5, "land": [0.1] * 5}, "the other deal broke"


def test_history_stands_beside_it_where_the_numbers_are_those_of_a_kind_of_war() -> None:
    assert not FORM.answer(drawn()).detail["history"]
    response = FORM.answer(drawn(origin="prior(war_termination.level.interstate)"))
    chance = wars.ending_chance("interstate", 25, 6)
    assert response.detail["history"] == {6: (chance.mean, *chance.shapes)}
    note = FORM.text(statement(response, ASKED), "2024-03", formatting).note
    assert f"history {100 * chance.mean:.0f} %" in note


def test_text_tells_ways_times_terms_and_relapse() -> None:
    answer = statement(FORM.answer(drawn(20)), ASKED)
    text = FORM.text(answer, "2024-03", formatting)
    facts = [fact for fact in text.note.split("; ") if "%" in fact or "2024" in fact]
    assert text.main == "80 %" and len(facts) == len(text.note.split("; ")) == 5
    assert "2024-10" in text.note and "after 2024-12" in text.note and "victory of Redland 25 %" in text.note
    assert "Redland gets 40 %" in text.note


def test_where_none_ends_there_are_no_ways() -> None:
    never = {part: [NEVER] * 5 if part in ("", *CELLS[3:6]) else values for part, values in NUMBERS.items()}
    item = drawn()
    response = FORM.answer(replace(item, read=lambda name: np.array(never[name.partition("/")[2]])))
    assert response.value == 0 and response.detail["months"] == [None] * 5
    assert "after 2024-12" in FORM.text(statement(response, ASKED), "2024-03", formatting).note


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
    assert nodes["settled.land"].kind == "value" and nodes["ended.deal"].kind == "first"
    assert (nodes["age"].state, nodes["age_then"].state) == (FIRST_FUTURE, 11)


def test_the_mechanism_must_be_one_by_which_a_war_ends() -> None:
    scenario: Any = SimpleNamespace(
        mechanisms={"war": SimpleNamespace(use=ends.KIND), "fire": SimpleNamespace(use="attrition")}
    )
    assert not [*FORM.check(ASKED, scenario, ("questions", "q"))]
    (fault,) = FORM.check(question(ends="fire", by="2024-12"), scenario, ("questions", "q"))
    assert fault.path == ("questions", "q", "ends") and fault.allowed == "war"
