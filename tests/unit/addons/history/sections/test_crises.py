"""Crises by rule in words."""

from __future__ import annotations

import standoff
from standoff.addons.history.sections.crises import blocks
from standoff.report import document
from standoff.report.document import Heading, Notice, TableBlock


def tables(data: dict[str, object]) -> list[TableBlock]:
    return [block for block in blocks(data) if isinstance(block, TableBlock)]


def test_scores_have_a_table_for_each_outcome_and_say_what_was_seen() -> None:
    data = standoff.crises()
    found = blocks(data)
    outcomes = {line["outcome"] for line in data["lines"]}
    assert len(tables(data)) == len(outcomes) + 2
    assert any(isinstance(block, Notice) for block in found)
    rows = [row for block in tables(data)[: len(outcomes)] for row in block.rows]
    assert len(rows) == sum(len(line["scores"]) - 1 for line in data["lines"])
    first = data["lines"][0]["scores"][1]
    assert document.plain(rows[0][2]) == f"{first['area']:.2f}"


def test_a_coded_crisis_says_why_each_variable_was_known() -> None:
    code = {"name": "trigger_9", "value": None, "text": "violence", "known": "it is the trigger"}
    data = {
        "crisno": 1,
        "crisname": "A WAR",
        "yrtrig": 1950,
        "motrig": 6,
        "under_way": False,
        "break": 9,
        "codes": [code],
    }
    heading, war, table = blocks(data)
    assert isinstance(heading, Heading) and "A WAR, 1950-06" in str(heading)
    assert "No war" in str(war)
    assert [document.plain(cell) for cell in table.rows[0]] == ["trigger_9", "-", "violence", "it is the trigger"]


def test_counts_are_a_table() -> None:
    (table,) = blocks({"crises": 486, "first_actors": 639, "rows": []})
    assert len(table.rows) == 2
