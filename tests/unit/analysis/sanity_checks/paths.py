"""A run of paths made by hand: monthly states from January 2030, as_of in the second of them."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import numpy as np

from standoff.analysis.sanity_checks._base import CheckedRun
from standoff.scenario.calendar import Calendar, last_day

START, STEPS = 2, 62


def checked(stocks: Mapping[str, Any], questions: Any = (), answers: Mapping[str, Any] | None = None) -> CheckedRun:
    """Stocks (future, STEPS + 1) or of a number that does not change, and the trackers of questions."""
    calendar = Calendar(last_day("2030-01"), last_day("2035-03"), "month")
    assert calendar.steps == STEPS
    futures = max((np.asarray(value).shape[0] for value in stocks.values() if np.ndim(value) == 2), default=1)
    paths = {cell: np.broadcast_to(np.asarray(value, float), (futures, STEPS + 1)) for cell, value in stocks.items()}
    scenario = SimpleNamespace(calendar=calendar, as_of="2030-03", mechanisms={}, as_of_day=last_day("2030-03"))
    plan = SimpleNamespace(
        cells=tuple(stocks),
        first_future_step=START,
        scenario=scenario,
        questions=tuple(questions),
        clock_terms=(),
        condition_numbers={},
    )
    read = {name: np.asarray(values, float) for name, values in (answers or {}).items()}
    run: Any = SimpleNamespace(
        model=SimpleNamespace(plan=plan),
        path=paths.__getitem__,
        stock_paths=np.stack([*paths.values()], axis=2) if paths else np.zeros((1, STEPS + 1, 0)),
        valid_paths=np.ones(futures, bool),
        answer=read.__getitem__,
        settings=SimpleNamespace(draws=futures),
    )
    return CheckedRun(run=run, answers=())


def since(state: int, futures: int, share: float = 1.0) -> np.ndarray:
    """A stock that is 1 from a state on in a share of futures, else 0."""
    out = np.zeros((futures, STEPS + 1))
    out[: round(share * futures), state:] = 1
    return out
