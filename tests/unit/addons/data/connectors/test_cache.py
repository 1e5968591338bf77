"""Kept copies: whole or not at all, told apart from damaged ones, and never replaced by what cannot be read."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

import pytest

from standoff.addons.data import datasets
from standoff.addons.data.connectors import _cache, uk_mod
from standoff.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "standoff" / "data"


def files(home: Path) -> list[str]:
    return sorted(path.name for path in home.iterdir())


def test_a_copy_is_kept_with_its_hash_licence_and_citation(home: Path) -> None:
    assert _cache.find("uk_mod") is None
    entry = _cache.store("uk_mod", uk_mod.SOURCE, b"one")
    digest = hashlib.sha256(b"one").hexdigest()
    assert files(home) == [f"uk_mod-{digest[:16]}.raw", "uk_mod.json"]
    record = json.loads((home / "uk_mod.json").read_text())
    assert record["sha256"] == digest and record["size"] == 3
    assert (record["url"], record["licence"]) == (uk_mod.SOURCE.url, uk_mod.SOURCE.licence)
    assert record["citation"] == uk_mod.SOURCE.citation and record["fetched"].endswith("+00:00")
    assert _cache.find("uk_mod") == entry and _cache.load(entry) == b"one" and _cache.intact(entry)
    assert entry.changed is None


def test_the_next_copy_takes_its_place_and_says_whether_it_differs(home: Path) -> None:
    _cache.store("uk_mod", uk_mod.SOURCE, b"one")
    same = _cache.store("uk_mod", uk_mod.SOURCE, b"one")
    assert same.changed is False and len(files(home)) == 2
    other = _cache.store("uk_mod", uk_mod.SOURCE, b"two")
    assert other.changed is True and len(files(home)) == 2 and _cache.load(other) == b"two"


def test_a_write_that_fails_leaves_the_copy_before_it(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = _cache.store("uk_mod", uk_mod.SOURCE, b"one")

    replace_file = os.replace

    def full(scratch: Path, path: Path) -> None:
        if path.suffix == ".json":
            raise OSError(28, "No space left on device")
        replace_file(scratch, path)

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(DataError, match="No space left"):
        _cache.store("uk_mod", uk_mod.SOURCE, b"two")
    assert _cache.find("uk_mod") == entry and _cache.load(entry) == b"one"


def test_a_damaged_copy_and_a_damaged_record_are_told(home: Path) -> None:
    entry = _cache.store("uk_mod", uk_mod.SOURCE, b"one")
    (home / entry.file).write_bytes(b"on")
    assert not _cache.intact(entry)
    with pytest.raises(DataError, match=r"damaged[\s\S]*--refresh"):
        _cache.load(entry)
    (home / entry.file).unlink()
    with pytest.raises(DataError, match="cannot be read"):
        _cache.load(entry)
    record = asdict(entry)
    changes: list[dict[str, object]] = [
        {"fetched": None},
        {"fetched": "2024"},
        {"fetched": entry.fetched[:19]},
        {"size": "3"},
        {"file": "../x"},
        {"file": "x\0"},
        {"url": 5},
        {"title": "\ud800"},
    ]
    whole = (home / "uk_mod.json").read_text()
    later = whole.replace(entry.fetched, f"1{entry.fetched[1:]}")  # the day on which some claims were published
    assert later != whole
    for text in (
        "{",
        "[]",
        '{"name": "x"}',
        "[" * 100_000,
        later,
        *(_cache.record(record | change) for change in changes),
    ):
        (home / "uk_mod.json").write_text(text)
        with pytest.raises(DataError, match="record of the cached copy"):
            _cache.find("uk_mod")
        assert next(one for one in datasets.status() if one["name"] == "uk_mod")["state"] == "unreadable record"


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    with pytest.raises(DataError, match=r"cannot cache the file[\s\S]*XDG_CACHE_HOME"):
        _cache.store("uk_mod", uk_mod.SOURCE, b"one")


def test_status_knows_fresh_stale_and_damaged(home: Path, sample: Callable[[str], bytes]) -> None:
    def state() -> str:
        return str(next(one for one in datasets.status() if one["name"] == "uk_mod")["state"])

    assert state() == "not cached"
    entry = _cache.store("uk_mod", uk_mod.SOURCE, sample("uk_mod"))
    assert state() == "fresh"
    old = replace(entry, fetched="2020-01-01T00:00:00+00:00")
    (home / "uk_mod.json").write_text(_cache.record(old.__dict__))
    assert state() == "stale" and datasets.age(old) > 2000
    (home / entry.file).write_bytes(b"")
    assert state() == "damaged"
