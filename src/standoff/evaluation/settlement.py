"""Settlement of forecasts by rule: what claims say of a day, and whose word counts.

A number is settled by the report about its day; of a count that is interpolated, by the line between the reports before and
after it; else by the nearest report within the window. An event came if a claim about a day up to its date passes the
threshold. It did not come if the last claim of its absence, or a speaker's declaration that the ledger is complete, is about
that date or later.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal

from pydantic import Field

from standoff.errors import StandoffError
from standoff.evaluation.hindcast.reports import Report, at, between, nearest, series
from standoff.ledger import Claim, Ledger
from standoff.scenario import calendar
from standoff.scenario.fields import Date, Record

Comparator = Literal["is", "at_least", "at_most"]


class Rule(Record):
    """What settles a forecast, as data."""

    claims: dict[str, Any] = Field({})  #: filter of the claims that report it, with its quantity
    speakers: tuple[str, ...] = ()  #: whose word counts, the first before the second; empty: whoever published first
    comparator: Comparator = "is"  #: `is` for a number, else how an event compares with its threshold
    threshold: float | None = None
    unit: str = ""  #: claims are converted to it; of an event, none is
    date: Date  #: day of the number, or last day of the event
    within: int | None = Field(None, gt=0)  #: months from the origin to the date, where it was asked so
    window: float = Field(1.5, gt=0, le=6)  #: months: largest distance of a report from the date
    interpolated: bool = False  #: whether a line between two reports settles a day between them
    since: Date | None = None  #: of an event: claims about days up to this one do not count
    occurrence: str = ""  #: or a claim with the date of the event
    not_by: str = ""  #: or a claim with the last date before which it had not happened
    complete: dict[str, Any] = Field(
        {}
    )  #: filter of the claims by which a speaker declares the ledger complete to a day
    reconciled: tuple[str, ...] = ()  #: or quantity and subject of a path reconciled from all claims

    @property
    def day(self) -> dt.date:
        """The day of the number, or the last day of the event."""
        return calendar.last_day(self.date)


def settle(rule: Rule, as_of: dt.date, ledger: Ledger, declared: Mapping[str, str]) -> Report | str:
    """The report that settles a forecast made as of a day, or why it is open.

    Of an event its value is 1 or 0. declared: units that the scenario adds.
    """
    try:
        if rule.comparator != "is":
            return event_by(rule, rule.day, ledger)
        if rule.reconciled:
            return "it needs reconciled claims, which were not computed"
        for speaker in rule.speakers or ("",):
            own = rule.claims | ({"speaker": speaker} if speaker else {})
            known = series(ledger, own, rule.unit, declared)
            if (found := number_at(known, rule, as_of)) is not None:
                return found
    except (StandoffError, TypeError, ValueError) as error:  # the last two: no filters of claims
        return f"its rule cannot be read: {str(error).splitlines()[0]}"
    return f"no report within {rule.window:g} months of {rule.day}"


def is_final(rule: Rule, report: Report, today: dt.date) -> bool:
    """Whether no later report can settle it otherwise."""
    is_of_the_day = report.day == rule.day and report.speaker in (rule.speakers[:1] or (report.speaker,))
    return rule.comparator != "is" or is_of_the_day or between(today, rule.day) >= rule.window


def number_at(known: tuple[Report, ...], rule: Rule, as_of: dt.date) -> Report | None:
    """The report that settles a number, of those about days after `as_of`."""
    later = tuple(report for report in known if report.day > as_of)
    near = nearest(later, rule.day, rule.window, as_of)
    if near is None or near.day == rule.day or not rule.interpolated:
        return near
    line = at(tuple(one for one in later if nearest((one,), rule.day, rule.window, as_of)), rule.day)
    return line or near


def event_by(rule: Rule, day: dt.date, ledger: Ledger) -> Report | str:
    """Whether an event had come by a day, as 1 or 0 with its claim, or why that is unknown."""
    known = ledger.not_retracted()
    since = dt.date.min if rule.since is None else calendar.last_day(rule.since)
    claims = _about(rule, known, since)
    came = [] if rule.not_by else [claim for claim in claims if rule.occurrence or _passes(rule, claim)]
    if came and came[0].as_of.last <= day:
        return _event_report(came[0], 1.0)
    absent = claims if came else claims[-1:]  # what came later had not come before
    if rule.complete:
        absent = [*absent, *(claim for claim in known.filter(**rule.complete) if claim.as_of.last > since)]
    if not absent:
        return "no claim reports whether it happened"
    last = max(absent, key=lambda claim: claim.as_of.last)
    if last.as_of.last < day:
        return f"no claim reports whether it had happened by {day}; the last claim is about {last.as_of.last}"
    return _event_report(last, 0.0)


def _about(rule: Rule, known: Ledger, since: dt.date) -> list[Claim]:
    """The claims that may say whether an event came, by the day that they are about."""
    if named := rule.occurrence or rule.not_by:
        return [known[named]] if named in known else []
    found = (claim for claim in known.filter(**rule.claims) if claim.numbers and claim.as_of.last > since)
    heard = (claim for claim in found if not rule.speakers or claim.speaker in rule.speakers)
    return sorted(heard, key=lambda claim: (claim.as_of.last, claim.id))


def _passes(rule: Rule, claim: Claim) -> bool:
    threshold = 1.0 if rule.threshold is None else rule.threshold
    return claim.numbers[0] >= threshold if rule.comparator == "at_least" else claim.numbers[-1] <= threshold


def _event_report(claim: Claim, value: float) -> Report:
    day = claim.as_of.last
    return Report(day, value, value, value, (claim.id,), claim.speaker, claim.published.last)


def has_come(rule: Rule, as_of: dt.date, ledger: Ledger) -> bool:
    """Whether claims published by a day say that the event has come."""
    found = event_by(rule, as_of, ledger.as_of(as_of))
    return not isinstance(found, str) and found.value == 1


def dated(rule: Rule, date: dt.date) -> Rule:
    """The rule for another date."""
    return rule.model_copy(update={"date": str(date)})


def scaled(report: Report, factor: float) -> Report:
    """A report in a unit that is `factor` times as large."""
    return replace(report, value=report.value / factor, low=report.low / factor, high=report.high / factor)
