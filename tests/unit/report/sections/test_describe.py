"""Descriptions of parts and cases, from plans alone."""

from __future__ import annotations

import pytest

from standoff import catalog, labels
from standoff.errors import ModelError, ScenarioError
from standoff.plan import Plan, plan
from standoff.report.sections import describe
from standoff.report.sections.describe import KINDS, list_entries, show
from tests.unit.report.plain import printed


@pytest.fixture(scope="module")
def closed() -> Plan:
    return plan(*catalog.load("closed-form"))


@pytest.mark.parametrize(
    ("low", "high", "text"), [(None, None, ""), (0, None, ">= 0"), (None, 2.5, "<= 2.5"), (0, 1, "0 to 1")]
)
def test_bounds(low: float | None, high: float | None, text: str) -> None:
    assert describe.bounds(low, high) == text


def test_a_part_lists_its_parameters_with_unit_range_and_source() -> None:
    sheet = describe.part("mechanisms", "mean_reversion")
    speed = next(item for item in sheet["parameters"] if item["name"] == "speed")
    assert speed["unit"] == "1/month" and speed["low"] == 0 and speed["doc"]
    assert next(item for item in sheet["settings"] if item["name"] == "stock")["of"] == "stock"
    text = printed(describe.part_blocks(sheet))
    assert text.startswith("mean_reversion (mechanism)") and "speed" in text and "writes: " in text


def test_a_case_lists_every_stock_choice_and_question(closed: Plan) -> None:
    sheet = describe.case(closed)
    assert [item["stock"] for item in sheet["stocks"]] == list(closed.cells)
    assert [item["choice"] for item in sheet["choices"]] == [choice.name for choice in closed.choices]
    assert {item["id"] for item in sheet["questions"]} == {question.id for question in closed.questions}
    lever = next(item for item in sheet["levers"] if item["lever"] == "restraint")
    assert (lever["low"], lever["high"]) == (0, 3) and "@" not in lever["now"]
    text = printed(describe.case_blocks(sheet))
    assert all(name in text for name in (*closed.cells, "restraint", sheet["title"]))
    assert all(item["name"] in text and item["name"] == labels.stock(closed, item["stock"]) for item in sheet["stocks"])


def test_a_mechanism_has_its_beliefs(closed: Plan) -> None:
    sheet = describe.mechanism_sheet(closed, closed.mechanisms[0].name)
    count = sum(len(where) if isinstance(where, dict) else 1 for where in closed.mechanisms[0].parameter_index.values())
    assert len(sheet["parameters"]) == count and sheet["writes"] == list(closed.mechanisms[0].writes)
    assert printed(describe.mechanism_blocks(sheet)).startswith(f"{sheet['name']} ({sheet['use']})")


def test_an_unknown_mechanism_is_refused_with_those_that_are_there(closed: Plan) -> None:
    with pytest.raises(ModelError) as caught:
        describe.mechanism_sheet(closed, "nothing")
    assert closed.mechanisms[0].name in caught.value.problems[0].allowed


def test_a_choice_is_shown_with_its_table_of_codes():
    cuba = plan(*catalog.load("cuba-1962"))
    sheet = describe.choice_sheet(cuba, "SUN")
    rows = {row: cells for row, *cells in sheet["codes"]}
    assert sheet["options"] == ["withdraw", "keep", "defy"]
    assert rows["rival"] == ["0", "0.5 to 0.9", "0.7 to 1"]
    assert rows["prestige.visibility"] == ["-0.9 to -0.5", "0.1 to 0.5", "0.5 to 0.9"]
    assert rows["american_force"][0] == "" and rows["american_force"][1].startswith("-0.3 * (USA in [blockade])")
    text = printed(describe.choice_blocks(sheet))
    assert "choice SUN" in text and "prestige.association" in text
    with pytest.raises(ModelError, match="did you mean `SUN`"):
        describe.choice_sheet(cuba, "SUNN")


def test_every_kind_has_entries_and_each_can_be_shown_where_it_has_a_page():
    rows = {kind: list_entries(kind) for kind in KINDS}
    assert [row["case"] for row in rows["cases"]] == list(catalog.slugs()) and all(rows.values())
    assert show(rows["mechanisms"][0]["name"])["kind"] == "mechanisms"
    assert show(next(iter(rows["priors"][0].values())))
    with pytest.raises(ScenarioError, match="did you mean `cases`"):
        list_entries("case")


def test_a_case_is_shown_as_data_and_one_mechanism_of_it_too():
    sheet = show("korea-1950", variant="us-holds")
    assert sheet["variant"] == "us-holds" and len(sheet["actors"]) == 9
    name = sheet["mechanisms"][0]["name"]
    assert show("korea-1950", name)["name"] == name
    with pytest.raises(ModelError, match="there is no mechanism `koreas`"):
        show("korea-1950", "koreas")
    with pytest.raises(ScenarioError, match="did you mean `attrition`"):
        show("atrition")
