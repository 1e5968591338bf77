"""Common parts of connectors: data set card, claims from rows, and the account of rows.

`parse` returns a `ParseResult` rather than claims alone, since rows that are left out are reported: the reason, the count,
and the first place. An empty cell is missing, and counted; it is never a zero.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from standoff.addons.data.connectors._http import HttpClient
from standoff.addons.data.connectors._tables import DataTable, TableRow
from standoff.errors import DataError, Problem, StandoffError
from standoff.ledger.claim import Claim, make_id
from standoff.record import record

SHOWN = 20  #: number of errors of a file that are listed
STALE = {"day": 3, "week": 14, "month": 62, "year": 400}  # days; assumption: two releases missed, a year and a month


@record
class Dataset:
    """The card of a data set."""

    title: str  #: title of the file or table, as cited by claims
    publisher: str  #: publisher
    licence: str  #: licence
    cadence: str  #: frequency of updates: day, week, month, year
    citation: str  #: citation of its authors
    key: str  #: entry of docs/sources.bib
    page: str  #: page for readers; link of claims
    url: str  #: address of the file

    def fetch(self, session: HttpClient) -> bytes:
        """Fetch the file at `url`."""
        return session.get(self.url)

    @property
    def file(self) -> str:
        """Name of the file: the first word of the title."""
        return self.title.split()[0]

    @property
    def fresh_days(self) -> int:
        """Age in days up to which a copy is fresh."""
        return STALE[self.cadence]


@dataclass(frozen=True)
class ParseResult:
    """Claims of one file, with the account of rows: `rows` = `kept` + those in `left_rows`."""

    claims: tuple[Claim, ...]
    rows: int  #: number of rows read
    converted: int  #: number of rows with at least one claim
    left: dict[str, int] = field(default_factory=dict)  #: reason -> number of rows or values left out
    first: dict[str, str] = field(default_factory=dict)  #: reason -> place of the first
    empty: int = 0  #: empty values in kept rows: missing, not zero
    notes: tuple[str, ...] = ()

    @property
    def skipped_rows(self) -> int:
        """Number of rows without a claim."""
        return self.rows - self.converted


RowClaims: TypeAlias = Iterator[Claim | str]  #: claims of a row, and reasons for what it leaves out


def collect_claims(
    table: DataTable,
    claims_of: Callable[[TableRow], RowClaims],
    figures: Sequence[str] = (),
    notes: Sequence[str] = (),
) -> ParseResult:
    """Apply `claims_of` to every row; raises `DataError` with all unreadable rows.

    `figures` names the columns whose empty cells are counted.
    """
    claims: dict[str, Claim] = {}
    left = Counter[str]()
    first: dict[str, str] = {}
    problems: list[Problem] = []
    rows_used = empty = 0
    for row in table.rows:
        before = len(claims)
        try:
            for item in [*claims_of(row)] or ["no figure in the row"]:
                if isinstance(item, Claim) and claims.setdefault(item.id, item) is item:
                    continue
                why = item if isinstance(item, str) else "a second figure for the same subject, quantity and day"
                left[why] += 1
                first.setdefault(why, row.where)
        except StandoffError as error:
            problems += [
                one if one.where.startswith(table.name) else replace(one, where=row.where) for one in error.problems
            ]
            continue
        if len(claims) > before:
            rows_used += 1
            empty += sum(map(row.empty, figures))
    refuse(problems)
    if not claims:
        most = "; ".join(f"{count} x {why}" for why, count in left.most_common(3))
        raise DataError(f"none of {len(table.rows)} rows gives a claim", table.name, fix=most)
    return ParseResult(tuple(claims.values()), len(table.rows), rows_used, dict(left), first, empty, tuple(notes))


def refuse(problems: list[Problem]) -> None:
    """Raise the errors, if any: the first ones, and the number of the others."""
    if len(problems) > SHOWN:
        problems = [*problems[:SHOWN], Problem(f"and {len(problems) - SHOWN} more")]
    if problems:
        raise DataError(problems)


def claim(
    source: Dataset,
    *,
    subject: str,
    quantity: str,
    as_of: object,
    slug: str,
    comparator: str = "about",
    value: float | None = None,
    bounds: tuple[float, float] | None = None,
    edition: str = "",
    **fields: Any,
) -> Claim:
    """A proposed claim.

    `fields` are its further fields, such as published, speaker, side, unit and note. `slug` is the speaker in the id;
    `edition` separates revised values. `bounds` gives a range; two equal bounds are one number, about.
    """
    figures: dict[str, Any] = {"value": plain(value), "comparator": comparator}
    if bounds is not None:
        low, high = map(plain, bounds)
        figures = {"value": low} if low == high else {"low": low, "high": high, "comparator": "range"}
    data = {
        "id": make_id(subject, quantity, str(as_of), f"{slug}-{edition}" if edition else slug),
        "subject": subject,
        "quantity": quantity,
        "as_of": as_of,
        "basis": "found",
        "status": "proposed",
        "source": {"title": source.title, "publisher": source.publisher, "url": source.page},
        "comparator": "about",
        **figures,
        **fields,
    }
    return Claim.parse(data, source.title)


def plain(number: float | None) -> float | int | None:
    """A number without a fraction as an integer."""
    return int(number) if number is not None and float(number).is_integer() else number


def outliers(values: Sequence[float | None]) -> set[int]:
    """Outliers of a running count: under half of, or over twice, both neighbours.

    The last figure has one neighbour only: it may not fall by half, nor, from 1,000 on, double in one step.
    Assumption: no count of losses does either. A dropped or an added digit does.
    """
    known = [(index, value) for index, value in enumerate(values) if value is not None]
    out: set[int] = set()
    for at in range(1, len(known)):
        index, value = known[at]
        before = (
            known[at - 1][1]
            if known[at - 1][0] not in out
            else next((v for p, v in reversed(known[: at - 1]) if p not in out), value)
        )
        if at + 1 < len(known):
            after = known[at + 1][1]
            wrong = value < min(before, after) / 2 or value > 2 * max(before, after)
        else:
            wrong = value < before / 2 or (before >= 1000 and value > 2 * before)
        if wrong:
            out.add(index)
    return out
