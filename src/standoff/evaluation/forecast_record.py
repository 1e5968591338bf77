"""A record: forecasts as they were made, settlements and supersessions in a chained file.

A line is never edited. A forecast is known by its case, question, origin and date (`Forecast.key`): made again by the same
model it is the same forecast, whatever claims were added since, and is not recorded again. Made by an edited case it is
recorded, and a line says that it supersedes the earlier one. Of several forecasts of one key that count which prove most: made
before their date, else blind, else with the outcome at hand; and of these the latest.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal, TypeAlias

import numpy as np
from pydantic import Field, TypeAdapter, ValidationError, model_validator

from standoff import pydantic_messages
from standoff.errors import Problem, RunError
from standoff.evaluation import chained_file
from standoff.evaluation.chained_file import ChainedFile
from standoff.evaluation.hindcast.reports import Report
from standoff.evaluation.settlement import Rule
from standoff.pydantic_messages import invalid
from standoff.record import record
from standoff.scenario import calendar
from standoff.scenario.fields import Date, Record
from standoff.types import Floats

FILE = "record.jsonl"  #: the record of a case, beside its scenario
LEVELS = tuple(round(k / 40, 3) for k in range(1, 40))  #: probabilities of the stored quantiles: 2.5 to 97.5 %
Kind = Literal["before", "after_blind", "after_not_blind"]
KINDS: tuple[Kind, ...] = ("before", "after_blind", "after_not_blind")
Given: TypeAlias = Annotated[float, Field(ge=0, le=1)] | tuple[float, ...]
"""What a forecaster said: the probability of an event, or the quantiles of a number at `LEVELS`."""


class _Line(Record):
    id: str
    made_at: str  #: day, or day and time (UTC)

    @property
    def made(self) -> dt.date:
        """The day on which the line was written."""
        return calendar.last_day(self.made_at[:10])


class RecordHead(_Line):
    """The first line: whose record it is."""

    line: Literal["head"] = "head"
    case: str
    format: Literal[1] = 1
    text: str = ""  #: where the lines come from, if not from `standoff`


class Forecast(_Line):
    """A forecast: question, basis, what each forecaster said, and the rule that settles it."""

    line: Literal["forecast"] = "forecast"
    case: str  #: slug or path of the scenario
    question: str  #: name of the quantity or event
    text: str  #: the question in words
    group: str
    form: Literal["quantity", "event"]
    unit: str = ""
    as_of: Date  #: the origin: what was published later was not used
    months: int = Field(ge=0, le=12_000)  #: from the origin to the date, at most a thousand years
    kind: Kind  #: what is proved of it
    why: str = ""  #: why it counts as made with the outcome at hand
    model: str  #: digest of the scenario and its parts, without claims
    claims: str  #: digest of the claims up to the origin
    last_claim: str = ""  #: last day on which one of them was published
    draws: int = Field(gt=0, le=2**32)  #: futures simulated; they are numbered by 32 bits
    forecast: Given
    rivals: dict[str, Given] = Field({})  #: methods without a model, from the same claims
    best: str = ""  #: the rival with the lowest score before the origin
    ensemble: Given | None = None  #: of model and rivals
    rule: Rule
    version: str  #: of standoff

    @model_validator(mode="after")
    def _is_complete(self) -> Forecast:
        for given in (self.forecast, *self.rivals.values(), *(() if self.ensemble is None else (self.ensemble,))):
            if self.form == "event" and isinstance(given, tuple):
                raise invalid("quantiles of an event", allowed="a probability")
            if self.form == "quantity" and (not isinstance(given, tuple) or len(given) != len(LEVELS)):
                raise invalid("no complete distribution", allowed=f"{len(LEVELS)} quantiles, at 2.5, 5, ... 97.5 %")
        if self.best and self.best not in self.rivals:
            raise invalid(f"the best rival `{self.best}` gave no forecast", allowed=", ".join(self.rivals))
        if self.kind == "before" and self.made >= self.rule.day:
            raise invalid(f"made on {self.made}, not before {self.rule.day}", allowed="; ".join(KINDS[1:]))
        return self

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What makes it the same forecast: case, question, origin and date."""
        return self.case, self.question, self.as_of, self.rule.date

    @property
    def origin(self) -> dt.date:
        """Its origin as a day."""
        return calendar.last_day(self.as_of)


class Settlement(_Line):
    """The outcome of a forecast by its rule; a later one of the same forecast replaces it."""

    line: Literal["settlement"] = "settlement"
    forecast: str  #: id
    low: float  #: of an event 1 or 0
    high: float
    value: float
    day: Date  #: that the claims are about
    claims: tuple[str, ...]
    speaker: str
    published: Date

    @property
    def report(self) -> Report:
        """The outcome as a report."""
        days = calendar.last_day(self.day), calendar.last_day(self.published)
        return Report(days[0], self.value, self.low, self.high, self.claims, self.speaker, days[1])


class Supersession(_Line):
    """A forecast that replaces an earlier one of the same question, origin and date."""

    line: Literal["supersession"] = "supersession"
    old: str  #: id
    new: str


Line: TypeAlias = RecordHead | Forecast | Settlement | Supersession
_LINE: TypeAdapter[Line] = TypeAdapter(Annotated[Line, Field(discriminator="line")])


@record
class ForecastRecord:
    """A record that was read: its lines, and the digest of the last one."""

    lines: tuple[Line, ...] = ()
    head: str = chained_file.START

    @property
    def forecasts(self) -> tuple[Forecast, ...]:
        """All forecasts, also superseded ones."""
        return tuple(line for line in self.lines if isinstance(line, Forecast))

    @property
    def counted(self) -> tuple[Forecast, ...]:
        """The forecast of each key that counts."""
        out: dict[tuple[str, ...], Forecast] = {}
        for item in self.forecasts:
            held = out.get(item.key)
            if held is None or KINDS.index(item.kind) <= KINDS.index(held.kind):
                out[item.key] = item
        return tuple(out.values())

    @property
    def settlements(self) -> Mapping[str, Settlement]:
        """The last settlement of each forecast that has one."""
        return {line.forecast: line for line in self.lines if isinstance(line, Settlement)}


def beside(folder: Path | None) -> Path | None:
    """The record in the folder of a case, if there is one."""
    path = None if folder is None else folder / FILE
    return path if path is not None and path.exists() else None


def read(path: Path) -> ForecastRecord:
    """A record; raises `RunError` with every line that was changed, or is none of a record."""
    return _typed(chained_file.read(path), str(path))


def append(
    path: Path, forecasts: Sequence[Forecast], case: str = "", made_at: str = "", text: str = ""
) -> tuple[int, int]:
    """Record new forecasts, and return their number and that of the ones that they supersede.

    made_at: of head and supersessions, by default now. text: of the head, where the file is new.
    """
    stamp, counts = made_at or now(), [0, 0]

    def new(before: ForecastRecord) -> list[Line]:
        head = [RecordHead(id="head", made_at=stamp, case=case, text=text)] if not before.lines else []
        lines = [*_fresh(before, forecasts, stamp)]
        counts[:] = [sum(isinstance(line, kind) for line in lines) for kind in (Forecast, Supersession)]
        return [*head, *lines]

    _write(path, new)
    return counts[0], counts[1]


def settle(path: Path, reports: Mapping[str, Report], made_at: str = "") -> int:
    """Record outcomes by id of the forecast, if new or changed, and return their number."""
    stamp, fresh = made_at or now(), list[Line]()

    def new(before: ForecastRecord) -> list[Line]:
        names = {item.id for item in before.forecasts}
        held = {name: line.report for name, line in before.settlements.items()}
        given = {name: report for name, report in reports.items() if name in names and held.get(name) != report}
        fresh[:] = [_settlement(name, report, stamp) for name, report in given.items()]
        return fresh

    _write(path, new)
    return len(fresh)


def _write(path: Path, new: Callable[[ForecastRecord], Iterable[Line]]) -> None:
    chained_file.append(path, lambda file: [_plain(line) for line in new(_typed(file, str(path)))])


def _settlement(name: str, report: Report, stamp: str) -> Settlement:
    return Settlement(
        id=f"settles {name}",
        made_at=stamp,
        forecast=name,
        low=report.low,
        high=report.high,
        value=report.value,
        day=str(report.day),
        claims=report.claims,
        speaker=report.speaker,
        published=str(report.published),
    )


def _fresh(before: ForecastRecord, forecasts: Sequence[Forecast], stamp: str) -> Iterator[Line]:
    """Forecasts that the record lacks, and supersessions, also those a killed writer left out."""
    by_key: dict[tuple[str, ...], list[Forecast]] = {}
    for item in before.forecasts:
        by_key.setdefault(item.key, []).append(item)
    replaced = {line.old for line in before.lines if isinstance(line, Supersession)}
    for item in forecasts:
        held = by_key.setdefault(item.key, [])
        if not held or item.model != held[-1].model:
            named = item.model_copy(update={"id": f"{item.id}#{len(held) + 1}"}) if held else item
            held.append(named)
            yield named
        for old, new in pairwise(held):
            if old.id not in replaced:
                replaced.add(old.id)
                yield Supersession(id=f"supersedes {old.id}", made_at=stamp, old=old.id, new=new.id)


def _plain(line: Line) -> dict[str, Any]:
    return {"line": line.line} | line.model_dump(mode="json", exclude_defaults=True)


def _typed(file: ChainedFile, where: str) -> ForecastRecord:
    lines, problems, forms = list[Line](), list[Problem](), dict[str, str]()
    for number, data in enumerate(file.lines, 1):
        place = f"{where}:{number}"
        try:
            line = _LINE.validate_python(data)
        except ValidationError as error:
            problems += [
                replace(problem, where=place, path=".".join(map(str, entry["loc"][1:])))
                for entry in error.errors()
                for problem in pydantic_messages.describe(entry)
            ]
            continue
        if (number == 1) != isinstance(line, RecordHead):
            problems.append(Problem("a record has its head in the first line", place, allowed="one head"))
        if isinstance(line, Forecast):
            if line.id in forms:
                problems.append(Problem(f"the id `{line.id}` is given twice", place, fix="a forecast is never edited"))
            forms[line.id] = line.form
        elif isinstance(line, Settlement) and forms.get(line.forecast, "event") == "event":
            if line.forecast not in forms:
                problems.append(Problem(f"no forecast before it has the id `{line.forecast}`", place))
            elif line.value not in (0, 1):
                problems.append(Problem(f"{line.value:g} as the outcome of an event", place, allowed="1 or 0"))
        lines.append(line)
    if problems:
        raise RunError(problems)
    return ForecastRecord(lines=tuple(lines), head=file.head)


def now() -> str:
    """Day and time, UTC, to the second."""
    return dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def quantiles(values: Floats) -> tuple[float, ...]:
    """Quantiles of equally likely values at `LEVELS`, six digits."""
    return tuple(float(f"{x:.6g}") for x in np.quantile(values, LEVELS))


def values_of(given: Iterable[float]) -> Floats:
    """(200,) equally likely values of stored quantiles, the outer 2.5 % at the outer quantiles."""
    return np.interp((np.arange(200) + 0.5) / 200, LEVELS, tuple(given))
