"""Decisions rarer than the state moves: reasons change much between two decision dates.

The largest median change of a log probability, from known reasons, between two dates.
"""

from __future__ import annotations

import math

import numpy as np

from standoff.analysis.sanity_checks._base import CheckedRun, Findings, free_dates
from standoff.scenario import calendar as times

TITLE, ORDER = "decisions rarer than the state moves", 11
#: log probability; assumption, set after the runs of the catalogue with `every` doubled: answers of cases above it (0.36 to 0.60)
#: moved by up to 6 points, those of cases below (up to 0.32) held
FAST = 0.35
#: where an actor decides on every step already: the odds double from one step to the next; assumption
FASTEST = math.log(2)
FEWEST = 30  #: futures with both decisions; assumption: the largest of many medians of fewer is noise


def of_run(checked: CheckedRun) -> Findings:
    """Number: that change in log odds."""
    scenario = checked.plan.scenario
    for c, choice in enumerate(checked.plan.choices):
        moved = _movements(checked, c)
        date = max(moved, key=moved.__getitem__, default=None)
        every, step = scenario.choices[choice.name].every, scenario.calendar.dt
        finer = times.months(every) > 1.5 * step
        if date is None or moved[date] <= (FAST if finer else FASTEST):
            continue
        text = (
            f"it decides every {every}, and between two dates (the later {checked.run.times[date + 1]}) its "
            f"known reasons move the log odds by {moved[date]:.1f} in the median future"
        )
        fix = (
            f"set `every` of choices.{choice.name} to 1 {scenario.calendar.step}"
            if finer
            else "set `step` and `every` finer: until then the answer follows how often the actor decides"
        )
        yield f"choices.{choice.name}", moved[date], text, fix


def _movements(checked: CheckedRun, choice: int) -> dict[int, float]:
    """Decision date -> median of the largest change of a log probability since the last.

    Of futures in which the actor is bound on neither date; dates with too few of these are left out.
    """
    out, before = {}, None
    for step in free_dates(checked.plan.choices[choice]):
        now = np.log(np.maximum(checked.probabilities(choice, step), 1e-6)), checked.arises(choice, step)
        if before is not None and (both := now[1] & before[1]).sum() >= FEWEST:
            out[step] = float(np.median(np.abs(now[0] - before[0])[both].max(axis=1)))
        before = now
    return out
