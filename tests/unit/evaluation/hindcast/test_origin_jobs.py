"""Origins that are simulated elsewhere are the same, and are made once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from standoff import catalog
from standoff.errors import RunError
from standoff.evaluation.hindcast import origin_jobs, origins
from standoff.evaluation.hindcast.run import hindcast
from standoff.job import Job, JobOutput
from standoff.job_folder import LocalExecutor
from standoff.progress import SILENT
from tests.unit.evaluation.hindcast.test_leaks import HOW, ORIGIN


def test_origins_of_others_are_the_same(write: Callable[..., Path], tmp_path: Path) -> None:
    case, did = catalog.load(write()), list[Job]()

    def perform(job: Job) -> JobOutput:
        did.append(job)
        return origin_jobs.perform(Job.from_bytes(job.to_bytes()))

    (here,) = origins.simulate_origins(*case, [ORIGIN], HOW, tmp_path / "here")
    for _ in range(2):
        origin_jobs.complete(*case, [ORIGIN], HOW, tmp_path / "there", LocalExecutor(perform), SILENT)
    (there,) = origins.simulate_origins(*case, [ORIGIN], HOW, tmp_path / "there")
    assert [job.label for job in did] == [f"origin {ORIGIN}"]
    assert replace(here, cells={}, chosen={}) == replace(there, cells={}, chosen={})
    for name in here.cells:
        np.testing.assert_array_equal(there.cells[name], here.cells[name])
    wrong = replace(did[0], settings={**did[0].settings, "model": "0" * 64})
    with pytest.raises(RunError, match="not the one of the job"):
        origin_jobs.perform(wrong)


class Reached(Exception):
    """The place of a test is reached."""


def test_without_an_executor_results_of_workers_in_the_folder_are_used(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def complete(*arguments: object) -> None:
        raise Reached(next(item for item in arguments if isinstance(item, LocalExecutor)).perform)

    monkeypatch.setattr(origin_jobs, "complete", complete)
    (tmp_path / "results").mkdir()
    with pytest.raises(Reached) as caught:
        hindcast("china-russia", tmp_path)
    assert caught.value.args == (origin_jobs.perform,)
