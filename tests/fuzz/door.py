"""What is tried: a door, the inputs that it is known to take, and how these are changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from tests.fuzz import changes


@dataclass(frozen=True, kw_only=True)
class Door:
    """One input of the product."""

    name: str  #: area and form, such as `ledger .jsonl`
    enter: Callable[[bytes], object]  #: raises `StandoffError` where it refuses
    seeds: Callable[[], Sequence[bytes]]
    change: Callable[[Random, Sequence[bytes]], bytes] = changes.text
    share: float = 1.0  #: of the time, beside the other doors
    seconds: float = 5.0  #: that one input may take
    slice: int = 40  #: inputs in the test that runs each time
    slow: bool = False  #: programs are compiled for its inputs: that test runs with the slow ones
