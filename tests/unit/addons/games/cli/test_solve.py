"""The command `solve`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from standoff.addons.games import catalog as textbook

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Command

TABLE = 'NFG 1 R "pennies" { "Row" "Column" } { 2 2 }\n1 -1 -1 1 -1 1 1 -1'
TREE = """EFG 2 R "entry" { "E" "I" }
p "" 1 1 "" { "out" "in" } 0
t "" 1 "" { 1 5 }
p "" 2 1 "seen" { "share" "fight" } 0
t "" 2 "" { 2 2 }
t "" 3 "" { 0 0 }"""


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "pennies.nfg").write_text(TABLE)
    (tmp_path / "entry.efg").write_text(TREE)
    return tmp_path


def data(standoff: Command, *words: str) -> Any:
    return json.loads(standoff("solve", *words, "--json").stdout)


def test_a_table_is_told_by_player_and_strategy(standoff: Command, files: Path) -> None:
    out = data(standoff, "pennies.nfg", "--rationality", "1.5", "--method", "qre")
    assert [player["name"] for player in out["players"]] == ["Row", "Column"]
    for player in out["players"]:
        assert player["strategies"] == pytest.approx({"1": 0.5, "2": 0.5}, abs=1e-9)
    assert out["residual"] < 1e-7 and out["unique"] is True and out["method"] == "qre"
    assert out["rationality"] == {"Row": 1.5, "Column": 1.5} and out["crossings"] == 0


def test_a_tree_is_told_by_information_set(standoff: Command, files: Path) -> None:
    """The incumbent shares with 1 / (1 + exp(-2 * rationality)), and the entrant expects twice that."""
    entrant, incumbent = data(standoff, "entry.efg", "--rationality", "1")["players"]
    share = 1 / (1 + 2.718281828459045**-2)
    (seen,) = incumbent["information_sets"]
    assert (seen["player"], seen["name"]) == ("I", "seen") and seen["actions"]["share"] == pytest.approx(
        share, abs=1e-8
    )
    (first,) = entrant["information_sets"]
    assert first["name"] == "1" and set(first["actions"]) == {"out", "in"}
    enter = 1 / (1 + 2.718281828459045 ** (1 - 2 * share))
    assert first["actions"]["in"] == pytest.approx(enter, abs=1e-8)


def test_rationality_is_1_unless_given_and_may_differ_by_player(standoff: Command, files: Path) -> None:
    assert "rationality 1 (the default)" in standoff("solve", "pennies.nfg").stdout
    assert "rationality 2 " in standoff("solve", "pennies.nfg", "--rationality", "2").stdout
    comma = data(standoff, "ochs-3", "--rationality", "1,2")
    twice = data(standoff, "ochs-3", "--rationality", "1", "--rationality", "2")
    assert comma == twice and comma["rationality"] == {"Row": 1, "Column": 2}
    assert comma["players"] != data(standoff, "ochs-3", "--rationality", "2,1")["players"]


def test_nash_lists_every_equilibrium(standoff: Command) -> None:
    out = data(standoff, "battle-of-the-sexes", "--method", "nash")
    assert len(out["equilibria"]) == 3 and out["unique"] is False and out["residual"] < 1e-12
    assert out["equilibria"][0]["players"] == out["players"]
    assert out["players"][0]["strategies"] == pytest.approx({"Fight": 0.6, "Ballet": 0.4}, abs=1e-9)
    text = standoff("solve", "battle-of-the-sexes", "--method", "nash").stdout
    assert "Nash equilibrium, 3 of 3" in text and "source: luce_raiffa1957" in text


def test_what_a_mixed_strategy_leaves_open_in_a_tree_is_said(standoff: Command) -> None:
    out = data(standoff, "centipede", "--method", "nash")
    places = [
        place for each in out["equilibria"][1:] for player in each["players"] for place in player["information_sets"]
    ]
    assert any(place.get("open") for place in places)
    assert not any(place.get("open") for player in out["players"] for place in player["information_sets"])
    assert "(not determined)" in standoff("solve", "centipede", "--method", "nash").stdout


def test_backward_induction_and_its_ties(standoff: Command, files: Path) -> None:
    out = data(standoff, "entry.efg", "--method", "backward")
    assert out["players"][0]["information_sets"][0]["actions"] == {"out": 0, "in": 1}
    assert out["residual"] == 0 and out["unique"] is True and out["ties"] == []
    (files / "tie.efg").write_text(TREE.replace("{ 0 0 }", "{ 0 2 }"))
    tied = data(standoff, "tie.efg", "--method", "backward")
    assert tied["unique"] is False and tied["ties"] == [{"player": "I", "name": "seen", "actions": ["share", "fight"]}]
    assert "share, fight are" in standoff("solve", "tie.efg", "--method", "backward").stdout


def test_level_k_thinks_as_far_as_it_is_told(standoff: Command) -> None:
    """Ochs's game 3: against even chances the row takes the large prize; the column then avoids it; and so on."""
    played = [data(standoff, "ochs-3", "--method", "level-k", "--level", str(level))["players"] for level in range(4)]
    assert [row["strategies"]["A1"] for row, _ in played] == [0.5, 1, 1, 0]
    assert [column["strategies"]["B1"] for _, column in played] == [0.5, 0.5, 0, 0]
    assert "level-k" in standoff("solve", "selten-horse", "--method", "level-k").stdout


def test_the_textbook_is_listed(standoff: Command) -> None:
    rows = json.loads(standoff("solve", "--json").stdout)
    assert [row["game"] for row in rows] == list(textbook.names())
    assert {row["kind"] for row in rows} == {"table", "tree"}
    assert "centipede" in standoff("solve").stdout


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["chickn"], "did you mean `chicken`?"),
        (["nothing.nfg"], "there is no file and no textbook game `nothing.nfg`"),
        (["pennies.nfg", "--method", "backward"], "use --method qre or --method nash"),
        (["selten-horse", "--method", "backward"], "does not know at information set"),
        (["pennies.nfg", "--rationality", "-1"], "`-1` is not a rationality"),
        (["pennies.nfg", "--rationality", "much"], "`much` is not a rationality"),
        (["pennies.nfg", "--rationality", "inf"], "`inf` is not a rationality"),
        (["pennies.nfg", "--rationality", "1,2,3"], "write such as --rationality 1.5,1.5"),
        (["pennies.nfg", "--method", "nash", "--rationality", "1"], "--rationality does not apply to --method nash"),
        (["pennies.nfg", "--level", "1"], "--level does not apply to --method qre"),
        (["broken.nfg"], "broken.nfg:2"),
        (["broken.txt"], "save the game as .nfg (a table) or .efg (a tree)"),
    ],
)
def test_what_cannot_be_solved_is_said(standoff: Command, files: Path, words: list[str], message: str) -> None:
    for name in ("broken.nfg", "broken.txt"):
        (files / name).write_text('NFG 1 R "t" { "A" } { 2 }\n1 x')
    result = standoff("solve", *words, code=1)
    assert message in result.stderr and result.stdout == "" and "Traceback" not in result.stderr
    assert result.stderr.strip().splitlines()[-1].strip()


def test_an_unknown_method_is_answered_with_those_there_are(standoff: Command, files: Path) -> None:
    assert "level-k" in standoff("solve", "pennies.nfg", "--method", "guess", code=2).stderr
