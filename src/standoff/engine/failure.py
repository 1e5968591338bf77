"""Failures of draws: values with a date and a cause, reported by every command.

A draw fails at the first state at which a stock is not a finite number, a condition that is evaluated there has no
value, a rate of the step before is not a number or lies below its bound, or a decision up to then was made on payoffs
that are not finite. It is left out of every answer.
"""

from __future__ import annotations

import numpy as np

from standoff.engine.run import Outcomes
from standoff.errors import RunError


def first(run: Outcomes) -> str:
    """`first at 2025-03: the reason `strike/gain` has no finite payoff`; empty without failures."""
    rows = np.flatnonzero(~run.valid)
    if not len(rows):
        return ""
    row = rows[np.argmin(run.failed[rows])]
    return f"first at {run.model.scenario.calendar.label(int(run.failed[row]))}: {run.model.program.causes[run.cause[row]]}"


def summary(run: Outcomes) -> str:
    """`3 of 10,000 draws failed, first at ...`; empty if none did."""
    when = first(run)  # empty where only draws failed that have no outcome of their own
    count = run.n_failed
    draws = len(run.failed) if run.totals is None else run.settings.draws
    return f"{count:,} of {draws:,} draws failed{f', {when}' if when else ''}" if count else ""


def refuse(run: Outcomes) -> None:
    """Raise `RunError` if all draws with paths failed."""
    if not run.valid_paths.any():
        raise RunError(
            f"all {run.settings.paths:,} draws failed, {first(run)}",
            fix="look for a number that is far too large, or for a division by a stock that reaches 0",
        )
