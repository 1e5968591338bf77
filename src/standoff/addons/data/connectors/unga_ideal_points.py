"""Ideal points of states in votes of the UN General Assembly, by year, with 90 % intervals.

The points are estimated anew with every session, all years together, so that every figure counts as printed in the
year after the last session of the file. They have no unit, and their zero has no meaning: compare states or years.

Sources: bailey2017 (the model and the data).
"""

from __future__ import annotations

import re
from functools import partial

from standoff.addons.data.connectors._dataset import Dataset, ParseResult, RowClaims, claim, collect_claims
from standoff.addons.data.connectors._http import HttpClient
from standoff.addons.data.connectors._tables import TableRow, document, read
from standoff.errors import DataError

DATAVERSE = "https://dataverse.harvard.edu/api"
SOURCE = Dataset(
    title="Ideal points of states in the UN General Assembly",
    publisher="Harvard Dataverse, doi:10.7910/DVN/LEJUQZ",
    page="https://doi.org/10.7910/DVN/LEJUQZ",
    url=f"{DATAVERSE}/datasets/:persistentId/?persistentId=doi:10.7910/DVN/LEJUQZ",
    licence="CC0 1.0",
    citation="Bailey, M. A., Strezhnev, A. and Voeten, E. (2017), Estimating dynamic state preferences from UN voting data",
    key="bailey2017",
    cadence="year",
)
WANTED = re.compile(r"ideal_?points?(?!.*dyad).*\.(tab|csv)", re.IGNORECASE)
COLUMNS = ("ccode", "iso3c", "year", "idealpointfp", "idealpointall", "q5all", "q95all")


def fetch(session: HttpClient) -> bytes:
    """Fetch the newest table of ideal points in the list of the archive's files."""
    listing = document(session.get(SOURCE.url), "list of files")
    try:
        files = {entry["label"]: int(entry["dataFile"]["id"]) for entry in listing["data"]["latestVersion"]["files"]}
    except (KeyError, TypeError, ValueError):
        raise DataError(
            "the list of files has an unknown format", SOURCE.url, allowed="data.latestVersion.files"
        ) from None
    matching = [number for label, number in files.items() if WANTED.fullmatch(label)]
    if not matching:
        raise DataError(
            "no table of ideal points in the archive",
            SOURCE.url,
            allowed=f"a name like {WANTED.pattern}; got {[*files][:12]}",
        )
    home = SOURCE.url.split("/datasets/")[0]
    return session.get(f"{home}/access/datafile/{max(matching)}")


def parse(raw: bytes) -> ParseResult:
    """Up to two claims per state and year: all votes (range), final passage votes (point)."""
    table = read(raw, "ideal points").need(COLUMNS)
    edition = str(max(row.needed("year") for row in table.rows) + 1)

    def each(row: TableRow) -> RowClaims:
        year = row.needed("year")
        every, low, high, passage = (row.number(name) for name in ("idealpointall", "q5all", "q95all", "idealpointfp"))
        if row.empty("iso3c"):
            yield "no ISO code of the state"
            return
        of_year = partial(
            claim,
            SOURCE,
            subject=row.state("iso3c"),
            unit="1",
            as_of=str(year),
            published=edition,
            origin=f"un-ideal-points-{edition}",
            edition=edition,
            basis="computed",
            speaker="Bailey, Strezhnev and Voeten",
            slug="bailey-strezhnev-voeten",
            side="neutral",
        )
        if every is not None and low is not None and high is not None:
            note = f"Middle {_cut(every)}; central 90 %, all votes."
            yield of_year(quantity="un_ideal_point", bounds=(_cut(low), _cut(high)), note=note)
        if passage is not None:
            note = "Votes on final passage."
            yield of_year(quantity="un_ideal_point_final_passage", value=_cut(passage), note=note)
        if every is None and passage is None:
            yield "no estimate for that year"

    return collect_claims(table, each, ("idealpointall", "idealpointfp"))


def _cut(number: float) -> float:
    """Four decimals, as published; copies in single precision add meaningless digits."""
    return round(number, 4)
