"""Files of Gambit: what is read, what is refused, how information sets are named, what is made from arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standoff.addons.games import catalog as textbook
from standoff.addons.games import gambit
from standoff.errors import StandoffError
from standoff.games.information import MoveOrder
from tests.time_limit import time_limit

if TYPE_CHECKING:
    from pathlib import Path

LIST = 'NFG 1 R "t" { "A" "B" } { 2 3 }\n1 -1 2 -2 3 -3 4 -4 5 -5 6 -6'
OUTCOMES = """NFG 1 R "t" { "A" "B" }
{ { "u" "d" } { "l" "m" "r" } } "a comment"
{ { "x" 1, -1 } { "" 2 -2 } { "" 3, -3 } }
1 2 3 0 1 2"""
TREE = """EFG 2 R "t" { "A" "B" } "a comment"
c "" 1 "deal" { "low" 1/3 "high" 2/3 } 0
p "root" 1 1 "low card" { "in" "out" } 0
t "" 1 "win" { 1 -1/3 }
t "" 2 "" { .5, 1e-2 }
p "" 2 7 "" { "in" "out" } 1
t "" 0
t "" 2
"""


def parsed(text: str) -> gambit.GambitGame:
    return gambit.parse(text, ".efg" if text.startswith("EFG") else ".nfg", "here")


def test_a_list_of_payoffs_runs_over_the_first_player_first() -> None:
    game = parsed(LIST)
    assert game.tables[0].tolist() == [[1, 3, 5], [2, 4, 6]] and np.array_equal(game.tables[1], -game.tables[0])
    assert [each.actions for each in game.sets] == [("1", "2"), ("1", "2", "3")]
    assert game.players == ("A", "B") and game.title == "t" and not game.is_tree


def test_a_list_of_outcomes_is_looked_up() -> None:
    game = parsed(OUTCOMES)
    assert game.tables[0].tolist() == [[1, 3, 1], [2, 0, 2]]
    assert [each.actions for each in game.sets] == [("u", "d"), ("l", "m", "r")]


def test_information_sets_have_the_names_of_the_file_or_what_is_known_there() -> None:
    game = parsed(TREE)
    assert [(each.player, each.name, each.actions) for each in game.sets] == [
        ("A", "low card", ("in", "out")),
        ("B", "Chance high", ("in", "out")),
    ]
    payoffs = game.profile([np.array([0.5, 0.5]), np.array([1.0, 0.0])]).payoffs
    assert payoffs["A"] == pytest.approx((0.75 + 2 * 1) / 3)  # payoffs on the way count
    assert gambit.unique(["", "x", "y", "y"]) == ("1", "x", "y (3)", "y (4)")


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("NFG 2", 1, "version 1"),
        ('NFG 1 R "t', 1, "End of file"),
        ('NFG 1 R "" {} {}', 1, "Expecting"),
        ('NFG 1 R "t" { "A" } { 0 }', 1, "2,000 strategies for each"),
        ('NFG 1 R "t" { "A" } { -5 } 1', 1, "2,000 strategies for each"),
        ('NFG 1 R "t" { "A" "B" } { 1999 1999 }', 1, "up to 500,000 payoffs"),
        ('NFG 1 R "t" { "A" } { 99999999 }', 1, "2,000 strategies for each"),
        ('NFG 1 R "t" { "A" } { 2 }\n1\n2 3', 3, "end-of-file"),
        ('NFG 1 R "t" { "A" } { 2 }\n1\nx', 3, "numerical payoff"),
        ('NFG 1 R "t" { "A" } { 1 }\n1e99999999999', 2, "1e+100 in size"),
        ('NFG 1 R "t" { "A" } { 1 }\n' + "9" * 5000, 2, "of up to 400 digits"),
        ('EFG 2 R "t" { "A" }\nx', 2, "Invalid type of node"),
        ('EFG 2 R "t" { "A" }\np "" 1 1 "" { } 0', 2, "action label"),
        ('EFG 2 R "t" { "A" }\np "" 1 1 "" { "l" } 0\np "" 1 1 "" { "r" } 0', 3, "do not match"),
        ('EFG 2 R "t" { "A" }\nt "" 1 "x"', 2, "Expected '{'"),
        ('EFG 2 R "t" { "A" } ""\n' + 't "" 0\n' * 10_001, 1, "10,001 nodes"),
    ],
)
def test_what_is_malformed_is_said_with_its_line(text: str, line: int, message: str) -> None:
    with time_limit(60), pytest.raises(StandoffError) as caught:
        parsed(text)
    (problem,) = caught.value.problems
    assert problem.where in (f"here:{line}", f"here:{line + 1}") and message in str(problem) and problem.fix


@pytest.mark.parametrize(
    "text",
    [
        'NFG 1 R "t" { "A" } { 1 }\n1/0',
        'NFG 1 R "t" { "A" } { 1 }\n9e100',
        'EFG 2 R "t" { "A" }\np "" 2 1 "" { "l" } 0\nt "" 0',
        'EFG 2 R "t" { "A" }\nc "" 1 "" { "l" 1/2 "r" 1/3 } 0\nt "" 0\nt "" 0',
    ],
)
def test_where_gambit_tells_no_line_the_file_is_named(text: str) -> None:
    with pytest.raises(StandoffError) as caught:
        parsed(text)
    assert caught.value.problems[0].where == "here"


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_a_file_with_pieces_exchanged_or_cut_off_is_read_or_refused(data: st.DataObject) -> None:
    words = data.draw(st.sampled_from([LIST, OUTCOMES, TREE])).split()
    i = data.draw(st.integers(0, len(words) - 1))
    strange = ["", "{", "}", '"', "1/0", "-1", "1e400", "\u0663", "\x00", "999999999999"]
    words[i] = data.draw(st.sampled_from([*words, *strange]))
    text = " ".join(words[: data.draw(st.integers(1, len(words)))])
    for suffix in (".nfg", ".efg"):
        try:
            assert gambit.parse(text, suffix, "game").players
        except StandoffError as error:
            assert all(problem.where.startswith("game") for problem in error.problems)


def test_files_that_are_missing_or_no_games_are_refused(tmp_path: Path) -> None:
    (tmp_path / "game.nfg").write_bytes(b"\xff\xfe")
    for name, message in (
        ("game.txt", "does not end in"),
        ("none.nfg", "cannot be read"),
        ("game.nfg", "not UTF-8 text"),
    ):
        with pytest.raises(StandoffError, match=message):
            gambit.read(tmp_path / name)


def test_a_table_made_from_payoffs_reads_the_same() -> None:
    payoffs = np.random.default_rng(0).normal(size=(3, 2, 3, 2))
    labels = (("u", "d"), ("l", "m", "r"), ("x", "y"))
    game = gambit.table("ü", ("A", "B", "C"), labels, payoffs, "a comment")
    for each in (game, gambit.parse(game.text(), ".nfg")):
        assert each.title == "ü" and tuple(one.actions for one in each.sets) == labels
        np.testing.assert_array_equal(each.tables, payoffs)
    assert "a comment" in game.text()


def test_a_tree_made_from_payoffs_has_an_information_set_for_all_that_is_seen() -> None:
    """C sees B, who sees A: one set for A, three for B, six for C; blindly, one each, and the table comes back."""
    payoffs = np.random.default_rng(1).normal(size=(3, 3, 2, 2))
    options = (("stay", "raid", "enter"), ("yield", "fight"), ("watch", "help"))
    seen = gambit.sequential("t", "ABC", options, MoveOrder((3, 2, 2), ((), (0,), (1,))), payoffs)
    assert [each.name for each in seen.sets[:4]] == ["1", "A stay", "A raid", "A enter"] and len(seen.sets) == 10
    assert seen.sets[4].name == "A stay, B yield" and max(each.nodes for each in seen.sets) == 1
    blind = gambit.sequential("t", "ABC", options, MoveOrder((3, 2, 2), ((2,), (), ())), payoffs)
    assert sum(each.player == "A" for each in blind.sets) == 2
    plain = gambit.parse(gambit.sequential("t", "ABC", options, MoveOrder((3, 2, 2)), payoffs).text(), ".efg")
    np.testing.assert_allclose(plain.normal_form().tables, payoffs, atol=1e-15)
    rows = [np.array([0.2, 0.3, 0.5]), np.array([0.4, 0.6]), np.array([0.1, 0.9])]
    for mine, theirs in zip(plain.option_shares(rows), rows, strict=True):
        np.testing.assert_allclose(mine, theirs, atol=1e-15)


def test_a_normal_form_that_is_too_large_names_the_way_out() -> None:
    moves = "".join(f'"{k}" 1/32 ' for k in range(32))
    sets = "".join(f'p "" 1 {k} "" {{ "l" "r" }} 0\nt "" 0\nt "" 1 "" {{ 1 }}\n' for k in range(1, 33))
    sets = sets.replace('1 "" { 1 }', "1").replace('t "" 1\n', 't "" 1 "" { 1 }\n', 1)
    wide = parsed(f'EFG 2 R "wide" {{ "A" }} ""\nc "" 1 "" {{ {moves} }} 0\n{sets}')
    with pytest.raises(StandoffError, match=r"4294967296 combinations(?s:.)*--method qre"):
        wide.normal_form()


@pytest.mark.parametrize("name", ["centipede", "kuhn-poker", "selten-horse"])
def test_reduced_strategies_are_counted_before_they_are_made(name: str) -> None:
    game = gambit.read(textbook.resolve(name))
    form = game.normal_form()
    assert [game._plans(player) for player in game.players] == [len(each.actions) for each in form.sets]


def test_imperfect_recall_is_refused_where_strategies_are_mixed() -> None:
    game = parsed("""EFG 2 R "t" { "A" } ""
p "" 1 1 "s" { "l" "r" } 0
p "" 1 2 "u" { "l" "r" } 0
t "" 5 "a" { 1 }
t "" 6 "b" { 2 }
p "" 1 2 "u" { "l" "r" } 0
t "" 7 "c" { 1 }
t "" 0""")
    with pytest.raises(StandoffError, match="A has imperfect recall"):
        game.normal_form()
