"""Summary of a panel: decisions and beginnings by arena and period, tables, losses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import polars as pl

from standoff.addons.history.account import AccountStep
from standoff.addons.history.panel import Panel
from standoff.addons.history.sides import ARENAS
from standoff.addons.history.sources import count_rows
from standoff.serialise import to_plain

#: first and last years: the Cold War, the years to fit to, to validate on and to test on
PERIODS = ((1976, 1990), (1991, 2005), (2006, 2012), (2013, 2017))


@dataclass(frozen=True, kw_only=True)
class HelpCount:
    """Decisions of single states (no missions) in an arena and a period."""

    arena: str
    first_year: int
    last_year: int
    side_years: int
    decisions: int  #: of states that did not help in the side's last year
    beginnings: int
    likely_decisions: int  #: of these, of likely helpers
    likely_beginnings: int
    helping: int  #: decisions of states that helped in the side's last year
    endings: int

    @property
    def begins(self) -> float | None:
        """Share of decisions with which help begins; none without decisions."""
        return self.beginnings / self.decisions if self.decisions else None

    @property
    def likely_begins(self) -> float | None:
        """The same of likely helpers."""
        return self.likely_beginnings / self.likely_decisions if self.likely_decisions else None

    @property
    def ends(self) -> float | None:
        """Share of helpers that end their help."""
        return self.endings / self.helping if self.helping else None


@dataclass(frozen=True, kw_only=True)
class TableUse:
    """A table that the panel was built from."""

    name: str
    title: str
    publisher: str
    page: str
    licence: str
    citation: str
    key: str  #: entry of docs/sources.bib
    file: str
    sha256: str
    verified: bool  #: the edition on which the shipped coefficients rest
    rows: int
    last_year: int
    carried: int  #: decisions that know its last year only, since the year before them is later


@dataclass(frozen=True, kw_only=True)
class PanelSummary:
    """What a panel holds, what it was made from, and what was lost."""

    first_year: int
    last_year: int
    decisions: int
    side_years: int
    states: int  #: that decide in any year
    helps: int
    beginnings: int
    mission_side_years: int
    mission_beginnings: int
    counts: tuple[HelpCount, ...]  #: without missions
    tables: tuple[TableUse, ...]
    account: tuple[AccountStep, ...]

    def to_data(self) -> dict[str, Any]:
        """Plain data; rates are shares of decisions."""
        data: dict[str, Any] = to_plain(asdict(self))
        for count, plain in zip(self.counts, data["counts"], strict=True):
            plain |= {"begins": count.begins, "likely_begins": count.likely_begins, "ends": count.ends}
        for step in data["account"]:
            step["lost"] = [{"reason": reason, "count": count} for reason, count in step["lost"].items()]
        return data


def summarise(panel: Panel, periods: Sequence[tuple[int, int]] = PERIODS) -> PanelSummary:
    """Counts of a panel by arena and period, its tables, and its account."""
    rows = panel.rows
    begins = pl.col("helps") & ~pl.col("helped_last")
    missions = rows.filter("coalition")
    return PanelSummary(
        first_year=int(rows["year"].min()),  # type: ignore[arg-type]
        last_year=int(rows["year"].max()),  # type: ignore[arg-type]
        decisions=rows.height,
        side_years=_side_years(rows),
        states=rows["actor"].n_unique(),
        helps=int(rows["helps"].sum()),
        beginnings=rows.filter(begins).height,
        mission_side_years=_side_years(missions),
        mission_beginnings=missions.filter(begins).height,
        counts=tuple(_count(rows, arena, *years) for arena in ARENAS for years in periods),
        tables=tuple(_uses(panel)),
        account=panel.account,
    )


def _side_years(rows: pl.DataFrame) -> int:
    return rows.select("side", "year").unique().height


def _count(rows: pl.DataFrame, arena: str, first: int, last: int) -> HelpCount:
    own = rows.filter((pl.col("arena") == arena) & pl.col("year").is_between(first, last) & ~pl.col("coalition"))
    may_begin, helping = own.filter(~pl.col("helped_last")), own.filter("helped_last")
    likely = may_begin.filter("likely")
    return HelpCount(
        arena=arena,
        first_year=first,
        last_year=last,
        side_years=_side_years(own),
        decisions=may_begin.height,
        beginnings=int(may_begin["helps"].sum()),
        likely_decisions=likely.height,
        likely_beginnings=int(likely["helps"].sum()),
        helping=helping.height,
        endings=helping.height - int(helping["helps"].sum()),
    )


def _uses(panel: Panel) -> list[TableUse]:
    return [
        TableUse(
            name=name,
            title=file.source.title,
            publisher=file.source.publisher,
            page=file.source.page,
            licence=file.source.licence,
            citation=file.source.citation,
            key=file.source.key,
            file=file.path.name,
            sha256=file.sha256,
            verified=file.verified,
            rows=count_rows(file),
            last_year=panel.until[name],
            carried=panel.carried[name],
        )
        for name, file in panel.files.items()
    ]
