"""GDP, growth, population and military burden of states, from the World Bank.

Fetched through `wbgapi`, a maintained client that handles the paging and the limits of the interface. Every edition
revises the years before, so that every figure counts as published on the day of the last update.

Sources: worldbank_wdi (the data).
"""

from __future__ import annotations

import json
import re
import time
from itertools import islice

from standoff.addons.data.connectors._dataset import Dataset, ParseResult, RowClaims, claim, collect_claims
from standoff.addons.data.connectors._http import HttpClient
from standoff.addons.data.connectors._tables import TableRow, record, records
from standoff.errors import DataError
from standoff.input_files import require_secure
from standoff.versions import install_command

SOURCE = Dataset(
    title="World Development Indicators",
    publisher="World Bank",
    page="https://databank.worldbank.org/source/world-development-indicators",
    url="https://api.worldbank.org/v2",
    licence="CC BY 4.0",
    citation="World Bank, World Development Indicators",
    key="worldbank_wdi",
    cadence="year",
)
SERIES: dict[str, tuple[str, float, str]] = {  #: indicator -> quantity, factor, unit
    "NY.GDP.MKTP.CD": ("gdp_current_dollars", 1e-9, "bn USD/year"),
    "NY.GDP.MKTP.KD.ZG": ("gdp_growth", 1.0, "%/year"),
    "MS.MIL.XPND.GD.ZS": ("military_burden", 1.0, "%"),
    "SP.POP.TOTL": ("population", 1e-6, "mn person"),
}
DATABASE = 2  #: World Development Indicators
YEARS = range(1990, 2031)
ROWS = 200_000  # assumption: four series of 220 states over 40 years are 35,000


def fetch(session: HttpClient) -> bytes:
    """Fetch all series of all states as one JSON document with the date of the last update."""
    try:
        import requests
        import wbgapi
    except ImportError:
        raise DataError("World Bank data need the package `wbgapi`", fix=install_command("data")) from None
    require_secure(SOURCE.url)
    wbgapi.endpoint = SOURCE.url
    wbgapi.get_options = {"timeout": session.silence, "allow_redirects": False}
    end = time.monotonic() + session.deadline
    try:
        updated = wbgapi.source.get(DATABASE)["lastupdated"]
        figures = wbgapi.data.fetch(list(SERIES), time=YEARS, skipAggs=True, skipBlanks=True, db=DATABASE)
        rows = []
        for row in islice(figures, ROWS):
            rows.append({key: row[key] for key in ("series", "economy", "time", "value")})
            if time.monotonic() > end:
                raise DataError(f"not done after {session.deadline:g} seconds", SOURCE.url)
    except (requests.RequestException, wbgapi.APIError, KeyError, TypeError, ValueError) as error:
        raise DataError(f"unexpected response of the interface: {_short(error)}", SOURCE.url) from None
    return json.dumps({"lastupdated": updated, "rows": rows}).encode()


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:160] or type(error).__name__


def parse(raw: bytes) -> ParseResult:
    """One claim per state, year and series; raises `DataError`."""
    name = "World Development Indicators"
    head = record(raw, name, "{lastupdated, rows}")
    printed = head.day("lastupdated")
    table = records(head.cells.get("rows"), name, "rows").need(("series", "economy", "time", "value"))

    def each(row: TableRow) -> RowClaims:
        match, value = re.fullmatch(r"(?:YR)?(\d{4})", row.text("time")), row.number("value")
        quantity, factor, unit = row.meaning("series", SERIES)
        if match is None:
            raise row.fault("time", "a year such as YR2020")
        subject = row.state("economy")
        if value is None:
            yield "no figure for that year"
            return
        yield claim(
            SOURCE,
            subject=subject,
            quantity=quantity,
            value=float(f"{value * factor:.6g}"),
            unit=unit,
            as_of=f"{match[1]}-12-31",
            published=printed,
            speaker="World Bank",
            slug="world-bank",
            side="west",
            origin=f"world-bank-{printed}",
            edition=str(printed),
            note=f"{row.text('series')}, as updated on {printed}.",
        )

    return collect_claims(table, each)
