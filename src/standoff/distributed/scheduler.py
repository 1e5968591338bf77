"""Have jobs done by a pool of workers that may die, stand still, refuse or disagree.

Results are files as soon as they arrive, so that an interruption costs only what is under way: at most two jobs for each
worker. A job whose worker dies is done again, the last time with nothing beside it, so that it is not blamed for the death of
another; after three tries it is named, with its draws, and the rest goes on. One job
in fifty is done twice and compared. Workers with other software refuse; the rest goes on without them. A worker that falls
silent is left to the scheduler of the pool: Dask gives its job to another after five minutes.
"""

from __future__ import annotations

import logging
from collections import Counter, deque
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass, field
from typing import TypeVar

from standoff.distributed.pools import ExecutorPool
from standoff.errors import Problem, RunError, join_limited
from standoff.job import FAILED, REFUSED, Job, Reply
from standoff.job_folder import JobFolder
from standoff.progress import Progress, Task

LOG = logging.getLogger(__name__)
AHEAD = 2  #: jobs under way for each worker, assumption: one is done, one waits there
TRIES = 3  #: a job that fails so often is not tried again; assumption
CHECKED = 50  #: one job in so many is done twice; assumption: a fault of a machine shows within a run of some hundreds
PATIENCE = 60.0  #: seconds without any worker after which the log says so; assumption
TICK = 0.5  #: seconds between two looks at the pool; assumption
Answer = TypeVar("Answer")


class JobScheduler:
    """A `standoff.job_folder.JobExecutor` over a pool of workers."""

    def __init__(self, pool: ExecutorPool) -> None:
        self.pool = pool

    def complete(self, jobs: Sequence[Job], folder: JobFolder, progress: Progress) -> None:
        """Have all jobs done that lack a result; raises `RunError` with every one that failed."""
        missing = folder.missing(jobs)
        if missing and not folder.temporary:
            folder.write_jobs(jobs)  # for `standoff jobs`, and for machines that help with `standoff work`
        done = {job.key for job in jobs} - {job.key for job in missing}
        with progress.task("jobs", len(jobs)) as task:
            task.update(len(done))
            work = _Work(self.pool, folder, task, deque(missing), done)
            try:
                work.run()
            finally:
                for future in work.running:
                    future.cancel()
        if work.failed:
            fix = f"{len(done)} of {len(jobs)} jobs are done; the same command tries the others again"
            raise RunError(
                [
                    Problem(f"{job.label}: given up after {TRIES} tries: {why}", str(folder.path), fix=fix)
                    for job, why in work.failed.values()
                ]
            )


@dataclass(eq=False)
class _Attempt:
    job: Job
    alone: bool  #: whether nothing else runs beside it
    again: bool  #: a second attempt, or a check


@dataclass
class _Work:
    """Jobs under way, and what has happened."""

    pool: ExecutorPool
    folder: JobFolder
    task: Task
    waiting: deque[Job]
    done: set[str]  #: keys of jobs with a result
    running: dict[Future[bytes], _Attempt] = field(default_factory=dict)
    suspects: deque[Job] = field(default_factory=deque)  #: jobs whose worker died: they run alone
    checks: set[str] = field(default_factory=set)  #: keys of jobs whose second result is awaited
    tries: Counter[str] = field(default_factory=Counter)
    failed: dict[str, tuple[Job, str]] = field(default_factory=dict)  #: key -> job, and what went wrong last
    finished: int = 0  #: jobs done by this call
    refusals: Counter[str] = field(default_factory=Counter)  #: by reason
    refused: Counter[str] = field(default_factory=Counter)  #: by key of the job
    idle_since: float | None = None
    warned: bool = False

    def run(self) -> None:
        """Submit jobs and take results until each job is done or given up, and every check has come."""
        while self.waiting or self.suspects or self.checks or self.live:
            self._submit()
            for future in self.pool.wait(tuple(self.running), TICK):
                self._take(future)

    @property
    def live(self) -> list[_Attempt]:
        """Attempts whose result is still wanted."""
        return [item for item in self.running.values() if item.job.key not in self.done or item.job.key in self.checks]

    def _submit(self) -> None:
        slots, live = self._slots(), self.live
        if self.suspects:  # one at a time, and nothing beside it
            if not live and slots:
                self._start(self.suspects.popleft(), alone=True)
            return
        if any(attempt.alone for attempt in live) or self._all_refuse():
            return
        for _ in range(min(len(self.waiting), AHEAD * slots - len(live))):
            job = self.waiting.popleft()
            self._start(job)
            # a pool may give the last job to the same idle worker time and again: if it refuses, others get the job too
            for _ in range(0 if self.waiting else min(self.refused[job.key], slots - len(self.live))):
                self._start(job, again=True)

    def _start(self, job: Job, alone: bool = False, again: bool = False) -> None:
        future = self._reach(lambda: self.pool.submit(job.to_bytes()))
        self.running[future] = _Attempt(job, alone, again)

    def _slots(self) -> int:
        slots = self._reach(self.pool.slots)
        if slots or self.running:
            self.idle_since, self.warned = None, False
        elif self.idle_since is None:
            self.idle_since = self.pool.now()
        elif not self.warned and self.pool.now() - self.idle_since > PATIENCE:
            self.warned = True
            LOG.warning("no worker for %.0f s: waiting for one to start, or for the queue of the cluster", PATIENCE)
        return slots

    def _take(self, future: Future[bytes]) -> None:
        attempt = self.running.pop(future)
        job = attempt.job
        if future.cancelled() and job.key in self.done:
            return
        try:
            reply = Reply.from_bytes(future.result())
        except (Exception, CancelledError) as error:
            if self.pool.lost(error):
                raise self._lost(error) from None
            why = f"its worker died, or could not do it: {type(error).__name__} {error}"
            self._fail(job, why, died=True)
            return
        if reply.kind == REFUSED:
            self._refuse(job, f"{reply.host} has {reply.text}")
        elif reply.kind == FAILED:
            self._fail(job, f"on {reply.host}: {reply.text}")
        else:
            if attempt.again:
                self.checks.discard(job.key)
            if self.folder.put(job, reply.result) or job.key not in self.done:
                self._finish(job)

    def _finish(self, job: Job) -> None:
        self.done.add(job.key)
        self.failed.pop(job.key, None)
        self.finished += 1
        self.task.update()
        LOG.info("%s: done, job %d", job.label, len(self.done))
        if self.finished % CHECKED == 0 and self._slots() > 1:
            self.checks.add(job.key)
            self._start(job, again=True)

    def _fail(self, job: Job, why: str, died: bool = False) -> None:
        if job.key in self.done:
            self.checks.discard(job.key)
            return
        self.tries[job.key] += 1
        LOG.warning("%s: %s (try %d of %d)", job.label, why.splitlines()[0], self.tries[job.key], TRIES)
        if self.tries[job.key] >= TRIES:
            self.failed[job.key] = job, why
            self.folder.put_failure(job, why, {})
        else:
            (self.suspects if died and self.tries[job.key] == TRIES - 1 else self.waiting).append(job)

    def _refuse(self, job: Job, text: str) -> None:
        if not self.refusals[text]:
            LOG.warning("a worker refuses: %s; the others go on", text)
        self.refusals[text] += 1
        self.refused[job.key] += 1
        if job.key in self.done:
            self.checks.discard(job.key)
        elif all(other.job.key != job.key for other in self.live):
            self.waiting.append(job)
        if self._all_refuse() and not self.running:
            fix = "install the same versions on every machine, or choose workers with the same kind of processor"
            raise RunError([Problem(f"no worker can do the jobs: {text}", fix=fix) for text in self.refusals])

    def _all_refuse(self) -> bool:
        """Whether refusals are all that came so far: then nothing new is submitted."""
        return not self.finished and sum(self.refusals.values()) >= TRIES * max(self._slots(), 1)

    def _reach(self, call: Callable[[], Answer]) -> Answer:
        """The answer of the pool; raises `RunError` where its scheduler cannot be reached."""
        try:
            return call()
        except Exception as error:
            raise self._lost(error) from None

    def _lost(self, error: BaseException) -> RunError:
        what = join_limited([f"{type(error).__name__}: {error}".strip(": ")])
        fix = f"{len(self.done)} jobs are done and stay; start it again, then give the same command again"
        return RunError(f"the scheduler is gone, or cannot be reached ({what})", fix=fix)
