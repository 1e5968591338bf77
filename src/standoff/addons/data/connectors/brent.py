"""Price of Brent oil by month over 70 dollars a barrel, from the US series.

The Energy Information Administration publishes it. Read from FRED of the Federal Reserve Bank of St. Louis, which gives a
series as a table with the column `observation_date`, the first day of the month, and one named after it. Prices are not
revised.

`oil_price` of `china-russia` is 1 at 70 dollars, by assumption.

Sources: eia_brent (the data).
"""

from __future__ import annotations

from standoff.addons.data.connectors._dataset import Dataset, ParseResult, RowClaims, claim, collect_claims
from standoff.addons.data.connectors._tables import TableRow, read
from standoff.dates import PartialDate

SERIES, LEVEL = "MCOILBRENTEU", 70.0  #: mean of the month in dollars a barrel; what the ratio is over
SOURCE = Dataset(
    title="Europe Brent Spot Price FOB, monthly",
    publisher="US Energy Information Administration, via FRED",
    page=f"https://fred.stlouisfed.org/series/{SERIES}",
    url=f"https://fred.stlouisfed.org/graph/fredgraph.csv?id={SERIES}",
    licence="public domain",
    citation="US Energy Information Administration, Europe Brent Spot Price FOB",
    key="eia_brent",
    cadence="month",
)


def parse(raw: bytes) -> ParseResult:
    """One claim per month, published on its last day; raises `DataError`."""
    table = read(raw, f"{SERIES}.csv").need(("observation_date", SERIES.lower()))

    def each(row: TableRow) -> RowClaims:
        day, price = row.day("observation_date"), row.number(SERIES.lower(), 0)
        if price is None:
            yield "no price in the row"
            return
        month = PartialDate(day.year, day.month)
        yield claim(
            SOURCE,
            subject="WORLD",
            quantity="oil_price_in_month",
            value=round(price / LEVEL, 3),
            comparator="exact",
            unit="ratio",
            as_of=month,
            published=month.last,
            speaker="standoff (Brent over 70 USD a barrel)",
            slug="eia",
            side="neutral",
            basis="computed",
            note=f"{price:g} USD a barrel.",
        )

    return collect_claims(table, each)
