"""How fast a moved lever is answered: milliseconds from Python's side of the server, and bytes of JSON.

    python -m benchmarks.explorer [CASE ...] [--moves 20]

Each move has another value of the first lever, so that none is answered from memory. The load of the machine is printed
beside, since other programs on the same cores slow everything down.
"""

from __future__ import annotations

import argparse
import json
import os
import time

import numpy as np

from standoff import build, load
from standoff.addons.explorer.explorer import DRAWS, QUICK, Explorer
from standoff.addons.explorer.state import ExplorerState
from standoff.scenario.overrides import ends
from standoff.serialise import to_plain


def milliseconds(explorer: Explorer, draws: int, moves: int, first: int = 0) -> tuple[np.ndarray, int]:
    """Times of moves of the first lever over its range, and the largest answer in bytes.

    first: futures that are there already, as where the page asks for few while a handle is held, and then for more
    """
    name, lever = next(iter(explorer.model.scenario.levers.items()))
    low, high, _ = ends(lever.model_dump(), explorer.model.plan.scenario.units)
    values = np.linspace(low, high, moves + 1)
    shift = (values[1] - values[0]) * (draws + 3 * first) / 10**6  # no state twice, whatever was measured before
    explorer.move(ExplorerState(levers={name: float(values[0])}), draws)
    times, largest = [], 0
    for value in values[1:] - shift:
        if first:
            explorer.move(ExplorerState(levers={name: float(value)}), first)
        begun = time.perf_counter()
        text = json.dumps(
            to_plain(explorer.move(ExplorerState(levers={name: float(value)}), draws)), separators=(",", ":")
        )
        times.append(1000 * (time.perf_counter() - begun))
        largest = max(largest, len(text))
    return np.array(times), largest


def main() -> None:
    """Open the cases, move, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("cases", nargs="*", default=["closed-form", "china-russia"])
    parser.add_argument("--moves", type=int, default=20)
    args = parser.parse_args()
    for case in args.cases:
        begun = time.perf_counter()
        explorer = Explorer.open(build(*load(case)))
        print(f"{case}: open in {time.perf_counter() - begun:.1f} s, load {os.getloadavg()[0]:.1f}", flush=True)
        for draws, first in ((QUICK, 0), (DRAWS, 0), (DRAWS, QUICK)):
            times, largest = milliseconds(explorer, draws, args.moves, first)
            typical, slow = np.median(times), np.quantile(times, 0.9)
            after = f" after {first}" if first else ""
            print(f"  {draws:5d} futures{after}: median {typical:.0f} ms, 90 % {slow:.0f} ms, {largest:,} bytes")


if __name__ == "__main__":
    main()
