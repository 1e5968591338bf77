"""Jobs as bytes: the same key means the same work, and what is no job is refused."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from standoff import job as of_jobs
from standoff.array_files import pack
from standoff.errors import RunError
from standoff.job import Job, JobCase

CASE = JobCase("title: Ärger", "{}\n", "digest", {"note": "n"}, {"draws": np.arange(4.0)})
JOB = Job("draws", "draws 0 to 9", CASE, {"seed": 1, "draws": 10}, {"jax": "1"})


def test_a_job_comes_back_with_its_key() -> None:
    back = Job.from_bytes(JOB.to_bytes())
    assert back.key == JOB.key and back.label == JOB.label and back.case.scenario == CASE.scenario
    np.testing.assert_array_equal(back.case.arrays["draws"], CASE.arrays["draws"])


def test_whatever_a_result_depends_on_changes_the_key() -> None:
    others = [
        replace(JOB, kind="models"),
        replace(JOB, settings={"seed": 2, "draws": 10}),
        replace(JOB, software={"jax": "2"}),
        *(
            replace(JOB, case=replace(CASE, **change))
            for change in (
                {"scenario": "x"},
                {"claims": ""},
                {"expected": "y"},
                {"posterior": {}},
                {"arrays": {"draws": np.arange(5.0)}},
            )
        ),
    ]
    assert len({JOB.key, *(other.key for other in others)}) == len(others) + 1
    assert replace(JOB, label="another").key == JOB.key
    assert replace(JOB, settings={"draws": 10, "seed": 1}).key == JOB.key


@pytest.mark.parametrize("raw", [b"", b"cos\nsystem\n(S'ls'\ntR.", pack({"a": np.zeros(3)}), JOB.to_bytes()[:-1]])
def test_what_is_no_job_is_refused(raw: bytes) -> None:
    with pytest.raises(ValueError):
        Job.from_bytes(raw)


def test_a_case_in_place_of_another_is_refused() -> None:
    other = replace(CASE, scenario="title: other")
    raw = pack({of_jobs.ABOUT: np.array(json.dumps(JOB.to_data())), **other.to_arrays()})
    with pytest.raises(ValueError, match="not the one that it names"):
        Job.from_bytes(raw)


def test_a_job_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(of_jobs, "LARGEST", 100)
    with pytest.raises(RunError, match="draws 0 to 9"):
        JOB.to_bytes()
