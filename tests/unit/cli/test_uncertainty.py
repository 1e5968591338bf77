"""`standoff run --theories` and `standoff game`, on the small case of `standoff new`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Command

FEW = ("--draws", "200")


def test_theories_stand_side_by_side(standoff: Command, case: Path) -> None:
    words = ("run", str(case), *FEW, "--theories", "best_response, satisficing", "--folder", "here")
    data = json.loads(standoff(*words, "--json").stdout)
    assert data["names"] == ["best_response", "satisficing"]
    assert data == json.loads(Path("here/theories.json").read_text())
    assert {item["theory"] for item in data["disagreement"]["deciding"]} == {"best_response", "satisficing"}
    page = " ".join(standoff(*words).stdout.split())
    for word in ("Why they disagree", "Reasons under every theory", "Satisficing:"):
        assert word in page
    assert not Path("runs").exists()


def test_an_unknown_theory_is_refused(standoff: Command, case: Path) -> None:
    assert "did you mean `best_response`?" in standoff("run", str(case), *FEW, "--theories", "best", code=1).stderr


def test_the_game_that_is_written_is_the_game_that_is_solved(standoff: Command, case: Path) -> None:
    words = ("game", str(case), "--actor", "NOR", "--at", "2030-07", "--draw", "4")
    data = json.loads(standoff(*words, "-o", "game.nfg", "--json").stdout)
    assert data["decided"] == "2030-06" and Path("game.nfg").read_text() == data["text"]
    solved = json.loads(standoff("solve", "game.nfg", "--rationality", data["rationality"], "--json").stdout)
    for player, told in zip(solved["players"], data["players"], strict=True):
        assert player["strategies"] == pytest.approx(told["actual"], abs=1e-6)
        assert player["strategies"] == pytest.approx(told["response"], abs=1e-12)
    page = standoff(*words).stdout
    assert f"standoff solve game.nfg --rationality {data['rationality']}" in page
    assert "future 4" in page


def test_a_comparison_of_theories_is_no_report(standoff: Command, case: Path) -> None:
    words = ("run", str(case), *FEW, "--theories", "all", "-o", "report.md")
    assert "--theories writes no report" in standoff(*words, code=1).stderr


def test_the_game_says_what_it_needs(standoff: Command, case: Path) -> None:
    words = ("game", str(case), "--actor", "NOR", "--at")
    assert ".nfg or .efg" in standoff(*words, "2030-07", "-o", "game.txt", code=1).stderr
    assert "no decision" in standoff(*words, "2030-01", code=1).stderr
    standoff(*words, "2030-07", "-o", "none/game.nfg", *FEW)
    assert Path("none/game.nfg").read_text().startswith("NFG")
    assert "averaged over 200 futures" in " ".join(standoff(*words, "2030-07", *FEW).stdout.split())


def test_a_run_adds_rival_models_where_it_is_asked(standoff: Command, case: Path) -> None:
    words = ("run", str(case), *FEW, "--folder", "here", "-o", "here/report.md")
    standoff(*words)
    assert 'id="model-uncertainty"' not in Path("here/report.html").read_text()
    assert "Rival models" in standoff(*words, "--uncertainty").stdout
    page, paper = (Path(f"here/report.{form}").read_text() for form in ("html", "md"))
    assert '<a href="#model-uncertainty">' in page and "over 5 models" in page and "## Rival models" in paper
    assert len(json.loads(Path("here/verdict.json").read_text())["model_uncertainty"]["theories"]) == 5
