"""Claims about killed and lost soldiers of both sides, collected by The Economist.

The table gives one date a claim. Where the address of the report has a later one, that is the day of publication; where
it has an earlier one, the row contradicts itself and is left out. Rows that repeat another data set are left out too:
the newspaper's sums of the figures in `uk_mod`, and single days of the count in `general_staff_personnel`.

Sources: economist2025 (the table).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from standoff.addons.data.connectors._dataset import Dataset, ParseResult, SkippedRow, claim, collect_claims
from standoff.addons.data.connectors._http import HttpClient
from standoff.addons.data.connectors._tables import TableRow, read
from standoff.ledger import Claim

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
WEST, UKRAINE, NEUTRAL = "west", "ukraine", "neutral"
SPEAKERS: dict[str, tuple[str, str, str, str]] = {  #: name in the table -> speaker, slug, side, origin
    "Armed Forces of Ukraine": ("General Staff of Ukraine", "general-staff", UKRAINE, "general-staff"),
    "BBC Russia": ("BBC Russian", "bbc-russian", NEUTRAL, ""),
    "CIA": ("CIA Director Burns", "burns", WEST, ""),
    "CSIS": ("CSIS", "csis", WEST, ""),
    "The Centre for Strategic and International Studies": ("CSIS", "csis", WEST, ""),
    "Excess deaths estimate (D. Kobak)": ("Dmitry Kobak (excess deaths)", "kobak", NEUTRAL, ""),
    "French foreign minister": ("French foreign minister Sejourne", "french-foreign-minister", WEST, ""),
    "IISS": ("IISS", "iiss", WEST, ""),
    "Lostarmour": ("Lostarmour", "lostarmour", "russia", ""),
    "Mediazona; Meduza": ("Mediazona and Meduza", "mediazona-meduza", NEUTRAL, ""),
    "NATO nations (via NYT)": ("NATO states (via The New York Times)", "nato-states", WEST, ""),
    "NATO officials (via WP)": ("NATO officials (via The Washington Post)", "nato-officials", WEST, ""),
    "Norwegian Defense Intelligence": ("Norwegian Intelligence Service", "norway-intelligence", WEST, ""),
    "Office of the President of Ukraine": (
        "Office of the President of Ukraine",
        "ukraine-president-office",
        UKRAINE,
        "",
    ),
    "Pentagon leak": ("US intelligence (leaked papers)", "pentagon-leak", WEST, "pentagon-leak-2023-02"),
    "Russian Ministry of Defense": ("Russian Ministry of Defence", "russian-mod", "russia", ""),
    "The Memory Book": ("The Memory Book (Ukrainian civic group)", "memory-book", UKRAINE, ""),
    "UAlosses": ("UALosses project", "ualosses", NEUTRAL, ""),
    "UK Foreign ministry": ("UK Foreign Office", "uk-foreign-office", WEST, ""),
    "UK MoD": ("UK Ministry of Defence", "uk-mod", WEST, ""),
    "UK Ministry of Defence": ("UK Ministry of Defence", "uk-mod", WEST, ""),
    "US DoD": ("US Department of Defense", "us-dod", WEST, ""),
    "US Sec of Def": ("US Secretary of Defense Austin", "austin", WEST, ""),
    "US intelligence services": ("US intelligence (annual threat assessment)", "us-intelligence", WEST, ""),
    "US officials (via NYT)": ("US officials (via The New York Times)", "us-officials", WEST, ""),
    "US officials (via The Economist)": ("US officials (via The Economist)", "us-officials", WEST, ""),
    "Ukrainian estimate (leak via WSJ)": (
        "Ukrainian confidential estimate (via The Wall Street Journal)",
        "ukraine-leak",
        UKRAINE,
        "",
    ),
    "Western intelligence agencies (via WSJ)": (
        "Western intelligence (via The Wall Street Journal)",
        "western-intelligence",
        WEST,
        "",
    ),
    "Yurii Butosov": ("Yurii Butusov", "butusov", UKRAINE, ""),
}
SUBJECTS = {"russia": "RUS", "ukraine": "UKR"}
QUANTITIES = {"deaths": "personnel_killed", "casualties": "personnel_losses"}
IN_ADDRESS = re.compile(r"/(20\d\d)[/-]?(0[1-9]|1[0-2])[/-]?(0[1-9]|[12]\d|3[01])(?!\d)|-(20\d\d)-(\d\d)-(\d\d)(?!\d)")
COLUMNS = ("date", "estimate_low", "estimate_high", "estimate", "type", "source", "source_url", "country")


def fetch(session: HttpClient) -> bytes:
    """Fetch the file of the repository's default branch."""
    return session.get(SOURCE.url)


def parse(raw: bytes) -> ParseResult:
    """At most one claim per row; an unknown speaker has the side `unknown`."""
    table = read(raw, "estimates.csv")
    table.need(COLUMNS)
    strangers = sorted({row.text("source") for row in table.rows} - set(SPEAKERS) - {""})
    notes = [f"whose side is not known here: {', '.join(strangers)}"] if strangers else []
    return collect_claims(table, _claim, (), notes)


def _claim(row: TableRow) -> Iterator[Claim | SkippedRow]:
    day, name, link = row.day("date", "british"), row.text("source"), row.text("source_url")
    country, kind = row.text("country").lower(), row.text("type").lower()
    if country not in SUBJECTS:
        raise row.fault("country", "russia or ukraine")
    if kind not in QUANTITIES:
        raise row.fault("type", "deaths or casualties")
    low, high, middle = (row.count(column) for column in ("estimate_low", "estimate_high", "estimate"))
    printed = _printed(link)
    if not name:
        yield SkippedRow("no speaker is named")
    elif low is None and high is None and middle is None:
        yield SkippedRow("no figure in the row")
    elif name == "UK MoD" and kind == "casualties" and day.day == 1 and middle is not None:
        yield SkippedRow("the newspaper's sum of the monthly averages, which are in `uk_mod`")
    elif name == "Armed Forces of Ukraine" and kind == "casualties":
        yield SkippedRow("a day of the General Staff's count, which is in `general_staff_personnel`")
    elif not link.startswith("http"):
        yield SkippedRow("no printed report is named, so that the day of printing is not known")
    elif printed is not None and printed < day - timedelta(days=1):
        yield SkippedRow("the report is older than the day that the row is about")
    else:
        speaker, slug, side, origin = SPEAKERS.get(name, (name, name, "unknown", ""))
        bounds = (float(low), float(high)) if low is not None and high is not None else None
        value, comparator = _value(low, high, middle)
        note = f"The table names {link.split(' ')[0]}"
        if bounds and middle is not None:
            note = f"Middle figure {middle}. {note}"
        yield claim(
            SOURCE,
            subject=SUBJECTS[country],
            quantity=QUANTITIES[kind],
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
