"""What every connector is made of: the card of its data set, claims from its rows, and what became of each row.

`parse` gives a `Parsed` and no bare stream of claims, since a row that is left out must be told: why, how often, and
where first. An empty cell is missing, and counted; it is never a zero.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from standoff.errors import DataError, Problem, StandoffError
from standoff.ledger.claim import Claim, make_id

if TYPE_CHECKING:
    from standoff.connectors._tables import DataTable, TableRow

SHOWN = 20  #: mistakes of a file that are listed one by one
STALE = {"day": 3, "week": 14, "month": 62, "year": 400}  # days; assumption: two releases missed, a year and a month


@dataclass(frozen=True)
class Dataset:
    """The card of a data set."""

    title: str  #: of the file or table, as claims cite it
    publisher: str  #: who prints it
    page: str  #: where a person reads about it; claims link here
    url: str  #: where the file is fetched
    licence: str  #: what may be done with it
    citation: str  #: how its makers are named
    key: str  #: entry of docs/sources.bib
    cadence: str  #: how often it is renewed: day, week, month, year

    @property
    def fresh_days(self) -> int:
        """Age in days up to which a copy counts as fresh."""
        return STALE[self.cadence]


@dataclass(frozen=True)
class SkippedRow:
    """A row, or a figure of it, that gives no claim."""

    why: str


@dataclass(frozen=True)
class ParseResult:
    """Claims of one file, and the account of its rows: `rows` = `kept` + those in `left_rows`."""

    claims: tuple[Claim, ...]
    rows: int  #: read
    kept: int  #: gave at least one claim
    left: dict[str, int] = field(default_factory=dict)  #: why a row or figure was left out -> how many
    first: dict[str, str] = field(default_factory=dict)  #: why -> where first
    empty: int = 0  #: figures that the file leaves empty in rows that were kept: missing, not zero
    notes: tuple[str, ...] = ()

    @property
    def skipped_rows(self) -> int:
        """Rows without a claim."""
        return self.rows - self.kept


def collect_claims(
    table: DataTable,
    each: Callable[[TableRow], Iterable[Claim | SkippedRow]],
    figures: Sequence[str] = (),
    notes: Sequence[str] = (),
) -> ParseResult:
    """Take every row through `each`; raises `DataError` with all rows that cannot be read.

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
    """The items, or that there are none."""
    any_item = False
    for item in items:
        any_item = True
        yield item
    if not any_item:
        yield SkippedRow("no figure in the row")


def _most(left: dict[str, int]) -> str:
    return "; ".join(f"{count} x {why}" for why, count in sorted(left.items(), key=lambda item: -item[1])[:3])


def refuse(problems: list[Problem]) -> None:
    """Raise the mistakes, if any; of many the first ones and how many more there are."""
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
    """A proposed claim, as a machine reads it. `slug` is the speaker in the id; `edition` tells revised figures apart.

    `bounds` gives a range; two equal bounds are one number, about.
    """
    data: dict[str, Any] = {
        "id": make_id(subject, quantity, str(as_of), f"{slug}-{edition}" if edition else slug),
        "subject": subject, "quantity": quantity, "unit": unit, "comparator": comparator, "as_of": as_of,
        "published": published, "speaker": speaker, "side": side, "origin": origin, "basis": basis,
        "status": "proposed", "note": note,
        "source": {"title": source.title, "publisher": source.publisher, "url": source.page},
    }  # fmt: skip
    if bounds is None:
        data["value"] = plain(value)
    elif bounds[0] == bounds[1]:
        data |= {"value": plain(bounds[0]), "comparator": "about"}
    else:
        data |= {"low": plain(bounds[0]), "high": plain(bounds[1]), "comparator": "range"}
    return Claim.parse(data, source.title)


def plain(number: float | None) -> float | int | None:
    """A number without a fraction as a whole one, as people write it."""
    return int(number) if number is not None and float(number).is_integer() else number


def outliers(values: Sequence[float | None]) -> set[int]:
    """Places of a running count that cannot be right: under half of, or over twice, the figures on both sides.

    The last figure has one neighbour only: it may not fall by half, nor, from 1,000 on, double in one step.
    Assumption: no count of losses does either. A dropped or an added digit does.
    """
    there = [(index, value) for index, value in enumerate(values) if value is not None]
    out: set[int] = set()
    for at in range(1, len(there)):
        index, value = there[at]
        before = there[at - 1][1] if there[at - 1][0] not in out else next(
            (v for p, v in reversed(there[: at - 1]) if p not in out), value
        )  # fmt: skip
        if at + 1 < len(there):
            after = there[at + 1][1]
            wrong = value < min(before, after) / 2 or value > 2 * max(before, after)
        else:
            wrong = value < before / 2 or (before >= 1000 and value > 2 * before)
        if wrong:
            out.add(index)
    return out
