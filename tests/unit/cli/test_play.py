"""`standoff play`: a game from a script, kept in a file, with errors that say what is allowed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from typer.testing import CliRunner

from standoff.cli import app

if TYPE_CHECKING:
    from conftest import Command

SEAT = ("--as", "NOR", "--number", "3")


def test_a_game_from_a_script_is_the_same_as_from_standard_input(standoff: Command, case: Path) -> None:
    page = standoff("play", str(case), *SEAT, "--moves", "strike,?,,1").stdout
    typed = CliRunner().invoke(app, ["play", str(case), *SEAT], input="strike\n?\n\n1\n")
    assert typed.exit_code == 0 and typed.stdout == page
    for word in ("You are Northland", "What has been said", "Your choices", "--number 3", ", you: "):
        assert word in page


def test_the_debrief_as_json_is_data_and_nothing_else(standoff: Command, case: Path) -> None:
    result = standoff("play", str(case), *SEAT, "--moves", "strike,strike", "--json")
    data = json.loads(result.stdout)
    assert result.stderr == "" and data["number"] == 3 and not data["is_over"]
    assert [chosen["NOR"] for chosen in data["chosen"]] == ["strike", "strike"]
    assert data["effects"][0]["option"] == "strike" and data["answer"]["changes"][0]["change"] > 0


def test_a_kept_game_goes_on(standoff: Command, case: Path) -> None:
    for moves, turns in (("strike", 1), ("hold,hold", 3)):
        result = standoff("play", str(case), *SEAT, "--moves", moves, "--file", "game.jsonl", "--json")
        assert len(json.loads(result.stdout)["chosen"]) == turns
    assert len(Path("game.jsonl").read_text().split()) > 3
    Path("game.jsonl").write_text("no game")
    standoff("play", str(case), *SEAT, "--file", "game.jsonl", code=1)


def test_what_cannot_be_chosen_says_what_can(standoff: Command, case: Path) -> None:
    for moves, word in (("war", "strike"), ("7", "strike"), ("NOR=strike 80", "none now"), ("q,x", "")):
        result = standoff("play", str(case), *SEAT, "--moves", moves, code=1 if word else 0)
        assert word in result.stderr
    assert "NOR" in standoff("play", str(case), "--as", "XXX", code=1).stderr
    standoff("play", str(case), code=2)


def test_a_guess_is_a_chance_in_per_cent(standoff: Command) -> None:
    result = standoff("play", "korea-1950", "--as", "CHN", "--number", "3", "--moves", "USA=hold 70,arms", "--json")
    (guess,) = json.loads(result.stdout)["guesses"]
    assert guess["probabilities"] == {"hold": 0.7, "advance": 0.3} and guess["move"]["choice"] == "USA"
    for moves in ("USA=hold", "USA=hold 170,arms", "USA=stop 70", "CHN=arms 70"):
        standoff("play", "korea-1950", "--as", "CHN", "--moves", moves, code=1)
