"""How long a moved lever takes in a warm process: 2,000 futures of 60 months, from as_of on.

    python -m benchmarks.levers [CASE] [LEVER] [--draws N] [--months M] [--times T]

Prints wall clock and processor time of one rerun, median of T, with another value each time: where two devices run at once
and the machine does nothing else, wall clock is about half of the processor time.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time

import numpy as np


def main() -> None:
    """Open a session, move a lever and say how long that takes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("case", nargs="?", default="china-russia")
    parser.add_argument("lever", nargs="?", default="")
    parser.add_argument("--draws", type=int, default=2000)
    parser.add_argument("--months", type=int, default=60)
    parser.add_argument("--times", type=int, default=9)
    question = parser.parse_args()

    from standoff import build, load
    from standoff.engine.session import LeverSession
    from standoff.scenario.overrides import ends
    from standoff.xla import devices

    model = build(*load(question.case))
    plan, calendar = model.plan, model.scenario.calendar
    name = question.lever or next(iter(plan.scenario.levers))
    lever = plan.scenario.levers.get(name)
    parameter = plan.parameter(lever.target if lever else name)
    low, high, text = 0.0, 2 * parameter.quantile(0.95) / parameter.factor, parameter.belief.unit
    if lever:
        low, high, unit = ends(lever.model_dump(), plan.scenario.units)
        text = unit.text
    until = min(plan.first_free + round(question.months / calendar.dt), calendar.steps)
    began = time.perf_counter()
    session = LeverSession.open(model, draws=question.draws, until=until)
    session.rerun()
    opened = time.perf_counter() - began
    walls, works = [], []
    for value in np.linspace(low, high, question.times):
        clock, work = time.perf_counter(), time.process_time()
        session.rerun({name: f"{value} {text}"})
        walls.append(time.perf_counter() - clock)
        works.append(time.process_time() - work)
    dates = sum(session.begin <= k < session.end for k in model.program.decision_steps)
    print(f"{question.case}, lever {name}: {question.draws} futures, {until - session.begin} steps, {dates} dates of decisions, "
          f"{len(plan.cells)} stocks, {len(devices())} devices")  # fmt: skip
    print(f"opened in {opened:.1f} s; a rerun takes {1000 * statistics.median(walls):.0f} ms of wall clock (least "
          f"{1000 * min(walls):.0f}) and {1000 * statistics.median(works):.0f} ms of processor time")  # fmt: skip
    load_ = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    print(f"load of the machine meanwhile: {load_:.1f} on {os.cpu_count()} cores")


if __name__ == "__main__":
    main()
