"""Have jobs done by a pool of workers, whatever happens to the workers.

Results are files as soon as they arrive, so that a cut costs what is under way and no more. At most two jobs for each
worker are under way at once. A job whose worker dies is done again, the last time on its own, so that an innocent one is not
blamed; after three tries it is named, with its draws, and the rest goes on. A job that takes ten times the median is
submitted a second time. One job in fifty is done twice and compared. Workers with other software refuse; the rest goes on
without them.
"""

from __future__ import annotations

import logging
import statistics
from collections import Counter, deque
from collections.abc import Sequence
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from standoff.distributed.reply import FAILED, REFUSED, Reply
from standoff.errors import Problem, RunError, join_limited

if TYPE_CHECKING:
    from standoff.distributed.pools import Pool
    from standoff.job import Job
    from standoff.job_folder import JobFolder
    from standoff.progress import Progress, Task

LOG = logging.getLogger(__name__)
AHEAD = 2  #: jobs under way for each worker, assumption: one is done, one waits there
TRIES = 3  #: a job that fails so often is not tried again; assumption
SLOW, SLOWEST = 10.0, 60.0  #: times the median, and seconds at least, after which a job is submitted again; assumption
FIRST = 3600.0  #: seconds after which a job is submitted again before any is done; assumption: none takes so long
CHECKED = 50  #: one job in so many is done twice; assumption: a fault of a machine shows within a run of some hundreds
RECENT = 100  #: jobs whose time counts; assumption
PATIENCE = 60.0  #: seconds without any worker after which the log says so; assumption
TICK = 0.5  #: seconds between two looks at the pool; assumption


@dataclass(eq=False)
class _Attempt:
    job: Job
    began: float
    alone: bool = False  #: whether nothing else ran beside it
    again: bool = False  #: a second attempt, or a check


@dataclass
class _State:
    """Jobs under way, and what has happened."""

    waiting: deque[Job]
    running: dict[Future[bytes], _Attempt] = field(default_factory=dict)
    suspects: deque[Job] = field(default_factory=deque)  #: jobs whose worker died: they run alone
    checks: set[str] = field(default_factory=set)  #: keys of jobs whose second result is awaited
    tries: Counter[str] = field(default_factory=Counter)
    why: dict[str, str] = field(default_factory=dict)  #: key of a job -> what went wrong last
    failed: dict[str, Job] = field(default_factory=dict)
    done: set[str] = field(default_factory=set)
    finished: int = 0  #: jobs done by this call
    seconds: deque[float] = field(default_factory=lambda: deque(maxlen=RECENT))  #: of the last of them
    refusals: Counter[str] = field(default_factory=Counter)  #: by reason
    refused: Counter[str] = field(default_factory=Counter)  #: by key of the job
    idle_since: float | None = None
    next_look: float = 0.0  #: time of the next look for slow attempts, which takes a while with 1,000 workers
    warned: bool = False

    @property
    def live(self) -> list[_Attempt]:
        """Attempts whose result is still wanted."""
        return [item for item in self.running.values() if item.job.key not in self.done or item.job.key in self.checks]

    @property
    def open(self) -> bool:
        """Whether a job is neither done nor given up, or a check is under way."""
        return bool(self.waiting or self.suspects or self.checks or self.live)


class JobScheduler:
    """A `standoff.job.JobExecutor` over a pool of workers."""

    def __init__(self, pool: Pool) -> None:
        self.pool = pool

    def complete(self, jobs: Sequence[Job], folder: JobFolder, progress: Progress) -> None:
        """Have all jobs done that lack a result; raises `RunError` with every one that failed."""
        missing = folder.missing(jobs)
        if missing and not folder.temporary:
            folder.write_jobs(jobs)  # for `standoff jobs`, and for machines that help with `standoff work`
        state = _State(deque(missing))
        state.done = {job.key for job in jobs} - {job.key for job in missing}
        with progress.task("jobs", len(jobs)) as task:
            task.update(len(state.done))
            try:
                while state.open:
                    self._submit(state)
                    for future in self.pool.wait(tuple(state.running), TICK):
                        self._take(future, state, folder, task)
                    self._watch(state)
            finally:
                for future in state.running:
                    future.cancel()
        if state.failed:
            raise RunError(
                [
                    Problem(
                        f"{job.label}: given up after {TRIES} tries: {state.why[key]}",
                        str(folder.path),
                        fix=f"{len(state.done)} of {len(jobs)} jobs are done; the same command tries the others again",
                    )
                    for key, job in state.failed.items()
                ]
            )

    # ---- submit

    def _submit(self, state: _State) -> None:
        slots, live = self._slots(state), state.live
        if state.suspects:  # one at a time, and nothing beside it
            if not live and slots:
                self._start(state.suspects.popleft(), state, alone=True)
            return
        if any(attempt.alone for attempt in live) or self._all_refuse(state):
            return
        for _ in range(min(len(state.waiting), AHEAD * slots - len(live))):
            job = state.waiting.popleft()
            self._start(job, state)
            # a pool may give the last job to the same idle worker time and again: if it refuses, others get the job too
            copies = 0 if state.waiting else min(state.refused[job.key], slots - len(state.live))
            for _ in range(copies):
                self._start(job, state, again=True)

    def _start(self, job: Job, state: _State, alone: bool = False, again: bool = False) -> None:
        try:
            future = self.pool.submit(job.to_bytes())
        except Exception as error:
            raise self._lost(state, error) from None
        state.running[future] = _Attempt(job, self.pool.now(), alone, again)

    def _slots(self, state: _State) -> int:
        try:
            slots = self.pool.slots()
        except Exception as error:
            raise self._lost(state, error) from None
        if slots or state.running:
            state.idle_since, state.warned = None, False
        elif state.idle_since is None:
            state.idle_since = self.pool.now()
        elif not state.warned and self.pool.now() - state.idle_since > PATIENCE:
            state.warned = True
            LOG.warning("no worker for %.0f s: waiting for one to start, or for the queue of the cluster", PATIENCE)
        return slots

    # ---- results

    def _take(self, future: Future[bytes], state: _State, folder: JobFolder, task: Task) -> None:
        attempt = state.running.pop(future)
        job = attempt.job
        if future.cancelled() and job.key in state.done:
            return
        try:
            reply = Reply.from_bytes(future.result())
        except (Exception, CancelledError) as error:
            if self.pool.lost(error):
                raise self._lost(state, error) from None
            self.pool.renew()
            self._fail(
                attempt, state, f"its worker died, or could not do it: {type(error).__name__} {error}", folder, True
            )
            return
        if reply.kind == REFUSED:
            self._refuse(attempt, reply, state)
        elif reply.kind == FAILED:
            self._fail(attempt, state, f"on {reply.host}: {reply.text}", folder, False)
        else:
            state.checks.discard(job.key) if attempt.again else None
            new = folder.put(job, reply.result)
            if new or job.key not in state.done:
                self._finish(attempt, state, task)

    def _finish(self, attempt: _Attempt, state: _State, task: Task) -> None:
        job = attempt.job
        state.done.add(job.key)
        state.failed.pop(job.key, None)
        state.finished += 1
        state.seconds.append(self.pool.now() - attempt.began)
        task.update()
        LOG.info("%s: done, job %d", job.label, len(state.done))
        if state.finished % CHECKED == 0 and self._slots(state) > 1:
            state.checks.add(job.key)
            self._start(job, state, again=True)

    def _fail(self, attempt: _Attempt, state: _State, why: str, folder: JobFolder, died: bool) -> None:
        job = attempt.job
        if job.key in state.done:
            state.checks.discard(job.key)
            return
        state.tries[job.key] += 1
        state.why[job.key] = why
        LOG.warning("%s: %s (try %d of %d)", job.label, why.splitlines()[0], state.tries[job.key], TRIES)
        if state.tries[job.key] >= TRIES:
            state.failed[job.key] = job
            folder.put_failure(job, why, {})
        else:
            (state.suspects if died and state.tries[job.key] == TRIES - 1 else state.waiting).append(job)

    def _refuse(self, attempt: _Attempt, reply: Reply, state: _State) -> None:
        text = f"{reply.host} has {reply.text}"
        if not state.refusals[text]:
            LOG.warning("a worker refuses: %s; the others go on", text)
        state.refusals[text] += 1
        key = attempt.job.key
        state.refused[key] += 1
        if key in state.done:
            state.checks.discard(key)
        elif all(other.job.key != key for other in state.live):
            state.waiting.append(attempt.job)
        if self._all_refuse(state) and not state.running:
            raise RunError(
                [
                    Problem(
                        f"no worker can do the jobs: {text}",
                        fix="install the same versions on every machine, or choose workers with the same kind of processor",
                    )
                    for text in state.refusals
                ]
            )

    def _all_refuse(self, state: _State) -> bool:
        """Whether refusals are all that came so far: then nothing new is submitted."""
        return not state.finished and sum(state.refusals.values()) >= TRIES * max(self._slots(state), 1)

    # ---- what may go wrong

    def _watch(self, state: _State) -> None:
        """Submit what takes far longer than the others once more: its worker may be stuck."""
        if self.pool.now() < state.next_look:
            return
        state.next_look = self.pool.now() + TICK
        limit = max(SLOW * statistics.median(state.seconds), SLOWEST) if state.seconds else FIRST
        attempts: dict[str, list[_Attempt]] = {}
        for attempt in state.live:
            attempts.setdefault(attempt.job.key, []).append(attempt)
        for key, same in attempts.items():
            patience = limit * 2 ** (len(same) - 1)  # each further attempt waits twice as long
            if self.pool.now() - max(attempt.began for attempt in same) <= patience:
                continue
            if key in state.done:
                state.checks.discard(key)  # a check is not worth waiting for
            elif self._slots(state) > 0:
                LOG.warning("%s: no result after %.0f s, submitted again", same[0].job.label, patience)
                self._start(same[0].job, state, again=True)

    def _lost(self, state: _State, error: BaseException) -> RunError:
        what = join_limited([f"{type(error).__name__}: {error}".strip(": ")])
        return RunError(
            Problem(
                f"the scheduler is gone, or cannot be reached ({what})",
                fix=f"{len(state.done)} jobs are done and stay; start it again, then give the same command again",
            )
        )
