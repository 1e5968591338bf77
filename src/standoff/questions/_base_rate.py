"""Base rate of an event beside its answer: in the analyst's list, or in all data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class BaseRate:
    """How often the event happened in other cases, as a probability by the date of the question."""

    kind: Literal["list", "data"]
    rate: float | None  #: by the date of the question; None where no data set counts the event
    interval: tuple[float, float] | None = None  #: central 90 %
    count: int | None = None  #: cases with the event, before the conversion to the date of the question
    of: int | None = None  #: all cases
    per: str = ""  #: time in which a case may have the event: year, month, case
    months: float | None = None  #: time of the question, to which a rate per time was converted
    since: int | None = None  #: first year of the count
    until: int | None = None
    data: str = ""  #: name of the data set
    sources: tuple[str, ...] = ()
    text: str = ""  #: the rule of the count, or why there is none

    @property
    def place(self) -> str:
        """Where the rate stands, as the end of a phrase."""
        over = "" if self.months is None else f", over {self.months:.0f} months"
        if self.kind == "data":
            return f"in all data{over}"
        if self.of:
            return f"in the analyst's list{over}"
        return f"{'assumed' if self.sources == ('assumption',) else 'stated'} in the case{over}"

    @property
    def has_horizon(self) -> bool:
        """Whether it says in which time; a share of the cases of a list does not."""
        return self.kind == "data" or not self.of or self.months is not None


def count_text(base: BaseRate) -> str:
    """The count of a data set in words: `57 of 798 within a year, UCDP, 1975 to 2017`."""
    per = "" if base.per == "case" else f" within a {base.per}"
    return f"{base.count:,} of {base.of:,}{per}, {base.data}, {base.since} to {base.until}"
