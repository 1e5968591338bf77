"""Series of reports of a quantity, by day of reference and day of publication."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, TypeAlias

from standoff import units
from standoff.evaluation.hindcast.config import Event, Quantity
from standoff.ledger import Claim, Ledger
from standoff.scenario import calendar
from standoff.units import DAYS_PER_MONTH


@dataclass(frozen=True)
class Report:
    """Report of a quantity on a day, in the unit of the quantity."""

    day: dt.date
    value: float  #: the midpoint of a range
    low: float
    high: float
    claims: tuple[str, ...]
    speaker: str
    published: dt.date


ReconciledPath: TypeAlias = Callable[[str, str, dt.date], tuple[Report, ...]]
#: quantity, subject, as_of -> points up to the last claim by then in canonical units, values with their central 90 %


def series(ledger: Ledger, quantity: Quantity, declared: Mapping[str, str]) -> tuple[Report, ...]:
    """All reports of the quantity in the ledger by day, the first published of each.

    Claims whose unit is of another kind are no reports of it. A bound counts as its number.
    """
    wanted = units.parse(quantity.unit, declared)
    by_day: dict[dt.date, list[Report]] = defaultdict(list)
    for claim in ledger.not_retracted().filter(**quantity.claims):
        report = _report(claim, wanted, declared)
        if report is not None:
            by_day[report.day].append(report)
    # of one day the first published counts, since later ones may be corrected in the light of what is scored
    return tuple(min(by_day[day], key=lambda report: report.published) for day in sorted(by_day))


def _report(claim: Claim, wanted: units.Unit, declared: Mapping[str, str]) -> Report | None:
    if not claim.numbers:
        return None
    written: Any = units.parse(claim.unit, declared)
    if not written.same_kind(wanted):
        return None
    low, high = (claim.numbers[k] * written.factor / wanted.factor for k in (0, -1))
    return Report(
        calendar.last_day(str(claim.as_of)),
        (low + high) / 2,
        low,
        high,
        (claim.id,),
        claim.speaker,
        claim.published.last,
    )


@dataclass(frozen=True)
class EventStatus:
    """Occurrence of an event by the claims."""

    occurrence: dt.date | None  #: date of occurrence, or None
    until: dt.date  #: the last day with a report
    claims: tuple[str, ...]
    speaker: str


def settled(ledger: Ledger, event: Event) -> EventStatus | None:
    """Status of an event by the ledger: its first report, else the last report of its absence."""
    named = event.occurrence or event.not_by
    if named:
        if named not in ledger.not_retracted():
            return None
        claim = ledger[named]
        return EventStatus(claim.as_of.last if event.occurrence else None, claim.as_of.last, (claim.id,), claim.speaker)
    since = calendar.last_day(event.since)
    claims = sorted(
        (
            claim
            for claim in ledger.not_retracted().filter(**event.claims)
            if claim.numbers and claim.as_of.last > since
        ),
        key=lambda claim: (claim.as_of.last, claim.id),
    )
    if not claims:
        return None
    first = next((claim for claim in claims if claim.numbers[0] >= event.at_least), None)
    claim = first or claims[-1]
    return EventStatus(claim.as_of.last if first else None, claim.as_of.last, (claim.id,), claim.speaker)


def nearest(reports: tuple[Report, ...], day: dt.date, window: float, after: dt.date) -> Report | None:
    """The report about the day nearest to `day`, within `window` months, and later than `after`."""
    near = [report for report in reports if report.day > after and abs(between(report.day, day)) <= window]
    return min(near, key=lambda report: (abs((report.day - day).days), report.day), default=None)


def at(path: tuple[Report, ...], day: dt.date) -> Report | None:
    """Linear interpolation of a path at a day; None outside of it."""
    for before, after in pairwise(path):
        if before.day <= day <= after.day:
            share = (day - before.day).days / max((after.day - before.day).days, 1)
            low, value, high = (
                a * (1 - share) + b * share
                for a, b in ((before.low, after.low), (before.value, after.value), (before.high, after.high))
            )
            return Report(day, value, low, high, after.claims, after.speaker, after.published)
    return None


def between(later: dt.date, earlier: dt.date) -> float:
    """Months from one day to another."""
    return (later - earlier).days / DAYS_PER_MONTH
