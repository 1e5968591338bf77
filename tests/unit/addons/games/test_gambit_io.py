"""Files of Gambit: what is read, what is written, what is refused; pygambit reads ours, and ours reads pygambit's."""

from __future__ import annotations

import io
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standoff.addons.games import catalog as textbook
from standoff.addons.games import gambit_io
from standoff.addons.games.normal_form import NormalForm
from standoff.addons.games.tree import GameNode, InformationSet, Tree, reduced
from standoff.errors import StandoffError
from tests.time_limit import time_limit

if TYPE_CHECKING:
    from pathlib import Path

LIST = 'NFG 1 R "t" { "A" "B" } { 2 3 }\n1 -1 2 -2 3 -3 4 -4 5 -5 6 -6'
OUTCOMES = """NFG 1 R "t" { "A" "B" }
{ { "u" "d" } { "l" "m" "r" } } "a comment"
{ { "x" 1, -1 } { "" 2 -2 } { 3, -3 } }
1 2 3 0 1 2"""
TREE = """EFG 2 R "t" { "A" "B" } "a comment"
c "" 1 "deal" { "" 1/3 "high" 2/3 } 0
p "root" 1 1 "low card" { "in" "out" } 0
t "" 1 "win" { 1 -1/3 }
t "" 2 { .5, 1e-2 }
p "" 2 7 { "in" "out" } 1
t "" 0
t "" 2
"""


# ---- reading -------------------------------------------------------------------------------------------------------


def test_a_list_of_payoffs_runs_over_the_first_player_first() -> None:
    game = gambit_io.parse_nfg(LIST)
    assert game.payoffs[0].tolist() == [[1, 3, 5], [2, 4, 6]] and np.array_equal(game.payoffs[1], -game.payoffs[0])
    assert game.strategies == (("1", "2"), ("1", "2", "3")) and game.players == ("A", "B") and game.title == "t"


def test_a_list_of_outcomes_is_looked_up() -> None:
    game = gambit_io.parse_nfg(OUTCOMES)
    assert game.payoffs[0].tolist() == [[1, 3, 1], [2, 0, 2]]
    assert game.strategies == (("u", "d"), ("l", "m", "r"))


def test_a_tree_keeps_sets_outcomes_and_numbers() -> None:
    game = gambit_io.parse_efg(TREE)
    assert game.nodes[0].chance == (1 / 3, 2 / 3) and game.nodes[0].labels == ("1", "high")
    assert game.nodes[2].payoffs == (1, -1 / 3) and game.nodes[4].information_set == 1
    assert game.paths.payoffs.tolist() == [[1, -1 / 3], [0.5, 0.01], [1, -1 / 3], [1.5, 0.01 - 1 / 3]]
    assert game.labels(0) == ("low card", ("in", "out")) and game.labels(1) == ("1", ("in", "out"))


@pytest.mark.parametrize(
    ("text", "value"), [("1/3", 1 / 3), ("-7/2", -3.5), (".80", 0.8), ("1.", 1.0), ("+2e-3", 0.002), ("-0", 0.0)]
)
def test_numbers(text: str, value: float) -> None:
    assert gambit_io.parse_nfg(f'NFG 1 R "" {{ "A" }} {{ 1 }} {text}').payoffs[0, 0] == value


def test_labels_that_are_missing_or_repeated_are_told_apart() -> None:
    game = gambit_io.parse_nfg('NFG 1 R "" { "" "" } { { "" "x" } { "y" "y" } } 0 0 0 0 0 0 0 0')
    assert game.players == ("1", "2") and game.strategies == (("1", "x"), ("y (1)", "y (2)"))


def test_quotation_marks_and_backslashes_inside_labels() -> None:
    game = gambit_io.parse_nfg(r'NFG 1 R "a \"q\" \\ b\c" { "A" } { 1 } 0')
    assert game.title == r'a "q" \ b\c'
    assert gambit_io.parse_nfg(gambit_io.write_nfg(game)).title == game.title


# ---- what is refused -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("", 1, "found the end of the file"),
        ("NFG 2", 1, "allowed: `1`"),
        ("NFG 1 X", 1, "`R` or `D`"),
        ("NFG 1 R t", 1, "the title, in quotation marks"),
        ('NFG 1 R "t', 1, "a quotation mark that is never closed"),
        ('NFG 1 R "t" { }', 1, "1 to 60"),
        ('NFG 1 R "t" { "A" } { 2 3 } 1', 1, "strategies of 2 players"),
        ('NFG 1 R "t" { "A" "B" }\n{ 2 }', 2, "strategies of 1 players"),
        ('NFG 1 R "t" { "A" } { 0 }', 1, "a whole number from 1"),
        ('NFG 1 R "t" { "A" } { { } }', 1, "a table of 0 profiles"),
        ('NFG 1 R "t" { "A" "B" } { 9999 9999 }', 1, "a table of 99980001 profiles"),
        ('NFG 1 R "t" { "A" } { 999999999999999999 }', 1, "a whole number from 1"),
        ('NFG 1 R "t" { "A" } { 2 }\n1', 2, "found the end of the file"),
        ('NFG 1 R "t" { "A" } { 2 }\n1\n2 3', 3, "found `3`"),
        ('NFG 1 R "t" { "A" } { 2 }\n1\nx', 3, "a payoff: a number such as"),
        ('NFG 1 R "t" { "A" } { 1 }\n1/0', 2, "not divided by zero"),
        ('NFG 1 R "t" { "A" } { 1 }\n1e9999', 2, "up to 1e+100 in size"),
        ('NFG 1 R "t" { "A" } { 2 }\n1\n' + "9" * 400, 3, "up to 1e+100 in size"),
        ('NFG 1 R "t" { "A" } { 1 }\n{ { "" -1e101 } }\n1', 2, "up to 1e+100 in size"),
        ('NFG 1 R "t" { "A" } { 1 }\ninf', 2, "a number such as"),
        ('NFG 1 R "t" { "A" } { 1 }\n-Infinity', 2, "a number such as"),
        ('NFG 1 R "t" { "A" } { ' + "9" * 5000 + " }", 1, "a whole number from 1"),
        ('NFG 1 R "t" { "A" } { 1 }\n1e99999999999', 2, "a number such as"),
        ('NFG 1 R "t" { "A" } { 1 }\nnan', 2, "a number such as"),
        ('NFG 1 R "t" { "A" } { 1 }\n' + "9" * 5000, 2, "a number such as"),
        ('NFG 1 R "t" { "A" } { 1 }\n{ { "" 1 } }\n2', 3, "an outcome: a whole number from 0 to 1"),
        ('NFG 1 R "t" { "A" } { 1 }\n{ { "" 1 2 } } 1', 2, "allowed: `}`"),
        ("EFG 1", 1, "allowed: `2`"),
        ('EFG 2 R "t" { "A" } ""', 1, "a node: `c`"),
        ('EFG 2 R "t" { "A" }\nx', 2, "a node: `c`"),
        ('EFG 2 R "t" { "A" }\np "" 2 1 { "l" } 0', 2, "a player: a whole number from 1 to 1"),
        ('EFG 2 R "t" { "A" }\np "" 1 1 { } 0', 2, "at least one"),
        ('EFG 2 R "t" { "A" }\np "" 1 1 0', 2, "the actions of a new information set"),
        ('EFG 2 R "t" { "A" }\np "" 1 1 { "l" } 0\np "" 1 1 { "r" } 0', 3, "actions that differ"),
        ('EFG 2 R "t" { "A" }\np "" 1 1 { "l" "r" } 0\nt "" 0', 3, "found the end of the file"),
        ('EFG 2 R "t" { "A" }\nt "" 0\nt "" 0', 3, "the end: every branch has one"),
        ('EFG 2 R "t" { "A" }\nt "" 1 "x"', 2, "the payoffs of outcome 1"),
        ('EFG 2 R "t" { "A" }\nt "" 1 { 1 2 }', 2, "allowed: `}`"),
        ('EFG 2 R "t" { "A" }\nt "" 0 { 1 }', 2, "no payoffs for outcome 0"),
        ('EFG 2 R "t" { "A" }\np "" 1 1 { "l" "r" } 0\nt "" 1 { 1 }\nt "" 1 { 2 }', 4, "those it had before"),
        ('EFG 2 R "t" { "A" }\nc "" 1 { "l" 1/2 "r" 1/3 } 0', 2, "probabilities with the sum 0.8333333333"),
        ('EFG 2 R "t" { "A" }\nc "" 1 { "l" 2 "r" -1 } 0', 2, "a probability: a number from 0 to 1"),
        ('EFG 2 R "t" { "A" }\nc "" 1 {\n"l" ' + "9" * 400 + ' "r" 1/3 } 0', 3, "a probability: a number from 0 to 1"),
        ('EFG 2 R "t" { "A" }\nc "" 1 { "l" 1/2 "r" ' + "9" * 5000 + " } 0", 2, "a probability: a number such as"),
        ('EFG 2 R "t" { "A" }\nt "" 1 { ' + "9" * 400 + " }", 2, "up to 1e+100 in size"),
        ('EFG 2 R "t" { "A" }\nt "" ' + "9" * 400 + " { 1 }", 2, "the number of an outcome"),
    ],
)
def test_what_is_malformed_is_said_with_its_line(text: str, line: int, message: str) -> None:
    with pytest.raises(StandoffError) as caught:
        (gambit_io.parse_efg if text.startswith("EFG") else gambit_io.parse_nfg)(text, "here")
    (problem,) = caught.value.problems
    assert problem.where == f"here:{line}" and message in str(problem) and problem.fix


def test_large_files_are_read_in_time_that_grows_with_their_size() -> None:
    """A quadratic search for repeated labels took minutes for as many."""
    with time_limit(60):
        table = gambit_io.parse_nfg('NFG 1 R "" { "A" } { 100000 } ' + "1 " * 100_000)
        assert table.sizes == (100_000,)
        ends = 't "" 0 ' * 50_000
        tree = gambit_io.parse_efg('EFG 2 R "" { "A" } p "" 1 1 { ' + '"x" ' * 50_000 + "} 0 " + ends)
        assert tree.information_sets[0].actions[-1] == "x (50000)"
        moves = "".join(f'"{k}" 1/{k * (k + 1)} ' for k in range(1, 50_000)) + '"last" 1/50000'
        chance = gambit_io.parse_efg(f'EFG 2 R "" {{ "A" }} c "" 1 {{ {moves} }} 0 {ends}').nodes[0].chance
        assert abs(sum(chance) - 1) < 1e-12 and len(chance) == 50_000


@pytest.mark.parametrize("whole", [LIST, OUTCOMES, TREE])
def test_every_file_that_is_cut_off_is_refused(whole: str) -> None:
    """Cut at each place: it is an error of ours, and never another."""
    parse = gambit_io.parse_nfg if whole.startswith("NFG") else gambit_io.parse_efg
    for end in range(len(whole.rstrip())):
        with pytest.raises(StandoffError):
            parse(whole[:end])


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_a_file_with_pieces_exchanged_is_read_or_refused(data: st.DataObject) -> None:
    words = data.draw(st.sampled_from([LIST, OUTCOMES, TREE])).split()
    i = data.draw(st.integers(0, len(words) - 1))
    words[i] = data.draw(
        st.sampled_from([*words, "", "{", "}", '"', "1/0", "-1", "1e400", "\u0663", "\x00", "999999999999"])
    )
    text = " ".join(words)
    for parse in (gambit_io.parse_nfg, gambit_io.parse_efg):
        try:
            assert parse(text).players
        except StandoffError as error:
            assert all(problem.where.startswith("game.") for problem in error.problems)


def test_a_tree_ten_thousand_moves_deep_is_read_and_written() -> None:
    depth = 10_000
    text = 'EFG 2 R "t" { "A" }\n' + 'c "" 1 { "l" 1/2 "r" 1/2 } 0\nt "" 0\n' * depth + 't "" 0'
    game = gambit_io.parse_efg(text)
    assert len(game.nodes) == 2 * depth + 1 and gambit_io.parse_efg(gambit_io.write_efg(game)) == game


def test_files_that_are_missing_or_no_games_are_refused(tmp_path: Path) -> None:
    (tmp_path / "game.nfg").write_bytes(b"\xff\xfe")
    for name, message in (
        ("game.txt", "does not end in"),
        ("none.nfg", "cannot be read"),
        ("game.nfg", "not UTF-8 text"),
    ):
        with pytest.raises(StandoffError, match=message):
            gambit_io.read(tmp_path / name)


# ---- writing -------------------------------------------------------------------------------------------------------

NUMBERS = st.one_of(
    st.integers(-1000, 1000).map(float), st.fractions(-5, 5, max_denominator=99).map(float), st.floats(-1e9, 1e9)
)
LABELS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=6)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_game_that_is_written_reads_the_same(data: st.DataObject) -> None:
    sizes = data.draw(st.lists(st.integers(1, 3), min_size=1, max_size=4))
    label = [data.draw(st.lists(LABELS, min_size=n, max_size=n, unique=True)) for n in (len(sizes), *sizes)]
    cells = len(sizes) * int(np.prod(sizes))
    payoffs = np.reshape(data.draw(st.lists(NUMBERS, min_size=cells, max_size=cells)), (len(sizes), *sizes))
    game = NormalForm(data.draw(LABELS), tuple(label[0]), tuple(map(tuple, label[1:])), payoffs)
    back = gambit_io.parse_nfg(gambit_io.write_nfg(game, data.draw(LABELS)))
    assert (back.title, back.players, back.strategies) == (game.title, game.players, game.strategies)
    assert np.array_equal(back.payoffs, game.payoffs)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (2.0, "2"),
        (-0.5, "-0.5"),
        (1 / 3, "1/3"),
        (-22 / 7, "-22/7"),
        (0.1, "0.1"),
        (1e300, "1e+300"),
        (np.pi, repr(np.pi)),
    ],
)
def test_numbers_are_written_as_people_write_them(value: float, text: str) -> None:
    assert gambit_io.format_number(value) == text


def test_chance_is_written_with_the_exact_sum_one() -> None:
    probabilities = tuple(np.random.default_rng(1).dirichlet(np.ones(7)).tolist())
    game = Tree(("A",), (), (GameNode(tuple(range(1, 8)), chance=probabilities), *[GameNode(payoffs=(1.0,))] * 7))
    text = gambit_io.write_efg(game)
    written = text.partition("{ ")[2].partition("{ ")[2].partition(" }")[0].split()[1::2]
    assert sum(map(Fraction, written)) == 1
    assert gambit_io.parse_efg(text).nodes[0].chance == pytest.approx(probabilities, abs=1e-15)


@pytest.mark.parametrize("name", textbook.names())
def test_the_textbook_round_trips(name: str) -> None:
    game = gambit_io.read(textbook.find(name))  # type: ignore[arg-type]
    if isinstance(game, Tree):
        assert gambit_io.parse_efg(gambit_io.write_efg(game)) == game
    else:
        assert np.array_equal(gambit_io.parse_nfg(gambit_io.write_nfg(game)).payoffs, game.payoffs)


# ---- pygambit ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", textbook.names())
def test_pygambit_reads_what_is_written_and_is_read(name: str) -> None:
    gbt = pytest.importorskip("pygambit")
    game = gambit_io.read(textbook.find(name))  # type: ignore[arg-type]
    if isinstance(game, Tree):
        theirs = gbt.read_efg(io.BytesIO(gambit_io.write_efg(game).encode()))
        assert theirs.title == game.title and tuple(theirs.players) == game.players
        again = gambit_io.parse_efg(theirs.to_efg())
        assert again.nodes == game.nodes
        table = theirs.to_nfg()  # the strategic form that pygambit makes of our tree, against ours
        ours, here = gambit_io.parse_nfg(table).payoffs, reduced(game).game.payoffs
        assert np.allclose(ours, here, atol=1e-12)
        return
    theirs = gbt.read_nfg(io.BytesIO(gambit_io.write_nfg(game).encode()))
    assert theirs.title == game.title and tuple(theirs.players) == game.players
    assert np.array_equal(np.array([np.array(table, float) for table in theirs.to_arrays()]), game.payoffs)
    again = gambit_io.parse_nfg(theirs.to_nfg())  # pygambit writes the outcome version
    assert np.array_equal(again.payoffs, game.payoffs) and again.strategies == game.strategies


def test_information_sets_with_unnamed_actions_are_numbered() -> None:
    game = Tree(("A",), (InformationSet(0, ("", "")),), (GameNode((1, 2), 0), GameNode(), GameNode()))
    assert game.labels(0) == ("1", ("1", "2"))
    assert gambit_io.parse_efg(gambit_io.write_efg(game)).information_sets[0].actions == ("1", "2")
