"""Outcomes from one column or from moves."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from standoff.addons.games.estimate.game_form import game_form
from standoff.addons.games.estimate.observed_outcome import names_of, observed
from standoff.errors import StandoffError

TREE = game_form("egame12")
NAMED = game_form("1(sq, 2(cap, war))")
BOTH = game_form("egame122")


@pytest.mark.parametrize(
    ("values", "names", "labels"),
    [
        ([7, 3, 5, 3], None, ("3", "5", "7")),
        ([7, 3, 5, 3], ("sq", "cap", "war"), ("sq", "cap", "war")),
        (["war", "sq", "cap", "sq"], ("sq", "cap", "war"), ("sq", "cap", "war")),
        (pl.Series(["war", "sq", "cap", "sq"], dtype=pl.Enum(["sq", "cap", "war"])), None, ("sq", "cap", "war")),
    ],
)
def test_one_column(values: Any, names: Any, labels: tuple[str, ...]) -> None:
    outcome, found = observed(pl.DataFrame({"y": values}), ["y"], TREE, names)
    assert outcome.tolist() == [2, 0, 1, 0]
    assert found == labels


def test_moves_by_player_and_by_decision() -> None:
    moves = pl.DataFrame({"esc": [0, 1, 1, 0], "war": [None, 0, 1, 1]})
    assert observed(moves, ["esc", "war"], TREE, None)[0].tolist() == [0, 1, 2, 0]
    assert observed(moves, ["esc", "war"], TREE, None)[1] == ("~esc", "esc,~war", "esc,war")
    two = pl.DataFrame({"a": [0, 0, 1, 1], "b": [0, 1, 0, 1]})
    assert observed(two, ["a", "b"], BOTH, None)[0].tolist() == [0, 1, 2, 3]
    three = pl.DataFrame({"a": [0, 0, 1, 1], "l": [0, 1, None, None], "r": [None, None, 0, 1]})
    assert observed(three, ["a", "l", "r"], BOTH, None)[0].tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("data", "columns", "names", "word"),
    [
        ({"y": [1, 2, 2]}, ["y"], None, "1, 2"),
        ({"y": ["a", "b", "c"]}, ["y"], None, "a, b, c"),
        ({"y": ["a", "b", "c"]}, ["y"], ("a", "b", "x"), "c"),
        ({"p": [0, 1, 2], "q": [0, 0, 1]}, ["p", "q"], None, "2"),
        ({"p": [0, 1, 1], "q": [0, 0, None]}, ["p", "q"], None, "1 rows"),
        ({"p": [0, 1, 1], "q": [0, 0, 0]}, ["p", "q"], None, "outcome 3"),
        ({"p": [0], "q": [0], "r": [1]}, ["p", "q", "r"], None, "3 columns"),
    ],
)
def test_outcomes_that_do_not_fit(data: dict[str, Any], columns: list[str], names: Any, word: str) -> None:
    with pytest.raises(StandoffError) as error:
        observed(pl.DataFrame(data), columns, TREE, names)
    assert word in error.value.problems[0].what
    assert error.value.problems[0].where.startswith("outcome")


def test_names_come_from_the_tree_or_the_user() -> None:
    assert names_of(TREE, None) is None
    assert names_of(NAMED, None) == ("sq", "cap", "war")
    assert names_of(NAMED, ["a", "b", "c"]) == ("a", "b", "c")
    with pytest.raises(StandoffError):
        names_of(TREE, ["a", "b"])
