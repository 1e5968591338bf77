"""A chained file stays whole whoever is killed, is never forked, and names the line that was changed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from standoff.errors import RunError
from standoff.evaluation import chained_file

if TYPE_CHECKING:
    from pathlib import Path

WRITER = """
import sys
from pathlib import Path
from standoff.evaluation import chained_file
path, name, most = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
for n in range(most):
    chained_file.append(path, lambda found: [{"who": name, "n": n, "seen": len(found.lines), "text": "x" * 200_000}])
    print(n, flush=True)
"""


def write(path: Path, *lines: dict[str, object]) -> chained_file.ChainedFile:
    return chained_file.append(path, lambda _: lines)


def start(path: Path, name: str, most: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path), name, str(most)], stdout=subprocess.PIPE, text=True
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "new" / "record.jsonl"
    write(file, {"a": 1}, {"a": 2})
    write(file, {"a": 3, "b": "Zeit"}, {"a": 4})
    return file


def test_lines_come_back_and_each_follows_the_one_before(path: Path) -> None:
    found = chained_file.read(path)
    assert [line["a"] for line in found.lines] == [1, 2, 3, 4] and found.size == path.stat().st_size
    rows = [json.loads(row) for row in path.read_text().splitlines()]
    assert [row["previous"] for row in rows] == [chained_file.START, *(row["hash"] for row in rows[:-1])]
    assert found.head == rows[-1]["hash"]
    before = path.read_bytes()
    write(path)
    assert path.read_bytes() == before  # nothing new, nothing written


@pytest.mark.parametrize("end", [b'{"a": 5', b'{"a": 5}', b"\0\0\0"])
def test_a_torn_last_line_is_left_out_and_cut_at_the_next_append(path: Path, end: bytes) -> None:
    whole = path.read_bytes()
    path.write_bytes(whole + end)
    assert len(chained_file.read(path).lines) == 4
    assert [line["a"] for line in write(path, {"a": 6}).lines] == [1, 2, 3, 4, 6]
    assert path.read_bytes().startswith(whole) and end not in path.read_bytes()


def test_a_changed_line_is_found_and_named(path: Path) -> None:
    whole = path.read_text()
    path.write_text(whole.replace('"b": "Zeit"', '"b": "Zeik"'))
    with pytest.raises(RunError) as caught:
        chained_file.read(path)
    (problem,) = caught.value.problems
    assert problem.where.endswith(":3") and "line 3" in problem.what


def test_a_forged_line_with_a_digest_of_its_own_is_found_by_the_next(tmp_path: Path, path: Path) -> None:
    lines, forged = path.read_text().splitlines(), tmp_path / "forged.jsonl"
    write(forged, {"a": 1}, {"a": 20})
    path.write_text("\n".join([lines[0], forged.read_text().splitlines()[1], *lines[2:]]) + "\n")
    with pytest.raises(RunError, match="line 3 does not follow line 2"):
        chained_file.read(path)


@pytest.mark.parametrize("order", [(0, 2, 3), (1, 0, 2, 3), (0, 1, 1, 2, 3), (1, 2, 3)])
def test_a_line_taken_out_moved_or_put_in_is_found(path: Path, order: tuple[int, ...]) -> None:
    lines = path.read_text().splitlines()
    path.write_text("".join(f"{lines[n]}\n" for n in order))
    with pytest.raises(RunError, match="does not follow"):
        chained_file.read(path)
    with pytest.raises(RunError, match="does not follow"):  # and nothing is added to it
        write(path, {"a": 5})


def test_killed_writers_leave_the_file_whole(tmp_path: Path) -> None:
    file, told = tmp_path / "record.jsonl", 0
    for attempt in range(6):
        with start(file, f"w{attempt}", 1000) as writer:
            assert writer.stdout is not None
            writer.stdout.readline()
            time.sleep(0.003 * (attempt + 1))
            os.kill(writer.pid, signal.SIGKILL)
            done = 1 + len(writer.stdout.read().splitlines())
        lines = chained_file.read(file).lines
        assert len(lines) >= told + done  # what a writer said was written is there
        told = len(lines)
    found = write(file, {"who": "last"})
    assert found.lines[-1]["who"] == "last" and len(found.lines) == told + 1


def test_two_writers_cannot_fork_it(tmp_path: Path) -> None:
    file = tmp_path / "record.jsonl"
    with start(file, "a", 15) as first, start(file, "b", 15) as second:
        assert [writer.wait() for writer in (first, second)] == [0, 0]
    lines = chained_file.read(file).lines
    assert len(lines) == 30 and [line["seen"] for line in lines] == list(range(30))
    for name in ("a", "b"):
        assert [line["n"] for line in lines if line["who"] == name] == list(range(15))


def test_a_file_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="cannot be written"):
        write(tmp_path, {"a": 1})
