"""Pools of workers behind a `concurrent.futures.Executor`."""

from __future__ import annotations

import concurrent.futures
import multiprocessing
import os
import time
from collections.abc import Callable, Collection
from concurrent.futures import CancelledError, Executor, Future, ProcessPoolExecutor
from typing import Any

from standoff import child_process


class Pool:
    """Workers that take jobs as bytes; subclasses say where."""

    def submit(self, job: bytes) -> Future[bytes]:
        """Have a job done by `standoff.distributed.worker.work`."""
        raise NotImplementedError

    def slots(self) -> int:
        """Number of jobs that can run at once now; workers may come and go."""
        raise NotImplementedError

    def renew(self) -> None:
        """Replace workers after one has died, where nobody else does."""

    def lost(self, error: BaseException) -> bool:
        """Whether an error means that no job will come back: the scheduler is gone."""
        return isinstance(error, CancelledError)

    def wait(self, futures: Collection[Future[bytes]], seconds: float) -> set[Future[bytes]]:
        """Futures that are done, as soon as there is one, or after some seconds."""
        if not futures:
            time.sleep(seconds)
            return set()
        return concurrent.futures.wait(futures, seconds, concurrent.futures.FIRST_COMPLETED).done

    def now(self) -> float:
        """Seconds since some time."""
        return time.monotonic()

    def close(self) -> None:
        """Give back what the pool holds."""


class ExecutorPool(Pool):
    """Any executor with the interface of `concurrent.futures`: of MPI, of Parsl, of others.

    executor: whose workers have this version of standoff installed
    slots: number of jobs that it can run at once now
    """

    def __init__(self, executor: Executor, slots: Callable[[], int]) -> None:
        self.executor, self._slots = executor, slots

    def submit(self, job: bytes) -> Future[bytes]:
        """Have a job done."""
        return self.executor.submit(worker_function(), job)

    def slots(self) -> int:
        """Number of jobs that can run at once now."""
        return self._slots()


class ProcessPool(Pool):
    """Processes of this machine, each with its share of the cores."""

    def __init__(self, count: int) -> None:
        self.count = count
        self._executor = self._start()

    def _start(self) -> ProcessPoolExecutor:
        context = multiprocessing.get_context(
            "spawn"
        )  # JAX starts threads, so that a process that has it must not fork
        own = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else list(range(os.cpu_count() or 1))
        shares: Any = context.SimpleQueue()
        for number in range(self.count):
            shares.put(own[number % len(own) :: self.count] or [own[number % len(own)]])
        return ProcessPoolExecutor(self.count, context, _begin, (shares,))

    def submit(self, job: bytes) -> Future[bytes]:
        """Have a job done."""
        try:
            return self._executor.submit(worker_function(), job)
        except concurrent.futures.BrokenExecutor:
            self.renew()
            return self._executor.submit(worker_function(), job)

    def slots(self) -> int:
        """Number of processes."""
        return self.count

    def renew(self) -> None:
        """Start new processes: if one dies, Python gives up all of a pool."""
        self._executor.shutdown(wait=False, cancel_futures=True)
        self._executor = self._start()

    def lost(self, error: BaseException) -> bool:
        """Nothing of this machine is ever lost: jobs of a broken pool are done by the next one."""
        return False

    def close(self) -> None:
        """End the processes."""
        self._executor.shutdown(wait=True, cancel_futures=True)


def worker_function() -> Callable[[bytes], bytes]:
    """The function of workers, which imports JAX."""
    from standoff.distributed.worker import work

    return work


def _begin(shares: Any) -> None:
    """Keep a worker on its share of the cores, and end it with the process that started it."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, shares.get())
    child_process.end_with_parent()
