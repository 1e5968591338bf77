"""Russian dead by week: by name (Mediazona, BBC Russian), and by probate records.

Two running sums a week. The named are a floor, and grow for years after a week has passed; so both count as printed in the
year of the edition; of the edition of 2025 only the names are read. The second is deaths and missing together; the bounds of
its weeks are added up, which makes them wider than the interval of the sum. Weeks are ISO weeks, and a sum stands at their Sunday.

Sources: mediazona2026 (method and weekly series), economist2025 (the copy).
"""

from __future__ import annotations

from datetime import date
from typing import Any

from standoff.addons.data.connectors import economist_claims
from standoff.addons.data.connectors._dataset import Dataset, ParseResult, RowClaims, claim, collect_claims
from standoff.addons.data.connectors._tables import BRITISH, DataTable, TableRow, read
from standoff.errors import DataError

EDITION = "2026"  #: year of the file; a later edition is another file
SOURCE = Dataset(
    title=f"meduza_{EDITION}_weekly.csv (Russian dead by week)",
    publisher="Mediazona, Meduza and BBC Russian, via The Economist (GitHub)",
    page=economist_claims.REPOSITORY,
    url=f"{economist_claims.FILES}/source-data/deaths-and-casualties-data/meduza_{EDITION}_weekly.csv",
    licence="CC BY 4.0",
    citation="Mediazona, Meduza and BBC News Russian, named and estimated Russian military deaths, edition of 2026",
    key="mediazona2026",
    cadence="year",
)
NAMED = "number_of_confirmed_deaths_by_date_of_death"  #: column of the edition of 2025, a row for each Monday
ESTIMATE = ("edassembled", "edassembledlow", "edassembledhigh")
START = (2022, 8)  #: ISO week of 24 February 2022


def parse(raw: bytes) -> ParseResult:
    """Up to two claims per week; a sum ends before the first week without a value."""
    table, edition = read(raw, SOURCE.file), EDITION
    if NAMED in table.columns:
        table, edition = _as_later(table), "2025"
    table.need(("year", "week", "bmznow", *ESTIMATE))
    _in_order(table)
    sums = dict.fromkeys(("bmznow", *ESTIMATE), 0.0)
    ended: set[str] = set()

    def each(row: TableRow) -> RowClaims:
        day = _sunday(row)
        for group, what in ((("bmznow",), "named"), (ESTIMATE, "estimated")):
            figures = [row.number(column) for column in group]
            if what in ended or None in figures:
                ended.add(what)
                yield f"{what} dead: a week without a figure, or after one"
                continue
            for column, figure in zip(group, figures, strict=True):
                sums[column] += figure or 0.0
            middle, low, high = (sums[column] for column in ESTIMATE)
            attributes: dict[str, Any] = {
                "speaker": "Mediazona and BBC Russian (named dead)",
                "slug": "mediazona-bbc",
                "value": sums["bmznow"],
                "comparator": "at_least",
                "note": f"Found by name until the edition of {edition}, by week of death, added up.",
            }
            if what == "estimated":
                note = f"Middle {round(middle)}; dead and missing by probate records, weeks and their bounds added up."
                attributes = {"speaker": "Mediazona and Meduza", "slug": "mediazona-meduza", "note": note}
                attributes["bounds"] = (float(round(low)), float(round(high)))
            yield claim(
                SOURCE,
                subject="RUS",
                quantity="personnel_killed",
                unit="person",
                as_of=day,
                published=edition,
                basis="computed",
                side="neutral",
                edition=edition,
                **attributes,
            )

    return collect_claims(table, each)


def _as_later(table: DataTable) -> DataTable:
    """The names of the edition of 2025 in the form of the later one."""
    rows = []
    for row in table.need(("date", NAMED)).rows:
        year, week, _ = row.day("date", BRITISH).isocalendar()
        cells = {"year": year, "week": week, "bmznow": row.cells[NAMED]}
        rows.append(TableRow(row.where, cells | dict.fromkeys(ESTIMATE)))
    return DataTable(table.name, tuple(rows[0].cells), tuple(rows))


def _sunday(row: TableRow) -> date:
    try:
        return date.fromisocalendar(row.needed("year"), row.needed("week"), 7)
    except ValueError:
        raise row.fault("week", "an ISO week of that year, 1 to 52 or 53") from None


def _in_order(table: DataTable) -> None:
    """Check that weeks are complete from the first of the war, as running sums require."""
    weeks = [_sunday(row) for row in table.rows]
    if (table.rows[0].count("year"), table.rows[0].count("week")) != START:
        raise DataError(
            "the weeks do not begin with the war",
            table.rows[0].where,
            "column week",
            allowed=f"year {START[0]}, week {START[1]}",
        )
    for row, before, after in zip(table.rows[1:], weeks, weeks[1:], strict=False):
        if (after - before).days != 7:
            raise DataError(
                f"the week after {before} is missing or out of order",
                row.where,
                "column week",
                allowed="one row a week, in order",
            )
