"""Who does jobs, by the text of `--on`."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager

from standoff.distributed.pools import DaskPool, ExecutorPool, ProcessPool
from standoff.distributed.queue import QueueExecutor
from standoff.distributed.scheduler import JobScheduler
from standoff.errors import RunError
from standoff.job_folder import JobExecutor

VARIABLE = "STANDOFF_ON"  #: environment variable that stands for `--on`
QUEUE = "queue"
ALLOWED = "local:N, queue, FILE.json of a scheduler, or tls://HOST:PORT"


@contextmanager
def open_executor(on: str = "", trust_network: bool = False) -> Iterator[JobExecutor | None]:
    """Whoever does the jobs that a text names; None for this process.

    on: `local:4` (processes of this machine), `queue` (a folder, for `standoff work`), a scheduler file or an address of
    Dask; by default the environment variable STANDOFF_ON
    trust_network: use a scheduler without encryption

    Raises `RunError` for another text, and where no scheduler answers.
    """
    on = on or os.environ.get(VARIABLE, "")
    if on in {"", QUEUE}:
        yield QueueExecutor() if on else None
        return
    pool = _pool(on, trust_network)
    try:
        yield JobScheduler(pool)
    finally:
        pool.close()


def _pool(on: str, trust_network: bool) -> ExecutorPool:
    local = re.fullmatch(r"local(?::(\d+))?", on)
    if local is not None:
        count = int(local[1] or 0)
        if not 1 <= count <= 1024:
            raise RunError(f"`{on}`: not a number of processes", "--on", allowed="local:1 to local:1024")
        return ProcessPool(count)
    if "://" not in on and not on.endswith(".json"):
        raise RunError(f"`{on}` names nobody who does jobs", "--on", allowed=ALLOWED)
    return DaskPool(on, trust_network)
