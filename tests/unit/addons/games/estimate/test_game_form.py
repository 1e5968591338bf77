"""Trees as text, and the utilities that choices can tell."""

from __future__ import annotations

import pytest

from standoff.addons.games.estimate.game_form import MOST, game_form
from standoff.errors import StandoffError


@pytest.mark.parametrize(
    ("name", "utilities"),
    [
        ("egame12", [(1, 0), (1, 1), (1, 2), (2, 2)]),  # u11, u13, u14, u24 of Kenkel and Signorino 2014
        ("egame122", [(1, 0), (1, 1), (1, 2), (1, 3), (2, 1), (2, 3)]),
        ("egame123", [(1, 0), (1, 1), (1, 2), (1, 3), (2, 1), (2, 2), (2, 3), (3, 3)]),
    ],
)
def test_named_games_have_the_utilities_of_the_r_package(name: str, utilities: list[tuple[int, int]]) -> None:
    assert [(term.player, term.outcome) for term in game_form(name).utilities] == utilities


def test_a_tree_names_its_outcomes_and_players() -> None:
    form = game_form("1(no attack, 2(devaluation, defense))")
    assert [end.name for end in form.outcomes] == ["no attack", "devaluation", "defense"]
    assert [decision.player for decision in form.decisions] == [1, 2]
    assert [(d.player, right) for d, right in form.path(1)] == [(1, True), (2, False)]
    assert form.tree("abc") == "1(a, 2(b, c))"
    assert form.utilities[-1].name(["a", "b", "c"]) == "u2(c)"


def test_decisions_are_numbered_by_level() -> None:
    form = game_form("1(2(a, 3(b, c)), 2(d, e))")
    assert [(d.index, d.player) for d in form.decisions] == [(0, 1), (1, 2), (2, 2), (3, 3)]
    assert [(t.player, t.outcome) for t in form.utilities if t.player > 1] == [(2, 0), (2, 1), (2, 2), (2, 4), (3, 2)]


@pytest.mark.parametrize(
    "text",
    [
        "egam12",
        "1(a, b",
        "1(a, b))",
        "2(a, b)",
        "1(a, 1(b, c))",
        "1(a, a)",
        "1(a, .)",
        "1(a,, b)",
        "1(a, b, c)",
        "1(a)",
        "a",
        "",
        "1(a, 3(b, c))",
        "1(" * (MOST + 2),
    ],
)
def test_what_is_no_game_is_refused(text: str) -> None:
    with pytest.raises(StandoffError) as error:
        game_form(text)
    assert error.value.problems[0].where == "model"
    assert "egame123" in error.value.problems[0].allowed


def test_a_slip_of_the_name_is_corrected() -> None:
    with pytest.raises(StandoffError) as error:
        game_form("egame21")
    assert "egame12" in error.value.problems[0].fix


@pytest.mark.parametrize("text", ["1(" * 5000, "1(a," * 3000, "9" * 5000 + "(a,b)", "1(a, b)" * 50])
def test_long_texts_end_in_a_problem(text: str) -> None:
    with pytest.raises(StandoffError):
        game_form(text)
