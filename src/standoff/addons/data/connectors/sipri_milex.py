"""Military expenditure of states, in current dollars and as a share of GDP, from SIPRI.

SIPRI marks what it does not know by `...` and states that did not exist by `xxx`: both are missing, not zero. Each
edition revises the one before, so that every figure counts as printed in the year after the last one of the file.

Sources: sipri2025 (the data).
"""

from __future__ import annotations

import re
from typing import Any

from standoff.addons.data.connectors._dataset import Dataset, ParseResult, RowClaims, claim, collect_claims
from standoff.addons.data.connectors._state_codes import code
from standoff.addons.data.connectors._tables import DataTable, TableRow, norm, sheet
from standoff.errors import DataError

SOURCE = Dataset(
    title="SIPRI Military Expenditure Database (workbook)",
    publisher="Stockholm International Peace Research Institute",
    page="https://www.sipri.org/databases/milex",
    url="https://www.sipri.org/sites/default/files/SIPRI-Milex-data-1949-2024_2.xlsx",
    licence="(c) SIPRI: non-commercial use with attribution; the whole table is not to be passed on",
    citation="Stockholm International Peace Research Institute, SIPRI Military Expenditure Database",
    key="sipri2025",
    cadence="year",
)
SHEETS: dict[str, tuple[str, float, str, str]] = {  #: pattern of the sheet -> quantity, factor, unit, note
    r"Current US\$": ("military_expenditure", 1e-3, "bn USD/year", "Current dollars."),
    r"Share of GDP": ("military_burden", 100.0, "%", "Share of output."),
}
YEAR = re.compile(r"(19|20)\d\d(\.0)?")
FIRST = 1949  #: year of the first column


def parse(raw: bytes) -> ParseResult:
    """One claim per state, year and sheet; raises `DataError`. Rows without values are headings."""
    tables = [(pattern, *_table(sheet(raw, "SIPRI workbook", pattern), pattern)) for pattern in SHEETS]
    where = {row.where: (pattern, years) for pattern, table, years in tables for row in table.rows}
    edition = str(max(max(years) for _, _, years in tables) + 1)

    def each(row: TableRow) -> RowClaims:
        pattern, years = where[row.where]
        quantity, factor, unit, note = SHEETS[pattern]
        figures = {year: row.number(str(year), 0) for year in years}
        if all(figure is None for figure in figures.values()):
            yield "a heading, or a state without any figure"
            return
        subject = code(row.text("country"))
        if subject is None:
            yield f"a name without a code: {row.text('country')[:40]}"
            return
        for year, figure in figures.items():
            if figure is not None:
                yield claim(
                    SOURCE,
                    subject=subject,
                    quantity=quantity,
                    value=round(figure * factor, 6),
                    unit=unit,
                    as_of=f"{year}-12-31",
                    published=edition,
                    speaker="SIPRI",
                    slug="sipri",
                    side="west",
                    origin=f"sipri-{edition}",
                    edition=edition,
                    note=f"{note} Edition of {edition}.",
                )

    rows = tuple(row for _, table, _ in tables for row in table.rows)
    return collect_claims(DataTable("SIPRI workbook", (), rows), each, [str(year) for year in sorted(tables[0][2])])


def _table(cells: Any, pattern: str) -> tuple[DataTable, list[int]]:
    """Rows under the line that begins with `Country`, and the years of its columns."""
    name = pattern.replace("\\", "")
    number = next((at for at, row in enumerate(cells, start=1) if row and norm(row[0]) == "country"), 0)
    if not number:
        raise DataError(
            "no line begins with `Country`: the format has changed",
            f"SIPRI workbook, sheet {name}",
            allowed="a header `Country`, notes, then one year a column",
        )
    head = [str(cell).strip() if cell is not None else "" for cell in cells[number - 1]]
    years = {index: int(float(cell)) for index, cell in enumerate(head) if YEAR.fullmatch(cell)}
    listed = sorted(years.values())
    if listed != list(range(FIRST, FIRST + len(listed))) or not listed:
        raise DataError(
            "the years are not one a column without a gap",
            f"SIPRI workbook, sheet {name}:{number}",
            allowed=f"{FIRST}, {FIRST + 1}, ...",
        )
    rows = [
        TableRow(
            f"SIPRI workbook, sheet {name}:{number + below}",
            {"country": row[0], **{str(year): row[index] for index, year in years.items()}},
        )
        for below, row in enumerate(cells[number:], start=1)
        if row[0] is not None and str(row[0]).strip()
    ]
    return DataTable(name, ("country", *map(str, listed)), tuple(rows)), listed
