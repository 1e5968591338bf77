"""Processes of a pool end with the process that started them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

POOLS = {
    "of jobs": "from standoff.distributed.pools import ProcessPool; pool = ProcessPool(1).executor",
    "of readers": "from concurrent.futures import ProcessPoolExecutor; from standoff import child_process; "
    "pool = ProcessPoolExecutor(1, None, child_process.end_with_parent)",
}


@pytest.mark.parametrize("pool", POOLS)
def test_processes_end_with_the_one_that_started_them_even_if_it_is_killed(pool: str) -> None:
    code = f"""
import os, time
if __name__ == "__main__":
    {POOLS[pool]}
    print(pool.submit(os.getpid).result(), flush=True)
    time.sleep(600)
"""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        os.kill(child, 0)  # it lives
        parent.kill()
    for _ in range(600):
        try:
            os.kill(child, 0)
        except ProcessLookupError:
            return
        time.sleep(0.1)
    os.kill(child, signal.SIGKILL)
    pytest.fail("the worker lives on")
