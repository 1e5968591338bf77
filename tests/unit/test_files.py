"""What is written is whole or not there, what cannot be is said in words, and a cache is the user's own or none."""

from __future__ import annotations

import errno
import logging
import os
import shutil
from pathlib import Path
from random import Random
from threading import Thread

import pytest

from standoff import files
from standoff.errors import LedgerError, RunError
from standoff.files import cache_dir, check_writable, check_writable_folder, read_cached, write_atomic, write_cached

POSIX = pytest.mark.skipif(not hasattr(os, "getuid"), reason="permissions of POSIX")


def fails(monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    def fsync(_: int) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "fsync", fsync)


def test_a_file_is_written_with_the_folders_above_it_and_nothing_else(tmp_path: Path) -> None:
    write_atomic(tmp_path / "a" / "b", "gr\u00fcn\n")
    assert (tmp_path / "a" / "b").read_bytes() == "gr\u00fcn\n".encode()
    write_atomic(tmp_path / "a" / "b", b"\x00\r\n")
    assert (tmp_path / "a" / "b").read_bytes() == b"\x00\r\n" and len(list((tmp_path / "a").iterdir())) == 1


@POSIX
def test_a_link_stays_a_link_and_a_file_keeps_its_permissions(tmp_path: Path) -> None:
    (tmp_path / "file").touch(mode=0o600)
    (tmp_path / "link").symlink_to(tmp_path / "file")
    write_atomic(tmp_path / "link", "new")
    assert (tmp_path / "link").is_symlink() and (tmp_path / "file").read_text() == "new"
    assert (tmp_path / "file").stat().st_mode & 0o777 == 0o600
    write_atomic(Path(os.devnull), "nothing")
    assert not Path(os.devnull).is_file()


def test_a_write_that_fails_leaves_the_file_before_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_atomic(tmp_path / "file", "old")
    fails(monkeypatch, errno.ENOSPC)
    with pytest.raises(LedgerError, match="No space left"):
        write_atomic(tmp_path / "file", "new", LedgerError)
    assert (tmp_path / "file").read_text() == "old" and len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize(
    ("code", "fix"),
    [
        (errno.ENOSPC, "free space"),
        (errno.EDQUOT, "quota"),
        (errno.EROFS, "writable"),
        (errno.EACCES, "permission to write"),
        (errno.ENAMETOOLONG, "shorter name"),
        (errno.EBUSY, "check the path"),
    ],
)
def test_what_to_do_is_about_what_was_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, fix: str
) -> None:
    fails(monkeypatch, code)
    with pytest.raises(RunError) as caught:
        write_atomic(tmp_path / "file", "")
    (problem,) = caught.value.problems
    assert os.strerror(code) in problem.what and fix in problem.fix and problem.where == str(tmp_path / "file")


def test_a_name_that_is_too_long_is_told_before_anything_is_worked_out(tmp_path: Path) -> None:
    long = tmp_path / "missing" / ("\u00e9" * 128)  # two bytes each
    for attempt in (check_writable, check_writable_folder, lambda path: write_atomic(path, "")):
        with pytest.raises(RunError, match=r"(?i)name too long[\s\S]*255 bytes[\s\S]*shorter"):
            attempt(long)
    write_atomic(tmp_path / ("n" * 255), "")  # the scratch file needs no longer name


def test_writers_of_one_file_do_not_meet(tmp_path: Path) -> None:
    """They had one scratch name for each process, or one for all."""
    faults: list[Exception] = []
    texts = {str(n) * 10_000 for n in range(4)}

    def write(text: str) -> None:
        try:
            for _ in range(50):
                write_atomic(tmp_path / "file", text, durable=False)
                assert (tmp_path / "file").read_text() in texts
        except Exception as error:
            faults.append(error)

    threads = [Thread(target=write, args=(text,)) for text in texts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults and [file.name for file in tmp_path.iterdir()] == ["file"]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of all caches."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    files._warn.cache_clear()
    return tmp_path / "standoff"


def folder(name: str = "things") -> Path:
    found = cache_dir(name)
    assert found is not None
    return found


def test_an_entry_is_read_as_it_was_written(home: Path) -> None:
    assert folder() == home / "things" and read_cached(folder() / "one") is None
    assert write_cached(folder() / "one", b"code", 10) and read_cached(folder() / "one") == b"code"
    assert write_cached(folder() / "one", b"", 10) and read_cached(folder() / "one") == b""


def test_a_flipped_bit_is_never_read_and_goes(home: Path) -> None:
    entry, random = folder() / "one", Random(1)
    write_cached(entry, b"a program of the processor", 10)
    whole = entry.read_bytes()
    for bit in range(8 * len(whole)):
        damaged = bytearray(whole)
        damaged[bit // 8] ^= 1 << bit % 8
        entry.write_bytes(damaged)
        assert read_cached(entry) is None and not entry.exists()
    for length in random.sample(range(len(whole)), 20):
        entry.write_bytes(whole[:length])
        assert read_cached(entry) is None and not entry.exists()


def test_an_entry_of_another_name_or_another_key_is_none(home: Path, tmp_path: Path) -> None:
    write_cached(folder() / "one", b"code", 10)
    shutil.copy(folder() / "one", folder() / "two")
    assert read_cached(folder() / "two") is None and read_cached(folder() / "one") == b"code"
    (home / "key").unlink()  # as in a folder that came from another machine
    assert read_cached(folder() / "one") is None and not (folder() / "one").exists()
    (home / "key").write_bytes(b"short")
    assert write_cached(folder() / "one", b"code", 10) and read_cached(folder() / "one") == b"code"


@POSIX
def test_a_cache_is_closed_to_others(home: Path) -> None:
    home.mkdir(mode=0o755)
    write_cached(folder() / "one", b"code", 10)
    modes = {
        path: path.stat().st_mode & 0o777 for path in (home, home / "things", home / "key", home / "things" / "one")
    }
    assert [*modes.values()] == [0o700, 0o700, 0o600, 0o600]
    (home / "key").chmod(0o644)  # whoever has read it can write entries
    assert read_cached(folder() / "one") is None and (home / "key").stat().st_mode & 0o777 == 0o600


@POSIX
@pytest.mark.parametrize("mode", [0o777, 0o770, 0o702])
@pytest.mark.parametrize("name", ["", "things"])
def test_a_cache_that_others_can_write_is_not_used_and_that_is_said_once(
    home: Path, caplog: pytest.LogCaptureFixture, name: str, mode: int
) -> None:
    (home / "things").mkdir(parents=True)
    (home / name).chmod(mode)
    with caplog.at_level(logging.WARNING, "standoff"):
        assert cache_dir("things") is None is cache_dir("things")
    assert [record.message.count("other users can write") for record in caplog.records] == [1]
    assert (home / name).stat().st_mode & 0o777 == mode, "what others may have put there is left as it is"


@POSIX
def test_a_cache_of_another_user_is_not_used(
    home: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    folder()
    monkeypatch.setattr(os, "getuid", lambda: 987_654)
    with caplog.at_level(logging.WARNING, "standoff"):
        assert cache_dir("things") is None
    assert "another user owns it" in caplog.text


def test_without_a_home_or_a_disk_there_is_no_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def homeless() -> Path:
        raise RuntimeError("Could not determine home directory.")

    (tmp_path / "file").touch()
    for place in (str(tmp_path / "file"), "/proc/none", "/" + "n" * 300):
        monkeypatch.setenv("XDG_CACHE_HOME", place)
        assert cache_dir("things") is None
    monkeypatch.setattr(Path, "home", staticmethod(homeless))
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert cache_dir("things") is None


def test_the_oldest_entries_go(home: Path) -> None:
    for n in range(4):
        assert write_cached(folder() / f"{n}", b"code", 2)
        os.utime(folder() / f"{n}", (n, n))
    assert sorted(file.name for file in folder().iterdir()) == ["2", "3"]
    read_cached(folder() / "2")  # used last
    write_cached(folder() / "4", b"code", 2)
    assert sorted(file.name for file in folder().iterdir()) == ["2", "4"]
