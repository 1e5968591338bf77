"""`python -m tests.fuzz --seconds 1800 --seed 1`: every door for its share of the time; exit code 1 where anything failed."""

from __future__ import annotations

import argparse
import faulthandler
import logging
import os
import resource
import sys
import tempfile
import warnings
from collections.abc import Sequence
from pathlib import Path

from tests.fuzz import areas
from tests.fuzz.harness import Tried, outcome, place
from tests.fuzz.isolation import fuzz_isolated

MEMORY = 8 * 2**30  # bytes; assumption: the compiler of JAX takes some 2 GB, an attack more


def main(words: Sequence[str] | None = None) -> int:
    """Run it; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0, help="of one core, for all doors together")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--door", default="", help="only doors whose names begin with this")
    parser.add_argument("--again", type=Path, help="one input of an earlier failure, into the door named by --door")
    parser.add_argument("--folder", type=Path, default=Path("runs/fuzz"), help="where inputs that failed are written")
    asked = parser.parse_args(words)
    doors = [door for door in areas.doors() if door.name.startswith(asked.door)]
    folder = asked.folder.resolve()
    os.environ["STANDOFF_FUZZ"] = "1"
    warnings.simplefilter("ignore")
    logging.disable()
    faulthandler.enable()
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    with tempfile.TemporaryDirectory() as scratch:
        again = asked.again.read_bytes() if asked.again else None
        os.chdir(scratch)  # what a command writes goes there
        if again is not None:
            error = outcome(doors[0], again)
            print("taken" if error is None else f"{place(error)}\n{error}")
            return 0
        whole = sum(door.share for door in doors)
        tried = []
        for door in doors:
            tried.append(fuzz_isolated(door, asked.seed, asked.seconds * door.share / whole))
            print(_line(tried[-1]), flush=True)
        os.chdir(folder.parent if folder.parent.exists() else "/")
    return _told(tried, folder)


HEAD = f"{'door':<30} {'inputs':>9} {'a second':>9} {'refused':>8} {'slowest':>8} {'tracebacks':>11} {'hangs':>6}"


def _line(one: Tried) -> str:
    rate = one.inputs / one.spent if one.spent else 0.0
    return (
        f"{one.door.name:<30} {one.inputs:>9,} {rate:>9,.0f} {one.refused / max(one.inputs, 1):>8.0%} {one.slowest:>7.2f}s "
        f"{one.count(False):>11,} {one.count(True):>6,}"
    )


def _told(tried: Sequence[Tried], folder: Path) -> int:
    print(HEAD)
    for one in tried:
        print(_line(one))
    inputs, spent = sum(one.inputs for one in tried), sum(one.spent for one in tried)
    failed = [(one, failure) for one in tried for failure in one.failures.values()]
    print(
        f"{inputs:,} inputs in {spent:.0f} s ({inputs / max(spent, 1e-9):,.0f} a second), "
        f"{sum(one.count(False) for one in tried):,} tracebacks and {sum(one.count(True) for one in tried):,} hangs "
        f"at {len(failed)} places"
    )
    for one, failure in failed:
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / f"{one.door.name.replace(' ', '-').replace('/', '-')}-{failure.digest}"
        file.write_bytes(failure.raw)
        print(
            f"\n{one.door.name}: {failure.count} x {failure.place} (first: input {failure.number})\n"
            f"  python -m tests.fuzz --door '{one.door.name}' --again {file}\n{failure.text}"
        )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
