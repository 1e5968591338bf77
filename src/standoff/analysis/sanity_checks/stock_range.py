"""Stocks that rest at a bound, go far beyond what is known of them, or double uncaused.

Paths are compared with floor and cap, and with claims and initial values. At a bound only futures count in which no war has
ended: in peace much is nothing.
"""

from __future__ import annotations

import numpy as np

from standoff.analysis.sanity_checks._base import CheckedRun, Findings, percent

TITLE, ORDER = "stock leaves its range", 8
MOST = 0.5  # most futures
ALL = 0.99  # an index between floor and cap may well end at either, as where war breaks out, but not in all futures
REST = 0.25  # assumption: the last quarter of the time simulated
DOUBLE = 2.0  # the issue: twice its median at as_of
BEYOND = 10.0  # assumption: ten times the largest value that a claim or the initial belief gives
NEAR = 1e-6  # of the size of the stock: rounding in single precision


def of_run(checked: CheckedRun) -> Findings:
    """Number: share of futures that rest there, or times the largest known value."""
    moved = {cell for part in checked.plan.mechanisms for cell in part.writes}
    for cell in checked.plan.cells:
        if cell in moved and cell.partition(".")[0] in checked.plan.scenario.stocks:  # not the gauge of an occasion
            factor, unit = checked.run.display_unit(cell)
            yield from _of_stock(checked, cell, factor, "" if unit == "1" else f" {unit}")


def _of_stock(checked: CheckedRun, cell: str, factor: float, unit: str) -> Findings:
    """Findings of a stock, of `factor` canonical units in the unit of texts."""
    plan, times = checked.plan, checked.run.times
    start, last, subject = plan.first_future_step, plan.scenario.calendar.steps, f"stocks.{cell}"
    stock = plan.scenario.stocks[cell.partition(".")[0]]
    states = [start, last - round(REST * (last - start)), last]
    at_start, *_, at_end = canonical = [checked.stock(cell, state) for state in states]
    paths = np.stack(canonical) / factor
    goes_on = checked.stock("over", last) < MOST if "over" in plan.cells else np.ones(paths.shape[1], bool)
    for name, bound in (("floor", stock.floor), ("cap", stock.cap)):
        if bound is None:
            continue
        held = np.abs(paths - bound) <= NEAR * max(1.0, abs(bound), float(np.abs(paths).max()))
        rests = float((held[1] & held[2])[goes_on].mean()) if goes_on.any() else 0.0
        if rests > (MOST if None in (stock.floor, stock.cap) else ALL) and not held[0].mean() > MOST:
            text = (
                f"it rests at its {name} of {bound:g}{unit} from {times[states[1]]} to "
                f"{times[last]} in {percent(rests)} of futures"
            )
            yield (
                subject,
                rests,
                text,
                "check what moves it: beyond this bound, differences between futures no longer count",
            )
    initial = plan.parameters[plan.initial[plan.cells.index(cell)]]
    known = max(*(abs(initial.quantile(p)) for p in (0.05, 0.95)), float(np.abs(at_start).max()))
    largest = float(np.median(np.abs(at_end)))
    if stock.cap is None and known > 0 and largest > BEYOND * known:
        text = (
            f"its median at {times[-1]} is {largest / factor:,.4g}{unit}, "
            f"{largest / known:,.0f} times its largest value up to as_of"
        )
        yield subject, largest / known, text, "check what lets it grow, or declare a `cap`"
    begun, late, end = (float(np.median(values)) for values in canonical)
    is_faster = (end - late) * (1 - REST) >= (late - begun) * REST  # it settles at no level
    counted = stock.floor is not None and begun > 0  # what may be negative has no factor
    if counted and DOUBLE < end / begun <= BEYOND and is_faster and _moves_itself(checked, cell):
        text = f"its median at {times[-1]} is {end / begun:.1f} times that of as_of, and nothing but itself moves it"
        yield subject, end / begun, text, "check its rate against its record, or let what makes it grow move it"


def _moves_itself(checked: CheckedRun, cell: str) -> bool:
    """Whether no choice, date, condition, other stock or inflow moves a stock."""
    return all(
        part.reads == (cell,)
        and not (part.clock or part.when or checked.run.model.program.effects.keys() & {*part.parameters})
        for part in checked.plan.mechanisms
        if cell in part.writes
    )
