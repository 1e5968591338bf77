"""Programs kept on disk: found again by what they depend on, and by nothing else."""

import time

import jax
import numpy as np
import pytest

from standoff.engine import compiled
from standoff.engine.device import apart, cores
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


def code(folder):
    """What was compiled: it is kept under the name of the model and that of the text."""
    return {file.stat().st_ino for file in files(folder)}


def test_a_second_start_reads_the_program_and_gives_the_same_numbers(calm, kept, monkeypatch):
    model = fresh(calm)
    first = simulate(model, draws=50, seed=3)
    assert len(code(kept)) == 1
    monkeypatch.setattr(compiled, "_LAST", {})
    monkeypatch.setattr(compiled, "_lowered", lambda *_: pytest.fail("traced again"))
    again = simulate(model, draws=50, seed=3)
    np.testing.assert_array_equal(first.answers, again.answers)
    np.testing.assert_array_equal(first.cells, again.cells)


@pytest.mark.slow
def test_the_games_of_a_date_are_read_too(world, kept, monkeypatch):
    from standoff.engine import reasons

    new = {"use": "expression", "weight": 1, "value": {"press": f"{time.time() % 1:.6f}"}}  # a constant of the games
    change = {"choices": {"AAA": {"because": {"new": new}}}}
    run = simulate(world(change), draws=40, seed=1, paths="all")
    step = run.model.program.decision_steps[0]
    first = run.game(step)
    assert len(code(kept)) == 2
    reasons._compiled.cache_clear()
    again = reasons.solved(run, step)
    np.testing.assert_array_equal(first.reasons, again.reasons)


def test_a_program_that_cannot_be_read_is_made_anew(calm, kept, monkeypatch):
    model = fresh(calm)
    first = simulate(model, draws=50, seed=3)
    whole = files(kept)[0].read_bytes()
    for broken in (b"", b"not a program", whole[:1000]):
        monkeypatch.setattr(compiled, "_LAST", {})
        for file in files(kept):
            file.write_bytes(broken)
        np.testing.assert_array_equal(first.answers, simulate(model, draws=50, seed=3).answers)


def test_a_model_of_which_only_numbers_changed_is_not_compiled_again(calm, kept, monkeypatch):
    fresh_model = fresh(calm)
    simulate(fresh_model, draws=50, seed=3)
    assert len(files(kept)) == 2
    floor = fresh_model.scenario.stocks["new"].floor
    new = {"unit": "1", "floor": floor, "initial": "0.2 to 0.6", "sources": "assumption"}
    other = calm({"stocks": {"new": new}})
    monkeypatch.setattr(compiled, "_compile", lambda _: pytest.fail("compiled again"))
    simulate(other, draws=50, seed=3)
    assert len(files(kept)) == 3


def test_every_core_runs_the_code_that_was_compiled_for_the_first(calm, kept):
    model = fresh(calm)
    found = compiled.block(model.hash, 64, 64, np.float32, model)
    assert len(found) == len(apart()) == cores()
    ids = np.arange(64, dtype=np.uint32)
    answers = []
    for device, program in zip(apart(), found, strict=True):
        table = [jax.device_put(np.asarray(part, np.float32), device) for part in model.table.arrays()]
        shapes = model.program.paths(64, np.float32, 64).items()
        paths = {name: jax.device_put(np.zeros(shape, kind), device) for name, (shape, kind) in shapes}
        kept_, _, after = program()(tuple(table), np.uint32(3), ids, np.uint32(64), np.bool_(True), paths)
        assert kept_["answers"].devices() == after["cells"].devices() == {device}
        answers.append(np.asarray(kept_["answers"]))
    for other in answers[1:]:
        np.testing.assert_array_equal(answers[0], other)


def test_another_number_another_function_or_other_code_is_another_program(calm, kept, monkeypatch):
    model, other = calm(), calm({"stocks": {"fear": {"initial": "0.1 to 0.9"}}})
    names = {compiled._file(made.hash, what) for made in (model, other) for what in ("a block of 64", "a block of 128")}
    monkeypatch.setattr(compiled, "_source", lambda: "other code")
    assert len(names | {compiled._file(model.hash, "a block of 64")}) == 5


def test_the_oldest_programs_go(kept, monkeypatch):
    monkeypatch.setattr(compiled, "KEPT", 2)
    for n in range(4):
        compiled._write(b"code", kept / f"{n}")
        (kept / f"{n}").touch()
        time.sleep(0.02)
    assert sorted(file.name for file in files(kept)) == ["2", "3"]
