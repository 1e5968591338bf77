"""Base rates of a question: of the analyst's list of cases, and of all data."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from standoff.errors import Problem
from standoff.pydantic_messages import invalid
from standoff.scenario.fields import BeliefField, Record, Words


class Baseline(Record):
    """A forecast without a model: the rate in a list of cases that the analyst chose."""

    value: BeliefField = Field(
        description="of an event: its probability in the time of the question, or in a stated time, `5 to 7 %/year`"
    )
    of: int | None = Field(None, ge=1, description="number of cases in the list")
    text: str

    @property
    def per(self) -> str:
        """The time of a rate, such as `year`; empty for a probability in the time of the question."""
        return self.value.unit.partition("/")[2].strip()


class DataRate(Record):
    """How often exactly the event happened in all cases of a data set; or `none`, and why."""

    count: int | None = Field(None, ge=0, description="cases in which the event happened")
    of: int | None = Field(None, ge=1, description="all cases of the data set")
    per: Literal["year", "month", "case"] = Field(
        "year", description="time in which a case may have the event; `case`: no time, the rate is not converted"
    )
    since: int | None = Field(None, description="first year of the count")
    until: int | None = Field(None, description="last year of the count; it ends before as_of")
    data: str = Field("", description="name of the data set, as reports show it")
    sources: Words = ()
    text: str = Field("", description="the rule of the count in words")
    none: str = Field("", description="why no data set counts this event, in place of all other fields")

    @model_validator(mode="after")
    def _is_counted_or_not(self) -> Self:
        fields = {
            "count": self.count,
            "of": self.of,
            "since": self.since,
            "until": self.until,
            "data": self.data or None,
            "text": self.text or None,
        }
        missing = [name for name, value in fields.items() if value is None]
        if self.none and len(missing) < len(fields):
            raise invalid(Problem("a rate that is counted and also `none`", allowed="either a count or `none`"))
        if not self.none and missing:
            fix = "write `none: WHY` where no data set counts exactly this event"
            raise invalid(Problem(f"`{missing[0]}` is missing", allowed=", ".join(fields), fix=fix))
        if self.count is not None and self.of is not None and self.count > self.of:
            raise invalid(Problem(f"{self.count} of {self.of} cases", allowed="a count of at most `of`"))
        return self
