"""Stocks that rest at a bound, or go far beyond every value that is known of them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from standoff.analysis.sanity_checks._base import CheckedRun, SanityCheck, SanityFinding, percent

MOST = 0.5  # most futures
ALL = 0.99  # an index between floor and cap may well end at either, as where war breaks out, but not in all futures
REST = 0.25  # assumption: the last quarter of the time simulated
BEYOND = 10.0  # assumption: ten times the largest value that a claim or the initial belief gives
NEAR = 1e-6  # of the size of the stock: rounding in single precision


class StockRange(SanityCheck):
    """Compares paths with floor and cap, and with claims and initial values."""

    TITLE = "stock leaves its range"
    ORDER = 5

    def of_run(self, checked: CheckedRun) -> Iterator[SanityFinding]:
        """Number: share of futures that rest there, or times the largest known value."""
        plan = checked.plan
        moved = {cell for part in plan.mechanisms for cell in part.writes}
        for cell in (cell for cell in plan.cells if cell in moved):
            yield from self._resting(checked, cell)
            yield from self._beyond(checked, cell)

    def _resting(self, checked: CheckedRun, cell: str) -> Iterator[SanityFinding]:
        start, last = checked.plan.first_future_step, checked.plan.scenario.calendar.steps
        stock = checked.plan.scenario.stocks[cell.partition(".")[0]]
        factor, unit = _unit(checked, cell)
        states = [start, last - round(REST * (last - start)), last]
        paths = np.stack([checked.stock(cell, state) for state in states]) / factor
        for name, bound in (("floor", stock.floor), ("cap", stock.cap)):
            if bound is None:
                continue
            held = np.abs(paths - bound) <= NEAR * max(1.0, abs(bound), float(np.abs(paths).max()))
            rests = float((held[1] & held[2]).mean())
            if rests > (MOST if None in (stock.floor, stock.cap) else ALL) and not held[0].mean() > MOST:
                text = (
                    f"it rests at its {name} of {bound:g}{unit} from {checked.run.times[states[1]]} to "
                    f"{checked.run.times[last]} in {percent(rests)} of futures"
                )
                fix = "check what moves it: beyond this bound, differences between futures no longer count"
                yield self.finding(checked.plan, f"stocks.{cell}", rests, text, fix)

    def _beyond(self, checked: CheckedRun, cell: str) -> Iterator[SanityFinding]:
        plan = checked.plan
        initial = plan.parameters[plan.initial[plan.cells.index(cell)]]
        known = [abs(initial.quantile(0.05)), abs(initial.quantile(0.95))]
        known += [float(np.abs(checked.stock(cell, plan.first_future_step)).max())]
        largest = float(np.median(np.abs(checked.stock(cell, plan.scenario.calendar.steps))))
        stock = plan.scenario.stocks[cell.partition(".")[0]]
        if stock.cap is None and max(known) > 0 and largest > BEYOND * max(known):
            factor, unit = _unit(checked, cell)
            text = (
                f"its median at {checked.run.times[-1]} is {largest / factor:,.4g}{unit}, "
                f"{largest / max(known):,.0f} times its largest value up to as_of"
            )
            yield self.finding(
                checked.plan,
                f"stocks.{cell}",
                largest / max(known),
                text,
                "check what lets it grow, or declare a `cap`",
            )


def _unit(checked: CheckedRun, cell: str) -> tuple[float, str]:
    """Canonical units in a display unit, and its name behind a number."""
    factor, unit = checked.run.display_unit(cell)
    return factor, "" if unit == "1" else f" {unit}"


CHECK = StockRange()
