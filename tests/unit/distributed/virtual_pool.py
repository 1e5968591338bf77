"""Workers and a clock that exist in a test alone: what goes wrong, and when, is said beforehand."""

from __future__ import annotations

from collections.abc import Callable, Collection
from concurrent.futures import CancelledError, Future

import numpy as np

from standoff.distributed.pools import ExecutorPool
from standoff.job import FAILED, REFUSED, RESULT, Job, JobCase, Reply
from standoff.job_folder import JobResult

CASE = JobCase("title: a case", "")
SOFTWARE = {"standoff": "0"}
Fate = tuple[str, float]  #: what becomes of an attempt, and after how many seconds


def job(number: int) -> Job:
    """A job whose result is a function of its number."""
    return Job("sum", f"job {number}", CASE, {"number": number}, SOFTWARE)


def numbers(number: int) -> np.ndarray:
    return np.arange(3.0) + number


def result(number: int, host: str = "node", off: float = 0.0) -> bytes:
    """The result of a job, with another number added."""
    machine = {"host": host, "processor": "a processor", "seconds": 1.0}
    return JobResult({"x": numbers(number) + off}, {}, machine).to_bytes(job(number).key)


class VirtualPool(ExecutorPool):
    """`fate(number, attempt)` says what becomes of each attempt: result, other, died, failed, refused, silent, lost."""

    def __init__(self, slots: int | Callable[[float], int], fate: Callable[[int, int], Fate]) -> None:
        self.time, self.fate = 0.0, fate
        self.count = slots if callable(slots) else lambda _: slots
        self.attempts: dict[int, int] = {}
        self.due: dict[Future[bytes], tuple[float, int, str]] = {}
        self.free = [0.0] * (0 if callable(slots) else slots)
        self.most = 0  #: attempts under way at once
        self.busy: dict[Future[bytes], int] = {}

    def submit(self, raw: bytes) -> Future[bytes]:
        number = int(Job.from_bytes(raw).settings["number"])
        attempt = self.attempts[number] = self.attempts.get(number, 0) + 1
        kind, seconds = self.fate(number, attempt)
        future: Future[bytes] = Future()
        begin = self.time
        if self.free:  # one job at a time on each worker
            worker = min(range(len(self.free)), key=self.free.__getitem__)
            begin = max(self.time, self.free[worker])
            if kind != "silent":
                self.free[worker] = begin + seconds
        self.due[future] = (float("inf") if kind == "silent" else begin + seconds, number, kind)
        self.most = max(self.most, len(self.due))
        return future

    def slots(self) -> int:
        return self.count(self.time)

    def now(self) -> float:
        return self.time

    def wait(self, futures: Collection[Future[bytes]], seconds: float) -> set[Future[bytes]]:
        first = min((self.due[future][0] for future in futures), default=float("inf"))
        self.time = max(self.time, min(first, self.time + seconds))
        ready = {future for future in futures if self.due[future][0] <= self.time}
        for future in ready:
            _, number, kind = self.due.pop(future)
            self._end(future, number, kind)
        return ready

    def _end(self, future: Future[bytes], number: int, kind: str) -> None:
        machine = {"host": "node7"}
        if kind == "died":
            future.set_exception(RuntimeError("killed"))
        elif kind == "lost":
            future.set_exception(CancelledError())
        elif kind == "failed":
            future.set_result(Reply(FAILED, "no number is finite", machine).to_bytes())
        elif kind == "refused":
            future.set_result(Reply(REFUSED, "jax 9, wanted 10", machine).to_bytes())
        else:
            raw = result(number, "node7", 1.0) if kind == "other" else result(number)
            future.set_result(Reply(RESULT, "", machine, raw).to_bytes())
