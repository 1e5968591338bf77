"""Who does the jobs, by the text of `--on`."""

from __future__ import annotations

import pytest

from standoff.distributed.executors import VARIABLE, open_executor
from standoff.distributed.queue import QueueExecutor
from standoff.errors import RunError


def test_without_a_text_this_process_does_them(monkeypatch):
    monkeypatch.delenv(VARIABLE, raising=False)
    with open_executor() as executor:
        assert executor is None
    monkeypatch.setenv(VARIABLE, "queue")
    with open_executor() as executor:
        assert isinstance(executor, QueueExecutor)


@pytest.mark.parametrize(
    ("on", "why"),
    [
        ("nowhere", "names nobody"),
        ("local", "not a number of processes"),
        ("local:0", "local:1 to local:1024"),
        ("http://127.0.0.1:8786", "no address of a scheduler"),
        ("tcp://10.1.2.3:8786", "not encrypted"),
        ("tcp://example.org:8786", "not encrypted"),
        ("missing.json", "cannot be read"),
    ],
)
def test_a_text_that_makes_no_sense_is_refused(on, why):
    with pytest.raises(RunError, match=why), open_executor(on):
        pass
