from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from standoff.report import relations

if TYPE_CHECKING:
    from collections.abc import Callable

    from standoff.engine.build import Model
    from standoff.engine.run import Run


def test_the_matrix_is_symmetric_and_every_relation_is_in_it(run: Run) -> None:
    shown = relations.matrix(run.model.scenario)
    assert shown is not None
    assert shown.actors == ("AAA", "BBB")
    assert shown.cells == {("AAA", "AAA"): (), ("AAA", "BBB"): (0,), ("BBB", "AAA"): (0,), ("BBB", "BBB"): ()}
    assert shown.finding.startswith("1 relation between 2 actors: 1 of rivalry.")


def test_ties_are_drawn_from_stocks_with_their_names(run: Run) -> None:
    shown = relations.ladder(run)
    assert {stock: [rung.cell for rung in rungs] for stock, rungs in shown.items()} == {
        "alignment": ["alignment.BBB"], "partnership_level": ["partnership_level.BBB"],
    }  # fmt: skip
    level = shown["partnership_level"][0]
    assert level.title == "Borduria"
    assert level.finding == "2 at 2024-03, 2 at 2025-12 (90 %: 2 to 2)."


@pytest.mark.parametrize("what", ["relations", "ties"])
def test_a_scenario_without_them_has_none(calm: Callable[..., Model], calm_run: Run, what: str) -> None:
    if what == "relations":
        assert relations.matrix(calm().scenario) is None
    else:
        assert relations.ladder(calm_run) == {}
