"""Forecasts of crowds and experts from a table, scored beside the model and pooled with it.

A table has the columns question, date, source and probability, or in its place quantiles in columns such as `q0.05`; and
perhaps `made`, the day of the forecast. It is compared with the last forecast of the same question and date whose origin is
not after that day.

Probabilities are pooled as the mean of their log odds, which is then recalibrated: shift + slope * mean. Without a shift and
with a slope above 1 this is the extremised logit pool of Satopaa and others; both numbers together are the linear log-odds
recalibration after averaging of Turner and others. They are fitted by likelihood to the pooled forecasts whose outcomes had
been published by the origin, with a normal prior around no change; without any such outcome nothing is changed. Quantiles
are averaged.

Sources: satopaa2014 (logit pool), turner2014 (recalibration after averaging), lichtendahl2013 (averages of quantiles),
assumption (the prior).
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit, logit

from standoff import input_files
from standoff.errors import Problem, RunError, StandoffError
from standoff.evaluation.forecast_record import LEVELS, Forecast, Given
from standoff.evaluation.hindcast.reports import Report
from standoff.record import record
from standoff.scenario import calendar
from standoff.types import Floats

LARGEST = 16_000_000  # bytes; assumption: some 200,000 rows
POOL = "pool"
PRIOR = 0.5  #: standard deviation of shift and log slope: slopes of 0.4 to 2.3 in the central 90 %; assumption
NEAREST = 0.001  #: distance of a pooled probability from 0 and 1, where log odds are infinite; assumption
COLUMNS = ("question", "date", "source")
Past = tuple[float, float, dt.date]  # mean log odds, outcome, its day of publication


@record
class OtherForecast:
    """What somebody else said of a question."""

    question: str
    date: dt.date
    source: str
    given: Given
    made: dt.date | None = None


def read_csv(path: Path) -> tuple[OtherForecast, ...]:
    """The rows of a table; raises `RunError` with every one that is no forecast."""
    text = input_files.text(input_files.contents(path, LARGEST, RunError), str(path), RunError)
    rows = csv.DictReader(io.StringIO(text))
    heads, problems, out = rows.fieldnames or (), list[Problem](), list[OtherForecast]()
    if missing := [name for name in COLUMNS if name not in heads]:
        allowed = "question, date, source, and probability or quantiles such as q0.05, q0.5, q0.95"
        raise RunError(f"the column `{missing[0]}` is missing", str(path), allowed=allowed)
    for row in rows:
        try:
            out.append(_row({str(key): str(cell or "").strip() for key, cell in row.items()}))
        except (ValueError, StandoffError) as error:
            problems.append(Problem(str(error).splitlines()[0], f"{path}:{rows.line_num}", allowed="; ".join(heads)))
    if problems:
        raise RunError(problems)
    return tuple(out)


def _row(row: Mapping[str, str]) -> OtherForecast:
    made = calendar.last_day(row["made"]) if row.get("made") else None
    if not row["question"] or not row["source"] or row["source"] == POOL:
        raise ValueError(f"a row names a question and a source other than `{POOL}`")
    given: Given
    if row.get("probability"):
        given = float(row["probability"])
        if not 0 <= given <= 1:
            raise ValueError(f"{given:g} is not a probability from 0 to 1")
    else:
        points = sorted(
            (float(name[1:]), float(cell))
            for name, cell in row.items()
            if name[:1] == "q" and name[1:2] in "01" and cell
        )
        levels, values = [level for level, _ in points], [value for _, value in points]
        if (
            len(points) < 2
            or not 0 < levels[0] < levels[-1] < 1
            or not np.isfinite(values).all()
            or values != sorted(values)
        ):
            raise ValueError("neither a probability nor two quantiles or more that rise")
        given = tuple(np.interp(LEVELS, levels, values).tolist())
    return OtherForecast(
        question=row["question"], date=calendar.last_day(row["date"]), source=row["source"], given=given, made=made
    )


def beside(
    forecasts: Sequence[Forecast], others: Iterable[OtherForecast], outcome: Callable[[Forecast], Report | str]
) -> dict[str, dict[str, Given]]:
    """What other forecasters say, by id of a forecast, and their pool with the model.

    Raises `RunError` for a row that no forecast answers to.
    """
    said: dict[str, dict[str, Given]] = {}
    for other in others:
        same = [item for item in forecasts if (item.question, item.rule.day) == (other.question, other.date)]
        known = [item for item in same if other.made is None or item.origin <= other.made]
        if not known:
            names = ", ".join(dict.fromkeys(f"{item.question} {item.rule.date}" for item in forecasts))[:300]
            raise RunError(f"the record does not ask `{other.question}` for {other.date}", "--others", allowed=names)
        item = max(known, key=lambda item: item.origin)
        if isinstance(other.given, tuple) != isinstance(item.forecast, tuple):
            wanted = "a probability" if item.form == "event" else "quantiles"
            raise RunError(f"`{other.source}` on `{other.question}`: not {wanted}", "--others", allowed=wanted)
        said.setdefault(item.id, {})[other.source] = other.given
    past = list[Past]()
    for item in sorted((item for item in forecasts if item.id in said), key=lambda item: item.origin):
        together = [item.forecast, *said[item.id].values()]
        settled = [row for row in past if row[2] <= item.origin]
        said[item.id][POOL] = pooled(together, *recalibration(settled))
        truth = outcome(item)
        if item.form == "event" and not isinstance(truth, str):
            past.append(
                (mean_log_odds([each for each in together if isinstance(each, float)]), truth.value, truth.published)
            )
    return said


def pooled(given: Sequence[Given], slope: float = 1.0, shift: float = 0.0) -> Given:
    """The pool of several forecasts: recalibrated mean log odds, or mean quantiles."""
    if isinstance(given[0], tuple):
        return tuple(np.mean(np.array(given, float), axis=0).tolist())
    return float(expit(shift + slope * mean_log_odds([each for each in given if isinstance(each, float)])))


def mean_log_odds(probabilities: Sequence[float]) -> float:
    """Mean log odds of probabilities, kept a little away from 0 and 1."""
    return float(np.mean(logit(np.clip(probabilities, NEAREST, 1 - NEAREST))))


def recalibration(past: Sequence[tuple[float, float, object]]) -> tuple[float, float]:
    """Slope and shift of log odds, fitted to past mean log odds and outcomes."""
    if not past:
        return 1.0, 0.0
    x, y = (np.array([row[n] for row in past], float) for n in (0, 1))

    def loss(at: Floats) -> float:
        z = at[1] + math.exp(at[0]) * x
        return float(np.sum(np.logaddexp(0, z) - y * z) + np.sum((at / PRIOR) ** 2) / 2)

    log_slope, shift = minimize(loss, np.zeros(2), method="BFGS").x
    return math.exp(log_slope), float(shift)
