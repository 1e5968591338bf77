"""Civilian casualties in Ukraine by month, verified by the UN human rights office.

Later checks revise earlier months, so that every figure counts as printed on the last day of the file.

Sources: ohchr2022 (the figures).
"""

from __future__ import annotations

from standoff.addons.data.connectors._dataset import Dataset, ParseResult, RowClaims, claim, collect_claims
from standoff.addons.data.connectors._tables import TableRow, record, records

SOURCE = Dataset(
    title="civilian-casualties.json (verified civilian casualties by month)",
    publisher="OHCHR (UN human rights office), via engelde/ukrainewar (GitHub)",
    page="https://ukraine.ohchr.org/en/reports",
    url="https://raw.githubusercontent.com/engelde/ukrainewar/HEAD/public/data/civilian-casualties.json",
    licence="public figures of the United Nations, with attribution",
    citation="OHCHR, UN Human Rights Monitoring Mission in Ukraine, Protection of Civilians updates",
    key="ohchr2022",
    cadence="month",
)
QUANTITIES = {"killed": "civilians_killed_in_month", "injured": "civilians_injured_in_month"}


def parse(raw: bytes) -> ParseResult:
    """Two claims per month; raises `DataError`."""
    name = SOURCE.file
    head = record(raw, name, "{lastUpdated, monthly, ...}")
    printed = head.day("lastupdated")
    table = records(head.cells.get("monthly"), name, "monthly").need(("month", *QUANTITIES))

    def each(row: TableRow) -> RowClaims:
        month = str(row.month("month"))
        for column, quantity in QUANTITIES.items():
            count = row.count(column)
            if count is not None:
                yield claim(
                    SOURCE,
                    subject="UKR",
                    quantity=quantity,
                    value=count,
                    unit="person/month",
                    comparator="at_least",
                    as_of=month,
                    published=printed,
                    speaker="OHCHR",
                    slug="ohchr",
                    side="neutral",
                    note=row.text("note"),
                )

    return collect_claims(table, each, tuple(QUANTITIES))
