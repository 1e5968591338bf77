"""Calls that take or give too much, and a process that is lost."""

import json
import os
import signal
from dataclasses import replace

import pytest

from standoff.addons.agents import CHARACTERS
from standoff.addons.agents.limits import Limits
from standoff.addons.agents.worker import Worker
from standoff.errors import RunError


def test_a_call_ends_by_the_clock_and_the_next_is_answered() -> None:
    worker = Worker(Limits(seconds=0.001))
    with pytest.raises(RunError) as error:
        worker.answer("list_cases", {})
    assert "--seconds" in error.value.problems[0].fix
    worker.limits = replace(worker.limits, seconds=120)
    assert json.loads(worker.answer("list_cases", {}))["result"]
    first = worker._running
    assert first is not None
    os.kill(first[0].pid or 0, signal.SIGKILL)
    with pytest.raises(RunError):
        worker.answer("list_cases", {})
    assert json.loads(worker.answer("list_cases", {}))["result"] and worker._running is not first
    with pytest.raises(RunError) as error:
        worker.answer("claims", {"case": "china-russia", "most": 500})
    assert f"{CHARACTERS:,}" in error.value.problems[0].allowed
    with pytest.raises(RunError) as error:
        worker.answer("show", {"case": "closed-from"})
    assert "closed-form" in error.value.problems[0].allowed
