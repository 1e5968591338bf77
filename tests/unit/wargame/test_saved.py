"""A kept game: no turn is lost by kill -9, and what is no game says so."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from standoff.engine.session import Session
from standoff.errors import ModelError, RunError
from standoff.wargame.game import play
from standoff.wargame.saved import SavedGame, read_game

PLAYER = """
import sys
from pathlib import Path
from standoff import build, load
from standoff.engine.session import session
from standoff.wargame.game import play
from standoff.wargame.saved import SavedGame
saved = SavedGame.begin(play(session(build(*load("korea-1950")), seed=3), "CHN", number=9), Path(sys.argv[1]))
while saved.game.turn is not None:
    at = saved.game.turn.at
    saved.choose({"CHN": "troops"}, {"USA": {"hold": 0.25, "advance": 0.75}})
    print(at, flush=True)
"""


def test_a_game_goes_on_after_kill_9(korea: Session, tmp_path: Path) -> None:
    path = tmp_path / "games" / "one.jsonl"
    with subprocess.Popen([sys.executable, "-c", PLAYER, str(path)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        played = [process.stdout.readline().strip() for _ in range(4)]
        process.kill()
        played += process.stdout.read().split()
    saved, whole = SavedGame.read(path, korea), play(korea, "CHN", number=9)
    turns = len(read_game(path)) - 1
    assert len(played) <= turns <= len(played) + 1  # the one whose date was not printed any more
    for _ in range(turns):
        whole.choose({"CHN": "troops"}, {"USA": {"hold": 0.25, "advance": 0.75}})
    assert saved.game.moves == whole.moves and saved.game.guesses == whole.guesses
    assert np.array_equal(saved.game.now.of("cells"), whole.now.of("cells"))
    assert path.stat().st_mode & 0o077 == path.parent.stat().st_mode & 0o077 == 0


def test_a_torn_turn_is_played_again(korea: Session, tmp_path: Path) -> None:
    path = tmp_path / "one.jsonl"
    saved = SavedGame.begin(play(korea, "CHN", number=2), path)
    for option in ("troops", "none"):
        saved.choose({"CHN": option})
    raw = path.read_bytes()
    for cut in range(2, len(raw) - raw.rindex(b"\n\n"), 40):  # within the last line
        path.write_bytes(raw[:-cut])
        assert SavedGame.read(path, korea).game.chosen == [{"CHN": "troops"}]
    again = SavedGame.read(path, korea)
    again.choose({"CHN": "none"})
    assert SavedGame.read(path, korea).game.moves == saved.game.moves


def test_what_is_refused_is_not_kept(korea: Session, tmp_path: Path) -> None:
    path = tmp_path / "one.jsonl"
    saved = SavedGame.begin(play(korea, "CHN"), path)
    raw = path.read_bytes()
    with pytest.raises(ModelError):
        saved.choose({"CHN": "war"})
    assert path.read_bytes() == raw


@pytest.mark.parametrize("content", [b"", b"{}", b"[]\n", b"\xff\xfe", b'{"seats": "CHN"}', b'{"seats": ["CHN"]}'])
def test_what_is_no_game_is_refused(korea: Session, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "one.jsonl"
    path.write_bytes(content)
    with pytest.raises(RunError):
        SavedGame.read(path, korea)
    with pytest.raises(RunError):
        SavedGame.read(tmp_path / "none.jsonl", korea)


def test_a_game_of_another_case_or_seed_is_refused(korea: Session, border: Session, tmp_path: Path) -> None:
    SavedGame.begin(play(border, "ALA"), tmp_path / "one.jsonl")
    with pytest.raises(RunError):
        SavedGame.read(tmp_path / "one.jsonl", korea)
    with pytest.raises(RunError):
        SavedGame.read(tmp_path / "one.jsonl", Session(border.model, 4, border.simulator))
