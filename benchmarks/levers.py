"""How long a moved lever takes in a warm process, from as_of to the end of the case.

    python -m benchmarks.levers [CASE] [LEVER] [--draws N [N ...]] [--times T] [--blocks B [B ...]]

Prints wall clock and processor time of one rerun, median of T, with another value each time, for each number of draws and
size of a block: where two devices run at once and the machine does nothing else, wall clock is about half of the processor time.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time

import numpy as np

from standoff import build, load
from standoff.engine.session import Session
from standoff.engine.simulator import Simulator
from standoff.scenario.overrides import ends
from standoff.xla import devices


def main() -> None:
    """Open a session, move a lever and say how long that takes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("case", nargs="?", default="china-russia")
    parser.add_argument("lever", nargs="?", default="")
    parser.add_argument("--draws", type=int, nargs="+", default=[512, 2048])
    parser.add_argument("--times", type=int, default=9)
    parser.add_argument("--blocks", type=int, nargs="+", default=[0], help="0: that of a run")
    question = parser.parse_args()
    model = build(*load(question.case))
    plan = model.plan
    name = question.lever or next(iter(plan.scenario.levers))
    lever = plan.scenario.levers.get(name)
    parameter = plan.parameter(lever.target if lever else name)
    low, high, text = 0.0, 2 * parameter.quantile(0.95) / parameter.factor, parameter.belief.unit
    if lever:
        low, high, unit = ends(lever.model_dump(), plan.scenario.units)
        text = unit.text
    for block in question.blocks:
        began = time.perf_counter()
        session = Session(model, 1, Simulator.of(model, size=block or None))
        dates = sum(session.begin <= k for k in model.program.decision_steps)
        print(
            f"{question.case}, lever {name}, blocks of {session.simulator.size}: {len(session.times)} steps, {dates} dates of decisions, "
            f"{len(plan.cells)} stocks, {len(devices())} devices, opened in {time.perf_counter() - began:.1f} s"
        )
        for draws in question.draws:
            walls, works = rerun_times(
                session, name, [f"{value} {text}" for value in np.linspace(low, high, question.times)], draws
            )
            print(
                f"  {draws:6,} futures: {1000 * statistics.median(walls):.0f} ms of wall clock (least {1000 * min(walls):.0f}) "
                f"and {1000 * statistics.median(works):.0f} ms of processor time; load {os.getloadavg()[0]:.1f}"
            )


def rerun_times(session: Session, lever: str, values: list[str], draws: int) -> tuple[list[float], list[float]]:
    """Wall clock and processor time of a rerun for each value, in seconds."""
    session.move(draws=draws)
    walls, works = [], []
    for value in values:
        clock, work = time.perf_counter(), time.process_time()
        session.move({lever: value}, draws=draws)
        walls.append(time.perf_counter() - clock)
        works.append(time.process_time() - work)
    return walls, works


if __name__ == "__main__":
    main()
