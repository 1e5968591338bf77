"""A slice of the fuzz with a fixed seed at every door, and that the fuzz itself sees tracebacks, hangs and hollow errors."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from pathlib import Path

import pytest

from standoff.errors import Problem, StandoffError
from tests.fuzz import areas, changes
from tests.fuzz.door import Door
from tests.fuzz.harness import WARM, fuzz
from tests.fuzz.isolation import fuzz_isolated

DOORS = areas.doors()


@pytest.fixture(autouse=True)
def place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", os.environ.get("XDG_CACHE_HOME", str(tmp_path)))


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    "door", [pytest.param(door, id=door.name, marks=[pytest.mark.slow] if door.slow else []) for door in DOORS]
)
def test_no_input_ends_in_a_traceback(door: Door) -> None:
    tried = fuzz(replace(door, seconds=WARM), seed=1, most=door.slice, seeds=door.slow)
    assert tried.inputs == door.slice
    assert not tried.failures, "\n".join(f"{each.text}\n{each.raw[:300]!r}" for each in tried.failures.values())


def digits(raw: bytes) -> None:
    """A door with faults: a traceback at the digit 7, a hang at 8, an error without a reason at 9."""
    if b"7" in raw:
        raise KeyError("seven")
    if b"8" in raw:
        while True:
            time.sleep(0.001)
    if b"9" in raw:
        raise StandoffError(Problem(""))
    raise StandoffError(Problem("refused"))


@pytest.mark.parametrize(("digit", "name"), [(b"7", "KeyError"), (b"8", "Hang"), (b"9", "AssertionError")])
def test_the_fuzz_sees_what_goes_wrong_and_makes_it_small(digit: bytes, name: str) -> None:
    door = Door(
        name="digits",
        enter=digits,
        seeds=lambda: [b"some text"],
        change=lambda rng, seeds: b"abc" + digit + b"def",
        seconds=0.02,
    )
    (failure,) = fuzz(door, 1, most=3).failures.values()
    assert failure.place.startswith(name) and failure.count == 3 and failure.number == 0
    assert failure.raw == (b"abc8def" if digit == b"8" else digit)  # what hangs is not tried again and again


@pytest.mark.slow  # a fork of a process in which JAX may have threads: not beside the others
@pytest.mark.filterwarnings("ignore")  # JAX warns of every fork; the child does not use it
def test_an_input_that_ends_the_process_is_a_failure_of_it() -> None:
    def enter(raw: bytes) -> None:
        if raw == b"end":
            os.abort()

    inputs = iter([b"one", b"two", b"end", b"more"])
    door = Door(name="ends", enter=enter, seeds=lambda: [b"seed"], change=lambda rng, seeds: next(inputs))
    tried = fuzz_isolated(door, 1, 5.0)
    (failure,) = tried.failures.values()
    assert (failure.place, failure.raw, tried.inputs) == ("Crash SIGABRT", b"end", 4)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_door_in_a_process_of_its_own_finds_the_same() -> None:
    door = Door(
        name="digits", enter=digits, seeds=lambda: [b"some text"], change=lambda rng, seeds: b"abc7def", seconds=0.2
    )
    (failure,) = fuzz_isolated(door, 1, 0.05).failures.values()
    assert failure.place.startswith("KeyError") and failure.raw == b"7"


def test_the_same_seed_gives_the_same_inputs() -> None:
    def inputs(seed: int) -> list[bytes]:
        seen: list[bytes] = []
        fuzz(Door(name="any", enter=seen.append, seeds=lambda: [b"a: {b: 1}"], change=changes.yaml), seed, most=30)
        return seen

    assert inputs(1) == inputs(1) != inputs(2)
