"""A folder as the meeting place: parts done by anybody, once or twice, and merged by a later run."""

from __future__ import annotations

import pytest

from standoff.distributed import worker
from standoff.distributed.queue import QueueExecutor, part_of, perform_part
from standoff.distributed.status import job_status
from standoff.engine.run_folder import RunFolder
from standoff.engine.simulate import simulate
from standoff.errors import RunError, StandoffError
from standoff.job_folder import JobFolder
from tests.unit.engine.test_batches import HOW, unequal


def test_parts_of_a_folder_give_the_run_to_the_last_bit(calm, tmp_path):
    folder, jobs = RunFolder(tmp_path), JobFolder(tmp_path)
    with pytest.raises(RunError, match=r"5 of 5 jobs wait in the folder\n.*standoff work"):
        simulate(calm(), **HOW, batch=4, folder=folder, executor=QueueExecutor())
    assert job_status(tmp_path).waiting == tuple(job.label for job in jobs.jobs())
    assert perform_part(jobs, (1, 2)) == (2, 0)
    assert perform_part(jobs, (1, 2)) == (0, 0)  # a part that is started twice
    with pytest.raises(RunError, match="3 of 5 jobs wait"):
        simulate(calm(), **HOW, batch=4, folder=folder, executor=QueueExecutor())
    assert perform_part(jobs, (0, 2)) == (3, 0)
    status = job_status(tmp_path)
    assert (status.total, status.done, status.waiting) == (5, 5, ()) and sum(status.hosts.values()) == 5
    merged = simulate(calm(), **HOW, batch=4, folder=folder, executor=QueueExecutor())
    assert not unequal(merged, simulate(calm(), **HOW, batch=4))
    assert (folder.record() or {})["finished"]


def test_a_job_that_fails_is_noted_and_the_others_are_done(calm, tmp_path, monkeypatch):
    jobs, real = JobFolder(tmp_path), worker.KINDS["draws"]
    with pytest.raises(RunError):
        simulate(calm(), **HOW, batch=4, folder=RunFolder(tmp_path), executor=QueueExecutor())

    def some(job):
        if job.settings["run"]["first"] == 128:
            raise StandoffError("no number is finite")
        return real(job)

    monkeypatch.setattr(worker, "KINDS", {"draws": some})
    assert perform_part(jobs) == (4, 1)
    (failed,) = job_status(tmp_path).failed
    assert failed.label == "draws 128 to 255" and failed.text == "no number is finite" and failed.host


def test_another_version_does_nothing(calm, tmp_path, monkeypatch):
    with pytest.raises(RunError):
        simulate(calm(), **HOW, batch=4, folder=RunFolder(tmp_path), executor=QueueExecutor())
    monkeypatch.setattr(worker, "differences", lambda _: ["jax 9, wanted 10"])
    with pytest.raises(RunError, match="this machine cannot do the jobs: jax 9, wanted 10"):
        perform_part(JobFolder(tmp_path))


@pytest.mark.parametrize(
    ("text", "environment", "part"),
    [
        ("", {}, (0, 1)),
        ("3/16", {"SLURM_ARRAY_TASK_ID": "1"}, (3, 16)),
        ("", {"SLURM_ARRAY_TASK_ID": "7", "SLURM_ARRAY_TASK_MIN": "1", "SLURM_ARRAY_TASK_COUNT": "8"}, (6, 8)),
        ("", {"JOB_COMPLETION_INDEX": "2", "STANDOFF_PARTS": "4"}, (2, 4)),
    ],
)
def test_the_part_comes_from_the_option_or_from_the_batch_system(text, environment, part):
    assert part_of(text, environment) == part


@pytest.mark.parametrize(
    ("text", "environment"), [("16/16", {}), ("a", {}), ("1", {}), ("", {"JOB_COMPLETION_INDEX": "2"})]
)
def test_a_part_that_makes_no_sense_is_refused(text, environment):
    with pytest.raises(RunError, match="part"):
        part_of(text, environment)
