"""Forecasts and reports with made-up values."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np

from standoff.evaluation.forecast_record import LEVELS, Forecast
from standoff.evaluation.hindcast.reports import Report

COUNT = {
    "claims": {"subject": "AAA", "quantity": "losses"},
    "unit": "thousand person",
    "interpolated": True,
}
GLOOM = {"claims": {"subject": "AAA", "quantity": "gloom"}, "comparator": "at_least", "since": "2022-01-01"}


def spread_around(middle: float, width: float = 1.0) -> tuple[float, ...]:
    return tuple(float(x) for x in middle + width * (2 * np.array(LEVELS) - 1))


def number(question: str = "count", date: str = "2023-06-30", middle: float = 18.2, **changes: Any) -> Forecast:
    """A forecast of March 2023 of a count, with two rivals around 19 and 17."""
    fields: dict[str, Any] = {
        "id": f"toy/{question}/{changes.get('as_of', '2023-03-31')}/{date}",
        "made_at": "2023-04-01",
        "case": "toy",
        "question": question,
        "text": "Losses",
        "group": "losses",
        "form": "quantity",
        "unit": "thousand person",
        "as_of": "2023-03-31",
        "months": 3,
        "kind": "before",
        "model": "m",
        "claims": "c",
        "draws": 100,
        "forecast": spread_around(middle),
        "rivals": {"persistence": spread_around(19.0), "mean": spread_around(17.0)},
        "best": "mean",
        "rule": COUNT | {"date": date, **changes.pop("rule", {})},
        "version": "0",
    }
    return Forecast(**fields | changes)


def event(question: str = "gloom", date: str = "2023-06-30", p: float = 0.2, **changes: Any) -> Forecast:
    """A forecast of March 2023 of an event, with two rivals."""
    own = {
        "form": "event",
        "unit": "",
        "group": "events",
        "text": "Gloom",
        "forecast": p,
        "rivals": {"persistence": 0.0, "base_rate": 0.3},
        "best": "base_rate",
    }
    item = number(question, date)
    data = item.model_dump() | own | {"rule": GLOOM | {"date": date, **changes.pop("rule", {})}}
    return Forecast(**data | changes)


def came(value: float, day: str = "2023-06-30", claim: str = "c") -> Report:
    """A report of a value on a day."""
    when = dt.date.fromisoformat(day)
    return Report(when, value, value, value, (claim,), "an office", when)
