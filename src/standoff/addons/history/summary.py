"""Summary of a panel: decisions and beginnings by arena and period, tables, losses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any

from standoff.addons.history.panel import LEFT_EDGE, Panel
from standoff.addons.history.sides import ARENAS
from standoff.addons.history.sources import TableCard, count_rows
from standoff.addons.history.states import FIRST
from standoff.addons.tables import pl
from standoff.record import record
from standoff.serialise import to_plain

#: first and last years: the Cold War, the years to fit to, to validate on and to test on
PERIODS = ((1976, 1990), (1991, 2005), (2006, 2012), (2013, 2017))


@record
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
    begins: float | None  #: share of decisions with which help begins; none without decisions
    likely_begins: float | None  #: the same of likely helpers
    ends: float | None  #: share of helpers that end their help


@record
class TableUse(TableCard):
    """A table that the panel was built from."""

    file: str
    sha256: str
    verified: bool  #: the edition on which the shipped coefficients rest
    rows: int
    last_year: int
    carried: int  #: decisions that know its last year only, since the year before them is later


@record
class AccountStep:
    """One step: `total` is `remaining` and the sum of `lost`."""

    title: str  #: what is counted
    total: int
    lost: Mapping[str, int]  #: reason -> count
    remaining: int
    outcome: str  #: what those are that remain


@record
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
        account=account(panel),
    )


def _side_years(rows: pl.DataFrame) -> int:
    return rows.select("side", "year").unique().height


def _count(rows: pl.DataFrame, arena: str, first: int, last: int) -> HelpCount:
    counted = rows.filter((pl.col("arena") == arena) & pl.col("year").is_between(first, last) & ~pl.col("coalition"))
    groups = counted.filter(~pl.col("helped_last")), counted.filter(~pl.col("helped_last") & pl.col("likely"))
    helping = counted.filter("helped_last")
    (decisions, begin), (likely, likely_begin) = ((group.height, int(group["helps"].sum())) for group in groups)
    ending = helping.height - int(helping["helps"].sum())
    return HelpCount(
        arena=arena,
        first_year=first,
        last_year=last,
        side_years=_side_years(counted),
        decisions=decisions,
        beginnings=begin,
        likely_decisions=likely,
        likely_beginnings=likely_begin,
        helping=helping.height,
        endings=ending,
        begins=begin / decisions if decisions else None,
        likely_begins=likely_begin / likely if likely else None,
        ends=ending / helping.height if helping.height else None,
    )


def _uses(panel: Panel) -> Iterator[TableUse]:
    archive = panel.archive
    for name, file in archive.files.items():
        yield TableUse(
            **{field.name: getattr(file.source, field.name) for field in fields(TableCard)},
            file=file.path.name,
            sha256=file.sha256,
            verified=file.verified,
            rows=count_rows(file),
            last_year=archive.until[name],
            carried=panel.rows.filter(pl.col("year") - 1 > archive.until[name]).height,
        )


def account(panel: Panel) -> tuple[AccountStep, ...]:
    """What each step to the panel takes, what it loses and why, and what it hands on."""
    table, states, rows = panel.archive.table, panel.archive.states, panel.rows
    used = [side for side in table.sides if side.year > LEFT_EDGE]
    helpers = sum(len(side.helpers) for side in used)
    early = sum(len(side.helpers) for side in table.sides) - helpers
    candidates = sum(int(states.exists[side.year - FIRST].sum()) for side in used)
    before = f"before {LEFT_EDGE + 1}: help of the first year of the data may be older"
    dyad_years, sides = table.dyad_years, len(table.sides)
    steps: tuple[tuple[str, int, Mapping[str, int], str], ...] = (
        ("dyad-years of the support table", dyad_years + sum(table.left.values()), table.left, "dyad-years at war"),
        ("dyad-years at war", dyad_years, {"another dyad of a side and year": dyad_years - sides}, "side-years"),
        ("side-years", sides, {before: sides - len(used)}, "side-years with decisions"),
        (
            "supporters named for dyad-years at war",
            table.named,
            {**table.unused, before: early, "a state that was not in the system": helpers - int(rows["helps"].sum())},
            "decisions to help",
        ),
        ("states and years of the table of codes", states.rows, states.left, "states and years"),
        ("side-years x states", candidates, {"a party of the war": candidates - rows.height}, "decisions"),
    )
    return tuple(
        AccountStep(title=title, total=total, lost=lost, remaining=total - sum(lost.values()), outcome=outcome)
        for title, total, lost, outcome in steps
    )
