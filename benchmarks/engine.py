"""How fast the engine is: the same scenario as plain Python objects, as vectorised NumPy, and by the engine.

    python -m benchmarks.engine [--chunks] [--million] [--filter] [--save]

The three take turns, three rounds, in one process on the same cores; what is printed are medians. See README.md.
"""

from __future__ import annotations

import argparse
import contextlib
import copy
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
TARGETS = {"objects": 2000.0, "numpy": 8.0, "million_gb": 1.5, "first_process": 15.0, "second_process": 3.0}


PACES = ("persistent", "drifting", "supplied")  #: roles of mechanisms whose members have a filtered disturbance
OF_PACES = (
    "pace_persistence",
    "pace_sd",
    "loss_noise",
    "package_noise",
    "supply_noise",
    "supply_persistence",
    "supply_sd",
    "killed_noise",
    "drift_persistence",
    "drift_sd",
)


class Started(Exception):
    """Raised by the clock of a child process at its first futures."""


Rate = tuple[float, float]  #: draws a second, and draws a second of processor time


def now() -> tuple[float, float]:
    """Wall clock and processor time of all threads, seconds."""
    return time.perf_counter(), time.process_time()


class Shards:
    """A progress, and the task in it, that calls a function with the draws done after every shard."""

    def __init__(self, after: Callable[[int], None]) -> None:
        self.after, self.done = after, 0

    @contextlib.contextmanager
    def task(self, name: str, total: float | None = None) -> Iterator[Shards]:
        """Open a task."""
        yield self

    def update(self, n: float = 1) -> None:
        """Count draws."""
        self.done += int(n)
        self.after(self.done)


def rate(draws: int, start: tuple[float, float], stop: tuple[float, float]) -> Rate:
    """Draws over each clock."""
    return draws / (stop[0] - start[0]), draws / (stop[1] - start[1])


def engine_rate(model: Any, draws: int, seed: int, chunk: int | None = None) -> Rate:
    """From the first finished shard to the last: tracing and compiling are not counted."""
    from standoff.engine.simulate import simulate

    marks: list[tuple[tuple[float, float], int]] = []
    simulate(model, draws=draws, seed=seed, chunk=chunk, progress=Shards(lambda done: marks.append((now(), done))))
    (start, first), (stop, last) = marks[0], marks[-1]
    return rate(last - first, start, stop)


def numpy_rate(model: Any, draws: int, seed: int, dtype: str, block: int) -> Rate:
    """The twin on one core, in blocks that suit the cache, with summaries and questions."""
    import numpy as np
    from tests.oracles import twin

    rng, start, done = np.random.default_rng(seed), now(), 0
    total: Any = 0.0
    while done < draws:
        size = min(block, draws - done)
        chance = twin.own_chance(model.plan, rng, size, dtype)
        outcome = twin.run(model.plan, twin.own_parameters(model.plan, rng, size, dtype), chance)
        total = total + outcome.cells.sum(axis=0)
        done += size
    assert np.all(np.isfinite(total))
    return rate(draws, start, now())


def objects_rate(model: Any, draws: int, seed: int) -> Rate:
    """Plain objects on one core."""
    from tests.oracles import objects

    world, start = objects.World(model.plan), now()
    objects.run(world, seed, draws)
    return rate(draws, start, now())


def side_by_side(model: Any, draws: int, objects: int, rounds: int, block: int) -> dict[str, Rate]:
    """Medians over the rounds."""
    outcome: dict[str, list[Rate]] = {}
    for seed in range(rounds):
        for name, measured in {
            "objects": objects_rate(model, objects, seed),
            "numpy, double": numpy_rate(model, draws, seed, "float64", block),
            "numpy, single": numpy_rate(model, draws, seed, "float32", block),
            "engine": engine_rate(model, draws + 2048, seed),  # the first shard only starts the clock
        }.items():
            outcome.setdefault(name, []).append(measured)
    return {
        name: (statistics.median(wall for wall, _ in rates), statistics.median(cpu for _, cpu in rates))
        for name, rates in outcome.items()
    }


def without_paces(case: str) -> Any:
    """The model of a case in which no disturbance lasts, so that nothing is filtered."""
    from standoff import build, catalog
    from standoff.scenario.load import load_document

    loaded, ledger = catalog.load(case)
    data = copy.deepcopy(loaded.document.data)
    for mechanism in data["mechanisms"].values():
        for name in {*PACES, *OF_PACES} & set(mechanism):
            del mechanism[name]
    data["correlations"] = [
        pair for pair in data.get("correlations", ()) if not any("_pace" in name for name in pair["between"])
    ]
    return build(load_document(replace(loaded.document, data=data), loaded.folder), ledger)


def filter_cost(model: Any, case: str, draws: int, rounds: int) -> float:
    """Processor time of a draw with filtered disturbances over that without, median of the rounds."""
    plain = without_paces(case)
    rates = [
        (engine_rate(model, draws + 2048, seed)[1], engine_rate(plain, draws + 2048, seed)[1]) for seed in range(rounds)
    ]
    return statistics.median(without / own for own, without in rates)


def child(*arguments: str, cache: str | None = None) -> dict[str, float]:
    """What a process of its own measured."""
    environment = dict(os.environ) | ({"XDG_CACHE_HOME": cache} if cache else {})
    command = [sys.executable, "-m", "benchmarks.engine", *arguments]
    done = subprocess.run(command, cwd=HERE.parent, env=environment, capture_output=True, text=True, check=True)
    result: dict[str, float] = json.loads(done.stdout)
    return result


def starting(case: str, begun: float) -> dict[str, float]:
    """Seconds since `begun` until the first shard of futures is done."""
    from standoff import build, catalog, simulate

    outcome = dict[str, float]()

    def stop(_: int) -> None:
        outcome.setdefault("first futures", time.time() - begun)
        raise Started

    model = build(*catalog.load(case))
    outcome["built"] = time.time() - begun
    with contextlib.suppress(Started):
        simulate(model, draws=10_000, seed=1, progress=Shards(stop))
    return outcome


def million(case: str, draws: int) -> dict[str, float]:
    """Peak memory and time of a large run with summaries."""
    from standoff import build, catalog, simulate

    start = time.time()
    run = simulate(build(*catalog.load(case)), draws=draws, seed=1)
    gb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9
    return {"draws": draws, "seconds": time.time() - start, "peak_gb": gb, "failed": int((run.failed >= 0).sum())}


def machine() -> dict[str, Any]:
    """What the numbers were measured on."""
    from standoff.versions import versions
    from standoff.xla import cores

    words = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    cpu = next((line.split(":", 1)[1].strip() for line in words if line.startswith("model name")), platform.processor())
    flags = next((line.split(":", 1)[1].split() for line in words if line.startswith("flags")), [])
    wide = [flag for flag in ("avx2", "avx512f") if flag in flags]
    return {"cpu": cpu, "cores": cores(), "vectors": wide, "load": round(os.getloadavg()[0], 1), **versions()}


def main() -> None:
    """Measure and print."""
    ask = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    ask.add_argument("--case", default="china-russia")
    ask.add_argument("--draws", type=int, default=10_000)
    ask.add_argument("--objects", type=int, default=20, help="draws of the plain objects; the rate is scaled")
    ask.add_argument("--rounds", type=int, default=3)
    ask.add_argument("--block", type=int, default=2000, help="draws of a NumPy block")
    ask.add_argument("--chunks", action="store_true", help="also the engine at 128 to 1,024 draws a block")
    ask.add_argument("--million", action="store_true", help="also 1,000,000 draws with summaries")
    ask.add_argument("--filter", action="store_true", help="also the engine without filtered disturbances")
    ask.add_argument("--no-start", action="store_true", help="leave out the start of two fresh processes")
    ask.add_argument("--save", action="store_true", help="write results/engine.json")
    ask.add_argument("--child", choices=["starting", "million"], help=argparse.SUPPRESS)
    ask.add_argument("--begun", type=float, help=argparse.SUPPRESS)
    args = ask.parse_args()
    if args.child:
        print(
            json.dumps(starting(args.case, args.begun) if args.child == "starting" else million(args.case, args.draws))
        )
        return

    from standoff import build, catalog

    out: dict[str, Any] = {"case": args.case, "draws": args.draws, "machine": machine()}
    print(*(f"{key}: {value}" for key, value in out["machine"].items()), sep=" · ")
    model = build(*catalog.load(args.case))
    plan = model.plan
    print(
        f"{args.case}: {len(plan.cells)} stocks, {len(plan.parameters)} parameters, {len(plan.choices)} choices, "
        f"{plan.scenario.calendar.steps} steps"
    )
    rates = side_by_side(model, args.draws, args.objects, args.rounds, args.block)
    out["draws_per_second"] = rates
    print(f"\n{'':16}{'draws/s':>10}{'engine is':>12}{'a CPU second':>14}{'engine is':>12}{'to reach':>10}")
    for name, (wall, cpu) in rates.items():
        goal = TARGETS.get(name.partition(",")[0])
        times = [
            "" if name == "engine" else f"{best / own:,.1f} x"
            for best, own in zip(rates["engine"], (wall, cpu), strict=True)
        ]
        print(f"{name:16}{wall:10,.0f}{times[0]:>12}{cpu:14,.0f}{times[1]:>12}{f'{goal:,.0f} x' if goal else '':>10}")
    if args.chunks:
        out["chunks"] = {
            size: engine_rate(model, args.draws + 4 * size, 1, size) for size in (128, 256, 400, 512, 1024)
        }
        print(
            "\nchunk  draws/s  a CPU second",
            *(f"{size:5}{wall:9,.0f}{cpu:14,.0f}" for size, (wall, cpu) in out["chunks"].items()),
            sep="\n",
        )
    if not args.no_start:
        with tempfile.TemporaryDirectory() as cache:
            for name in ("first_process", "second_process"):
                out[name] = child("--case", args.case, "--child", "starting", "--begun", str(time.time()), cache=cache)
                print(
                    f"\n{name.replace('_', ' ')}: first futures after {out[name]['first futures']:.1f} s "
                    f"(built {out[name]['built']:.1f} s), to reach {TARGETS[name]:.0f} s",
                    end="",
                )
        print()
    if args.filter:
        out["filter"] = filter_cost(model, args.case, args.draws, args.rounds)
        print(f"\na draw with filtered disturbances takes {out['filter']:.2f} times the processor time of one without")
    if args.million:
        out["million"] = child("--case", args.case, "--child", "million", "--draws", "1000000")
        print(
            f"\n1,000,000 draws: {out['million']['seconds']:.0f} s, peak {out['million']['peak_gb']:.2f} GB "
            f"(to reach {TARGETS['million_gb']}), {out['million']['failed']} failed"
        )
    if args.save:
        (HERE / "results").mkdir(exist_ok=True)
        (HERE / "results" / "engine.json").write_text(json.dumps(out, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
