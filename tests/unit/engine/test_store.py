"""A run folder: a run that was cut off goes on, and another run is refused."""

from __future__ import annotations

import json

import numpy as np
import pytest

from standoff.engine.simulate import simulate
from standoff.engine.store import Folder
from standoff.errors import RunError

CHUNK = 32  # with two devices and four blocks of 32 a shard: 600 draws are several shards


class Stopped(Exception):
    pass


def stop(done: int, asked: int) -> None:
    raise Stopped


def go(model, folder=None, **changes):
    return simulate(model, **{"draws": 600, "seed": 1, "paths": 300, "chunk": CHUNK, "folder": folder, **changes})


def test_a_run_that_was_cut_off_goes_on_where_it_stopped(calm, tmp_path, monkeypatch):
    whole = go(calm())
    folder = Folder(tmp_path / "run")
    with pytest.raises(Stopped):
        go(calm(), folder, progress=stop)
    finished = folder.shards()
    assert len(finished) == 1
    stamps = {place: file.stat().st_mtime_ns for place, file in finished.items()}
    written = []
    write = Folder.write
    monkeypatch.setattr(Folder, "write", lambda self, *shard: (written.append(shard[:2]), write(self, *shard))[1])
    resumed = go(calm(), folder)
    assert written and not set(written) & set(finished)  # the finished shard was not run again
    assert {place: file.stat().st_mtime_ns for place, file in folder.shards().items() if place in stamps} == stamps
    for name in ("answers", "failed", "cells", "mean", "variance", "flows", "parameters"):
        np.testing.assert_array_equal(getattr(resumed, name), getattr(whole, name), err_msg=name)
    record = json.loads((folder.path / "run.json").read_text())
    assert record["finished"] and record["model"] == calm().hash and record["settings"]["seed"] == 1


def test_a_finished_run_is_read_and_not_run_again(calm, tmp_path, monkeypatch):
    folder = Folder(tmp_path / "run")
    first = go(calm(), folder)
    monkeypatch.setattr(Folder, "write", lambda *_: pytest.fail("a shard was run again"))
    np.testing.assert_array_equal(go(calm(), folder).cells, first.cells)


@pytest.mark.parametrize("change", [{"seed": 2}, {"draws": 601}, {"precision": "double"}, {"paths": 299}])
def test_a_folder_with_another_run_is_refused(calm, tmp_path, change):
    folder = Folder(tmp_path / "run")
    with pytest.raises(Stopped):
        go(calm(), folder, progress=stop)
    with pytest.raises(RunError, match="another run: settings differ"):
        go(calm(), folder, **change)


def test_a_folder_of_another_model_or_with_other_files_is_refused(calm, tmp_path):
    folder = Folder(tmp_path / "run")
    folder.open(calm(), go(calm()).settings)
    with pytest.raises(RunError, match="model"):
        go(calm({"mechanisms": {"dread": {"mean": "0.6 @assumption"}}}), folder)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "thesis.txt").write_text("mine")
    with pytest.raises(RunError, match="other files"):
        go(calm(), Folder(tmp_path / "other"))


def test_a_broken_record_or_shard_is_an_error_that_says_what_to_do(calm, tmp_path):
    folder = Folder(tmp_path / "run")
    go(calm(), folder)
    shard = next(iter(folder.shards().values()))
    shard.write_bytes(shard.read_bytes()[:100])
    with pytest.raises(RunError, match="remove it; it is run again"):
        go(calm(), folder)
    (folder.path / "run.json").write_text("{")
    with pytest.raises(RunError, match="cannot be read"):
        go(calm(), folder)


def test_the_folder_holds_the_scenario_and_the_claims(calm, tmp_path):
    from standoff.ledger import Ledger
    from standoff.scenario import load_text

    folder = Folder(tmp_path / "run")
    go(calm(), folder)
    assert load_text((folder.path / "scenario.yaml").read_text()).scenario == calm().scenario
    assert (folder.path / "claims.jsonl").read_text() == Ledger().text
