"""An army that holds without fire: a year of next to none, and neither front nor war moves."""

from __future__ import annotations

import numpy as np

from standoff.analysis.sanity_checks._base import CheckedRun, Findings, percent

TITLE, ORDER = "an army without fire that holds", 15
FIRE = 0.1  # assumption: of what it wants to fire, next to nothing
STILL = 0.01  # assumption: of the largest share of land that is held in any future
FUTURES = 0.05  # assumption: in fewer futures it changes no answer
YEAR = 12


def of_run(checked: CheckedRun) -> Findings:
    """Number: share of futures with such a year."""
    plan, run = checked.plan, checked.run
    start, year = plan.first_future_step, round(YEAR / plan.scenario.calendar.dt)
    if "fighting" not in plan.cells or plan.scenario.calendar.steps - start < year:
        return

    def years(cell: str) -> np.ndarray:
        """(K', begin, step) every year of a stock."""
        return np.lib.stride_tricks.sliding_window_view(run.path(cell)[:, start + 1 :], year, axis=1)

    still = years("fighting").min(axis=-1) > 0.5
    for land in (years(cell) for cell in plan.cells if cell.partition(".")[0] == "land_held"):
        still &= np.ptp(land, axis=-1) <= STILL * max(float(land.max()), 1e-9)
    for cell in (cell for cell in plan.cells if cell.startswith("firepower.")):
        share = float((still & (years(cell).max(axis=-1) < FIRE)).any(axis=1).mean())
        if share > FUTURES:
            text = (
                f"for a year and more it is below {percent(FIRE)} of what is wanted in {percent(share)} of futures, yet the "
                "war goes on and no front moves"
            )
            fix = "say under `consequences` what follows where fire runs short: effort, land, the enemy's chance to win"
            yield f"stocks.{cell}", share, text, fix
