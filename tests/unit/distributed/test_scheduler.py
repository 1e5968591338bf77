"""Whatever becomes of workers, every result is there once and is the right one, or the job is named."""

from __future__ import annotations

import logging
from concurrent.futures import Future
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from standoff.distributed import scheduler
from standoff.distributed.scheduler import AHEAD, CHECKED, TRIES, JobScheduler
from standoff.distributed.status import job_status
from standoff.errors import RunError
from standoff.job_folder import JobFolder
from standoff.progress import SILENT
from tests.unit.distributed.virtual_pool import VirtualPool, job, numbers, result


def complete(pool: VirtualPool, count: int, folder: Path) -> JobFolder:
    home = JobFolder(folder)
    JobScheduler(pool).complete([job(n) for n in range(count)], home, SILENT)
    return home


def right(home: JobFolder, count: int, but: set[int] = frozenset()) -> None:  # type: ignore[assignment]
    for n in range(count):
        if n in but:
            assert not home.file(job(n)).exists()
        else:
            np.testing.assert_array_equal(home.get(job(n)).arrays["x"], numbers(n))


FATES = st.sampled_from(["result", "result", "died", "refused"])


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    fates=st.lists(st.lists(FATES, max_size=2), min_size=1, max_size=9),
    slots=st.integers(1, 5),
    seconds=st.lists(st.integers(1, 30), min_size=1, max_size=5),
)
def test_every_result_is_there_once_whatever_becomes_of_attempts(tmp_path_factory, fates, slots, seconds):
    """Attempts die or are refused, in any order; the last attempt of each job succeeds."""

    def fate(number: int, attempt: int) -> tuple[str, float]:
        own = fates[number]
        kind = own[attempt - 1] if attempt <= len(own) else "result"
        return kind, float(seconds[(number + attempt) % len(seconds)])

    refused = iter(range(TRIES * slots - 1))  # one more, and before any result it would be taken for all workers
    fates = [["result" if kind == "refused" and next(refused, None) is None else kind for kind in own] for own in fates]
    home = complete(VirtualPool(slots, fate), len(fates), tmp_path_factory.mktemp("jobs"))
    right(home, len(fates))
    assert len(list((home.path / "results").iterdir())) == len(fates)


def test_jobs_under_way_are_bounded_by_the_workers(tmp_path):
    pool = VirtualPool(3, lambda *_: ("result", 5.0))
    right(complete(pool, 30, tmp_path), 30)
    assert pool.most <= AHEAD * 3
    assert pool.time == pytest.approx(50.0, abs=2.0)  # 30 jobs of 5 s on 3 workers, none of which ever waits


def test_workers_that_join_take_their_share(tmp_path):
    """One worker for 20 s, then four: the window grows with them."""
    pool = VirtualPool(lambda now: 1 if now < 20 else 4, lambda *_: ("result", 5.0))
    right(complete(pool, 40, tmp_path), 40)
    assert pool.most > AHEAD


def test_a_job_that_kills_its_workers_is_named_and_the_others_are_done(tmp_path):
    pool = VirtualPool(2, lambda number, _: ("died" if number == 3 else "result", 1.0))
    with pytest.raises(RunError, match=f"job 3: given up after {TRIES} tries: its worker died") as caught:
        complete(pool, 8, tmp_path)
    assert len(caught.value.problems) == 1 and "7 of 8 jobs are done" in str(caught.value)
    status = job_status(tmp_path)
    assert (status.done, status.waiting, [failed.label for failed in status.failed]) == (7, (), ["job 3"])
    right(JobFolder(tmp_path), 8, {3})
    assert pool.attempts[3] == TRIES
    failure = JobFolder(tmp_path).failure(job(3))
    assert failure is not None and failure["label"] == "job 3"


def test_an_error_of_a_job_is_told_with_the_host(tmp_path):
    with pytest.raises(RunError, match=r"job 0: given up.* on node7: no number is finite"):
        complete(VirtualPool(2, lambda number, _: ("result" if number else "failed", 1.0)), 3, tmp_path)
    right(JobFolder(tmp_path), 3, {0})


def test_a_worker_with_other_software_is_told_and_the_rest_goes_on(tmp_path, caplog):
    refused = iter(range(5))
    right(
        complete(
            VirtualPool(2, lambda *_: ("refused" if next(refused, None) is not None else "result", 1.0)), 9, tmp_path
        ),
        9,
    )
    assert "node7 has jax 9, wanted" in caplog.text


class Biased(VirtualPool):
    """Two workers, of which the first refuses everything, and gets the job whenever both are idle."""

    def __init__(self) -> None:
        super().__init__(lambda _: 2, lambda *_: ("refused", 1.0))
        self.load = [0, 0]

    def submit(self, raw: bytes) -> Future[bytes]:
        assert self.time < 1000.0, "the same worker refuses time and again"
        worker = self.load.index(min(self.load))
        self.fate = lambda *_: ("result", 5.0) if worker else ("refused", 1.0)
        self.load[worker] += 1
        future = super().submit(raw)
        future.add_done_callback(lambda _: self.load.__setitem__(worker, self.load[worker] - 1))
        return future


@pytest.mark.parametrize("count", [1, 7])
def test_the_last_job_does_not_return_to_the_worker_that_refuses_it_for_ever(tmp_path, count):
    right(complete(Biased(), count, tmp_path), count)


def test_if_every_worker_refuses_the_run_stops_and_says_why(tmp_path):
    with pytest.raises(RunError, match="no worker can do the jobs: node7 has jax 9, wanted 10"):
        complete(VirtualPool(2, lambda *_: ("refused", 1.0)), 9, tmp_path)


def test_a_lost_scheduler_ends_the_work_and_what_is_done_stays(tmp_path):
    fate = {0: "result", 1: "result", 2: "lost"}
    with pytest.raises(RunError, match=r"scheduler is gone.*\n.*2 jobs are done and stay"):
        complete(VirtualPool(1, lambda number, _: (fate.get(number, "silent"), 1.0 + number)), 6, tmp_path)
    right(JobFolder(tmp_path), 2)
    pool = VirtualPool(1, lambda *_: ("result", 1.0))
    right(complete(pool, 6, tmp_path), 6)
    assert 0 not in pool.attempts and 1 not in pool.attempts  # only what was missing has run


def test_one_job_in_fifty_is_done_twice_and_compared(tmp_path):
    pool = VirtualPool(4, lambda *_: ("result", 1.0))
    right(complete(pool, 2 * CHECKED, tmp_path), 2 * CHECKED)
    assert sorted(pool.attempts.values())[-3:] == [1, 2, 2]
    with pytest.raises(RunError, match=r"two results of one job differ: job \d+ on node \(a processor\) and on node7"):
        complete(
            VirtualPool(4, lambda _, attempt: ("other" if attempt > 1 else "result", 1.0)), CHECKED, tmp_path / "other"
        )


def test_waiting_for_a_worker_is_told(tmp_path, caplog):
    with caplog.at_level(logging.WARNING):
        right(complete(VirtualPool(lambda now: int(now > 100), lambda *_: ("result", 1.0)), 2, tmp_path), 2)
    assert "no worker for 60 s" in caplog.text


def test_a_second_result_is_taken_only_if_it_is_the_same(tmp_path):
    home = complete(VirtualPool(1, lambda *_: ("result", 1.0)), 1, tmp_path)
    assert not home.put(job(0), result(0, "another"))
    with pytest.raises(RunError, match="do not trust either"):
        home.put(job(0), result(0, "another", 1e-9))
    assert home.get(job(0)).machine["host"] == "node"  # the first stays


@pytest.mark.slow
@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32 - 1), deaths=st.floats(0, 0.02), uneven=st.floats(0, 20))
def test_a_thousand_workers_of_which_some_die(tmp_path_factory, monkeypatch, seed, deaths, uneven):
    """Jobs of about 30 s on 1,000 workers, some attempts die: all results, each once, and the clock near the ideal."""
    rng, count, slowest = np.random.default_rng(seed), 1500, 30 + uneven
    monkeypatch.setattr(scheduler, "LOG", logging.getLogger("quiet"))
    logging.getLogger("quiet").disabled = True

    def fate(_: int, attempt: int) -> tuple[str, float]:
        died = attempt < TRIES and rng.random() < deaths
        return "died" if died else "result", float(rng.uniform(30 - uneven, slowest))

    pool = VirtualPool(1000, fate)
    right(complete(pool, count, tmp_path_factory.mktemp("jobs")), count)
    assert pool.most <= AHEAD * 1000
    rounds, alone = -(-sum(pool.attempts.values()) // 1000), sum(n == TRIES for n in pool.attempts.values())
    assert pool.time <= slowest * (rounds + alone + 2)  # those whose worker died twice run alone, and checks come last
