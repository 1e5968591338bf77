"""What large work costs: measured job times and coordinator, computed for 10, 100 and 1,000 workers.

`python -m benchmarks.spread [CASE]` measures, in seconds of processor time, what one batch of draws, one program and one
origin take, how large their results are, and how many results a second the coordinator takes: into its folder, and through
a scheduler of Dask on this machine. Times of a cluster are computed: start, then the largest of work over workers and
results over the coordinator's rate. Waiting for a queue is not in them.

`python -m benchmarks.spread ratios [CASE]` measures what jobs cost on this machine, as ratios of runs side by side: batches
in this process over one loop over the same blocks (processor time), two processes of one core over two threads (time), and
two processes that begin together with one empty cache of programs over two with one each.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np

from standoff.catalog import load
from standoff.distributed.executors import open_executor
from standoff.engine.batches import BATCH_BLOCKS, BatchSettings, batch_job, simulate_batch
from standoff.engine.build import build
from standoff.engine.run import Settings
from standoff.engine.run_folder import RunFolder
from standoff.engine.simulate import simulate
from standoff.engine.simulator import block_size
from standoff.job import Job, JobCase
from standoff.job_folder import JobFolder, JobResult
from standoff.software import software

if TYPE_CHECKING:
    from standoff.engine.model import Model

EMPTY = JobCase("", "")
CORES = 16  #: of a worker, assumption: a node of a cluster
START = 30.0  #: seconds until a worker has imported everything and read a case, assumption
BLOCKS = 8  #: blocks that are measured
PAIRS = 3  #: runs side by side
WORKER_JOBS = 6  #: of the measurement of two workers
JOB_SECONDS = 5.0  #: processor time of a job there
FIRST_RUN = """
import sys
from standoff.catalog import load
from standoff.engine.build import build
from standoff.engine.simulate import simulate
simulate(build(*load(sys.argv[1])), draws=64, seed=1)
"""
WORK = {"1e8 draws": "batch", "1,000 rival programs": "program", "10,000 origins": "origin"}


def processor_seconds() -> float:
    """Processor time of this process and its threads."""
    spent = os.times()
    return spent.user + spent.system


def batch(case: str) -> tuple[float, float, float, int]:
    """Processor seconds of compiling a program and of a batch, and seconds and bytes of its result."""
    model = build(*load(case))
    size = block_size(model)
    how = BatchSettings(Settings(BLOCKS * size, 1, "single", 0, 0), 0, size, True)
    began = processor_seconds()
    simulate_batch(model, BatchSettings(Settings(size, 1, "single", 0, 0), 0, size, True))
    first = processor_seconds() - began
    began = processor_seconds()
    arrays = simulate_batch(model, how)
    block = (processor_seconds() - began) / BLOCKS
    raw = JobResult(arrays, {}, {}).to_bytes(batch_job(model, how).key)
    return first - block, block * BATCH_BLOCKS, size * BATCH_BLOCKS, len(raw)


def rate(size: int, count: int = 60) -> float:
    """Results a second that are written and read again in order, of so many bytes."""
    value = np.random.default_rng(1).random(size // 8)
    jobs = [Job("none", str(n), EMPTY, {"n": n}, {}) for n in range(count)]
    with TemporaryDirectory() as scratch:
        folder, began = JobFolder(Path(scratch)), time.perf_counter()
        for job in jobs:
            folder.put(job, JobResult({"x": value}, {}, {}).to_bytes(job.key))
            folder.get(job)
        return count / (time.perf_counter() - began)


def echo(size: int) -> bytes:
    """What a worker does in the measurement of the network."""
    return bytes(size)


@contextmanager
def dask(workers: int) -> Iterator[str]:
    """A scheduler and workers of this machine."""
    with TemporaryDirectory() as scratch:
        file, common = Path(scratch) / "scheduler.json", [sys.executable, "-m", "dask"]
        words = [["scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(file)]]
        words += [
            ["worker", "--scheduler-file", str(file), "--nthreads", "1", "--no-nanny", "--no-dashboard"]
        ] * workers
        processes = [subprocess.Popen([*common, *each], cwd=Path.cwd(), stderr=subprocess.DEVNULL) for each in words]
        try:
            yield str(file)
        finally:
            for process in processes:
                process.terminate()
                process.wait(20)


def through_dask(size: int, count: int = 200) -> float:
    """Results a second of so many bytes that come through a scheduler of this machine, by two workers."""
    from benchmarks.spread import echo as work

    from standoff.distributed.pools import DaskPool

    with dask(2) as file:
        while not Path(file).exists():
            time.sleep(0.1)
        pool = DaskPool(file)
        while pool.slots() < 2:
            time.sleep(0.1)
        began = time.perf_counter()
        futures = [pool.executor.submit(work, size) for _ in range(count)]
        for future in futures:
            future.result()
        seconds = time.perf_counter() - began
        pool.close()
    return count / seconds


def elapsed(action: Callable[[], object]) -> tuple[float, float]:
    """Seconds, and processor seconds of this process, that a call takes."""
    began, spent = time.perf_counter(), processor_seconds()
    action()
    return time.perf_counter() - began, processor_seconds() - spent


def job_blocks(model: Model, size: int) -> int:
    """Number of blocks of a job of `JOB_SECONDS` on one core; what happens once in a process has happened after it."""
    with TemporaryDirectory() as scratch:
        simulate(model, draws=2 * size, seed=3, paths=1, batch=1, folder=RunFolder(Path(scratch)))
    count = 16 * BLOCKS
    _, spent = elapsed(lambda: simulate(model, draws=count * size, seed=2, paths=1))
    return max(1, round(JOB_SECONDS * count / spent))


def batches_over_loop(model: Model, size: int, blocks: int) -> tuple[float, float]:
    """Processor time of a run of two batches over one loop over its blocks: in memory, and with results in a folder."""
    draws, pairs = 2 * blocks * size, []

    def stored() -> None:
        with TemporaryDirectory() as scratch:
            simulate(model, draws=draws, seed=1, paths=1, batch=blocks, folder=RunFolder(Path(scratch)))

    for _ in range(PAIRS):
        _, loop = elapsed(lambda: simulate(model, draws=draws, seed=1, paths=1, batch=draws))
        _, memory = elapsed(lambda: simulate(model, draws=draws, seed=1, paths=1, batch=blocks))
        pairs.append([memory / loop, elapsed(stored)[1] / loop])
    memory, folder = np.median(pairs, axis=0)
    return float(memory), float(folder)


def threads_over_workers(model: Model, size: int, blocks: int) -> float:
    """Time of a run by two threads over that by two processes of one core each.

    The processes have started and loaded the program before.
    """
    draws = WORKER_JOBS * blocks * size
    with open_executor("local:2") as executor:
        simulate(model, draws=32 * size, seed=2, paths=1, batch=16, executor=executor)
        by_workers, _ = elapsed(lambda: simulate(model, draws=draws, seed=1, paths=1, batch=blocks, executor=executor))
    by_threads, _ = elapsed(lambda: simulate(model, draws=draws, seed=1, paths=1, batch=blocks))
    return by_threads / by_workers


def together(case: str, shared: bool) -> tuple[float, float]:
    """Time and processor time of two processes that begin at once, with one empty cache of programs or one each."""
    with TemporaryDirectory() as scratch:
        began, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
        processes = [
            subprocess.Popen(
                [sys.executable, "-c", FIRST_RUN, case],
                stderr=subprocess.DEVNULL,
                env=os.environ | {"XDG_CACHE_HOME": str(Path(scratch) / ("" if shared else str(number)))},
            )
            for number in range(2)
        ]
        if any(process.wait() for process in processes):
            raise SystemExit("a process failed")
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.perf_counter() - began, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def ratios(case: str) -> None:
    """Measure what jobs cost on this machine, and print it."""
    model = build(*load(case))
    size = block_size(model)
    print(f"{case}, {len(os.sched_getaffinity(0))} cores, load {os.getloadavg()[0]:.1f} at the beginning")
    blocks = job_blocks(model, size)
    print(f"a job of {JOB_SECONDS:.0f} s of one core has {blocks:,} blocks of {size} draws")
    memory, folder = batches_over_loop(model, size, blocks)
    print(
        f"batches over one loop, processor time: {memory:.3f} in memory, {folder:.3f} with results in a folder, median of {PAIRS}"
    )
    share = threads_over_workers(model, size, blocks)
    print(f"two processes over two threads: {share:.2f} of the speed, {WORKER_JOBS} jobs", flush=True)
    (one, spent), (other, apart) = (together(case, shared) for shared in (True, False))
    print(
        f"two processes that begin together, one empty cache over one each: {spent / apart:.2f} in processor time "
        f"({spent:.0f} and {apart:.0f} s), {one / other:.2f} in time; load {os.getloadavg()[0]:.1f} at the end"
    )


def hours(seconds: float) -> str:
    """Seconds for people."""
    return (
        f"{seconds:.0f} s"
        if seconds < 120
        else f"{seconds / 60:.0f} min"
        if seconds < 7200
        else f"{seconds / 3600:.0f} h"
    )


def times(case: str) -> None:
    """Measure, and print a table."""
    compiled, seconds, draws, size = batch(case)
    disk, network = rate(size), through_dask(size)
    print(f"{case}, class of arithmetic {software()['arithmetic']}: a program takes {compiled:.1f} s of one processor,")
    print(f"a batch of {draws:,} draws {seconds:.1f} s, its result {size / 1e6:.2f} MB;")
    print(f"the coordinator takes {disk:.0f} results/s to disk, {network:.0f} results/s through Dask")
    print("| work | jobs | processor-hours | " + " | ".join(f"{n:,} workers" for n in (1, 10, 100, 1000)) + " |")
    print("|---|---|---|---|---|---|---|")
    # a program is compiled by one thread; an origin is a program and two blocks of futures with paths
    jobs = {
        "batch": (-(-100_000_000 // draws), seconds, CORES),
        "program": (1000, compiled + 20 * seconds / BATCH_BLOCKS, 1),
        "origin": (10_000, compiled + 2 * seconds / BATCH_BLOCKS, 1),
    }
    for name, kind in WORK.items():
        count, each, cores = jobs[kind]
        cells = []
        for workers in (1, 10, 100, 1000):
            start = START + (compiled if kind == "batch" else 0.0)
            rounds = -(-count // workers)
            cells.append(hours(start + max(rounds * each / cores, count / min(disk, network))))
        print(f"| {name} | {count:,} | {count * each / 3600:.1f} | " + " | ".join(cells) + " |")


def main() -> None:
    """Measure ratios where asked, else times."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("words", nargs="*", metavar="[ratios] [CASE]")
    words = ask.parse_args().words
    if words[:1] == ["ratios"]:
        ratios(*(words[1:] or ["closed-form"]))
    else:
        times(*(words or ["china-russia"]))


if __name__ == "__main__":
    main()
