"""One door after the other: inputs for its share of the time, what went wrong by place, and the least input that shows it."""

from __future__ import annotations

import hashlib
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from types import CodeType
from typing import Any

import typer

import standoff
from standoff.errors import StandoffError
from tests.fuzz.door import Door

SOURCE = str(Path(standoff.__file__).parent)
MOST = 300  #: inputs that reached a new line and are changed in their turn
LONG = 50_000  #: bytes of an input that is not changed further
WARM = 120.0  #: seconds that a seed may take, with what is imported and compiled for it
TRIES, PATIENCE = 300, 5.0  #: attempts, and seconds, of making an input smaller


class Hang(BaseException):
    """An input that takes longer than its door allows; no `except Exception` catches it."""


@dataclass
class Failure:
    """Inputs that ended in one traceback, or a hang, at one place."""

    place: str  #: kind of error and `file:line`, innermost of the package
    text: str  #: the traceback
    raw: bytes  #: the least input
    number: int  #: of the first input, from 0; below 0 for a seed
    count: int = 1

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.place.encode()).hexdigest()[:8]


@dataclass
class Tried:
    """What became of the inputs of a door."""

    door: Door
    inputs: int = 0
    refused: int = 0
    spent: float = 0.0  #: seconds of the processor
    slowest: float = 0.0
    failures: dict[str, Failure] = field(default_factory=dict)

    def count(self, hangs: bool) -> int:
        """Inputs that failed: hangs, or tracebacks."""
        return sum(each.count for each in self.failures.values() if each.place.startswith("Hang ") == hangs)


def fuzz(door: Door, seed: int, seconds: float = float("inf"), most: int | None = None, *, seeds: bool = True) -> Tried:
    """Try inputs until the time is up or there were `most`; those that reach new lines of the package are changed further.

    seeds: these are tried first as they are, before the clock runs
    """
    out, corpus = Tried(door), list(door.seeds())
    for number, raw in enumerate(
        corpus if seeds else ()
    ):  # before the clock: imports, and programs that are compiled once
        error = outcome(replace(door, seconds=WARM), raw)
        if error is not None and not isinstance(error, StandoffError):
            _note(out, door, raw, error, number - len(corpus))
    begin = time.process_time()
    with reached() as fresh:
        for number in range(most if most is not None else sys.maxsize):
            if time.process_time() - begin > seconds:
                break
            raw = door.change(Random(f"{seed}/{door.name}/{number}"), corpus)
            fresh.clear()
            start = time.process_time()
            error = outcome(door, raw)
            out.slowest = max(out.slowest, time.process_time() - start)
            out.inputs += 1
            if isinstance(error, StandoffError):
                out.refused += 1
            elif error is not None:
                _note(out, door, raw, error, number)
            if fresh and len(corpus) < MOST and len(raw) < LONG and (error is None or isinstance(error, StandoffError)):
                corpus.append(raw)
    out.spent = time.process_time() - begin
    return out


def outcome(door: Door, raw: bytes) -> BaseException | None:
    """None where the door takes the input, the `StandoffError` that refuses it, or what must never come."""
    try:
        with limit(door.seconds):
            door.enter(raw)
    except StandoffError as error:
        try:
            str(error).encode("utf-8", "backslashreplace")
            assert error.problems and all(problem.what for problem in error.problems), "an error without a reason"
        except Exception as other:
            return other
        return error
    except (typer.Exit, typer.Abort):
        return None
    except SystemExit as error:
        return None if error.code in (0, 1, 2, None) else error
    except (Exception, Hang) as error:
        return error
    return None


@contextmanager
def limit(seconds: float) -> Iterator[None]:
    """Raise `Hang` where the block takes more seconds of the processor, or waits ten times as long."""

    def stop(*_: object) -> None:
        raise Hang

    timers = ((signal.ITIMER_PROF, signal.SIGPROF, seconds), (signal.ITIMER_REAL, signal.SIGALRM, 10 * seconds))
    before = [signal.signal(sign, stop) for _, sign, _ in timers]
    try:
        for timer, _, most in timers:
            signal.setitimer(timer, most)
        yield
    finally:
        for (timer, sign, _), handler in zip(timers, before, strict=True):
            signal.setitimer(timer, 0)
            signal.signal(sign, handler)


@contextmanager
def reached() -> Iterator[list[object]]:
    """A list that grows when a line of the package runs for the first time. Needs Python 3.12; before, it stays empty."""
    fresh: list[object] = []
    watch: Any = getattr(sys, "monitoring", None)
    if watch is None:
        yield fresh
        return

    def line(code: CodeType, number: int) -> object:
        if code.co_filename.startswith(SOURCE):
            fresh.append(number)
        return watch.DISABLE

    tool = watch.PROFILER_ID
    watch.use_tool_id(tool, "fuzz")
    try:
        watch.register_callback(tool, watch.events.LINE, line)
        watch.set_events(tool, watch.events.LINE)
        watch.restart_events()
        yield fresh
    finally:
        watch.set_events(tool, 0)
        watch.register_callback(tool, watch.events.LINE, None)
        watch.free_tool_id(tool)


def place(error: BaseException) -> str:
    """Kind of error and the innermost line of the package (else of all) at which it came."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if frame.filename.startswith(SOURCE)] or frames
    last = own[-1]
    name = last.filename.removeprefix(f"{SOURCE}/")
    where = name if isinstance(error, Hang | RecursionError | MemoryError) else f"{name}:{last.lineno}"
    return f"{type(error).__name__} {where} {last.name}"


def _note(out: Tried, door: Door, raw: bytes, error: BaseException, number: int) -> None:
    key = place(error)
    if key in out.failures:
        out.failures[key].count += 1
        return
    text = "".join(traceback.format_exception(error, limit=-12))
    small = raw if isinstance(error, Hang) else least(raw, lambda raw: _fails_at(door, raw, key))
    out.failures[key] = Failure(key, text, small, number)


def _fails_at(door: Door, raw: bytes, key: str) -> bool:
    error = outcome(door, raw)
    return error is not None and not isinstance(error, StandoffError) and place(error) == key


def least(raw: bytes, fails: Callable[[bytes], bool]) -> bytes:
    """A shorter input that fails too: pieces are left out, halves first."""
    size, tries, begin = len(raw) // 2, 0, time.process_time()
    while size and tries < TRIES:
        at = 0
        while at < len(raw) and tries < TRIES and time.process_time() - begin < PATIENCE:
            shorter = raw[:at] + raw[at + size :]
            tries += 1
            if fails(shorter):
                raw = shorter
            else:
                at += size
        size //= 2
    return raw
