from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from standoff.report.charts import relations
from standoff.scenario import load_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from standoff.engine.model import Model
    from standoff.engine.run import Run


def test_the_matrix_is_symmetric_and_every_relation_is_in_it(run: Run) -> None:
    shown = relations.matrix(run.model.scenario)
    assert shown is not None
    assert shown.actors == ("AAA", "BBB")
    assert shown.cells == {("AAA", "AAA"): (), ("AAA", "BBB"): (0,), ("BBB", "AAA"): (0,), ("BBB", "BBB"): ()}
    assert shown.finding.startswith("1 relation between 2 actors: ")


def test_ties_are_drawn_from_stocks_with_their_names(run: Run) -> None:
    shown = relations.partnerships(run)
    assert {stock: [level.evidence for level in levels] for stock, levels in shown.items()} == {
        "alignment": ["stock-alignment.BBB"],
        "partnership_level": ["stock-partnership_level.BBB"],
    }
    level = shown["partnership_level"][0]
    assert level.title == "Partnership level: Borduria"
    assert level.finding == "2 at 2024-03, 2 at 2025-12 (90 %: 2 to 2)."


@pytest.mark.parametrize("what", ["relations", "ties"])
def test_a_scenario_without_them_has_none(calm: Callable[..., Model], calm_run: Run, what: str) -> None:
    if what == "relations":
        assert relations.matrix(calm().scenario) is None
    else:
        assert relations.partnerships(calm_run) == {}


WIDE = """
title: many
as_of: 2024-03
start: 2024-01
end: 2024-12
step: month
actors: {%s}
relations: [%s]
stocks: {fear: {unit: share, initial: 0.5 @assumption}}
"""


def test_a_wide_matrix_keeps_those_who_have_several_relations_and_lists_the_others() -> None:
    """A hub with twelve others, two of which are related as well: three rows, and ten in a list."""
    codes = [chr(65 + n) * 3 for n in range(13)]
    pairs = [("AAA", code) for code in codes[1:]] + [("BBB", "CCC")]
    scenario = load_text(
        WIDE
        % (
            ", ".join(f"{code}: {{name: State {code[0]}}}" for code in codes),
            ", ".join(f"{{kind: pact, between: [{a}, {b}]}}" for a, b in pairs),
        )
    ).scenario
    shown = relations.matrix(scenario)
    assert shown is not None
    assert shown.actors == ("AAA", "BBB", "CCC")
    assert shown.beside == tuple(("AAA", code, (n,)) for n, code in enumerate(codes[3:], start=2))
    placed = {i for places in shown.cells.values() for i in places} | {i for row in shown.beside for i in row[2]}
    assert placed == set(range(len(pairs)))
    assert shown.finding.startswith("13 relations between 13 actors: ") and shown.finding.endswith(" 12.")


def test_a_relation_that_begins_later_is_not_shown() -> None:
    text = WIDE % ("AAA: {name: A}, BBB: {name: B}", "{kind: war, between: [AAA, BBB], since: 2024-06}")
    assert relations.matrix(load_text(text).scenario) is None
