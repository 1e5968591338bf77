"""Series of reports of a quantity, by day of reference and day of publication."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, TypeAlias

from standoff import units
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


def series(
    ledger: Ledger, claims: Mapping[str, Any], unit: str, declared: Mapping[str, str], speakers: Sequence[str] = ()
) -> tuple[Report, ...]:
    """All reports of a quantity in the ledger by day, one of each.

    Claims whose unit is of another kind are no reports of it. A bound counts as its number.

    claims: filter. speakers: whose report of a day counts, the first before the second; else the first published
    """
    wanted = units.parse(unit, declared)
    by_day: dict[dt.date, list[Report]] = defaultdict(list)
    for claim in ledger.not_retracted().filter(**claims):
        report = _report(claim, wanted, declared)
        if report is not None and (not speakers or report.speaker in speakers):
            by_day[report.day].append(report)
    # of one day the first published counts, since later ones may be corrected in the light of what is scored
    order = {speaker: rank for rank, speaker in enumerate(speakers)}
    return tuple(
        min(by_day[day], key=lambda report: (order.get(report.speaker, 0), report.published)) for day in sorted(by_day)
    )


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
            return replace(
                after,
                day=day,
                claims=tuple(dict.fromkeys((*before.claims, *after.claims))),
                published=max(before.published, after.published),
                **{name: a * (1 - share) + b * share for name, a, b in ends},
            )
    return None


def between(later: dt.date, earlier: dt.date) -> float:
    """Months from one day to another."""
    return (later - earlier).days / DAYS_PER_MONTH
