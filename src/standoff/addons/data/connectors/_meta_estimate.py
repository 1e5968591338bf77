"""Common parts of the two daily estimates of The Economist."""

from __future__ import annotations

from standoff.addons.data.connectors import economist_claims
from standoff.addons.data.connectors._dataset import Dataset, ParseResult, RowClaims, claim, collect_claims
from standoff.addons.data.connectors._tables import TableRow, read
from standoff.errors import DataError

NOTE = "Pooled by the newspaper from the claims of others, refitted daily: no witness beside the claims that it pools."


def source(kind: str) -> Dataset:
    """The card of the estimate of `deaths` or `casualties`."""
    return Dataset(
        title=f"meta-estimate-{kind}.csv (daily estimate of Russian {kind})",
        publisher="The Economist (GitHub)",
        page=economist_claims.REPOSITORY,
        url=f"{economist_claims.FILES}/output-data/tracker/meta-estimate-{kind}.csv",
        licence="CC BY 4.0",
        citation=economist_claims.SOURCE.citation,
        key="economist2025",
        cadence="week",
    )


def parse(raw: bytes, card: Dataset, kind: str) -> ParseResult:
    """One range (confidence interval) per day, all published on the last day of the series."""
    columns = ("date", "estimate", "ci_lower", "ci_upper", "type", "country")
    table = read(raw, card.file).need(columns)
    days = [row.day("date") for row in table.rows if not row.empty("date")]
    if not days:
        raise DataError("no row with a date in the file", table.name)
    edition = max(days)

    def each(row: TableRow) -> RowClaims:
        middle, low, high = (row.number(column, 0) for column in ("estimate", "ci_lower", "ci_upper"))
        quantity = row.meaning("type", {kind: economist_claims.QUANTITIES[kind]})
        subject = row.meaning("country", {"russia": "RUS"})
        if middle is None or low is None or high is None:
            yield "an estimate or its interval is missing"
        elif not low <= middle <= high:
            raise row.fault("estimate", f"a figure between {low:g} and {high:g}")
        else:
            yield claim(
                card,
                subject=subject,
                quantity=quantity,
                bounds=(float(round(low)), float(round(high))),
                unit="person",
                as_of=row.day("date"),
                published=edition,
                speaker="The Economist (meta-estimate)",
                slug="economist-estimate",
                side="west",
                origin="economist-estimate",
                basis="computed",
                edition=str(edition),
                note=f"Middle {round(middle)}. {NOTE}",
            )

    return collect_claims(table, each)
