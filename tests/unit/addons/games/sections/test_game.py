"""The game that an actor faces, as blocks."""

from __future__ import annotations

from typing import Any

from standoff.addons.games.game import GameFinding, Player
from standoff.addons.games.sections import game
from tests.unit.report.plain import ORIGIN, row, written

PLAYER = Player(
    choice="AAA",
    actor="AAA",
    text="t",
    after=("BBB",),
    rationality=2.5,
    theory="quantal_response",
    response={"go": 0.75, "stay": 0.25},
    actual={"go": 0.7, "stay": 0.3},
    mc_errors={"go": 0.01, "stay": 0.01},
)


def finding(**fields: Any) -> GameFinding:
    base: dict[str, Any] = {
        "actor": "AAA",
        "title": "A game",
        "futures": 90,
        "made": 100,
        "players": (PLAYER,),
        "kind": "nfg",
        "residual": 1e-9,
        "unique": None,
        "response_error": 0.05,
    }
    return GameFinding(origin=ORIGIN, **base | fields)


def test_responses_stand_beside_those_of_the_run() -> None:
    text = written(game.blocks(finding()))
    assert row(text, "AAA (sees BBB)")[1:5] == ["2.5", "go", "0.7500", "0.7000 ± 0.0100"]
    assert row(text, "")[2:5] == ["stay", "0.2500", "0.3000 ± 0.0100"], "the name stands once"


def test_a_mean_game_says_what_it_leaves_out_and_one_future_does_not() -> None:
    assert "10 more futures" in written(game.blocks(finding())) and "5.0 points" in written(game.blocks(finding()))
    one = written(game.blocks(finding(draw=3)))
    assert "more futures" not in one and "±" not in one and "5e-02" in one


def test_the_command_solves_the_file() -> None:
    assert "solve faced.nfg --rationality 2.5" in written(game.blocks(finding(), "faced.nfg"))
    assert "-o game.nfg" in written(game.blocks(finding()))


def test_uniqueness_has_three_values() -> None:
    texts = [written(game.blocks(finding(unique=unique))) for unique in (True, False, None)]
    assert [text.partition("unique: ")[2].split("\n")[0] for text in texts] == ["yes", "no", "not known"]
