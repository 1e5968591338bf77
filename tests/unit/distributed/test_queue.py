"""A folder as the meeting place: parts done by anybody, once or twice, and merged by a later run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import yaml

from standoff.distributed import worker
from standoff.distributed.queue import QueueExecutor, part_of, perform_part, work
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
    assert work(tmp_path, "0/2") == (3, 0)
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


def test_two_that_begin_together_share_the_jobs(calm, tmp_path, monkeypatch):
    pytest.importorskip("fcntl")
    with pytest.raises(RunError):
        simulate(calm(), **HOW, batch=4, folder=RunFolder(tmp_path), executor=QueueExecutor())
    real, begun, both = worker.KINDS["draws"], [], threading.Barrier(2)

    def slow(job):
        begun.append(job.label)
        both.wait(20)  # a job that both do, or that one of them waits for, breaks it
        return real(job)

    first = JobFolder(tmp_path).jobs()[:4]
    monkeypatch.setattr(worker, "KINDS", {"draws": slow})
    monkeypatch.setattr(JobFolder, "jobs", lambda self: first)
    with ThreadPoolExecutor(2) as pool:
        done = [pool.submit(perform_part, JobFolder(tmp_path)) for _ in range(2)]
        assert sum(each.result()[0] for each in done) == 4 and not any(each.result()[1] for each in done)
    assert sorted(begun) == sorted(job.label for job in first)
    assert not [*(tmp_path / "locks").iterdir()]


def test_the_lock_of_a_process_that_died_is_open(calm, tmp_path):
    with pytest.raises(RunError):
        simulate(calm(), **HOW, batch=4, folder=RunFolder(tmp_path), executor=QueueExecutor())
    folder = JobFolder(tmp_path)
    (tmp_path / "locks").mkdir()
    for job in folder.jobs():
        (tmp_path / "locks" / job.key).touch()
    assert perform_part(folder) == (5, 0)


def test_jobs_that_wait_need_a_folder_that_stays(calm):
    with pytest.raises(RunError, match="folder that stays"):
        simulate(calm(), **HOW, batch=4, executor=QueueExecutor())


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


# ---- the files that the documentation ships

SHIPPED = Path(__file__).parents[3] / "docs" / "spread"


def test_the_job_for_kubernetes_says_how_many_parts_there_are():
    job = yaml.safe_load((SHIPPED / "kubernetes.yaml").read_text())
    spec, pod = job["spec"], job["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    given = {item["name"]: item["value"] for item in container["env"]}
    assert (job["apiVersion"], job["kind"], spec["completionMode"]) == ("batch/v1", "Job", "Indexed")
    assert int(given["STANDOFF_PARTS"]) == spec["completions"] and spec["backoffLimitPerIndex"] > 0
    assert part_of("", {**given, "JOB_COMPLETION_INDEX": "15"}) == (15, 16)
    assert container["command"][:2] == ["standoff", "work"]
    mounts = {item["name"]: item["mountPath"] for item in container["volumeMounts"]}
    assert mounts.keys() == {item["name"] for item in pod["volumes"]}
    assert container["command"][2].startswith(mounts["data"] + "/") and given["XDG_CACHE_HOME"] == mounts["cache"]


@pytest.mark.parametrize("name", ["slurm-array.sh", "slurm-dask.sh", "certificates.sh"])
def test_the_scripts_are_valid(name):
    subprocess.run(["bash", "-n", str(SHIPPED / name)], check=True)


@pytest.fixture
def commands(tmp_path, monkeypatch):
    """`standoff`, `dask` and `srun` as commands of a batch system."""
    folder = tmp_path / "bin"
    folder.mkdir()
    lines = {name: f'exec {sys.executable} -m {name} "$@"' for name in ("standoff", "dask")} | {"srun": 'exec "$@"'}
    for name, line in lines.items():
        (folder / name).write_text(f"#!/bin/bash\n{line}\n")
        (folder / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def call(*words, **env):
    return subprocess.run(words, env={**os.environ, **env}, capture_output=True, text=True)


RUN = ("standoff", "run", "cuba-1962", "--draws", "300", "--no-html", "--no-band")


@pytest.mark.slow
def test_the_array_of_slurm_does_a_run(commands):
    """The tasks of an array, one of them twice; the run is that of one process."""
    assert "jobs wait" in call(*RUN, "--folder", "big", "--on", "queue").stderr
    parts = {"SLURM_ARRAY_TASK_MIN": "0", "SLURM_ARRAY_TASK_COUNT": "2"}
    for task in ("0", "1", "0"):
        done = call("bash", str(SHIPPED / "slurm-array.sh"), "big", SLURM_ARRAY_TASK_ID=task, **parts)
        assert done.returncode == 0, done.stderr
    assert call(*RUN, "--folder", "big").returncode == call(*RUN, "--folder", "here").returncode == 0
    big, here = (json.loads((commands / name / "run.json").read_text()) for name in ("big", "here"))
    assert big["finished"] and big["answers"] == here["answers"]
    assert "1 of 1" in call("standoff", "jobs", "big").stdout


@pytest.mark.slow
def test_a_scheduler_inside_an_allocation_does_a_run(commands):
    done = call("bash", str(SHIPPED / "slurm-dask.sh"), *RUN, "--folder", "big")
    assert done.returncode == 0, done.stderr
    assert len(list((commands / "big" / "results").iterdir())) == 1
