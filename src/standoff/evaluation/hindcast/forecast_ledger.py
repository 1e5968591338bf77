"""Append-only ledger of forecasts, `forecasts.jsonl`, with their resolution rules.

A forecast is never edited: it stays as published, with the digests of its scenario and claims. `record` settles it.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path as File
from typing import Any, Literal

import numpy as np
from pydantic import Field, ValidationError

from standoff import input_files, pydantic_messages, scalars
from standoff.dates import add_months
from standoff.errors import Problem, RunError
from standoff.evaluation.hindcast.config import Event, HindcastConfig, Quantity
from standoff.evaluation.hindcast.origins import OriginForecasts
from standoff.evaluation.hindcast.reports import ReconciledPath
from standoff.evaluation.hindcast.scored_forecasts import (
    asked_events,
    chance,
    event_hits,
    has_come,
    model_values,
    reports,
)
from standoff.files import write_atomic
from standoff.ledger import Ledger
from standoff.scenario import LoadedScenario
from standoff.scenario.fields import Record

LARGEST = 64_000_000  # bytes; assumption: some 60,000 forecasts
LEVELS = tuple(round(k / 40, 3) for k in range(1, 40))  #: probabilities of the stored quantiles: 2.5 to 97.5 %


class Forecast(Record):
    """A forecast: statement, date, basis and resolution rule."""

    id: str
    case: str = Field(description="slug or path of the scenario")
    as_of: str = Field(description="cut-off date of publication")
    created: str = Field(description="day of the record")
    date: str = Field(description="reference date, or deadline")
    months: int = Field(ge=0, le=12_000, description="from as_of to the date, at most a thousand years")
    asks: str = Field(description="name of the quantity or event in hindcast.yaml")
    group: str
    text: str
    kind: Literal["quantity", "event"]
    unit: str = ""
    quantiles: tuple[float, ...] = Field((), description="at 2.5, 5, ... 97.5 %")
    p: float | None = Field(None, ge=0, le=1)
    draws: int = Field(gt=0, le=2**32, description="futures simulated; they are numbered by 32 bits")
    resolution: dict[str, Any] = Field(
        description="the entry of hindcast.yaml: filter of the claims that report the outcome"
    )
    model: str = Field(description="digest of scenario, claims and parts")
    ledger: str = Field(description="digest of the claims up to the cut-off date")
    version: str = Field(description="of standoff")


def make_forecasts(
    futures: OriginForecasts,
    config: HindcastConfig,
    loaded: LoadedScenario,
    ledger: Ledger,
    case: str,
    draws: int,
    made: dt.date,
    version: str,
    path: ReconciledPath | None = None,
) -> tuple[Forecast, ...]:
    """Forecasts of one origin, without quantities never reported and events that occurred."""
    out = []
    for months in config.horizons:
        day = add_months(futures.as_of, months)
        common: dict[str, Any] = {
            "case": case,
            "as_of": str(futures.as_of),
            "created": str(made),
            "date": str(day),
            "months": months,
            "draws": draws,
            "model": futures.model,
            "ledger": futures.ledger,
            "version": version,
        }

        def name(what: str, months: int = months) -> str:
            return f"{File(case).stem}-{futures.as_of}-{what}-{months}m-{futures.model[:8]}"

        for what, quantity in config.quantities.items():
            if quantity.reconcile is not None and path is None:
                continue
            before, _ = reports(futures.as_of, day, quantity, loaded, ledger, path)
            values = model_values(futures, quantity, day, before, loaded)
            if values is not None:
                stored = tuple(float(f"{x:.6g}") for x in np.quantile(values, LEVELS))
                out.append(
                    Forecast(
                        id=name(what),
                        asks=what,
                        group=quantity.group,
                        text=quantity.text,
                        kind="quantity",
                        unit=quantity.unit,
                        quantiles=stored,
                        resolution=_rule(quantity),
                        **common,
                    )
                )
        for what, event in asked_events(futures.as_of, config).items():
            if has_come(futures.as_of, event, ledger):
                continue
            hits = event_hits(futures, event, months, loaded)
            out.append(
                Forecast(
                    id=name(what),
                    asks=what,
                    group="events",
                    text=event.text,
                    kind="event",
                    p=chance(int(hits.sum()), len(hits), False).p,
                    resolution=_rule(event),
                    **common,
                )
            )
    return tuple(out)


def _rule(question: Quantity | Event) -> dict[str, Any]:
    return question.model_dump(mode="json", exclude_defaults=True)


def append(file: File, forecasts: Sequence[Forecast]) -> int:
    """Append new forecasts to a file, and return their number; writes all or nothing."""
    there = {item.id for item in read(file)} if file.exists() else set()
    fresh = [item for item in forecasts if item.id not in there]
    text = file.read_text(encoding="utf-8") if file.exists() else ""
    lines = "".join(
        json.dumps(item.model_dump(mode="json", exclude_defaults=True), ensure_ascii=False) + "\n" for item in fresh
    )
    write_atomic(file, text + ("" if not text or text.endswith("\n") else "\n") + lines)
    return len(fresh)


def read(file: File) -> tuple[Forecast, ...]:
    """All forecasts of a file; raises `RunError` with every unreadable line."""
    lines = input_files.text(input_files.contents(file, LARGEST, RunError), str(file), RunError).splitlines()
    out, problems, ids = [], list[Problem](), set[str]()
    for n, line in enumerate(lines, 1):
        if not line.strip():
            continue
        where = f"{file}:{n}"
        try:
            forecast = Forecast.model_validate(scalars.from_json(line))
        except ValidationError as error:
            problems += [
                replace(problem, where=where, path=".".join(map(str, entry["loc"])))
                for entry in error.errors()
                for problem in pydantic_messages.describe(entry)
            ]
            continue
        except ValueError as error:
            problems.append(Problem(f"not a line of JSON: {error}", where))
            continue
        if (forecast.kind == "event") != (forecast.p is not None) or (
            forecast.kind == "quantity" and len(forecast.quantiles) != len(LEVELS)
        ):
            problems.append(
                Problem(
                    "neither a probability nor a complete distribution",
                    where,
                    forecast.id,
                    allowed=f"`p` of an event, or {len(LEVELS)} `quantiles`",
                )
            )
        if forecast.id in ids:
            problems.append(Problem(f"the id `{forecast.id}` is given twice", where, fix="a forecast is never edited"))
        ids.add(forecast.id)
        out.append(forecast)
    if problems:
        raise RunError(problems)
    return tuple(out)
