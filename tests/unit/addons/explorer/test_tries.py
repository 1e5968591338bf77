"""The history of tries: a tree that survives whatever ends a process."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from standoff import catalog
from standoff.addons.explorer import tries as module
from standoff.addons.explorer.tries import Tries
from standoff.errors import RunError, StandoffError

STATE = {"levers": {"restraint": 0.3}}
WRITER = """
import sys
from pathlib import Path
from standoff.addons.explorer.tries import Tries
tries, parent = Tries(Path(sys.argv[1])), None
for k in range(int(sys.argv[2])):
    parent = tries.add(parent=parent, state={"levers": {"x": k}}, draws=2048, text="x" * 5000, answer="", change="")
    print(parent, flush=True)
"""


def add(tries: Tries, parent: str | None = None, **more: Any) -> str:
    """Add a try of the state above."""
    return tries.add(parent=parent, state=STATE, draws=2048, text="word 0.3", answer="42 %", change="+6", **more)


@pytest.fixture(params=["file", "memory"])
def tries(request: pytest.FixtureRequest, tmp_path: Path) -> Tries:
    return Tries(tmp_path / "state" / "tries.jsonl" if request.param == "file" else None)


def test_tries_are_a_tree_and_later_lines_change_them(tries: Tries) -> None:
    first = add(tries)
    left, right = add(tries, first, model="abc"), add(tries, first)
    tries.edit(left, name="no word", pinned=True)
    tries.edit(left, note="look again", pinned=False)
    tries.edit(right, deleted=True)
    entries = {entry.id: entry for entry in tries.entries()}
    assert [entry.parent for entry in entries.values()] == [None, first, first]
    assert (entries[left].name, entries[left].note, entries[left].pinned) == ("no word", "look again", False)
    assert entries[right].deleted and not entries[left].deleted and entries[left].model == "abc"
    tries.edit(right, deleted=False)
    assert not any(entry.deleted for entry in tries.entries()) and entries[first].state == STATE


def test_a_try_takes_the_answer_of_more_futures(tries: Tries) -> None:
    one = add(tries, question="war", model="old")
    tries.edit(one, name="mine")
    tries.edit(one, draws=10240, answer="43 %", change="+7", model="new")
    (entry,) = tries.entries()
    assert (entry.draws, entry.answer, entry.change, entry.model) == (10240, "43 %", "+7", "new")
    assert (entry.name, entry.question, entry.state) == ("mine", "war", STATE)


def test_unknown_tries_are_refused(tries: Tries) -> None:
    with pytest.raises(StandoffError):
        tries.edit("none", name="x")
    with pytest.raises(StandoffError):
        tries.edit("none", draws=10240, answer="", change="")
    with pytest.raises(StandoffError):
        add(tries, "none")
    assert tries.entries() == ()


def test_another_reader_sees_them_and_only_the_user_can_read_the_file(tmp_path: Path) -> None:
    path = tmp_path / "state" / "tries.jsonl"
    name = add(Tries(path))
    assert [entry.id for entry in Tries(path).entries()] == [name]
    assert path.stat().st_mode & 0o077 == path.parent.stat().st_mode & 0o077 == 0


def test_a_torn_line_is_left_out_and_the_next_try_is_whole(tmp_path: Path) -> None:
    tries = Tries(tmp_path / "tries.jsonl")
    assert tries.path is not None
    first, torn = add(tries), add(tries)
    raw = tries.path.read_bytes()
    for cut in range(2, len(raw) // 2, 37):
        tries.path.write_bytes(raw[:-cut])
        after = add(tries)
        names = [entry.id for entry in tries.entries()]
        assert names == [first, after] and torn not in names and str(tries.path) in tries.note
    tries.path.write_bytes(raw[:-1])  # the end of the line alone is missing
    assert [entry.id for entry in tries.entries()] == [first, torn] and not tries.note


@pytest.mark.parametrize(
    "line",
    [
        b"[]",
        b"{}",
        b'{"id": "x", "name": 1}',
        b'{"id": "x", "pinned": true}',
        b"\xff\xfe",
        b'{"id": "x", "draws": "9"}',
    ],
)
def test_what_is_no_try_is_left_out(tmp_path: Path, line: bytes) -> None:
    tries = Tries(tmp_path / "tries.jsonl")
    name = add(tries)
    with (tmp_path / "tries.jsonl").open("ab") as file:
        file.write(line + b"\n")
    assert [entry.id for entry in tries.entries()] == [name] and tries.note


def test_what_was_added_is_there_after_kill_9_and_two_processes_may_write(tmp_path: Path) -> None:
    path = tmp_path / "tries.jsonl"
    command = [sys.executable, "-c", WRITER, str(path)]
    with (
        subprocess.Popen([*command, "1000000"], stdout=subprocess.PIPE, text=True) as killed,
        subprocess.Popen([*command, "40"], stdout=subprocess.PIPE, text=True) as other,
    ):
        assert killed.stdout is not None and other.stdout is not None
        names = [killed.stdout.readline().strip() for _ in range(20)]
        killed.kill()
        names += killed.stdout.read().split() + other.stdout.read().split()
    tries = Tries(path)
    entries = tries.entries()
    assert {entry.id for entry in entries} >= set(names) and len(names) >= 60
    assert len(entries) <= len(names) + 1  # the one whose name was not printed any more
    assert all(entry.parent is None or entry.parent in {other.id for other in entries} for entry in entries)


def test_a_full_or_closed_disk_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError):
        add(Tries(tmp_path / "file" / "tries.jsonl"))


def test_names_of_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    case = catalog.HOME / "closed-form" / "scenario.yaml"
    names = {
        module.file_name(case),
        module.file_name(case, "word-is-talk"),
        module.file_name(tmp_path / "closed-form" / "scenario.yaml"),
        module.file_name(tmp_path / "closed-form.yaml"),
    }
    assert len(names) == 4 and all(name.startswith("closed-form-") for name in names)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    path = Tries.of(case).path
    assert path is not None and path.is_relative_to(tmp_path / "state" / "standoff" / "tries")
    (tmp_path / "blocked").write_text("")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "blocked"))
    assert Tries.of(case).path is None and Tries.of(case).note
