"""A door in a process of its own: what ends the process, such as a library that aborts, is a failure of its input."""

from __future__ import annotations

import mmap
import multiprocessing
import signal
from dataclasses import replace
from multiprocessing.connection import Connection

from tests.fuzz.door import Door
from tests.fuzz.harness import Failure, Tried, fuzz

ROOM = 2**24  #: bytes; no input is longer
WORD = 8  #: bytes of a number in the memory that both processes share


def fuzz_isolated(door: Door, seed: int, seconds: float) -> Tried:
    """`fuzz` in a child process; if that dies, the last input is the failure, and the door's time is over."""
    shared = mmap.mmap(-1, ROOM + 2 * WORD)  # how many inputs there were, the length of the last, and the last
    receive, send = multiprocessing.Pipe(duplex=False)
    child = multiprocessing.get_context("fork").Process(target=_child, args=(door, seed, seconds, shared, send))
    child.start()
    send.close()
    try:
        out = Tried(door, **receive.recv())
    except EOFError:
        child.join()
        number, length = (int.from_bytes(shared[at : at + WORD], "little") for at in (0, WORD))
        raw = shared[2 * WORD : 2 * WORD + length]
        place = f"Crash {_cause(child.exitcode or 0)}"
        out = Tried(door, number, failures={place: Failure(place, "the process ended", raw, number - 1)})
    child.join()
    return out


def _cause(code: int) -> str:
    return signal.Signals(-code).name if code < 0 else f"exit code {code}"


def _child(door: Door, seed: int, seconds: float, shared: mmap.mmap, send: Connection) -> None:
    """Fuzz a door, and write down each input before it is tried."""
    number = 0

    def enter(raw: bytes) -> object:
        nonlocal number
        number += 1
        start = raw[:ROOM]
        shared[: 2 * WORD] = number.to_bytes(WORD, "little") + len(start).to_bytes(WORD, "little")
        shared[2 * WORD : 2 * WORD + len(start)] = start
        return door.enter(raw)

    result = fuzz(replace(door, enter=enter), seed, seconds)
    send.send({name: getattr(result, name) for name in ("inputs", "refused", "spent", "slowest", "failures")})
