"""Pools of workers: any `concurrent.futures.Executor`, processes here, workers of Dask."""

from __future__ import annotations

import concurrent.futures
import json
import multiprocessing
import os
import time
from collections.abc import Callable, Collection
from concurrent.futures import CancelledError, Executor, Future, ProcessPoolExecutor
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from standoff import child_process, input_files
from standoff.errors import RunError
from standoff.versions import install_command

TIMEOUT = 30.0  #: seconds until a scheduler of Dask must answer; assumption
LARGEST = 1_000_000  #: bytes of a scheduler file; assumption


class ExecutorPool:
    """Any executor with the interface of `concurrent.futures`: of MPI, of Parsl, of others.

    executor: whose workers have this version of standoff installed
    slots: number of jobs that it can run at once now; workers may come and go
    """

    def __init__(self, executor: Executor, slots: Callable[[], int]) -> None:
        self.executor, self.slots = executor, slots

    def submit(self, job: bytes) -> Future[bytes]:
        """Have a job done by `standoff.distributed.worker.work`, in bytes."""
        from standoff.distributed.worker import work  # it imports JAX

        return self.executor.submit(work, job)

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


class ProcessPool(ExecutorPool):
    """Processes of this machine, each with its share of the cores."""

    def __init__(self, count: int) -> None:
        self.count = count
        super().__init__(self._processes(), lambda: count)

    def _processes(self) -> ProcessPoolExecutor:
        context = multiprocessing.get_context("spawn")  # JAX starts threads: a process that has it must not fork
        cpus = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else list(range(os.cpu_count() or 1))
        shares: Any = context.SimpleQueue()
        for number in range(self.count):
            shares.put(cpus[number % len(cpus) :: self.count] or [cpus[number % len(cpus)]])
        return ProcessPoolExecutor(self.count, context, _begin, (shares,))

    def submit(self, job: bytes) -> Future[bytes]:
        """Have a job done, by new processes if one has died: Python gives up all of a pool then."""
        try:
            return super().submit(job)
        except concurrent.futures.BrokenExecutor:
            self.executor.shutdown(wait=False, cancel_futures=True)
            self.executor = self._processes()
            return super().submit(job)

    def lost(self, error: BaseException) -> bool:
        """Nothing of this machine is ever lost: jobs of a broken pool are done by the next one."""
        return False

    def close(self) -> None:
        """End the processes."""
        self.executor.shutdown(wait=True, cancel_futures=True)


def _begin(shares: Any) -> None:
    """Keep a worker on its share of the cores, and end it with the process that started it."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, shares.get())
    child_process.end_with_parent()


class DaskPool(ExecutorPool):
    """Workers of a scheduler of Dask, each of which does one job at a time.

    Needs the extra `spread`.

    target: address (`tls://host:8786`), or a scheduler file
    trust_network: whether an address without encryption is used, this machine's too; whoever reaches its port can run
    programs as the user of every worker
    """

    def __init__(self, target: str, trust_network: bool = False) -> None:
        address = target if "://" in target else address_in(Path(target))
        check_address(address, trust_network)
        try:
            distributed: Any = import_module("distributed")
        except ImportError as error:
            why = f"a scheduler of Dask needs the extra `spread`, which is not installed ({error.name})"
            fix = f"{install_command('spread')}; `--on local:N` and `--on queue` need nothing"
            raise RunError(why, "--on", fix=fix) from None
        try:
            self.client: Any = distributed.Client(address, timeout=TIMEOUT, set_as_default=False)
        except (OSError, TimeoutError, ValueError, TypeError) as error:
            fix = "start one: `dask scheduler --scheduler-file FILE`; for tls:// see docs/spread.md"
            raise RunError(f"no scheduler answers at {address}: {error}", "--on", fix=fix) from None
        super().__init__(self.client.get_executor(pure=False), self._workers)

    def _workers(self) -> int:
        if self.client.status != "running":
            raise ConnectionError(f"the connection to {self.client.scheduler.address} is {self.client.status}")
        return len(self.client.nthreads())

    def close(self) -> None:
        """Let go of the scheduler; its workers stay."""
        self.client.close(timeout=5)


def address_in(file: Path) -> str:
    """The address in a scheduler file of `dask scheduler --scheduler-file FILE`."""
    try:
        return str(json.loads(input_files.contents(file, LARGEST, RunError))["address"])
    except (ValueError, KeyError, TypeError) as error:
        fix = "`dask scheduler --scheduler-file FILE` writes one"
        raise RunError(f"not a scheduler file: {error}", str(file), fix=fix) from None


def check_address(address: str, trust_network: bool) -> None:
    """Refuse an address on which others could listen or speak; raises `RunError`."""
    parts = urlsplit(address)
    if parts.scheme not in {"tls", "tcp"} or not parts.hostname:
        raise RunError(f"`{address}` is no address of a scheduler", "--on", allowed="tls://HOST:PORT")
    if parts.scheme == "tls" or trust_network:
        return
    raise RunError(
        f"{address} is not encrypted, and nobody there proves who he is: whoever reaches the port, or another user of "
        "this machine who listens on it, can run programs as you",
        "--on",
        allowed="tls://HOST:PORT",
        fix="use certificates (docs/spread.md), or --trust-network where only you and the job's own machines reach it",
    )
