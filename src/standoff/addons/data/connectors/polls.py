"""Shares of answers in polls on the war, from a table that somebody keeps.

No pollster offers a file of them. Columns: `pollster`, `population`, `answer`, `as_of` (month of fieldwork), `percent`,
`basis` (found, recalled), `source` and `url` of the report. Only answers of `ANSWERS` are read. A recalled figure has no
source and gives no claim; a month without a row stays empty. A poll counts as published at the end of its month, by
assumption.

Sources: levada_polls (an example).
"""

from __future__ import annotations

from standoff.addons.data.connectors._dataset import Dataset, ParseResult, RowClaims, claim, collect_claims
from standoff.addons.data.connectors._tables import TableRow, norm, read

COLUMNS = ("pollster", "population", "answer", "as_of", "percent", "basis", "source", "url")
SOURCE = Dataset(
    title="polls.csv (polls by month)",
    publisher="kept by hand",
    page="https://www.levada.ru/en/",
    url="https://www.levada.ru/en/",
    licence="figures of the pollsters, with citation",
    citation="Levada Center, Pew Research Center, Gallup, Eurobarometer, KIIS: reports of polls",
    key="levada_polls",
    cadence="month",
)
ANSWERS = {  #: answer in the table -> quantity
    "support_army_actions": "public_supporting_army_actions",
    "start_peace_talks": "public_for_peace_talks",
    "continue_military_action": "public_for_continuing_war",
    "too_much": "public_says_too_much_aid",
    "not_enough": "public_says_too_little_aid",
    "for_EU_financing_arms_to_ukraine": "public_for_financing_arms",
    "some_land_may_be_given_up": "public_ready_for_land_loss",
    "no_land_under_any_terms": "public_against_land_loss",
}
SIDES = {"RUS": "russia", "UKR": "ukraine"}


def parse(raw: bytes) -> ParseResult:
    """One claim per row of a known answer that has a source; raises `DataError`."""
    table = read(raw, SOURCE.file).need(COLUMNS)

    def each(row: TableRow) -> RowClaims:
        answer, month, share = row.text("answer"), row.month("as_of"), row.number("percent", 0)
        found = row.meaning("basis", {"found": True, "recalled": False, "computed": True})
        if not found or answer not in ANSWERS:
            yield f"an answer that is not read: {answer}" if found else "recalled: no source"
        elif share is not None:
            state, pollster = row.state("population"), row.text("pollster")
            if share > 100:
                raise row.fault("percent", "per cent, 0 to 100")
            yield claim(
                SOURCE,
                subject=f"{state}.public",
                quantity=ANSWERS[answer],
                value=share,
                unit="%",
                as_of=month,
                published=month.last,
                speaker=pollster,
                slug=norm(pollster).replace("_", "-"),
                side=SIDES.get(state, "west"),
                note=f"{row.text('source')}, {row.text('url')}",
            )

    return collect_claims(table, each)
