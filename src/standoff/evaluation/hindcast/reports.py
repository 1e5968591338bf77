"""Series of reports of a quantity, by day of reference and day of publication."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
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
    known, named = ledger.not_retracted(), event.occurrence or event.not_by
    if named:
        claims = [known[named]] if named in known else []
        came = claims if event.occurrence else []
    else:
        since = calendar.last_day(event.since)
        found = (claim for claim in known.filter(**event.claims) if claim.numbers and claim.as_of.last > since)
        claims = sorted(found, key=lambda claim: (claim.as_of.last, claim.id))
        came = [claim for claim in claims if claim.numbers[0] >= event.at_least]
    if not claims:
        return None
    claim = came[0] if came else claims[-1]
    return EventStatus(claim.as_of.last if came else None, claim.as_of.last, (claim.id,), claim.speaker)


def nearest(reports: tuple[Report, ...], day: dt.date, window: float, after: dt.date) -> Report | None:
    """The report about the day nearest to `day`, within `window` months, and later than `after`."""
    near = [report for report in reports if report.day > after and abs(between(report.day, day)) <= window]
    return min(near, key=lambda report: (abs((report.day - day).days), report.day), default=None)


def at(path: tuple[Report, ...], day: dt.date) -> Report | None:
    """Linear interpolation of a path at a day; None outside of it."""
    for before, after in pairwise(path):
        if before.day <= day <= after.day:
            share = (day - before.day).days / max((after.day - before.day).days, 1)
            names = ("value", "low", "high")
            ends = ((name, getattr(before, name), getattr(after, name)) for name in names)
            return replace(after, day=day, **{name: a * (1 - share) + b * share for name, a, b in ends})
    return None


def between(later: dt.date, earlier: dt.date) -> float:
    """Months from one day to another."""
    return (later - earlier).days / DAYS_PER_MONTH
