"""Russian personnel losses, cumulative, daily, by the General Staff of Ukraine.

A belligerent's count of its opponent. One origin with everything that relays it.

Sources: ivaniuk2022 (the table).
"""

from __future__ import annotations

from standoff.addons.data.connectors._dataset import Dataset, ParseResult, RowClaims, claim, collect_claims, outliers
from standoff.addons.data.connectors._tables import TableRow, read

SOURCE = Dataset(
    title="russia_losses_personnel.json (daily General Staff figures)",
    publisher="PetroIvaniuk/2022-Ukraine-Russia-War-Dataset (GitHub, MIT)",
    page="https://github.com/PetroIvaniuk/2022-Ukraine-Russia-War-Dataset",
    url="https://raw.githubusercontent.com/PetroIvaniuk/2022-Ukraine-Russia-War-Dataset/HEAD/data/russia_losses_personnel.json",
    licence="MIT (the table); figures of the General Staff of the Armed Forces of Ukraine",
    citation="General Staff of the Armed Forces of Ukraine, collected by P. Ivaniuk, 2022 Ukraine Russia War Dataset",
    key="ivaniuk2022",
    cadence="day",
)
QUALIFIERS = {"about": "about", "more": "over", "": "about"}  #: values of the column `personnel*`
MISPRINT = "a misprint: under half of, or over twice, the days beside it"


def parse(raw: bytes) -> ParseResult:
    """One claim per day; raises `DataError`."""
    table = read(raw, SOURCE.file).need(("date", "personnel"))
    word = "personnel*" if "personnel*" in table.columns else "personnel_qualifier"
    wrong = outliers([row.count("personnel") for row in table.rows])
    odd = {table.rows[index].where for index in wrong}

    def each(row: TableRow) -> RowClaims:
        day, count = row.day("date"), row.count("personnel")
        comparator = row.meaning(word, QUALIFIERS, "about, more, or an empty cell")
        if row.where in odd:
            yield MISPRINT
        elif count is not None:
            yield claim(
                SOURCE,
                subject="RUS",
                quantity="personnel_losses",
                value=count,
                unit="person",
                comparator=comparator,
                as_of=day,
                published=day,
                speaker="General Staff of Ukraine",
                slug="general-staff",
                side="ukraine",
                origin="general-staff",
                note="Running count of the opponent, killed and wounded; printed daily.",
            )

    return collect_claims(table, each)
