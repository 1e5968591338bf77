"""Sets of a calibration: the same whoever does them, resumed, and named where they cannot be fitted."""

from __future__ import annotations

import functools
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from standoff.distributed.executors import open_executor
from standoff.distributed.pools import ExecutorPool
from standoff.distributed.queue import QueueExecutor, work
from standoff.distributed.scheduler import JobScheduler
from standoff.distributed.status import job_status
from standoff.errors import ModelError, RunError
from standoff.inference.fit import calibration
from standoff.inference.fit.calibration import calibrate
from standoff.inference.fit.calibration_records import Calibration
from tests.unit.inference import toy

SETS = 3
QUICK: dict[str, Any] = {"quick": True, "seed": 4}


@functools.cache
def model() -> Any:
    return toy.model()


@functools.cache
def here() -> Calibration:
    return calibrate(model(), SETS, **QUICK)


def test_every_unknown_is_ranked_once_a_set() -> None:
    found = here()
    assert (found.ranked, found.failed, found.bins, found.passed) == (SETS, (), 0, None)
    assert all(sum(item.counts) == SETS for item in found.unknowns)
    kinds = {item.kind for item in found.unknowns}
    assert kinds == {"parameter", "chance", "source"} and found.choices_left_out == 2
    labels = [item.label for item in found.unknowns]
    assert len(set(labels)) == len(labels) and any("the staff" in label for label in labels)
    assert found.unknowns != calibrate(model(), SETS, quick=True, seed=5).unknowns


def test_sets_are_the_same_to_the_last_bit_in_a_folder_and_in_a_pool(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="3 of 3 jobs wait"):
        calibrate(model(), SETS, **QUICK, executor=QueueExecutor(), folder=tmp_path)
    assert work(tmp_path, "0/2") == (2, 0)
    assert job_status(tmp_path).waiting == ("set 2 of the calibration",)
    assert calibrate(model(), SETS, **QUICK, folder=tmp_path) == here()  # does the one that is missing
    with ThreadPoolExecutor(2) as threads:
        pool = JobScheduler(ExecutorPool(threads, slots=lambda: 2))
        assert calibrate(model(), SETS, **QUICK, executor=pool) == here()


def test_more_sets_go_on_from_those_that_are_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = here()
    calibrate(model(), SETS - 1, **QUICK, folder=tmp_path)
    done, real = [], calibration.perform

    def counted(job: Any) -> Any:
        done.append(job.label)
        return real(job)

    monkeypatch.setattr(calibration, "perform", counted)
    assert calibrate(model(), SETS, **QUICK, folder=tmp_path) == whole and len(done) == 1


@pytest.mark.slow
def test_processes_draw_the_same_chains(tmp_path: Path) -> None:
    found = calibrate(model(), 2, draws=480, seed=4)
    with open_executor("local:2") as pool:
        assert calibrate(model(), 2, draws=480, seed=4, executor=pool) == found
    assert found.method == "hmc" and found.ranked == 2


def test_a_set_that_cannot_be_fitted_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    real = calibration.Calibrator.ranked

    def some(self: Any, fitted: Any, rng: Any, draws: int, quick: bool) -> Any:
        if some.calls == 1:
            some.calls += 1
            raise FloatingPointError("no finite size")
        some.calls += 1
        return real(self, fitted, rng, draws, quick)

    some.calls = 0  # type: ignore[attr-defined]
    monkeypatch.setattr(calibration.Calibrator, "ranked", some)
    found = calibrate(model(), SETS, **QUICK)
    assert [(item.label, item.why) for item in found.failed] == [("set 2 of the calibration", "no finite size")]
    assert found.ranked == SETS - 1 and all(sum(item.counts) == SETS - 1 for item in found.unknowns)


def test_an_error_names_the_job(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(job: Any) -> Any:
        raise RunError("another model")

    monkeypatch.setattr(calibration, "perform", broken)
    with pytest.raises(RunError, match="set 1 of the calibration"):
        calibrate(model(), SETS, **QUICK)


@pytest.mark.parametrize(("settings", "why"), [({"sets": 0}, "1 to"), ({"draws": 0}, "1 or more")])
def test_no_sets_and_no_draws_are_refused(settings: dict[str, int], why: str) -> None:
    with pytest.raises(RunError, match=why):
        calibrate(model(), **{"sets": SETS, **settings})


def test_a_case_without_targets_is_refused() -> None:
    from standoff import build, load

    with pytest.raises(ModelError, match="no fit targets"):
        calibrate(build(load("closed-form")), SETS, quick=True)
