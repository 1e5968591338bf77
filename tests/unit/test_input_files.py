"""Input files: only regular ones up to a size, with an error of the caller's kind, and never a wait."""

from __future__ import annotations

import os
import socket
import threading
import tracemalloc
from typing import TYPE_CHECKING, Any

import pytest

from standoff import catalog, input_files
from standoff.addons.games import gambit
from standoff.addons.reading import text_files
from standoff.addons.reading.review import opened
from standoff.engine.run_folder import RunFolder
from standoff.errors import LedgerError, ReadingError, StandoffError
from standoff.evaluation import forecast_record
from standoff.inference.fit import posterior
from standoff.ledger import Ledger
from standoff.scenario import document

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def test_bytes_are_read_whole_up_to_the_size(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_bytes(b"a\r\n\x1a\xff")
    assert input_files.contents(file, 5, LedgerError) == b"a\r\n\x1a\xff"
    with pytest.raises(LedgerError, match="more than 4 bytes") as caught:
        input_files.contents(file, 4, LedgerError)
    problem = caught.value.problems[0]
    assert problem.where == str(file) and "4" in problem.allowed and problem.fix


def test_a_file_that_states_no_size_is_counted(tmp_path: Path) -> None:
    proc = tmp_path.__class__("/proc/self/status")
    if not proc.exists():
        pytest.skip("no files without a size here")
    assert proc.stat().st_size == 0 and input_files.contents(proc, 100_000, ReadingError)
    with pytest.raises(ReadingError, match="more than 10 bytes"):
        input_files.contents(proc, 10, ReadingError)


def test_a_small_file_takes_little_memory_whatever_is_allowed(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x" * 100_000)
    tracemalloc.start()
    try:
        assert len(input_files.contents(tmp_path / "a", 2**30, ReadingError)) == 100_000
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


def test_a_sparse_file_is_refused_unread(tmp_path: Path) -> None:
    file = tmp_path / "huge"
    with file.open("wb") as stream:
        stream.truncate(2**40)
    with pytest.raises(ReadingError, match="more than 1,000 bytes"):
        input_files.contents(file, 1000, ReadingError)


READERS: dict[str, Callable[[Path], Any]] = {
    "x.txt": text_files.load,
    "run.json": lambda file: RunFolder(file.parent).record(),
    "x.jsonl": Ledger.load,
    "case.yaml": document.read_file,
    "x.nfg": gambit.read,
    "x.efg": gambit.read,
    "posterior.nc": posterior.read,
    "record.jsonl": forecast_record.read,
    "proposed.jsonl": opened,
}


@pytest.mark.skipif(os.name == "nt", reason="files of Unix")
@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("what", ["a pipe", "a device", "a socket", "a folder"])
def test_no_reader_waits_for_what_is_no_file(
    name: str, what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # names of sockets are short
    file = tmp_path / name
    with socket.socket(socket.AF_UNIX) as listener:
        {
            "a pipe": lambda: os.mkfifo(file),
            "a device": lambda: file.symlink_to("/dev/zero"),
            "a folder": file.mkdir,
            "a socket": lambda: listener.bind(name),
        }[what]()
        told: list[str] = []

        def read() -> None:
            try:
                READERS[name](file)
            except StandoffError as error:
                told.append(str(error))

        reader = threading.Thread(target=read, daemon=True)
        reader.start()
        reader.join(20)
        assert told and f"it is {what}" in told[0] and name in told[0]


def test_claims_that_are_no_file_are_not_taken_for_none(tmp_path: Path) -> None:
    assert len(catalog.load_claims(tmp_path / "scenario.yaml")) == 0
    (tmp_path / "claims.jsonl").symlink_to("nowhere")
    with pytest.raises(LedgerError, match="cannot be read: No such file"):
        catalog.load_claims(tmp_path / "scenario.yaml")


@pytest.mark.parametrize("other", ["claims.yaml", "claims.yml"])
def test_claims_that_would_stay_unread_are_an_error_that_names_both_files(other: str, tmp_path: Path) -> None:
    (tmp_path / "claims.jsonl").touch()
    assert len(catalog.load_claims(tmp_path / "scenario.yaml")) == 0
    (tmp_path / other).touch()
    with pytest.raises(LedgerError, match=rf"`claims.jsonl`.*`{other}`") as caught:
        catalog.load_claims(tmp_path / "scenario.yaml")
    assert caught.value.problems[0].allowed and caught.value.problems[0].fix


@pytest.mark.parametrize("name", ["x.jsonl", "case.yaml", "x.nfg", "record.jsonl"])
def test_text_in_another_encoding_names_its_line(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(b"\n\nM\xfcller\n")
    with pytest.raises(StandoffError, match=rf"{name}:3\n.*not UTF-8 text"):
        READERS[name](tmp_path / name)


def test_a_name_that_no_file_can_have_is_an_error(tmp_path: Path) -> None:
    for name in ("a\0b", "x" * 300):
        with pytest.raises(ReadingError, match="cannot be read"):
            input_files.contents(tmp_path / name, 10, ReadingError)
