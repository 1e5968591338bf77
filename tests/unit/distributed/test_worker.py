"""What a worker accepts, and what it gives back."""

from __future__ import annotations

import pickle
from dataclasses import replace

import numpy as np
import pytest

from standoff.distributed import worker
from standoff.distributed.worker import do, work
from standoff.engine.batches import batch_job, batches
from standoff.engine.parameters import ParameterTable, build_table
from standoff.engine.run import Settings
from standoff.job import FAILED, REFUSED, RESULT, Job, Reply
from tests.unit.conftest import calm_model

SETTINGS = Settings(64, 1, "single", 8, 0)


@pytest.fixture(scope="module")
def job(calm) -> Job:
    (how,) = (how for _, how in batches(SETTINGS, 64, 32, 8))
    return batch_job(calm(), how)


def test_a_job_in_bytes_gives_a_result_in_bytes(job):
    reply = Reply.from_bytes(work(job.to_bytes()))
    assert reply.kind == RESULT and reply.host and reply.machine and reply.machine["seconds"] > 0


@pytest.mark.parametrize("name", ["jax", "source", "arithmetic", "python"])
def test_other_software_is_refused_with_both_sides(job, name):
    reply = do(replace(job, software={**job.software, name: "another"}), pause=0.0)
    assert reply.kind == REFUSED and reply.text == f"{name} {job.software[name]}, wanted another"


def test_what_cannot_be_done_is_told(job, monkeypatch):
    assert "not the one" in do(replace(job, case=replace(job.case, expected="0" * 64))).text
    monkeypatch.setattr(worker, "KINDS", {"draws": lambda _: 1 / 0})
    reply = do(job)
    assert reply.kind == FAILED and "ZeroDivisionError" in reply.text
    assert do(replace(job, kind="other"), pause=0.0).kind == REFUSED


@pytest.mark.parametrize("raw", [b"", pickle.dumps(print), b"PK\x05\x06" + bytes(18)])
def test_what_is_no_job_is_refused_and_never_unpickled(raw):
    reply = Reply.from_bytes(work(raw))
    assert reply.kind == REFUSED and "cannot be read" in reply.text


@pytest.mark.parametrize("raw", [b"", b"{}", b'{"kind": "result", "more": 1}\n'])
def test_what_is_no_reply_is_refused(raw):
    with pytest.raises(ValueError):
        Reply.from_bytes(raw)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"block": 0}, "block"),
        ({"block": 10**9}, "block"),
        ({"block": "32"}, "block"),
        ({"recorded": 65}, "more draws are kept"),
        ({"run": []}, "run"),
        ({"totals": 1}, "totals"),
        ({"run": {"draws": 0}}, "run.draws"),
        ({"run": {"draws": 64, "seed": 1, "precision": "single", "paths": 8, "first": 10**400}}, "run.first"),
        ({"run": {"draws": 64, "seed": 1, "precision": "half", "paths": 8}}, "half"),
    ],
)
def test_settings_of_another_form_are_named(job, change, words):
    reply = do(replace(job, settings={**job.settings, **change}))
    assert reply.kind == FAILED and words in reply.text and "Traceback" not in reply.text and job.label in reply.text


@pytest.mark.parametrize("kind", ["table", "models", "origin", "draws"])
@pytest.mark.parametrize("settings", [{}, {"draws": -1, "seed": "x", "fitted": None, "set": 0.5}])
def test_every_kind_checks_its_settings(job, kind, settings):
    reply = do(replace(job, kind=kind, settings=settings))
    assert reply.kind == FAILED and "Traceback" not in reply.text, reply.text


def test_a_table_of_another_form_is_named(job):
    settings = {"draws": 4, "seed": 1, "step": -1}
    reply = do(replace(job, kind="table", settings=settings))
    assert reply.kind == FAILED and "parameter table" in reply.text and "Traceback" not in reply.text


def test_a_decision_that_no_step_has_is_named(job):
    table = {
        f"table_0_{name}": value
        for name, value in zip(ParameterTable._fields, build_table(calm_model().plan)[1], strict=True)
    }
    arrays = {name: np.asarray(value) for name, value in table.items()}
    at = replace(job, kind="table", settings={"draws": 4, "seed": 1, "step": 3}, case=replace(job.case, arrays=arrays))
    assert "no decision at step 3" in do(at).text


@pytest.mark.parametrize("change", [{"software": "x"}, {"settings": [1]}, {"kind": 5}])
def test_a_job_of_another_form_is_refused(job, change):
    with pytest.raises(ValueError, match="settings and software"):
        replace(job, **change)
