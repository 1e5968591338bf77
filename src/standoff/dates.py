"""Dates with the precision of their source (year, month or day), and month arithmetic.

A month is counted as `12 * year + month - 1`.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, lru_cache
from typing import Any

from pydantic_core import core_schema

from standoff.errors import Problem
from standoff.pydantic_messages import invalid

FORM = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
ALLOWED = "YYYY, YYYY-MM or YYYY-MM-DD"


def month_count(day: date) -> int:
    """Month number of a day."""
    return 12 * day.year + day.month - 1


def first_of_month(count: int) -> date:
    """First day of a month number."""
    return date(count // 12, count % 12 + 1, 1)


def last_of_month(count: int) -> date:
    """Last day of a month number."""
    year, month = count // 12, count % 12 + 1
    return date(year, month, calendar.monthrange(year, month)[1])


def month_label(count: int) -> str:
    """`2024-03` for a month number."""
    return f"{count // 12:04}-{count % 12 + 1:02}"


def add_months(day: date, months: int) -> date:
    """Last day of the month that is `months` after the month of `day`."""
    return last_of_month(month_count(day) + months)


@dataclass(frozen=True)
class PartialDate:
    """`2024`, `2024-02` or `2024-02-29`; a missing month or day is 0."""

    year: int
    month: int = 0
    day: int = 0

    @classmethod
    def parse(cls, raw: Any) -> PartialDate:
        """Parse a date from text, a year as a number, or a `date`; raises `ValueError`."""
        if isinstance(raw, PartialDate):
            return raw
        if isinstance(raw, date) and not isinstance(raw, datetime):
            return cls(raw.year, raw.month, raw.day)
        if isinstance(raw, int) and not isinstance(raw, bool):
            raw = str(raw)
        if not isinstance(raw, str):
            raise ValueError(f"{raw!r} is not a date")
        return _read(raw)

    @classmethod
    def _validate(cls, raw: Any) -> PartialDate:
        try:
            return cls.parse(raw)
        except ValueError as error:
            raise invalid(Problem(str(error), allowed=ALLOWED)) from None

    @cached_property
    def first(self) -> date:
        """The earliest possible day."""
        return date(self.year, self.month or 1, self.day or 1)

    @cached_property
    def last(self) -> date:
        """The latest possible day."""
        month = self.month or 12
        return date(self.year, month, self.day) if self.day else last_of_month(12 * self.year + month - 1)

    def __str__(self) -> str:
        return f"{self.year:04}" + (f"-{self.month:02}" if self.month else "") + (f"-{self.day:02}" if self.day else "")

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(
            cls._validate, serialization=core_schema.to_string_ser_schema()
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: core_schema.CoreSchema, handler: Any) -> dict[str, Any]:
        return {"type": "string", "pattern": f"^{FORM.pattern}$", "description": ALLOWED}


@lru_cache(maxsize=16384)  # a ledger repeats its dates
def _read(text: str) -> PartialDate:
    match = FORM.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is not a date")
    day = PartialDate(*(int(part or 0) for part in match.groups()))
    try:
        date(day.year, 1 if match.group(2) is None else day.month, 1 if match.group(3) is None else day.day)
    except ValueError:
        raise ValueError(f"{text!r} is not a day of the calendar") from None
    return day
