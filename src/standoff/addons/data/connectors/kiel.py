"""Aid to Ukraine by month, donor and Europe, from the Ukraine Support Tracker.

The tracker is that of the Kiel Institute. Releases differ in scope and revise one another: every figure carries its release
and counts as printed with it. `WEST` is all donors of the tracker together, as in the flagship's ledger; the institutions of
the European Union are `EU`. `EUR` is their sum with the members and the other donors of Europe.

Sources: trebesch2024 (method and data).
"""

from __future__ import annotations

from standoff.addons.data.connectors._dataset import Dataset, ParseResult, RowClaims, claim, collect_claims
from standoff.addons.data.connectors._state_codes import code
from standoff.addons.data.connectors._tables import DataTable, TableRow, record, records
from standoff.errors import DataError

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
EUROPE = {"EU", "GBR", "NOR", "CHE", "ISL"}  #: donors of Europe that are no members of the European Union
UNITS = {("EUR", "billions"): "bn EUR", ("USD", "billions"): "bn USD"}


def parse(raw: bytes) -> ParseResult:
    """Four claims per month (all donors), per donor, and of Europe; raises `DataError`."""
    name = SOURCE.file
    head = record(raw, name, "{byMonth, byCountry, ...}")
    currency, size = head.text("currency"), head.text("unit")
    unit = UNITS.get((currency, size))
    if unit is None:
        raise DataError(f"got {currency}, {size}", name, "currency, unit", allowed="EUR or USD, billions")
    printed, release = head.day("lastupdated"), head.needed("release")
    months = records(head.cells.get("bymonth"), name, "byMonth").need(("date", *KINDS))
    donors = records(head.cells.get("bycountry"), name, "byCountry").need(("country", "eumember", *KINDS))
    ends = {row.where: row.month("date").last for row in months.rows}
    last = max(ends.values())
    european = [row for row in donors.rows if row.text("eumember") == "True" or code(row.text("country")) in EUROPE]
    sums = {kind: round(sum(row.number(kind) or 0.0 for row in european), 3) for kind in KINDS}
    europe = TableRow(f"{name}: byCountry, Europe", sums)

    def each(row: TableRow) -> RowClaims:
        by_month = row.where in ends
        subject = "WEST" if by_month else "EUR" if row is europe else code(row.text("country"))
        if subject is None:
            yield f"a donor without a code: {row.text('country')}"
            return
        for kind, suffix in KINDS.items():
            amount = row.number(kind)
            if amount is not None:
                yield claim(
                    SOURCE,
                    subject=subject,
                    value=amount,
                    published=printed,
                    quantity=f"aid_allocations{suffix}" + ("_in_month" if by_month else ""),
                    unit=f"{unit}/month" if by_month else unit,
                    as_of=ends[row.where] if by_month else last,
                    speaker="Kiel Institute",
                    slug="kiel",
                    side="west",
                    origin=f"kiel-release-{release}",
                    edition=f"r{release}",
                    basis="computed" if row is europe else "found",
                    note=f"Release {release}.",
                )

    return collect_claims(
        DataTable(name, (), (*months.rows, *donors.rows, *([europe] if european else []))), each, tuple(KINDS)
    )
