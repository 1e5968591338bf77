"""Chains that were interrupted: the same draws, or more of them, from the parts that are stored."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from standoff.errors import RunError
from standoff.inference import checkpoint, hmc
from standoff.inference.hmc import Density

KEY = "0123456789abcdef" * 4


def value(z: np.ndarray) -> np.ndarray:
    return np.asarray(0.5 * np.square(z).sum(axis=1))


SURFACE = Density(value, lambda z: (value(z), z))


def stored(folder: Path, interval: float = 0.0) -> checkpoint.DrawCheckpoint:
    return checkpoint.DrawCheckpoint(folder, KEY, interval)


def draw(number: int, parts: checkpoint.DrawCheckpoint | None = None, surface: Density = SURFACE) -> hmc.Chains:
    return hmc.chains(surface, 3, number, 7, warmup=10, count=2, stored=parts)


def same(one: hmc.Chains, other: hmc.Chains) -> bool:
    return np.array_equal(one.draws, other.draws) and one[1:] == other[1:]


@pytest.mark.parametrize("calls", [5, 10, 11, 25])
def test_an_interrupted_series_resumes_with_the_same_draws(tmp_path: Path, calls: int) -> None:
    """In the warm-up, at its end, and after it; the first call is that of the start."""
    left = iter(range(calls + 1))

    def interrupted(z: np.ndarray) -> np.ndarray:
        if next(left, None) is None:
            raise KeyboardInterrupt
        return value(z)

    with pytest.raises(KeyboardInterrupt):
        draw(20, stored(tmp_path), Density(interrupted, SURFACE.surrogate))
    assert len(list(tmp_path.iterdir())) == calls
    resumed = stored(tmp_path)
    assert same(draw(20, resumed), draw(20))
    assert resumed.parts == 30


def test_more_draws_go_on_and_fewer_are_its_beginning(tmp_path: Path) -> None:
    draw(20, stored(tmp_path))
    for number in (20, 35, 12):
        assert same(draw(number, stored(tmp_path)), draw(number))


def test_one_part_at_the_end_of_a_short_series(tmp_path: Path) -> None:
    draw(20, stored(tmp_path, 3600.0))
    assert [path.name for path in tmp_path.iterdir()] == ["0123456789abcdef-00000.npz"]
    assert same(draw(25, stored(tmp_path, 3600.0)), draw(25))


def test_a_damaged_part_ends_what_is_read(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    draw(20, stored(tmp_path))
    path = tmp_path / "0123456789abcdef-00017.npz"
    raw = bytearray(path.read_bytes())
    raw[200] ^= 1
    path.write_bytes(raw)
    assert len(list(stored(tmp_path).read())) == 17
    assert "00017" in caplog.text
    assert same(draw(20, stored(tmp_path)), draw(20))
    assert len(list(stored(tmp_path).read())) == 30


def test_fewer_draws_take_nothing_from_those_that_are_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts of several draws, of which a shorter series ends in the middle of one."""
    numbers = iter(range(100))
    monkeypatch.setattr(checkpoint.DrawCheckpoint, "due", lambda self: next(numbers) % 7 == 6)
    draw(30, stored(tmp_path))
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert same(draw(15, stored(tmp_path)), draw(15))
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
    assert same(draw(30, stored(tmp_path)), draw(30))


def test_a_part_that_does_not_follow_the_one_before_is_not_used(tmp_path: Path) -> None:
    draw(20, stored(tmp_path))
    (tmp_path / "0123456789abcdef-00016.npz").replace(tmp_path / "0123456789abcdef-00015.npz")
    assert same(draw(20, stored(tmp_path)), draw(20))


def test_what_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(RunError):
        draw(5, stored(tmp_path / "file"))


def test_parts_are_removed_and_other_files_stay(tmp_path: Path) -> None:
    folder = tmp_path / "chains"
    checkpoint.remove(folder)
    draw(5, stored(folder))
    (folder / "notes.txt").touch()
    checkpoint.remove(folder)
    assert [path.name for path in folder.iterdir()] == ["notes.txt"]
    (folder / "notes.txt").unlink()
    checkpoint.remove(folder)
    assert not folder.exists()
