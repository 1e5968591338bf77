"""Common parts of connectors: data set card, claims from rows, and the account of rows.

`parse` returns a `ParseResult` rather than claims alone, since rows that are left out are reported: the reason, the count,
and the first place. An empty cell is missing, and counted; it is never a zero.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from standoff.errors import DataError, Problem, StandoffError
from standoff.ledger.claim import Claim, make_id

if TYPE_CHECKING:
    from standoff.addons.data.connectors._tables import DataTable, TableRow

SHOWN = 20  #: number of errors of a file that are listed
STALE = {"day": 3, "week": 14, "month": 62, "year": 400}  # days; assumption: two releases missed, a year and a month


@dataclass(frozen=True)
class Dataset:
    """The card of a data set."""

    title: str  #: title of the file or table, as cited by claims
    publisher: str  #: publisher
    page: str  #: page for readers; link of claims
    url: str  #: address of the file
    licence: str  #: licence
    citation: str  #: citation of its authors
    key: str  #: entry of docs/sources.bib
    cadence: str  #: frequency of updates: day, week, month, year

    @property
    def fresh_days(self) -> int:
        """Age in days up to which a copy is fresh."""
        return STALE[self.cadence]


@dataclass(frozen=True)
class SkippedRow:
    """A row or value that gives no claim."""

    why: str


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


def collect_claims(
    table: DataTable,
    each: Callable[[TableRow], Iterable[Claim | SkippedRow]],
    figures: Sequence[str] = (),
    notes: Sequence[str] = (),
) -> ParseResult:
    """Apply `each` to every row; raises `DataError` with all unreadable rows.

    `figures` names the columns whose empty cells are counted.
    """
    claims: dict[str, Claim] = {}
    left: dict[str, int] = {}
    first: dict[str, str] = {}
    problems: list[Problem] = []
    stored = empty = 0
    for row in table.rows:
        before = len(claims)
        try:
            for item in _or_error(each(row)):
                if isinstance(item, Claim) and item.id in claims:
                    item = SkippedRow("a second figure for the same subject, quantity and day")
                if isinstance(item, Claim):
                    claims[item.id] = item
                else:
                    left[item.why] = left.get(item.why, 0) + 1
                    first.setdefault(item.why, row.where)
        except StandoffError as error:
            problems += [
                one if one.where.startswith(table.name) else replace(one, where=row.where) for one in error.problems
            ]
            continue
        if len(claims) > before:
            stored += 1
            empty += sum(1 for name in figures if row.empty(name))
    refuse(problems)
    if not claims:
        raise DataError(Problem(f"none of {len(table.rows)} rows gives a claim", table.name, fix=_most(left)))
    return ParseResult(tuple(claims.values()), len(table.rows), stored, left, first, empty, tuple(notes))


def _or_error(items: Iterable[Claim | SkippedRow]) -> Iterator[Claim | SkippedRow]:
    """The items, or an error if there are none."""
    any_item = False
    for item in items:
        any_item = True
        yield item
    if not any_item:
        yield SkippedRow("no figure in the row")


def _most(left: dict[str, int]) -> str:
    return "; ".join(f"{count} x {why}" for why, count in sorted(left.items(), key=lambda item: -item[1])[:3])


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
    published: object,
    speaker: str,
    slug: str,
    side: str,
    unit: str,
    comparator: str,
    value: float | None = None,
    bounds: tuple[float, float] | None = None,
    origin: str = "",
    basis: str = "found",
    note: str = "",
    edition: str = "",
) -> Claim:
    """A proposed claim. `slug` is the speaker in the id; `edition` separates revised values.

    `bounds` gives a range; two equal bounds are one number, about.
    """
    data: dict[str, Any] = {
        "id": make_id(subject, quantity, str(as_of), f"{slug}-{edition}" if edition else slug),
        "subject": subject,
        "quantity": quantity,
        "unit": unit,
        "comparator": comparator,
        "as_of": as_of,
        "published": published,
        "speaker": speaker,
        "side": side,
        "origin": origin,
        "basis": basis,
        "status": "proposed",
        "note": note,
        "source": {"title": source.title, "publisher": source.publisher, "url": source.page},
    }
    if bounds is None:
        data["value"] = plain(value)
    elif bounds[0] == bounds[1]:
        data |= {"value": plain(bounds[0]), "comparator": "about"}
    else:
        data |= {"low": plain(bounds[0]), "high": plain(bounds[1]), "comparator": "range"}
    return Claim.parse(data, source.title)


def plain(number: float | None) -> float | int | None:
    """A number without a fraction as an integer."""
    return int(number) if number is not None and float(number).is_integer() else number


def outliers(values: Sequence[float | None]) -> set[int]:
    """Outliers of a running count: under half of, or over twice, both neighbours.

    The last figure has one neighbour only: it may not fall by half, nor, from 1,000 on, double in one step.
    Assumption: no count of losses does either. A dropped or an added digit does.
    """
    there = [(index, value) for index, value in enumerate(values) if value is not None]
    out: set[int] = set()
    for at in range(1, len(there)):
        index, value = there[at]
        before = (
            there[at - 1][1]
            if there[at - 1][0] not in out
            else next((v for p, v in reversed(there[: at - 1]) if p not in out), value)
        )
        if at + 1 < len(there):
            after = there[at + 1][1]
            wrong = value < min(before, after) / 2 or value > 2 * max(before, after)
        else:
            wrong = value < before / 2 or (before >= 1000 and value > 2 * before)
        if wrong:
            out.add(index)
    return out
