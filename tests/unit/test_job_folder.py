"""A folder of jobs: results are there once, lists come back, and what is damaged is named."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NoReturn

import numpy as np
import pytest

from standoff.errors import RunError
from standoff.job import Job, JobCase
from standoff.job_folder import JobFolder, JobResult, LocalExecutor
from standoff.progress import SILENT

CASE = JobCase("title: a", "")
JOBS = [Job("sum", f"job {n}", CASE, {"n": n}, {}) for n in range(3)]


def raw(job: Job, value: float = 1.0, host: str = "here") -> bytes:
    return JobResult({"x": np.full(2, value)}, {"f": 1}, {"host": host}).to_bytes(job.key)


def test_jobs_and_results_come_back(tmp_path: Path) -> None:
    folder = JobFolder(tmp_path)
    folder.write_jobs(JOBS)
    assert [job.key for job in folder.jobs()] == [job.key for job in JOBS]
    assert folder.put(JOBS[1], raw(JOBS[1])) and not folder.put(JOBS[1], raw(JOBS[1], host="there"))
    assert [job.label for job in folder.missing(JOBS)] == ["job 0", "job 2"]
    result = folder.get(JOBS[1])
    assert result.facts == {"f": 1} and result.machine["host"] == "here" and result.arrays["x"].tolist() == [1.0, 1.0]
    assert not [file for file in (tmp_path / "results").iterdir() if file.name.startswith(".")]


def test_another_second_result_is_refused_and_the_first_stays(tmp_path: Path) -> None:
    folder = JobFolder(tmp_path)
    folder.put(JOBS[0], raw(JOBS[0]))
    with pytest.raises(RunError, match=r"two results of one job differ: job 0 on here .* and on there"):
        folder.put(JOBS[0], raw(JOBS[0], 2.0, "there"))
    assert folder.get(JOBS[0]).arrays["x"][0] == 1.0


def test_a_result_of_this_process_is_stored_once_and_compared_with_the_first(tmp_path: Path) -> None:
    folder, own = JobFolder(tmp_path), JobResult({"x": np.full(2, 1.0)}, {"f": 1}, {"host": "here"})
    assert folder.put(JOBS[0], own) and folder.file(JOBS[0]).read_bytes() == raw(JOBS[0])
    assert not folder.put(JOBS[0], own)
    folder.put(JOBS[1], raw(JOBS[1], 2.0, "there"))
    with pytest.raises(RunError, match="two results of one job differ"):
        folder.put(JOBS[1], own)


def test_an_error_here_names_the_job(tmp_path: Path) -> None:
    def refuse(job: Job) -> NoReturn:
        raise RunError("no number is finite")

    def fail(job: Job) -> NoReturn:
        raise KeyError("x")

    with pytest.raises(RunError, match=r"job 0\n +no number is finite"):
        LocalExecutor(refuse).complete(JOBS, JobFolder(tmp_path), SILENT)
    with pytest.raises(KeyError) as caught:
        LocalExecutor(fail).complete(JOBS, JobFolder(tmp_path), SILENT)
    assert caught.value.__notes__ == ["in the job: job 0"]


def test_results_without_a_list_of_jobs_are_counted(tmp_path: Path) -> None:
    folder = JobFolder(tmp_path)
    folder.put(JOBS[0], raw(JOBS[0]))
    with pytest.raises(RunError, match=r"1 result\(s\), and no list of jobs"):
        folder.jobs()


def test_the_result_of_another_job_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="another job"):
        JobFolder(tmp_path).put(JOBS[0], raw(JOBS[1]))


def test_a_damaged_result_is_named(tmp_path: Path) -> None:
    folder = JobFolder(tmp_path)
    folder.put(JOBS[0], raw(JOBS[0]))
    folder.file(JOBS[0]).write_bytes(raw(JOBS[0])[:-3])
    with pytest.raises(RunError, match="its job is done again"):
        folder.get(JOBS[0])


def test_a_list_that_was_changed_is_refused(tmp_path: Path) -> None:
    folder = JobFolder(tmp_path)
    with pytest.raises(RunError, match="there are no jobs"):
        folder.jobs()
    folder.write_jobs(JOBS)
    data = json.loads((tmp_path / "jobs.json").read_text())
    data["jobs"][0]["settings"]["n"] = 7
    (tmp_path / "jobs.json").write_text(json.dumps(data))
    with pytest.raises(RunError, match="damaged or was changed"):
        folder.jobs()
    folder.write_jobs(JOBS)
    (case,) = (tmp_path / "cases").iterdir()
    case.write_bytes(b"")
    with pytest.raises(RunError, match="the case cannot be used"):
        folder.jobs()


def test_a_failure_is_forgotten_once_there_is_a_result(tmp_path: Path) -> None:
    folder = JobFolder(tmp_path)
    folder.put_failure(JOBS[0], "why", {"host": "h"})
    assert folder.failure(JOBS[0]) == {"label": "job 0", "text": "why", "machine": {"host": "h"}}
    folder.put(JOBS[0], raw(JOBS[0]))
    assert folder.failure(JOBS[0]) is None


def test_jobs_can_be_done_in_this_process(tmp_path: Path) -> None:
    did: list[int] = []

    def perform(job: Job) -> tuple[dict[str, np.ndarray], dict[str, int]]:
        did.append(job.settings["n"])
        return {"x": np.array([job.settings["n"]])}, {}

    with JobFolder.opened(None) as folder:
        folder.put(JOBS[0], raw(JOBS[0]))
        LocalExecutor(perform).complete(JOBS, folder, SILENT)
        assert did == [1, 2] and folder.get(JOBS[2]).arrays["x"].tolist() == [2]
    assert not folder.path.exists()
