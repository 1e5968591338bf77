"""Panel of wars: each war between states, and each episode of two parties in the data of UCDP, by its days.

Rules: a truce inside a war counts as war; a war that turned into another one has not ended, but is no longer seen; an episode
of UCDP is a run of active years of one dyad without a termination between them. An end of which only the year is known lies
anywhere in that year, a start of which only the year is known in its middle, and an episode of one year with both unknown says
nothing of its length. Episodes of UCDP that are wars of the Correlates of War are left out.

Sources: sarkees2010 (wars), kreutz2010 (episodes); the rules are assumptions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from datetime import date, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

from standoff.addons.history import sources
from standoff.history.wars import KINDS, MONTH
from standoff.record import record

CARDS = "wars/sources.yaml"
DAYS = tuple(f"{end}{part}{spell}" for spell in "12" for end in ("Start", "End") for part in ("Year", "Month", "Day"))
TURNED = {"Third Sino-Japanese": date(1941, 12, 6)}
#: wars that went on as another one though the table does not say so: this one as the Pacific war
YEAR_ONLY = 5  #: precision of UCDP from which only the year is known
TYPES = {1: "extrastate", 2: "small_interstate", 3: "internal", 4: "internationalised"}
OUTCOMES = {"1": "agreement", "2": "cease_fire", "3": "victory", "4": "victory", "5": "low_activity", "6": "actor_gone"}
SAME = timedelta(days=60)  #: within which an episode and a war of the same sides are one; assumption
TEXTS = ("StartDate2", "EpEndDate", "EpEndPrec", "Outcome", "SideA", "SideB", "GWNoA", "GWNoB")
NUMBERS = ("DyadId", "Year", "TypeOfConflict", "StartPrec2", "Dyadterm", "IntensityLevel")


@record
class WarSpell:
    """A war or an episode."""

    name: str
    first: date
    earliest: date  #: first day on which it can have ended
    last: date  #: last day on which it can have ended, or was seen
    ended: bool
    kinds: Mapping[int, str]  #: year -> kind, from that year on
    outcome: str  #: one of `OUTCOMES`; of a war: victory, or no word; empty if unknown
    severe: bool  #: 1,000 dead in its last year
    dated: bool = True  #: whether something is known of its length
    parties: tuple[frozenset[int], frozenset[int]] = field(repr=False)  #: states of both sides
    dyad: int = 0

    @property
    def months(self) -> tuple[int, int]:
        """Whole months from its first day to the first and the last day on which it can have ended."""
        low, high = (max(int((day - self.first).days / MONTH), 0) for day in (self.earliest, self.last))
        return low, high


@record
class WarPanel:
    """Wars and episodes."""

    wars: tuple[WarSpell, ...]  #: of the Correlates of War
    episodes: tuple[WarSpell, ...]  #: of UCDP, in the order of dyads
    files: Mapping[str, sources.FoundFile]

    @property
    def pooled(self) -> tuple[WarSpell, ...]:
        """All wars, and the episodes of some known length that are none of them."""
        others = (each for each in self.episodes if each.dated and not any(_same(each, war) for war in self.wars))
        return (*self.wars, *others)


def read(folder: Path) -> WarPanel:
    """The panel of a folder with the publishers' tables; raises `DataError`."""
    files = sources.find(folder, CARDS)
    wars = sources.read(files["cow"], (*DAYS, "WarNum", "ccode", "Side", "Outcome", "TransTo"), ("WarName",))
    years = sources.read(files["terminations"], NUMBERS, TEXTS).sort("DyadId", "Year")
    dyads = groupby(years.iter_rows(named=True), key=lambda row: row["DyadId"])
    episodes = tuple(_episode(rows) for _, dyad in dyads for rows in _runs(dyad))
    parts = wars.partition_by("WarNum", maintain_order=True)
    return WarPanel(wars=tuple(_war(part.rows(named=True)) for part in parts), episodes=episodes, files=files)


def _war(rows: Sequence[Mapping[str, Any]]) -> WarSpell:
    def days(end: str) -> list[date]:
        dates = [[row[f"{end}{part}{spell}"] for part in ("Year", "Month", "Day")] for row in rows for spell in "12"]
        return [date(year, month or 1, day or 1) for year, month, day in dates if year]

    name, first = rows[0]["WarName"], min(days("Start"))
    last = TURNED.get(name, max(days("End")))
    return WarSpell(
        name=name,
        first=first,
        earliest=last,
        last=last,
        ended=name not in TURNED and not any(row["TransTo"] for row in rows),
        kinds={first.year: KINDS[0]},
        outcome="victory" if {1, 2} <= {row["Outcome"] for row in rows} else "",
        severe=True,
        parties=tuple(frozenset(row["ccode"] for row in rows if row["Side"] == side) for side in (1, 2)),
    )


def _runs(dyad: Iterator[Mapping[str, Any]]) -> Iterator[list[Mapping[str, Any]]]:
    """Runs of active years without a termination between them."""
    run: list[Mapping[str, Any]] = []
    for row in dyad:
        if run and (run[-1]["Dyadterm"] or row["Year"] > run[-1]["Year"] + 1):
            yield run
            run = []
        run.append(row)
    yield run


def _episode(rows: Sequence[Mapping[str, Any]]) -> WarSpell:
    begin, end = rows[0], rows[-1]
    first, last = _day(begin["StartDate2"], begin["Year"]), _day(end["EpEndDate"], end["Year"])
    if begin["StartPrec2"] >= YEAR_ONLY:
        first = None
    ended = end["Dyadterm"] == 1
    year_only = ended and (last is None or end["EpEndPrec"] == str(YEAR_ONLY))
    dated = not (first is None and year_only and len(rows) == 1)
    first, close = first or date(begin["Year"], 7, 1), date(end["Year"], 12, 31)
    if year_only or not ended or last is None:
        last = close
    return WarSpell(
        name=f"{begin['SideA']} and {begin['SideB']}",
        first=first,
        earliest=max(first, date(end["Year"], 1, 1)) if year_only else last,
        last=last,
        ended=ended,
        kinds={row["Year"]: TYPES[row["TypeOfConflict"]] for row in rows},
        outcome=OUTCOMES.get(end["Outcome"], ""),
        severe=end["IntensityLevel"] > 1,
        dated=dated,
        parties=tuple(frozenset(map(int, re.findall(r"\d+", begin[side] or ""))) for side in ("GWNoA", "GWNoB")),
        dyad=begin["DyadId"],
    )


def _day(text: str | None, year: int) -> date | None:
    """A day such as 4/17/75, 1975-04-17 or 1975/4/17; None where there is none, or of another year.

    A day that its month does not have is the 28th.
    """
    parts = [int(part) for part in re.findall(r"\d+", text or "")]
    if len(parts) == 3 and parts[0] <= 31:
        parts = [parts[2], *parts[:2]]
    if len(parts) != 3 or parts[0] % 100 != year % 100:
        return None
    try:
        return date(year, *parts[1:])
    except ValueError:
        return date(year, parts[1], 28)


def _same(episode: WarSpell, war: WarSpell) -> bool:
    """Whether an episode between states is a war: the same sides, and days within `SAME`."""
    (a, b), (c, d) = episode.parties, war.parties
    sides = (a & c and b & d) or (a & d and b & c)
    near = episode.first <= war.last + SAME and episode.last >= war.first - SAME
    return bool(sides and near and "small_interstate" in episode.kinds.values())
