"""Which of several sources about one day counts, where one number is needed.

    a path before as_of (`observations:`)   `most_precise`, of those that `prefer:` names if any: all are known by then,
                                            and compatible numbers differ in precision alone
    the truth of a hindcast                 `first_published`: later ones may be corrected in the light of what is scored

Where the claims themselves are the question no source takes precedence: `standoff.inference.reconcile` and the targets of
a fit weigh all of them by their likelihood, and the audit of a text compares a sentence with every claim about its day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Protocol, TypeVar

from standoff.ledger.claim import Claim


class Ranged(Protocol):
    """A claim with the range that it allows, in the unit of the path."""

    @property
    def claim(self) -> Claim: ...
    @property
    def low(self) -> float: ...
    @property
    def high(self) -> float: ...


class Dated(Protocol):
    """A number with its day of publication."""

    @property
    def published(self) -> dt.date: ...


R = TypeVar("R", bound=Ranged)
D = TypeVar("D", bound=Dated)


def most_precise(points: Iterable[R]) -> R | None:
    """The claim with the narrowest range, of equal ones the first by id; None of none."""
    return min(points, key=lambda point: (point.high - point.low, point.claim.id), default=None)


def first_published(reports: Iterable[D]) -> D | None:
    """The report that was published first, of equal ones the first of the ledger; None of none."""
    return min(reports, key=lambda report: report.published, default=None)
