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
from standoff.evaluation.hindcast.config import Event, Quantity
from standoff.evaluation.hindcast.origins import OriginForecasts
from standoff.evaluation.hindcast.scored_forecasts import HindcastCase, chance, has_come
from standoff.files import write_atomic
from standoff.scenario.fields import Record
from standoff.versions import VERSION

LARGEST = 64_000_000  # bytes; assumption: some 60,000 forecasts
LEVELS = tuple(round(k / 40, 3) for k in range(1, 40))  #: probabilities of the stored quantiles: 2.5 to 97.5 %


class Forecast(Record):
    """A forecast: statement, date, basis and resolution rule."""

    id: str
    case: str  #: slug or path of the scenario
    as_of: str  #: cut-off date of publication
    created: str  #: day of the record
    date: str  #: reference date, or deadline
    months: int = Field(ge=0, le=12_000)  #: from as_of to the date, at most a thousand years
    asks: str  #: name of the quantity or event in hindcast.yaml
    group: str
    text: str
    kind: Literal["quantity", "event"]
    unit: str = ""
    quantiles: tuple[float, ...] = ()  #: at 2.5, 5, ... 97.5 %
    p: float | None = Field(None, ge=0, le=1)
    draws: int = Field(gt=0, le=2**32)  #: futures simulated; they are numbered by 32 bits
    resolution: dict[str, Any]  #: the entry of hindcast.yaml: filter of the claims that report the outcome
    model: str  #: digest of scenario, claims and parts
    ledger: str  #: digest of the claims up to the cut-off date
    version: str  #: of standoff


def make_forecasts(
    futures: OriginForecasts, case: HindcastCase, name: str, draws: int, made: dt.date
) -> tuple[Forecast, ...]:
    """Forecasts of one origin for the case `name`.

    Without quantities that were never reported and events that occurred.
    """
    out = []
    for months in case.config.horizons:
        day = add_months(futures.as_of, months)
        for what, question in case.questions(futures.as_of):
            answer = _answer(futures, case, question, months, day)
            if answer:
                forecast = Forecast(
                    id=f"{File(name).stem}-{futures.as_of}-{what}-{months}m-{futures.model[:8]}",
                    case=name,
                    as_of=str(futures.as_of),
                    created=str(made),
                    date=str(day),
                    months=months,
                    asks=what,
                    group=question.group,
                    text=question.text,
                    kind=question.KIND,
                    unit=question.unit,
                    draws=draws,
                    resolution=question.model_dump(mode="json", exclude_defaults=True),
                    model=futures.model,
                    ledger=futures.ledger,
                    version=VERSION,
                    **answer,
                )
                out.append(forecast)
    return tuple(out)


def _answer(
    futures: OriginForecasts, case: HindcastCase, question: Quantity | Event, months: int, day: dt.date
) -> dict[str, Any]:
    """Probability of an event, or quantiles of a quantity; empty where there is no forecast."""
    if isinstance(question, Event):
        if has_come(futures.as_of, question, case.ledger):
            return {}
        hits = case.event_hits(futures, question, months)
        return {"p": chance(int(hits.sum()), len(hits), False).p}
    if question.reconcile is not None and case.path is None:
        return {}
    before, _ = case.reports(futures.as_of, day, question)
    values = case.model_values(futures, question, day, before)
    return {} if values is None else {"quantiles": tuple(float(f"{x:.6g}") for x in np.quantile(values, LEVELS))}


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
        is_event = forecast.kind == "event"
        if is_event != (forecast.p is not None) or not (is_event or len(forecast.quantiles) == len(LEVELS)):
            allowed = f"`p` of an event, or {len(LEVELS)} `quantiles`"
            what = "neither a probability nor a complete distribution"
            problems.append(Problem(what, where, forecast.id, allowed=allowed))
        if forecast.id in ids:
            problems.append(Problem(f"the id `{forecast.id}` is given twice", where, fix="a forecast is never edited"))
        ids.add(forecast.id)
        out.append(forecast)
    if problems:
        raise RunError(problems)
    return tuple(out)
