"""Claims about killed and lost soldiers of both sides, collected by The Economist.

The table gives one date a claim. Where the address of the report has a later one, that is the day of publication; where
it has an earlier one, the row contradicts itself and is left out. Rows that repeat another data set are left out too:
the newspaper's sums of the figures in `uk_mod`, and single days of the count in `general_staff_personnel`.

Sources: economist2025 (the table).
"""

from __future__ import annotations

import re
from datetime import date, timedelta

from standoff.addons.data.connectors._dataset import Dataset, ParseResult, RowClaims, claim, collect_claims
from standoff.addons.data.connectors._tables import BRITISH, TableRow, read

REPOSITORY = "https://github.com/TheEconomist/the-economist-ukraine-war-dead-and-wounded-estimates"
FILES = REPOSITORY.replace("github.com", "raw.githubusercontent.com") + "/HEAD"
SOURCE = Dataset(
    title="Soldier deaths_casualties in Ukraine - estimates.csv (source-data of the meta-estimate repository)",
    publisher="The Economist (GitHub)",
    page=REPOSITORY,
    url=FILES
    + "/source-data/deaths-and-casualties-data/Soldier%20deaths_casualties%20in%20Ukraine%20-%20estimates.csv",
    licence="CC BY 4.0",
    citation="The Economist and Solstad, S. (2025), meta-estimate of casualties in the Russia-Ukraine war",
    key="economist2025",
    cadence="month",
)
#: name in the table | speaker | slug | side | origin
SPEAKERS_TABLE = """
Armed Forces of Ukraine | General Staff of Ukraine | general-staff | ukraine | general-staff
BBC Russia | BBC Russian | bbc-russian | neutral |
CIA | CIA Director Burns | burns | west |
CSIS | CSIS | csis | west |
The Centre for Strategic and International Studies | CSIS | csis | west |
Excess deaths estimate (D. Kobak) | Dmitry Kobak (excess deaths) | kobak | neutral |
French foreign minister | French foreign minister Sejourne | french-foreign-minister | west |
IISS | IISS | iiss | west |
Lostarmour | Lostarmour | lostarmour | russia |
Mediazona; Meduza | Mediazona and Meduza | mediazona-meduza | neutral |
NATO nations (via NYT) | NATO states (via The New York Times) | nato-states | west |
NATO officials (via WP) | NATO officials (via The Washington Post) | nato-officials | west |
Norwegian Defense Intelligence | Norwegian Intelligence Service | norway-intelligence | west |
Office of the President of Ukraine | Office of the President of Ukraine | ukraine-president-office | ukraine |
Pentagon leak | US intelligence (leaked papers) | pentagon-leak | west | pentagon-leak-2023-02
Russian Ministry of Defense | Russian Ministry of Defence | russian-mod | russia |
The Memory Book | The Memory Book (Ukrainian civic group) | memory-book | ukraine |
UAlosses | UALosses project | ualosses | neutral |
UK Foreign ministry | UK Foreign Office | uk-foreign-office | west |
UK MoD | UK Ministry of Defence | uk-mod | west |
UK Ministry of Defence | UK Ministry of Defence | uk-mod | west |
US DoD | US Department of Defense | us-dod | west |
US Sec of Def | US Secretary of Defense Austin | austin | west |
US intelligence services | US intelligence (annual threat assessment) | us-intelligence | west |
US officials (via NYT) | US officials (via The New York Times) | us-officials | west |
US officials (via The Economist) | US officials (via The Economist) | us-officials | west |
Ukrainian estimate (leak via WSJ) | Ukrainian confidential estimate (via The Wall Street Journal) | ukraine-leak | ukraine |
Western intelligence agencies (via WSJ) | Western intelligence (via The Wall Street Journal) | western-intelligence | west |
Yurii Butosov | Yurii Butusov | butusov | ukraine |
"""
SPEAKERS = {
    name: tuple(fields)
    for name, *fields in ([cell.strip() for cell in line.split("|")] for line in SPEAKERS_TABLE.strip().splitlines())
}
SUBJECTS = {"russia": "RUS", "ukraine": "UKR"}
QUANTITIES = {"deaths": "personnel_killed", "casualties": "personnel_losses"}
IN_ADDRESS = re.compile(r"/(20\d\d)[/-]?(0[1-9]|1[0-2])[/-]?(0[1-9]|[12]\d|3[01])(?!\d)|-(20\d\d)-(\d\d)-(\d\d)(?!\d)")
COLUMNS = ("date", "estimate_low", "estimate_high", "estimate", "type", "source", "source_url", "country")


def parse(raw: bytes) -> ParseResult:
    """At most one claim per row; an unknown speaker has the side `unknown`."""
    table = read(raw, "estimates.csv").need(COLUMNS)
    strangers = sorted({row.text("source") for row in table.rows} - set(SPEAKERS) - {""})
    notes = [f"whose side is not known here: {', '.join(strangers)}"] if strangers else []
    return collect_claims(table, _claim, (), notes)


def _claim(row: TableRow) -> RowClaims:
    day, name, link = row.day("date", BRITISH), row.text("source"), row.text("source_url")
    subject, quantity = row.meaning("country", SUBJECTS), row.meaning("type", QUANTITIES)
    low, high, middle = (row.count(column) for column in ("estimate_low", "estimate_high", "estimate"))
    printed = _printed(link)
    unused = ""
    if not name:
        unused = "no speaker is named"
    elif low is None and high is None and middle is None:
        unused = "no figure in the row"
    elif quantity == QUANTITIES["casualties"]:
        unused = _other_data_set(name, day, middle)
    if not unused and not link.startswith("http"):
        unused = "no printed report is named, so that the day of printing is not known"
    elif not unused and printed is not None and printed < day - timedelta(days=1):
        unused = "the report is older than the day that the row is about"
    if unused:
        yield unused
    else:
        speaker, slug, side, origin = SPEAKERS.get(name, (name, name, "unknown", ""))
        bounds = (float(low), float(high)) if low is not None and high is not None else None
        value, comparator = _value(low, high, middle)
        note = f"The table names {link.split(' ')[0]}"
        if bounds and middle is not None:
            note = f"Middle figure {middle}. {note}"
        yield claim(
            SOURCE,
            subject=subject,
            quantity=quantity,
            value=value,
            bounds=bounds,
            unit="person",
            comparator=comparator,
            as_of=day,
            published=max(day, printed or day),
            speaker=speaker,
            slug=slug,
            side=side,
            origin=origin,
            note=note,
        )


def _other_data_set(name: str, day: date, middle: int | None) -> str:
    """Why a number of casualties is not taken from here: another data set has it; else empty."""
    if name == "UK MoD" and day.day == 1 and middle is not None:
        return "the newspaper's sum of the monthly averages, which are in `uk_mod`"
    if name == "Armed Forces of Ukraine":
        return "a day of the General Staff's count, which is in `general_staff_personnel`"
    return ""


def _value(low: int | None, high: int | None, middle: int | None) -> tuple[int | None, str]:
    """A value with one bound only is a bound."""
    if middle is not None:
        return middle, "about"
    return (low, "at_least") if high is None else (high, "at_most")


def _printed(link: str) -> date | None:
    """The date in an address, or None."""
    match = IN_ADDRESS.search(link)
    if match is None:
        return None
    try:
        return date(*(int(part) for part in match.groups() if part is not None))
    except ValueError:
        return None
