"""Daily Russian losses, monthly means, by the United Kingdom's Ministry of Defence.

The ministry plots the count of Ukraine's General Staff: the same origin, and not an independent source.

Sources: ukmod2022 (the figures), economist2025 (the table).
"""

from __future__ import annotations

import calendar
from datetime import timedelta

from standoff.addons.data.connectors import economist_claims
from standoff.addons.data.connectors._dataset import Dataset, ParseResult, RowClaims, claim, collect_claims
from standoff.addons.data.connectors._tables import TableRow, read
from standoff.dates import PartialDate

SOURCE = Dataset(
    title="Soldier deaths_casualties in Ukraine - uk mod month-by-month estimates.csv",
    publisher="The Economist (GitHub), from UK MoD posts",
    page=economist_claims.REPOSITORY,
    url=economist_claims.SOURCE.url.replace("estimates.csv", "uk%20mod%20month-by-month%20estimates.csv"),
    licence="CC BY 4.0 (the table); figures of the UK Ministry of Defence",
    citation="UK Ministry of Defence, Defence Intelligence updates on Ukraine, gathered by The Economist",
    key="ukmod2022",
    cadence="month",
)
MEAN = "casualties_average_daily_losses"  #: column of the publisher; `avg_daily_losses` in copies
MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}


def parse(raw: bytes) -> ParseResult:
    """One claim per month, published on the first day of the next; raises `DataError`."""
    table = read(raw, "uk mod month-by-month estimates.csv")
    mean = "avg_daily_losses" if "avg_daily_losses" in table.columns else MEAN
    table.need(("month", "year", mean))

    def each(row: TableRow) -> RowClaims:
        year, count = row.needed("year"), row.number(mean, 0)
        month = row.meaning("month", MONTHS, "the English name of a month")
        if not 2022 <= year <= 2100:
            raise row.fault("year", "a year from 2022 on")
        if count is None:
            yield "no mean in the row"
            return
        last = PartialDate(year, month).last
        yield claim(
            SOURCE,
            subject="RUS",
            quantity="personnel_losses_per_day",
            value=count,
            unit="person/day",
            as_of=last,
            published=last + timedelta(days=1),
            speaker="UK Ministry of Defence",
            slug="uk-mod",
            side="west",
            origin="general-staff",
            note="Average of the month. Plots the General Staff figures, so it is no second estimate.",
        )

    return collect_claims(table, each)
