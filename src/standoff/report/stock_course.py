"""The course of a stock from as_of to the end in a sentence, and the format of its numbers."""

from __future__ import annotations

import math

from standoff.analysis.path_shape import PathShape, path_shape
from standoff.analysis.path_summary import summarise_stock
from standoff.engine.run import Run
from standoff.report import formatting


def course(run: Run, cell: str) -> tuple[formatting.NumberFormat, str]:
    """Format of a stock, and its median or, of 0 and 1, the share of futures with it."""
    return _flag(run, cell) if path_shape(run, cell) == PathShape.flag else _quantity(run, cell)


def _quantity(run: Run, cell: str) -> tuple[formatting.NumberFormat, str]:
    """Format of a stock, and its course from as_of on."""
    result, since = summarise_stock(run, cell), run.times[run.model.plan.first_future_step]
    values = [result.low, result.before, result.median, result.high]
    form = formatting.number_format(values, result.mc_error, run.display_unit(cell)[1])
    course = _moved(form, result.before, result.median, since, run.times[-1])
    return form, f"{course} (90 %: {form.between(result.low, result.high)})"


def _flag(run: Run, cell: str) -> tuple[formatting.NumberFormat, str]:
    """Format of a stock of 0 and 1, and the share of futures with it."""
    since, paths = run.model.plan.first_future_step, run.path(cell)
    shares = [float(paths[:, state].mean()) for state in (since, -1)]
    error = math.sqrt(max(shares[1] * (1 - shares[1]), 1 / len(paths)) / len(paths))
    now, then = (formatting.percent(share, error) for share in shares)
    course = f"in {now} of futures at {run.times[since]}, in {then} at {run.times[-1]}"
    return formatting.number_format([1.0], error, "share"), course


def _moved(form: formatting.NumberFormat, before: float, after: float, since: str, until: str) -> str:
    if form.bare(before) == form.bare(after):
        return f"median {form.full(after)} at {until}, as at {since}"
    verb = "rises" if after > before else "falls"
    return f"median {verb} from {form.full(before)} at {since} to {form.full(after)} at {until}"
