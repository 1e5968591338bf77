"""Programs kept on disk: found again by what they depend on, and by nothing else."""

import time

import numpy as np
import pytest

from standoff.engine import compiled
from standoff.engine.simulate import simulate


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """An empty folder for programs, in which all are worth keeping."""
    monkeypatch.setattr(compiled, "cache_folder", lambda: tmp_path)
    monkeypatch.setattr(compiled, "WORTH", 0.0)
    return tmp_path / "programs"


def fresh(calm):
    """A model that no cache has seen: its floor is a constant of the program."""
    return calm(
        {
            "stocks": {
                "new": {"unit": "1", "floor": -(time.time() % 1000), "initial": "0.1 to 0.5", "sources": "assumption"}
            }
        }
    )


def files(folder):
    return [file for file in folder.glob("*") if not file.name.startswith(".")]


def test_a_second_start_reads_the_program_and_gives_the_same_numbers(calm, kept, monkeypatch):
    model = fresh(calm)
    first = simulate(model, draws=50, seed=3)
    assert len(files(kept)) == 1
    monkeypatch.setattr(compiled, "_lowered", lambda *_: pytest.fail("traced again"))
    again = simulate(model, draws=50, seed=3)
    np.testing.assert_array_equal(first.answers, again.answers)
    np.testing.assert_array_equal(first.cells, again.cells)


@pytest.mark.slow
def test_the_games_of_a_date_are_read_too(world, kept, monkeypatch):
    """They run on one device, the block of draws on all: a program goes back to where it was made for."""
    from standoff.engine import reasons

    new = {"use": "expression", "weight": 1, "value": {"press": f"{time.time() % 1:.6f}"}}  # a constant of the games
    change = {"choices": {"AAA": {"because": {"new": new}}}}
    run = simulate(world(change), draws=40, seed=1, paths="all")
    step = run.model.program.decision_steps[0]
    first = run.game(step)
    assert len(files(kept)) == 2
    reasons._compiled.cache_clear()
    again = reasons.solved(run, step)
    np.testing.assert_array_equal(first.reasons, again.reasons)


def test_a_program_that_cannot_be_read_is_made_anew(calm, kept):
    model = fresh(calm)
    first = simulate(model, draws=50, seed=3)
    (file,) = files(kept)
    for broken in (b"", b"not a program", file.read_bytes()[:1000]):
        file.write_bytes(broken)
        np.testing.assert_array_equal(first.answers, simulate(model, draws=50, seed=3).answers)


def test_another_number_another_function_or_other_code_is_another_program(calm, kept, monkeypatch):
    model, other = calm(), calm({"stocks": {"fear": {"initial": "0.1 to 0.9"}}})
    names = {compiled._file(made.hash, what) for made in (model, other) for what in ("a block of 64", "a block of 128")}
    monkeypatch.setattr(compiled, "_source", lambda: "other code")
    assert len(names | {compiled._file(model.hash, "a block of 64")}) == 5


def test_the_oldest_programs_go(kept, monkeypatch):
    monkeypatch.setattr(compiled, "KEPT", 2)
    monkeypatch.setattr(compiled, "serialize", lambda made: made)
    for n in range(4):
        compiled._write(kept / f"{n}", n)
        (kept / f"{n}").touch()
        time.sleep(0.02)
    assert sorted(file.name for file in files(kept)) == ["2", "3"]
