"""Long work on many machines: jobs are data, results are files, and numbers are the same to the last bit.

`open_executor` gives whoever does jobs: `local:N` (processes of this machine), a scheduler of Dask (a file or an address),
or `queue` (a folder, from which `standoff work` takes its part on any number of machines). `ExecutorPool` makes one of any
`concurrent.futures.Executor`.
"""

from __future__ import annotations

from standoff.distributed.executors import open_executor
from standoff.distributed.pools import ExecutorPool, Pool, ProcessPool
from standoff.distributed.queue import QueueExecutor, perform_part
from standoff.distributed.scheduler import JobScheduler

__all__ = ["ExecutorPool", "JobScheduler", "Pool", "ProcessPool", "QueueExecutor", "open_executor", "perform_part"]
