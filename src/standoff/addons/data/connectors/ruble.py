"""Rubles a dollar by month: means of the official rates of the Bank of Russia.

The bank gives the rates that it set, a `Record` a day with `Nominal` and `Value` (decimal comma); a month is the mean of those
that were set for its days, the last one to date. The request ends with a year to come, which the bank ignores.

Sources: cbr_rates (the data and the form of the request).
"""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import date

from standoff.addons.data.connectors._dataset import Dataset, ParseResult, RowClaims, claim, collect_claims
from standoff.addons.data.connectors._tables import DataTable, TableRow, norm
from standoff.errors import DataError

SOURCE = Dataset(
    title="XML_dynamic (official rates of the dollar by day)",
    publisher="Bank of Russia",
    page="https://www.cbr.ru/eng/currency_base/dynamics/",
    url="https://www.cbr.ru/scripts/XML_dynamic.asp?date_req1=01/01/2021&date_req2=31/12/2030&VAL_NM_RQ=R01235",
    licence="free use with citation of the Bank of Russia",
    citation="Bank of Russia, official exchange rates",
    key="cbr_rates",
    cadence="day",
)
RECORD = re.compile(r"<Record\b([^<>]*)>(.*?)</Record>", re.DOTALL)
PARTS = re.compile(r'(\w+)="([^"]*)"|<(\w+)>([^<>]*)</\3>')
COLUMNS = ("date", "nominal", "value")


def parse(raw: bytes) -> ParseResult:
    """One claim per month, published on its last day with a rate; raises `DataError`."""
    table, months = _table(raw.decode("windows-1251", "replace")), defaultdict[str, dict[date, float]](dict)
    for row in table.rows:
        day, value, nominal = row.day("date", "%d.%m.%Y"), row.number("value", 0), row.count("nominal")
        if not value or not nominal:
            raise row.fault("value", "a rate such as 91,5535 for a nominal such as 1")
        months[f"{day:%Y-%m}"][day] = value / nominal

    def each(row: TableRow) -> RowClaims:
        day = row.day("date", "%d.%m.%Y")
        known = months[f"{day:%Y-%m}"]
        if day < max(known):
            yield "a day before the last of its month"
            return
        yield claim(
            SOURCE,
            subject="RUS",
            quantity="rubles_per_dollar_in_month",
            value=round(sum(known.values()) / len(known), 4),
            unit="RUB/USD",
            as_of=day,
            published=day,
            speaker="Bank of Russia",
            slug="cbr",
            side="russia",
            basis="computed",
        )

    return collect_claims(table, each)


def _table(text: str) -> DataTable:
    rows = []
    for number, (head, body) in enumerate(RECORD.findall(text), 1):
        cells = {norm(name or element): value or inner for name, value, element, inner in PARTS.findall(head + body)}
        if missing := [name for name in COLUMNS if name not in cells]:
            raise DataError(f"`{missing[0]}` is missing: the format has changed", f"{SOURCE.file}: Record {number}")
        rows.append(TableRow(f"{SOURCE.file}: Record {number}", cells | {"value": cells["value"].replace(",", ".")}))
    if not rows or not text.rstrip().endswith("</ValCurs>"):
        raise DataError("no whole `ValCurs`: cut off, or the format has changed", SOURCE.file, allowed="a Record a day")
    return DataTable(SOURCE.file, COLUMNS, tuple(rows))
