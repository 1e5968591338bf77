"""Programs kept on disk: found again by what they depend on, and by nothing else."""

import os
import pickle
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import jax
import numpy as np
import pytest

from standoff import xla
from standoff.engine import compile_cache, simulator
from standoff.engine.compile_cache import HOME, source_digest
from standoff.engine.simulate import simulate
from standoff.files import TAG, cache_dir
from standoff.xla import cores, single_thread_devices


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """An empty folder for programs, in which all are worth keeping."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(compile_cache, "MIN_SECONDS", 0.0)
    return cache_dir("programs")


def fresh(calm, floor=None, initial="0.1 to 0.5"):
    """A model that no cache has seen: its floor is a constant of the program. It has one mechanism, so that it is small."""
    floor = -(time.time() % 1000) if floor is None else floor
    new = {"unit": "1", "floor": floor, "initial": initial, "sources": "assumption"}
    return calm({"stocks": {"new": new}, "mechanisms": dict.fromkeys(("quiet", "lift", "sway"))})


def files(folder):
    return [file for file in folder.glob("*") if not file.name.startswith(".")]


def code(folder):
    """What was compiled: it is kept under the name of the text, to which that of the model leads."""
    return [file for file in files(folder) if file.stat().st_size > 1000]


def test_a_second_start_reads_the_program_and_gives_the_same_numbers(calm, kept, monkeypatch):
    model = fresh(calm)
    first = simulate(model, draws=50, seed=3)
    assert len(code(kept)) == 1
    monkeypatch.setattr(compile_cache, "_LAST", {})
    monkeypatch.setattr(simulator, "_lowered", lambda *_: pytest.fail("traced again"))
    again = simulate(model, draws=50, seed=3)
    np.testing.assert_array_equal(first.answers, again.answers)
    np.testing.assert_array_equal(first.stock_paths, again.stock_paths)


@pytest.mark.slow
def test_the_games_of_a_date_are_read_too(world, kept, monkeypatch):
    from standoff.engine import decision_record

    new = {"use": "expression", "weight": 1, "value": {"press": f"{time.time() % 1:.6f}"}}  # a constant of the games
    change = {"choices": {"AAA": {"reasons": {"new": new}}}}
    run = simulate(world(change), draws=40, seed=1, paths="all")
    step = run.model.program.decision_steps[0]
    first = decision_record.at_step(run, step)
    assert len(code(kept)) == 2
    decision_record._compiled.cache_clear()
    again = decision_record.at_step.__wrapped__(run, step)
    np.testing.assert_array_equal(first.reasons, again.reasons)


def test_a_program_that_cannot_be_read_is_made_anew(calm, kept, monkeypatch):
    model = fresh(calm)
    first = simulate(model, draws=50, seed=3)
    (program,) = code(kept)
    flipped = bytearray(program.read_bytes())
    flipped[len(flipped) // 2] ^= 4
    program.write_bytes(flipped)
    compile_, load, loaded = xla.compile_lowered, xla.deserialize, []
    monkeypatch.setattr(xla, "deserialize", lambda raw, on: (loaded.append(raw), load(raw, on))[1])
    for compilations in (1, 0):
        monkeypatch.setattr(compile_cache, "_LAST", {})
        made = []
        monkeypatch.setattr(
            xla, "compile_lowered", lambda lowered, made=made: (made.append(lowered), compile_(lowered))[1]
        )
        np.testing.assert_array_equal(first.answers, simulate(model, draws=50, seed=3).answers)
        assert len(made) == compilations
    assert flipped[TAG:] not in loaded


class Planted:
    """Makes a file where it is unpickled."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return open, (self.path, "w")


@pytest.mark.parametrize("raw", [b"", b"not a program", pickle.dumps(Planted("planted"))])
def test_what_this_user_did_not_write_is_not_unpickled(kept, tmp_path, monkeypatch, raw):
    monkeypatch.chdir(tmp_path)
    for before in (b"", bytes(TAG)):
        (kept / "name").write_bytes(before + raw)
        assert compile_cache._read("name", single_thread_devices()[:1]) is None
        assert not (kept / "name").exists() and not (tmp_path / "planted").exists()


def test_a_program_that_does_not_load_goes(kept):
    compile_cache._write(b"as it was written, and no program", "text", "model")
    assert len(files(kept)) == 2
    assert compile_cache._read("model", single_thread_devices()[:1]) is None and [
        file.name for file in files(kept)
    ] == ["model"]
    assert compile_cache._read("model", single_thread_devices()[:1]) is None


def test_without_a_cache_every_process_compiles(kept, tmp_path, monkeypatch):
    compile_cache._write(b"code", "text", "model")
    (tmp_path / "standoff").chmod(0o777)
    monkeypatch.setattr(xla, "deserialize", lambda *_: pytest.fail("read"))
    assert compile_cache._read("model", single_thread_devices()[:1]) is None
    compile_cache._write(b"code", "other", "model")
    assert {file.name for file in files(kept)} == {"text", "model"}


JAXS_OWN = """
import sys
import jax, numpy as np
from standoff.xla import devices
devices()
print(float(jax.jit(lambda x: (x * 3 + %s) @ x)(np.arange(5.0, dtype=np.float32))))
"""


def test_what_jax_keeps_by_itself_is_read_by_our_rules(tmp_path):
    """A damaged entry gave zlib.error at every start, and was not replaced."""
    text = JAXS_OWN % (time.time() % 1000)
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path)}

    def started():
        out = subprocess.run(
            [sys.executable, "-W", "error", "-c", text], env=environment, capture_output=True, text=True
        )
        assert out.returncode == 0, out.stderr
        return float(out.stdout), out.stderr

    first, _ = started()
    entries = [*(tmp_path / "standoff" / "compiled").iterdir()]
    whole = {entry: entry.read_bytes() for entry in entries}
    assert entries
    for entry in entries:
        damaged = bytearray(whole[entry])
        damaged[len(damaged) // 2] ^= 1
        entry.write_bytes(damaged)
    again, said = started()
    assert again == first and "zlib" not in said
    assert all(entry.stat().st_size >= 0.9 * len(whole[entry]) and entry.read_bytes() != damaged for entry in entries)


def test_a_model_of_which_only_numbers_changed_is_not_compiled_again(calm, kept, monkeypatch):
    fresh_model = fresh(calm)
    simulate(fresh_model, draws=50, seed=3)
    assert len(files(kept)) == 2
    other = fresh(calm, fresh_model.scenario.stocks["new"].floor, "0.2 to 0.6")
    monkeypatch.setattr(xla, "compile_lowered", lambda _: pytest.fail("compiled again"))
    simulate(other, draws=50, seed=3)
    assert len(files(kept)) == 3


def test_every_core_runs_the_code_that_was_compiled_for_the_first(calm, kept):
    model = fresh(calm)
    lowered = partial(simulator._lowered, model, 64, "single")
    found = compile_cache.load_on_every_core(model.hash, "", "a block of 64", lowered)
    assert len(found) == len(single_thread_devices()) == cores()
    ids = np.arange(64, dtype=np.uint32)
    answers = []
    for device, program in zip(single_thread_devices(), found, strict=True):
        table = jax.device_put(jax.tree.map(np.float32, model.table), device)
        shapes = model.program.path_shapes(64, np.float32).items()
        paths = {name: jax.device_put(np.zeros(shape, kind), device) for name, (shape, kind) in shapes}
        begun = jax.tree.map(lambda like: np.zeros(like.shape, like.dtype), model.program.carry_shapes(64, np.float32))
        span = np.int32(0), np.int32(model.program.steps)
        kept_, _, after, _ = program()(table, np.uint32(3), ids, np.uint32(64), np.bool_(True), paths, span, begun)
        assert kept_["answers"].devices() == after["cells"].devices() == {device}
        answers.append(np.asarray(kept_["answers"]))
    for other in answers[1:]:
        np.testing.assert_array_equal(answers[0], other)


def test_another_number_another_function_or_other_code_is_another_program(calm):
    model, other = calm(), calm({"stocks": {"fear": {"initial": "0.1 to 0.9"}}})
    names = {
        compile_cache._name(made.hash, source, what)
        for made in (model, other)
        for source in ("code", "other code")
        for what in ("a block of 64", "a block of 128")
    }
    assert len(names) == 8


def test_the_oldest_programs_go(kept, monkeypatch):
    monkeypatch.setattr(compile_cache, "MAX_ENTRIES", 2)
    for n in range(4):
        compile_cache._write(b"code", f"{n}", f"{n}")
        os.utime(kept / f"{n}", (n, n))
    assert sorted(file.name for file in files(kept)) == ["2", "3"]


def test_a_long_compilation_says_so_once_in_one_line(calm, kept, monkeypatch, caplog):
    model = fresh(calm)
    monkeypatch.setattr(compile_cache, "LONG", 0.0)
    monkeypatch.setattr(compile_cache, "SECONDS_PER_LETTER", 1e-9)
    simulate(model, draws=50)
    monkeypatch.setattr(compile_cache, "_LAST", {})
    simulate(model, draws=50)
    assert [record.getMessage() for record in caplog.records] == ["compiling, about 0 seconds, once"]
    words = [compile_cache._rounded(seconds) for seconds in (15.1, 44.9, 45, 89, 91, 200)]
    assert words == ["20 seconds", "40 seconds", "a minute", "a minute", "2 minutes", "3 minutes"]


def test_who_waits_for_a_turn_learns_that_another_had_it(kept, monkeypatch):
    monkeypatch.setattr(compile_cache, "TICK", 0.01)

    def waited() -> bool:
        with compile_cache._turn("name") as before:
            return before

    with ThreadPoolExecutor(1) as thread:
        with compile_cache._turn("name") as before:
            other = thread.submit(waited)
            time.sleep(0.1)
            assert not before and not other.done()
        assert other.result(60)
    assert not waited()
    monkeypatch.setattr(compile_cache, "PATIENCE", 0.05)
    with compile_cache._turn("name"):  # a turn that never ends holds nobody up for longer
        assert waited()


TOGETHER = """
import logging, sys
from standoff.catalog import load
from standoff.engine import compile_cache
from standoff.engine.build import build
from standoff.engine.simulate import simulate
compile_cache.MIN_SECONDS = 0.0
logging.basicConfig(level=logging.INFO, format="%(message)s")
print(simulate(build(*load("closed-form")), draws=64, seed=1).answers.sum())
"""


@pytest.mark.slow
def test_processes_that_begin_together_compile_a_program_once(tmp_path):
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path)}
    command = [sys.executable, "-c", TOGETHER]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    together = [subprocess.Popen(command, env=environment, **pipes) for _ in range(3)]
    outputs = [process.communicate() for process in together]
    assert [process.returncode for process in together] == [0, 0, 0], outputs
    assert len({result for result, _ in outputs}) == 1
    assert sum(log.count("block of") for _, log in outputs) == 1


MODULES = frozenset(
    {
        "standoff.engine.simulator",
        "standoff.mechanisms.attrition",
        "standoff.considerations.war_cost",
        "standoff.theories.satisficing",
    }
)


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    """A copy of the source of the package."""
    return shutil.copytree(
        HOME,
        tmp_path_factory.mktemp("source") / "standoff",
        ignore=lambda folder, names: [name for name in names if "." in name and not name.endswith(".py")],
    )


def changed(package, name):
    """The digest when a file has one more line."""
    file = package / name
    before = file.read_text() if file.exists() else None
    file.write_text(f"{before or ''}\nNEW = 1\n")
    source_digest.cache_clear()
    try:
        return source_digest(MODULES, package)
    finally:
        file.unlink() if before is None else file.write_text(before)
        source_digest.cache_clear()


@pytest.mark.parametrize(
    "name",
    [
        "engine/program.py",
        "engine/dynamics.py",
        "games/polymatrix.py",
        "theories/satisficing.py",
        "plan/choices.py",
        "components.py",
        "xla.py",
        "mechanisms/attrition.py",
        "mechanisms/_combat.py",
        "considerations/war_cost.py",
    ],
)
def test_a_change_in_the_code_of_a_program_changes_it(package, name):
    assert changed(package, name) != source_digest(MODULES)


@pytest.mark.parametrize(
    "name",
    [
        "labels.py",
        "cli/_options.py",
        "analysis/answer.py",
        "mechanisms/aid.py",
        "theories/best_response.py",
    ],
)
def test_a_label_or_a_part_not_in_use_does_not(package, name):
    assert (package / name).exists(), "a file that is not there changes nothing"
    assert changed(package, name) == source_digest(MODULES)


def test_a_new_part_does_not(package):
    assert changed(package, "mechanisms/throw_away.py") == source_digest(MODULES)
