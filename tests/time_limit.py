"""A bound on processor time, so that a search that never ends fails its test; how fast a thing is stands in `benchmarks`."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterator


@contextlib.contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Fail the test where the block takes more processor time than `seconds`.

    The bound is many times what the block takes: it tells minutes from a moment, on a busy machine as well.
    """

    def fail(*_: object) -> None:
        raise AssertionError(f"not done after {seconds:g} seconds of processor time")

    handler = signal.signal(signal.SIGPROF, fail)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, handler)
