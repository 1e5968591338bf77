"""No result of any analysis depends on the number of cores."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.unit.distributed.cluster import environment


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "sched_getaffinity") or len(os.sched_getaffinity(0)) < 2, reason="needs two cores")
def test_one_core_gives_the_results_of_two(tmp_path):
    command = [sys.executable, "-m", "tests.unit.distributed.one_core"]
    one, two = (
        subprocess.run(
            [*command, count],
            env=environment({"XDG_CACHE_HOME": str(tmp_path / count)}),
            capture_output=True,
            text=True,
        )
        for count in "12"
    )
    assert one.returncode == two.returncode == 0, one.stderr + two.stderr
    assert one.stdout.splitlines() == two.stdout.splitlines() and len(one.stdout.splitlines()) == 8
