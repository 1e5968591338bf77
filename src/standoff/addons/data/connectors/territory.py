"""Land of Ukraine held by Russia by the maps of the Institute for the Study of War.

The Economist measured it, daily. Crimea and what Russia held before 2022 are included. Each map was public on its day; the
area was measured later.

Sources: economist2025 (the table).
"""

from __future__ import annotations

from standoff.addons.data.connectors import economist_claims
from standoff.addons.data.connectors._dataset import Dataset, ParseResult, RowClaims, claim, collect_claims
from standoff.addons.data.connectors._tables import TableRow, read

AREA = "area_assessed_as_russia_controlled"  #: square metres
SOURCE = Dataset(
    title="area_assessed_as_controlled_by_russia.csv (daily, from the maps of the Institute for the Study of War)",
    publisher="The Economist (GitHub, CC BY 4.0)",
    page=economist_claims.REPOSITORY,
    url=f"{economist_claims.FILES}/source-data/deaths-and-casualties-data/area_assessed_as_controlled_by_russia.csv",
    licence="CC BY 4.0",
    citation=economist_claims.SOURCE.citation,
    key="economist2025",
    cadence="week",
)


def parse(raw: bytes) -> ParseResult:
    """One claim per day; raises `DataError`."""
    table = read(raw, SOURCE.file).need(("date", AREA))

    def each(row: TableRow) -> RowClaims:
        day, area = row.day("date"), row.number(AREA, 0)
        if area is not None:
            yield claim(
                SOURCE,
                subject="RUS",
                quantity="land_held_in_ukr",
                value=round(area / 1e6),
                unit="km2",
                as_of=day,
                published=day,
                speaker="Institute for the Study of War",
                slug="isw",
                side="west",
                origin="isw-maps",
            )

    return collect_claims(table, each, (AREA,))
