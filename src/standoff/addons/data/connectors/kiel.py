"""Aid to Ukraine by month and by donor, from the Kiel Institute's Ukraine Support Tracker.

Releases differ in scope and revise one another: every figure carries its release and counts as printed with it. `WEST`
is all donors of the tracker together, as in the flagship's ledger; the institutions of the European Union are `EU`.

Sources: trebesch2024 (method and data).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from standoff.addons.data.connectors._dataset import Dataset, ParseResult, SkippedRow, claim, collect_claims
from standoff.addons.data.connectors._http import HttpClient
from standoff.addons.data.connectors._state_codes import code
from standoff.addons.data.connectors._tables import DataTable, TableRow, document, records
from standoff.dates import PartialDate
from standoff.errors import DataError, Problem
from standoff.ledger import Claim

SOURCE = Dataset(
    title="kiel-spending.json (Ukraine Support Tracker, by month and donor)",
    publisher="Kiel Institute for the World Economy, via engelde/ukrainewar (GitHub)",
    page="https://www.ifw-kiel.de/topics/war-against-ukraine/ukraine-support-tracker/",
    url="https://raw.githubusercontent.com/engelde/ukrainewar/HEAD/public/data/kiel-spending.json",
    licence="free use with citation of the Kiel Institute; not to be passed on as a table",
    citation="Trebesch, C. et al., The Ukraine Support Tracker: which countries help Ukraine and how?, Kiel Institute",
    key="trebesch2024",
    cadence="month",
)
KINDS = {"total": "", "military": "_military", "financial": "_financial", "humanitarian": "_humanitarian"}
UNITS = {("EUR", "billions"): "bn EUR", ("USD", "billions"): "bn USD"}


def fetch(session: HttpClient) -> bytes:
    """Fetch the file of the repository's default branch."""
    return session.get(SOURCE.url)


def parse(raw: bytes) -> ParseResult:
    """Four claims per month (all donors) and four per donor; raises `DataError`."""
    name = SOURCE.title.split()[0]
    data = document(raw, name)
    if not isinstance(data, dict):
        raise DataError(Problem("not one record: the format has changed", name, allowed="{byMonth, byCountry, ...}"))
    printed, release, unit = _head(data, name)
    months = records(data.get("byMonth"), name, "byMonth")
    donors = records(data.get("byCountry"), name, "byCountry")
    months.need(("date", *KINDS))
    donors.need(("country", *KINDS))
    ends = {row.where: _end(row) for row in months.rows}
    last = max(ends.values())

    def each(row: TableRow) -> Iterator[Claim | SkippedRow]:
        by_month = row.where in ends
        subject = "WEST" if by_month else code(row.text("country"))
        if subject is None:
            yield SkippedRow(f"a donor without a code: {row.text('country')}")
            return
        for kind, suffix in KINDS.items():
            amount = row.number(kind)
            if amount is not None:
                yield claim(
                    SOURCE,
                    subject=subject,
                    value=amount,
                    comparator="about",
                    published=printed,
                    quantity=f"aid_allocations{suffix}" + ("_in_month" if by_month else ""),
                    unit=f"{unit}/month" if by_month else unit,
                    as_of=ends[row.where] if by_month else last,
                    speaker="Kiel Institute",
                    slug="kiel",
                    side="west",
                    origin=f"kiel-release-{release}",
                    edition=f"r{release}",
                    note=f"Release {release}.",
                )

    return collect_claims(DataTable(name, (), (*months.rows, *donors.rows)), each, tuple(KINDS))


def _head(data: dict[str, Any], name: str) -> tuple[date, int, str]:
    """Date of the release, its number, and the unit."""
    row = TableRow(name, {"lastupdated": data.get("lastUpdated"), "release": data.get("release")})
    unit = UNITS.get((str(data.get("currency")), str(data.get("unit"))))
    if unit is None:
        raise DataError(
            Problem(
                f"got {data.get('currency')}, {data.get('unit')}",
                name,
                "currency, unit",
                allowed="EUR or USD, billions",
            )
        )
    return row.day("lastupdated"), row.needed("release"), unit


def _end(row: TableRow) -> date:
    """Last day of the month in the column `date`."""
    match = re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", row.text("date"))
    if match is None:
        raise row.fault("date", "a month such as 2024-02")
    return PartialDate.parse(match[0]).last
