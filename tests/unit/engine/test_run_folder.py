"""A run folder: a run that was cut off goes on, another run is refused, and nothing damaged or foreign is used."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from random import Random

import numpy as np
import pytest

from standoff.array_files import pack, unpack
from standoff.engine.batches import batch_job, batches
from standoff.engine.flows import mean_flows
from standoff.engine.run import Settings
from standoff.engine.run_folder import RunFolder
from standoff.engine.simulate import simulate
from standoff.errors import RunError
from standoff.files import json_digest
from standoff.job_folder import JobFolder
from tests.progress_log import ProgressLog

CHUNK = 32  # 600 draws are 19 blocks, each with a result of its own


class Stopped(Exception):
    pass


def stop() -> None:
    raise Stopped


def go(model, folder=None, **changes):
    return simulate(model, **{"draws": 600, "seed": 1, "paths": 300, "chunk": CHUNK, "folder": folder, **changes})


def finished(folder):
    return {file: file.stat().st_mtime_ns for file in (folder.path / "results").glob("*.npz")}


def test_a_run_that_was_cut_off_goes_on_where_it_stopped(calm, tmp_path, monkeypatch):
    whole = go(calm())
    folder = RunFolder(tmp_path / "run")
    with pytest.raises(Stopped):
        go(calm(), folder, progress=ProgressLog(stop))
    before = finished(folder)
    assert len(before) == 1
    written, put = [], JobFolder.put
    monkeypatch.setattr(
        JobFolder, "put", lambda self, job, done: (written.append(self.file(job)), put(self, job, done))[1]
    )
    resumed = go(calm(), folder)
    assert len(written) == 18 and not set(written) & set(before)  # the finished block was not run again
    assert before.items() <= finished(folder).items()
    for name in ("answers", "failed", "stock_paths", "mean", "variance", "parameter_values"):
        np.testing.assert_array_equal(getattr(resumed, name), getattr(whole, name), err_msg=name)
    np.testing.assert_array_equal(mean_flows(resumed), mean_flows(whole))
    record = json.loads((folder.path / "run.json").read_text())
    assert record["finished"] and record["model"] == calm().hash and record["settings"]["seed"] == 1


def test_a_finished_run_is_read_and_not_run_again(calm, tmp_path, monkeypatch):
    folder = RunFolder(tmp_path / "run")
    first = go(calm(), folder)
    monkeypatch.setattr(JobFolder, "put", lambda *_: pytest.fail("a block was run again"))
    np.testing.assert_array_equal(go(calm(), folder).stock_paths, first.stock_paths)


@pytest.mark.parametrize("change", [{"seed": 2}, {"draws": 601}, {"precision": "double"}, {"paths": 299}])
def test_a_folder_with_another_run_is_refused(calm, tmp_path, change):
    folder = RunFolder(tmp_path / "run")
    with pytest.raises(Stopped):
        go(calm(), folder, progress=ProgressLog(stop))
    with pytest.raises(RunError, match="another run: settings differ"):
        go(calm(), folder, **change)


def test_a_folder_of_another_model_or_with_other_files_is_refused(calm, tmp_path):
    folder = RunFolder(tmp_path / "run")
    folder.open(calm(), go(calm()).settings)
    with pytest.raises(RunError, match="model"):
        go(calm({"mechanisms": {"dread": {"mean": "0.6 @assumption"}}}), folder)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "thesis.txt").write_text("mine")
    with pytest.raises(RunError, match="other files"):
        go(calm(), RunFolder(tmp_path / "other"))


def test_a_broken_record_or_result_is_an_error_that_says_what_to_do(calm, tmp_path):
    folder = RunFolder(tmp_path / "run")
    go(calm(), folder)
    result = next(iter(finished(folder)))
    result.write_bytes(result.read_bytes()[:100])
    with pytest.raises(RunError, match="remove it; its job is done again"):
        go(calm(), folder)
    record = folder.read_json("run.json") or {}
    half = {**record, "note": "\ud800"}  # half of a character: JSON can spell it, and no text holds it
    for text in ("{", json.dumps({**half, "sha256": json_digest(half)})):
        (folder.path / "run.json").write_text(text)
        with pytest.raises(RunError, match="cannot be read"):
            go(calm(), folder)


def test_the_folder_holds_the_scenario_and_the_claims(calm, tmp_path):
    from standoff.ledger import Ledger
    from standoff.scenario import load_text

    folder = RunFolder(tmp_path / "run")
    go(calm(), folder)
    assert load_text((folder.path / "scenario.yaml").read_text()).scenario == calm().scenario
    assert (folder.path / "claims.jsonl").read_text() == Ledger().text


@pytest.fixture(scope="module")
def done(calm, tmp_path_factory):
    """A finished run and its folder."""
    folder = RunFolder(tmp_path_factory.mktemp("done") / "run")
    return go(calm(), folder), folder


@pytest.fixture
def copy(done, tmp_path):
    """A copy of its folder, to be spoilt."""
    return RunFolder(Path(shutil.copytree(done[1].path, tmp_path / "run")))


def refused(calm, copy, name, what):
    """The folder is refused for one file, and taken again once that file is gone."""
    with pytest.raises(RunError, match=what) as caught:
        go(calm(), copy)
    assert all(problem.where.endswith(name) and "remove it" in problem.fix for problem in caught.value.problems)
    (copy.path / name).unlink()
    return go(calm(), copy)


def equal(one, other, rounding=0.0):
    """`rounding`, relative, is for a process whose compiler has other settings than this one's."""
    for name in ("failed", "unsolved", "count"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name), err_msg=name)
    for name in ("answers", "stock_paths", "parameter_values", "mean", "variance"):
        np.testing.assert_allclose(getattr(one, name), getattr(other, name), rtol=rounding, err_msg=name)


def names(calm, seed=1):
    """Files of the blocks of a run, in the order of their draws."""
    return [
        f"results/{batch_job(calm(), how).key}.npz"
        for _, how in batches(Settings(600, seed, "single", 300), 600, CHUNK, 1)
    ]


@pytest.mark.parametrize("lost", ["draw_answers", "draw_failed", "draw_cells", "sum_mean"])
def test_a_result_that_lacks_an_array_is_refused(calm, copy, done, lost):
    """In place of what is missing stood whatever lay in memory: 39.1 % where 24.5 % was right."""
    name = names(calm)[0]
    arrays = dict(np.load(copy.path / name))
    del arrays[f"array_{lost}"]
    np.savez(copy.path / name, **arrays)
    equal(refused(calm, copy, name, "damaged"), done[0])


def test_a_result_that_somebody_packed_anew_is_held_against_the_others(calm, copy, done):
    last, answers = names(calm)[-1], "array_draw_answers"
    whole = unpack((copy.path / last).read_bytes())
    for changed in (
        {name: value for name, value in whole.items() if name != answers},
        {**whole, answers: whole[answers][..., :1]},
        {**whole, answers: whole[answers].astype(np.float64)},
        {**whole, "array_sum_count": np.array(7)},
    ):
        (copy.path / last).write_bytes(pack(changed))
        equal(refused(calm, copy, last, "cannot be used"), done[0])


def test_paths_that_begin_with_other_stocks_are_refused(calm, copy, done):
    name, start = names(calm)[0], "array_draw_start"
    whole = unpack((copy.path / name).read_bytes())
    (copy.path / name).write_bytes(pack({**whole, start: whole[start][:0]}))
    equal(refused(calm, copy, name, "cannot be used"), done[0])


def test_swapped_results_are_refused(calm, copy, done):
    one, other = (copy.path / name for name in names(calm)[:2])
    raw = one.read_bytes()
    one.write_bytes(other.read_bytes())
    other.write_bytes(raw)
    with pytest.raises(RunError, match="of another job"):
        go(calm(), copy)


def test_a_result_of_another_run_is_refused(calm, copy, done, tmp_path):
    other, name = RunFolder(tmp_path / "other"), names(calm)[0]
    go(calm(), other, seed=2)
    shutil.copy(other.path / names(calm, 2)[0], copy.path / name)
    equal(refused(calm, copy, name, "of another job"), done[0])


def test_files_that_are_no_results_of_the_run_change_nothing(calm, copy, done):
    for name in ("draws-x-y.npz", f"{'0' * 64}.npz", "notes"):
        shutil.copy(copy.path / names(calm)[0], copy.path / "results" / name)
    equal(go(calm(), copy), done[0])


def test_a_flipped_bit_or_a_missing_end_is_harmless_or_an_error_that_names_the_file(calm, copy, done):
    copy.write_json("verdict.json", {"questions": [{"id": "a", "answer": 0.25}]})
    said, random, model = copy.read_json("verdict.json"), Random(1), calm()
    files = [file for file in copy.path.iterdir() if file.is_file()]
    assert len(files) == 4
    for file in (*files, *[copy.path / name for name in names(calm)[::5]]):
        whole = file.read_bytes()
        if not whole:  # no claims: whatever stands there is wrong
            file.write_bytes(b" ")
            with pytest.raises(RunError, match=f"{file.name}\\n.*digest"):
                go(model, copy)
            file.write_bytes(whole)
            continue
        spoilt = [whole[: random.randrange(len(whole))] for _ in range(4)]
        for bit in random.sample(range(8 * len(whole)), 12):
            spoilt.append(bytearray(whole))
            spoilt[-1][bit // 8] ^= 1 << bit % 8
        caught = 0
        for raw in spoilt:
            file.write_bytes(raw)
            try:
                equal(go(model, copy), done[0])
                assert copy.read_json("verdict.json") == said
            except RunError as error:
                caught += 1
                assert [problem.where for problem in error.problems] == [str(file)]
                assert "remove it" in str(error) or file.name == "verdict.json"
        assert caught >= (4 if file.suffix == ".json" else len(spoilt)), file  # of JSON, a blank may become another
        file.write_bytes(whole)


def test_a_run_that_was_stopped_before_its_record_goes_on(calm, done, tmp_path):
    run, folder = done
    for n, there in enumerate(
        [(), ("results",), ("results", "scenario.yaml"), ("results", "scenario.yaml", "claims.jsonl")]
    ):
        begun = tmp_path / str(n)
        begun.mkdir()
        (begun / ".12-ab.part").write_text("half a fi")
        for name in there:
            shutil.copytree(folder.path / name, begun / name) if name == "results" else shutil.copy(
                folder.path / name, begun
            )
        equal(go(calm(), RunFolder(begun)), run)
        assert (RunFolder(begun).record() or {})["finished"]


def test_a_case_is_not_taken_for_a_run_that_was_stopped(calm, tmp_path):
    (tmp_path / "scenario.yaml").write_text("title: mine")
    with pytest.raises(RunError, match=r"other files: scenario\.yaml"):
        go(calm(), RunFolder(tmp_path))
    (tmp_path / "results").mkdir()
    with pytest.raises(RunError, match=r"other files: scenario\.yaml"):
        go(calm(), RunFolder(tmp_path))
    assert (tmp_path / "scenario.yaml").read_text() == "title: mine"


KILLED = """
import os, signal, sys
from pathlib import Path
from tests.unit.conftest import calm_model
from tests.unit.engine.test_run_folder import go
from standoff.engine.run_folder import RunFolder

link, done = os.link, []
def ninth(scratch, name):
    done.append(name)
    if len(done) == 9:
        os.kill(os.getpid(), signal.SIGKILL)
    link(scratch, name)
os.link = ninth
go(calm_model(), RunFolder(Path(sys.argv[1])))
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no kill -9 here")
def test_a_run_that_was_killed_goes_on_to_the_same_bits(calm, done, tmp_path):
    folder = RunFolder(tmp_path / "run")
    root = Path(__file__).parents[3]
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, str(folder.path)],
        cwd=root,
        env={**os.environ, "PYTHONPATH": f"{root}{os.pathsep}{root / 'src'}"},
    )
    assert killed.returncode == -signal.SIGKILL
    assert len(finished(folder)) == 8 and list((folder.path / "results").glob(".*.part"))
    equal(go(calm(), folder), done[0], rounding=1e-5)  # a few dozen roundings of single precision


def test_what_killed_writers_left_goes_after_a_day(calm, copy):
    old, new = (copy.path / "results" / name for name in (".1-a.part", ".1-b.part"))
    for file in (old, new):
        file.touch()
    os.utime(old, (0, 0))
    go(calm(), copy)
    assert not old.exists() and new.exists()


@pytest.mark.parametrize(
    ("machine", "words"), [({"processor": "a Z80"}, "a Z80"), ("9999", "not named"), (None, "not named")]
)
def test_a_run_of_other_arithmetic_names_its_processor(calm, tmp_path, machine, words):
    go(calm(), RunFolder(tmp_path), draws=CHUNK, paths=1)
    data = json.loads((tmp_path / "run.json").read_text()) | {"arithmetic": "another", "machine": machine}
    data["sha256"] = json_digest({key: value for key, value in data.items() if key != "sha256"})
    (tmp_path / "run.json").write_text(json.dumps(data))
    with pytest.raises(RunError, match=f"begun on .*{words}"):
        go(calm(), RunFolder(tmp_path), draws=CHUNK, paths=1)
