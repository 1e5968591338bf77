"""Panel of wars between states and of episodes of two parties, and wars like one war.

Rules: a truce inside a war counts as war; a war that turned into another one has not ended, but is no longer seen; an episode
of UCDP is a run of active years of one dyad without a termination between them. An end of which only the year is known lies
anywhere in that year, a start of which only the year is known in its middle; an episode of one year with both unknown says
nothing of its length. Episodes that are wars of the Correlates of War are no units of the pooled panel.

Sources: sarkees2010 (wars), kreutz2010 (episodes); the rules are assumptions.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from standoff.addons.history import sources
from standoff.addons.tables import pl
from standoff.history import wars
from standoff.history.wars import KINDS, MONTH, WAYS, EndingChance
from standoff.record import record
from standoff.serialise import to_plain
from standoff.statistics import central_90

CARDS = "wars.yaml"
DAYS = tuple(f"{end}{part}{spell}" for spell in "12" for end in ("Start", "End") for part in ("Year", "Month", "Day"))
TURNED = {"Third Sino-Japanese": date(1941, 12, 6)}
#: wars that went on as another one though the table does not say so: this one as the Pacific war
YEAR_ONLY = 5  #: precision of UCDP from which only the year is known
TYPES = {1: "extrastate", 2: "small_interstate", 3: "internal", 4: "internationalised"}
OUTCOMES = {"1": "agreement", "2": "cease_fire", "3": "victory", "4": "victory", "5": "low_activity", "6": "actor_gone"}
SAME = timedelta(days=60)  #: within which an episode and a war of the same sides are one; assumption
NUMBERS = ("DyadId", "Year", "TypeOfConflict", "StartPrec2", "Dyadterm", "IntensityLevel")
TEXTS = ("StartDate2", "EpEndDate", "EpEndPrec", "Outcome", "SideA", "SideB", "GWNoA", "GWNoB")
HORIZONS = (6, 12, 24, 60)  #: months
SHOWN = 14  #: wars alike; assumption


@record
class WarSpell:
    """A war or an episode."""

    name: str
    first: date
    earliest: date  #: first day on which it can have ended
    last: date  #: last day on which it can have ended, or was seen
    ended: bool
    kinds: Mapping[int, str]  #: year -> kind from then on
    outcome: str  #: one of `OUTCOMES`; of a war: victory, or no word; empty if unknown
    severe: bool  #: 1,000 dead in its last year
    parties: tuple[frozenset[int], ...]  #: states of both sides
    dyad: int = 0
    dated: bool = True  #: whether something is known of its length

    @property
    def kind(self) -> str:
        """Its kind in its first year."""
        return self.kinds[min(self.kinds)]

    @property
    def length(self) -> float:
        """Months from its first day to the middle of the days on which it can have ended."""
        return max((self.earliest - self.first + (self.last - self.first)).days / (2 * MONTH), 0.0)


@record
class WarPanel:
    """Wars between states, and episodes of two parties."""

    wars: Sequence[WarSpell]  #: of the Correlates of War
    episodes: Sequence[WarSpell]  #: of UCDP, in the order of dyads and years
    pooled: Sequence[WarSpell]  #: the wars, and the episodes of some known length that are none of them
    files: Mapping[str, sources.FoundFile]

    @property
    def counts(self) -> dict[str, int]:
        """Wars, episodes, those of known length, units, and those that ended."""
        dated = [each for each in self.episodes if each.dated]
        parts = {"wars": self.wars, "episodes": self.episodes, "of_known_length": dated, "units": self.pooled}
        ended = {f"{name}_ended": sum(each.ended for each in part) for name, part in parts.items()}
        return {name: len(part) for name, part in parts.items()} | ended

    def to_data(self) -> dict[str, Any]:
        """Counts, and the units."""
        spells = [(each.name, each.kind, str(each.first), str(each.last), each.ended) for each in self.pooled]
        return {**self.counts, "spells": spells}


@record
class WayShare:
    """Share of one way among wars that end at an age, by the fit and counted by UCDP."""

    way: str
    mean: float
    band: tuple[float, float]
    counted: int
    of: int  #: endings in the band of ages


@record
class WarAnswer:
    """What history says about a war of a kind that has lasted some months."""

    kind: str
    months: int
    chances: tuple[EndingChance, ...]
    ways: tuple[WayShare, ...]
    won: tuple[int, int]  #: wars of the band of ages with a victor by the Correlates of War, and all
    relapse: Sequence[Mapping[str, Any]]  #: after which end, within how many months, of how many: chance and error
    like: tuple[tuple[str, int, int], ...]
    """Name, first year and months of wars of the kind that had lasted as long, latest first; without files none."""

    def to_data(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return dict(to_plain(asdict(self)))


def ask(kind: str, months: int, folder: Path | None = None) -> WarAnswer:
    """How soon wars of a kind that have lasted some months end, and how.

    Ways are those of 1,000 dead a year and after 1989. folder: with the publishers' files, for names. Raises `StandoffError`
    for another kind, and `DataError`.
    """
    chances = tuple(wars.ending_chance(kind, months, within) for within in HORIZONS)
    found, band = wars.load(), wars.band_of(months)
    counted = found["counted_ways"][kind][band]
    shares = wars.ways(kind, months, draws=wars.DRAWS).T
    units = build(folder).pooled if folder else ()
    alike = [
        (each.name, each.first.year, round(each.length)) for each in units if each.kind == kind and each.length > months
    ]
    return WarAnswer(
        kind=kind,
        months=months,
        chances=chances,
        ways=tuple(
            WayShare(way=way, mean=float(share.mean()), band=central_90(share), counted=count, of=sum(counted))
            for way, share, count in zip(WAYS, shares, counted, strict=True)
        ),
        won=tuple(found["won"][band]),
        relapse=found["relapse"],
        like=tuple(sorted(alike, key=lambda each: -each[1])[:SHOWN]),
    )


def build(folder: Path) -> WarPanel:
    """The panel of a folder with the publishers' tables; raises `DataError`."""
    files = sources.find(folder, CARDS)
    table = sources.read(files["cow"], (*DAYS, "WarNum", "ccode", "Side", "Outcome", "TransTo"), ("WarName",))
    spells = episodes(sources.read(files["terminations"], NUMBERS, TEXTS))
    found = [_war(part.rows(named=True)) for part in table.partition_by("WarNum", maintain_order=True)]
    others = [each for each in spells if each.dated and not any(_same(each, war) for war in found)]
    return WarPanel(wars=found, episodes=spells, pooled=[*found, *others], files=files)


def episodes(years: pl.DataFrame) -> list[WarSpell]:
    """Episodes from rows of dyads and years, with the columns of UCDP's terminations."""
    years = years.sort("DyadId", "Year").cast(dict.fromkeys(TEXTS, pl.String))
    same, gap = (pl.col(name).diff() for name in ("DyadId", "Year"))
    begins = (same != 0) | (gap > 1) | (pl.col("Dyadterm").shift() == 1)
    runs = years.with_columns(run=begins.fill_null(value=True).cum_sum()).partition_by("run", maintain_order=True)
    return [_episode(run.rows(named=True)) for run in runs]


def _war(rows: Sequence[Mapping[str, Any]]) -> WarSpell:
    days = [[row[name] for name in DAYS[place : place + 3]] for row in rows for place in range(0, len(DAYS), 3)]
    known = [date(year, month or 7, day or 1) for year, month, day in days if year]
    name = rows[0]["WarName"]
    last = TURNED.get(name, max(known))
    return WarSpell(
        name=name,
        first=min(known),
        earliest=last,
        last=last,
        ended=name not in TURNED and not any(row["TransTo"] for row in rows),
        kinds={last.year: KINDS[0]},
        outcome="victory" if {1, 2} <= {row["Outcome"] for row in rows} else "",
        severe=True,
        parties=tuple(frozenset(row["ccode"] for row in rows if row["Side"] == side) for side in (1, 2)),
    )


def _episode(rows: Sequence[Mapping[str, Any]]) -> WarSpell:
    begin, end = rows[0], rows[-1]
    known = begin["StartPrec2"] < YEAR_ONLY and _day(begin["StartDate2"], begin["Year"])
    first, last = known or date(begin["Year"], 7, 1), _day(end["EpEndDate"], end["Year"])
    ended, close = end["Dyadterm"] == 1, date(end["Year"], 12, 31)
    year_only = ended and (last is None or end["EpEndPrec"] == str(YEAR_ONLY))
    if year_only or last is None:
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
        parties=tuple(frozenset(map(int, re.findall(r"\d+", begin[side] or ""))) for side in ("GWNoA", "GWNoB")),
        dyad=begin["DyadId"],
        dated=bool(known) or not year_only or len(rows) > 1,
    )


def _day(text: str | None, year: int) -> date | None:
    """A day such as 4/17/75 or 1975-04-17; None where there is none, or of another year.

    A day that its month does not have is the 28th.
    """
    parts = [int(part) for part in re.findall(r"\d+", text or "")]
    written, month, day = parts if parts and parts[0] > 31 else (parts[2:] + parts[:2] or (-1, 0, 0))
    if written % 100 != year % 100:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return date(year, month, 28)


def _same(episode: WarSpell, war: WarSpell) -> bool:
    """Whether an episode between states is a war: the same sides, and days within `SAME`."""
    (a, b), (c, d) = episode.parties, war.parties
    near = episode.first <= war.last + SAME and episode.last >= war.first - SAME
    return near and TYPES[2] in episode.kinds.values() and bool((a & c and b & d) or (a & d and b & c))
