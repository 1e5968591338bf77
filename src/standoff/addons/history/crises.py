"""Crises since 1918 as known on the day of their trigger, coded by `crises_rule.yaml`.

Units are crises, and first actors with a dated answer. Tables of other publishers are read as of the year before the trigger,
dated ones as of its day. Of a day of which only the part of the month is known, the middle of that part stands in.

Sources: brecher2023 (crises); the rule is an assumption of its authors, fixed before it was scored.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np

from standoff import yaml_reader
from standoff.addons.history import sources, wars
from standoff.addons.tables import pl
from standoff.errors import DataError, did_you_mean, join_limited
from standoff.record import record
from standoff.types import Floats

CARDS, RULE = "crises.yaml", "crises_rule.yaml"
ENTRIES = {"crisis": "icb1", "actors": "icb2"}
TIME = ("yr", "mo", "da")
BOTH = ("crisno", "trigent", *(f"{part}{end}" for end in ("trig", "term") for part in TIME))
EXTRA = {
    "crisis": ("break", "geog", "pcid", "viol"),
    "actors": ("cracid", "southv", "majres", "yerres", "usinv", "usfavr", "suinv", "sufavr"),
}
TEXTS = {"crisis": ("crisname",), "actors": ("actor",)}
MADE = ("first_actors", "region")  #: columns that are made here
PAIR, SPELL = ("ccode1", "ccode2"), ("from", "to")
TABLES: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "alliances": ((*PAIR, *SPELL, "defence", "non_aggression", "consultation"), ()),
    "capabilities": (("ccode", "year", "cinc", "milper"), ()),
    "contiguity": ((*PAIR, "conttype"), SPELL),
    "distance": ((*PAIR, *SPELL, "mindist_km"), ()),
    "disputes": ((*PAIR, "year", "sidea1", "sidea2", "hostlev1", "hostlev2"), ()),
    "income": (("ccode", "year", "pwtrgdp"), ()),
    "powers": (("ccode", *SPELL), ()),
    "regimes": (("ccode", "year", "v2x_polyarchy"), ()),
    "rivalries": ((*PAIR, *SPELL), ()),
}
#: table -> columns of numbers, and of dates, of which only the year is used
OTHERS = tuple(TABLES)
STATES = 990  #: codes of ICB from here on are no single state
PARTS = {66: 5, 77: 15, 88: 25}  #: early, in the middle, late in the month
ACTOR = 1000  #: number of a first actor: its crisis times this, and its code
VIOLENT, FULL = 8, 4  #: answers, and violence, from these codes on
NEAR = 3  #: contiguity up to this code is a common border, by land or at most 24 miles of water
FORCE = 4  #: level of hostility from which force is used
RECENT, LEAD = 10, 14  #: years of the past; days for which a war must have run; of the rule
FOREVER = 3000
POWERS = (2, 365)  #: the United States, and the Soviet Union or Russia
TIES = {"ally": {"table": "alliances", "column": "defence"}, "rival": {"table": "rivalries", "column": ""}}

@record
class CrisisTable:
    """Crises and first actors, with the variables that were known, and what came."""

    crises: pl.DataFrame
    actors: pl.DataFrame
    entries: pl.DataFrame  #: all crisis actors as coded, with side A
    files: Mapping[str, sources.FoundFile]

    @property
    def counts(self) -> dict[str, int]:
        """Crises, those since 1945, those with a war under way and with a trigger short of violence, and first actors."""
        rows = self.crises
        return {
            "crises": rows.height,
            "since_1945": rows.filter(pl.col("yrtrig") >= 1945).height,
            "war_under_way": int(rows["under_way"].sum()),
            "no_war_trigger_short_of_violence": rows.filter(~pl.col("under_way") & (pl.col("break") < 8)).height,
            "full_scale_war": int(rows["full"].sum()),
            "first_actors": self.actors.height,
        }

    def to_data(self) -> dict[str, Any]:
        """Counts, and the rows of crises."""
        return {**self.counts, "rows": self.crises.with_columns(pl.col(pl.Date).cast(pl.String)).to_dicts()}


@record
class CrisisCode:
    """A variable of one crisis."""

    name: str
    value: float | None
    text: str
    known: str  #: why it was known on the day of the trigger


@record
class CodedCrisis:
    """One crisis as coded."""

    number: int
    name: str
    day: str
    line: str
    codes: tuple[CrisisCode, ...]

    def to_data(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {**vars(self), "codes": [vars(code) for code in self.codes]}


@cache
def rule() -> Mapping[str, Any]:
    """The rule, as stored."""
    return yaml_reader.read(resources.files(__package__).joinpath(RULE).read_text("utf-8"), RULE).data


def columns(variables: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Column of the table -> variable of the rule."""
    out = {}
    for name, each in variables.items():
        match each["of"]:
            case "states":
                endings = [f"_{part}" for part in ("a", "b", "gap", "low")]
            case "pairs":
                endings = [f"_{power}" if power else "" for power in each["with"]]
            case _:
                endings = [f"_{code}" for code in each.get("each", ())] or [""]
        out |= {name + ending: name for ending in endings}
    return out


def admit(variables: Mapping[str, Mapping[str, Any]]) -> None:
    """Refuse variables that the rule does not admit; raises `DataError` with the reason."""
    reasons = {column: why for why, listed in rule()["refused"].items() for column in listed}
    admitted = {each["column"] for each in rule()["variables"].values() if each["of"] in ENTRIES}
    for name, each in variables.items():
        if each["of"] in ENTRIES and each["column"] not in admitted:
            what = f"`{name}` reads `{each['column']}`: {reasons.get(each['column'], 'not admitted by the rule')}"
            raise DataError(what, RULE, allowed=join_limited(sorted(admitted)), fix="leave it out")


def build(folder: Path, variables: Mapping[str, Mapping[str, Any]] | None = None) -> CrisisTable:
    """The table of crises of a folder with the publishers' files.

    variables: of the rule if None. Raises `DataError`, also for a variable that the rule does not admit, and for one that
    orders wars too well to have been known.
    """
    variables = variables or rule()["variables"]
    admit(variables)
    files = {
        **sources.find(folder, CARDS),
        **sources.find(folder, names=OTHERS),
        **sources.find(folder, wars.CARDS, ("cow",)),
    }
    found, every = (
        _days(
            sources.read(
                files[file],
                {*BOTH, *EXTRA[of], *(each["column"] for each in variables.values() if each["of"] == of)} - set(MADE),
                TEXTS[of],
            )
        )
        for of, file in ENTRIES.items()
    )
    every = every.join(found.select("crisno", start="day"), on="crisno")
    same = pl.col("day") == pl.col("start")
    first = every.filter((same | (~same.any() & (pl.col("day") == pl.col("day").min()))).over("crisno"))
    threat = pl.col("southv").filter(pl.col("southv") < STATES).mode().sort().first()
    found = found.join(first.group_by("crisno").agg(threat, first_actors=pl.len()), on="crisno").with_columns(
        a=_state(pl.when(pl.col("trigent") < STATES).then("trigent").otherwise("southv")), region=pl.col("geog") // 10
    )
    side = found.select("crisno", "a", "viol", "pcid")
    first = first.join(side, on="crisno").with_columns(b=_state(pl.col("cracid")))
    first = first.with_columns(b=pl.when(pl.col("a") != pl.col("b")).then("b"))
    tables = {name: _yearly(name, file) for name, file in files.items() if name in OTHERS}
    tables |= {"wars": _wars(files["cow"]), **_earlier(first)}
    crises, actors = (
        _described(first.with_columns(unit=unit), found, variables, tables)
        for unit in (pl.col("crisno"), ACTOR * pl.col("crisno") + pl.col("cracid"))
    )
    answered = first.drop_nulls("yerres").select(
        unit=ACTOR * pl.col("crisno") + pl.col("cracid"), answer=pl.col("majres") >= VIOLENT
    )
    crises = crises.with_columns(full=pl.col("viol") == FULL, serious=pl.col("viol") >= FULL - 1)
    _suspect(crises, columns(variables))
    entries = every.join(found.select("crisno", "pcid"), on="crisno").with_row_index("unit")
    entries = entries.with_columns(a=pl.lit(None, pl.Int64), b=_state(pl.col("cracid")))
    for power in POWERS:
        for tie, each in TIES.items():
            held = _of_pairs(each, entries, tables[each["table"]], power, each["column"])
            entries = entries.join(held.select("unit", (pl.col("value") > 0).alias(f"{tie}_{power}")), on="unit", how="left")
    entries = entries.with_columns(pl.col("^(ally|rival)_.*$").fill_null(value=False))
    return CrisisTable(crises=crises, actors=actors.join(answered, on="unit"), entries=entries, files=files)


def show(crisis: str, folder: Path) -> CodedCrisis:
    """One crisis as coded, by its number or name; raises `DataError`."""
    table, variables = build(folder), rule()["variables"]
    names = {each.casefold(): number for each, number in table.crises.select("crisname", "crisno").iter_rows()}
    number = int(crisis) if crisis.isdigit() else names.get(crisis.casefold(), 0)
    rows = table.crises.filter(pl.col("crisno") == number).rows(named=True)
    if not rows:
        raise DataError(f"no crisis `{crisis}`", allowed="a number or a name of ICB", fix=did_you_mean(crisis.casefold(), names))
    row, of = rows[0], columns(variables)
    return CodedCrisis(
        number=number,
        name=row["crisname"],
        day=str(row["day"]),
        line="all" if row["under_way"] else "no_war" if row["break"] >= 8 else "not_violent",
        codes=tuple(
            CrisisCode(name=column, value=row[column], text=variables[name]["text"], known=variables[name]["known"])
            for column, name in of.items()
        ),
    )


def area(values: Floats, events: Floats) -> float:
    """Share of pairs of an event and none that values order rightly; half for ties."""
    above, below = values[events > 0, None], values[events == 0]
    return float(((above > below) + 0.5 * (above == below)).mean()) if above.size and below.size else 0.5


def _suspect(crises: pl.DataFrame, of: Iterable[str]) -> None:
    rows, limit = crises.filter(~pl.col("under_way")), rule()["numbers"]["suspect"]
    for column in of:
        known = rows.drop_nulls(column)
        found = area(known[column].to_numpy().astype(float), known["full"].to_numpy())
        if not 1 - limit <= found <= limit:
            what = f"`{column}` alone orders wars with an area of {found:.2f}: it seems coded by what came"
            raise DataError(what, RULE, allowed=f"{1 - limit:.1f} to {limit:.1f}", fix="leave it out, or correct the file")


def _state(code: pl.Expr) -> pl.Expr:
    """Code of the Correlates of War; Yemen has another one there since 1990."""
    return pl.when((code == 678) & (pl.col("yrtrig") >= 1990)).then(679).otherwise(code).cast(pl.Int64)


def _days(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows of which the year is known, with `day`, `last` and `before`, the middle of the year before."""

    def day(end: str) -> pl.Expr:
        year, month, of = (pl.col(f"{part}{end}") for part in TIME)
        return pl.date(year, month.fill_null(7), of.replace(PARTS).fill_null(15).clip(1, 28))

    before = pl.date(pl.col("yrtrig") - 1, 7, 1)
    return rows.drop_nulls("yrtrig").with_columns(day=day("trig"), last=day("term"), before=before)


def _yearly(name: str, file: sources.FoundFile) -> pl.DataFrame:
    """Spells of pairs or states with the value that they give; a row of a state and a year is a spell."""
    numbers, dates = TABLES[name]
    rows = sources.read(file, numbers, dates)
    year = {column: pl.col(column).cast(pl.String).str.slice(0, 4).cast(pl.Int32) for column in dates}
    rows = rows.with_columns(**year)
    match name:
        case "alliances":
            rows = rows.with_columns(other=pl.max_horizontal("non_aggression", "consultation"))
        case "contiguity":
            rows = rows.filter(pl.col("conttype").is_between(1, NEAR))
        case "distance":
            rows = rows.rename({"mindist_km": "km"})
        case "disputes":
            force = (pl.max_horizontal("hostlev1", "hostlev2") >= FORCE) & (pl.col("sidea1") != pl.col("sidea2"))
            rows = rows.filter(force).with_columns(to=pl.col("year") + RECENT - 1)
        case "powers":
            rows = rows.with_columns(great=1)
    first, last = (pl.col(end if end in rows.columns else "year") for end in SPELL)
    return _spells(rows, pl.date(first, 1, 1), pl.date(last.fill_null(FOREVER), 12, 31))


def _spells(rows: pl.DataFrame, begin: pl.Expr, end: pl.Expr) -> pl.DataFrame:
    """Rows with `begin` and `end`; of pairs in both orders."""
    rows = rows.with_columns(pl.col("^ccode.?$").cast(pl.Int64), begin=begin, end=end)
    one, two = PAIR
    return pl.concat([rows, rows.rename({one: two, two: one})], how="diagonal") if one in rows.columns else rows


def _wars(file: sources.FoundFile) -> pl.DataFrame:
    """Pairs of enemies from `LEAD` days after a war of theirs began."""
    rows = sources.read(file, (*wars.DAYS, "WarNum", "ccode", "Side"))
    known = pl.concat(
        rows.filter(pl.col(f"StartYear{spell}") > 0).select(
            "WarNum", "ccode", "Side", *(_day(end, spell).alias(end) for end in ("Start", "End"))
        )
        for spell in "12"
    )
    enemies = known.join(known, on="WarNum", suffix="2").filter(pl.col("Side") != pl.col("Side2"))
    enemies = enemies.rename({"ccode": PAIR[0], "ccode2": PAIR[1]})
    return enemies.with_columns(
        begin=pl.max_horizontal("Start", "Start2") + pl.duration(days=LEAD), end=pl.min_horizontal("End", "End2")
    ).unique([*PAIR, "begin", "end"])


def _day(end: str, spell: str) -> pl.Expr:
    year, month, day = (pl.col(f"{end}{part}{spell}") for part in ("Year", "Month", "Day"))
    missing = FOREVER if end == "End" else None
    return pl.date(
        pl.when(year > 0).then(year).otherwise(missing),
        pl.when(month > 0).then(month).otherwise(7),
        pl.when(day > 0).then(day.clip(1, 28)).otherwise(15),
    )


def _earlier(first: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Crises of pairs, from the day after their end, for ever and for ten years."""
    pairs = first.drop_nulls(["a", "b", "last"]).rename({"a": PAIR[0], "b": PAIR[1]})
    begin = pl.col("last") + pl.duration(days=1)
    ends = {"crises": pl.date(FOREVER, 1, 1), "recent_crises": pl.col("last").dt.offset_by(f"{RECENT}y")}
    return {name: _spells(pairs.select(*PAIR, "last", "viol"), begin, end) for name, end in ends.items()}


def _described(
    first: pl.DataFrame,
    found: pl.DataFrame,
    variables: Mapping[str, Mapping[str, Any]],
    tables: Mapping[str, pl.DataFrame],
) -> pl.DataFrame:
    """A row for each unit of the first actors, in the order of days, with a column for each variable."""
    out = first.group_by("unit").agg(pl.col("crisno").first()).join(found, on="crisno")
    taken = first.group_by("unit")
    for name, each in variables.items():
        column = each.get("column", "")
        match each["of"]:
            case "crisis":
                out = out.with_columns(**_codes(name, each))
            case "actors":
                made = taken.agg(**{key: value.cast(pl.Float64).mean() for key, value in _codes(name, each).items()})
                out = out.join(made, on="unit")
            case "states":
                out = out.join(_of_states(name, each, first, tables[each["table"]]), on="unit", how="left")
            case "pairs":
                for power in each["with"]:
                    made = _of_pairs(each, first, tables[each["table"]], power, column)
                    key = f"{name}_{power}" if power else name
                    out = out.join(made.rename({"value": key}), on="unit", how="left")
                    if column != "km":
                        out = out.with_columns(pl.col(key).fill_null(0))
    return out.with_columns(
        under_way=(pl.col("inside_war") > 0).fill_null(value=False) | (pl.col("war") > 0) if "war" in out.columns else False
    ).sort("day", "unit")


def _codes(name: str, each: Mapping[str, Any]) -> dict[str, pl.Expr]:
    column = pl.col(each["column"])
    if "each" in each:
        return {f"{name}_{code}": column == code for code in each["each"]}
    return {name: column.is_in(each["codes"]) if "codes" in each else column}


def _of_states(name: str, each: Mapping[str, Any], first: pl.DataFrame, table: pl.DataFrame) -> pl.DataFrame:
    """An attribute of A, of B, A less B, and the lower: the mean over the first actors."""
    column = pl.col(each["column"])
    value = table.select("ccode", "begin", "end", value=column.log1p() if each.get("log") else column)
    rows = first.select("unit", "a", "b", "before").with_row_index()
    for side in "ab":
        held = rows.join(value, left_on=side, right_on="ccode").filter(pl.col("before").is_between("begin", "end"))
        rows = rows.join(held.group_by("index").agg(pl.col("value").max().alias(f"{name}_{side}")), on="index", how="left")
        if each["column"] == "great":
            rows = rows.with_columns(pl.col(f"{name}_{side}").fill_null(0))
    a, b = (pl.col(f"{name}_{side}") for side in "ab")
    rows = rows.with_columns((a - b).alias(f"{name}_gap"), pl.min_horizontal(a, b).alias(f"{name}_low"))
    return rows.group_by("unit").agg(pl.col(f"^{name}_.*$").mean())


def _of_pairs(
    each: Mapping[str, Any], first: pl.DataFrame, table: pl.DataFrame, power: int, column: str
) -> pl.DataFrame:
    """What holds between A and B, or between either and a great power: the largest, the least distance, or a count."""
    at = "day" if each["table"] in ("wars", "crises", "recent_crises") else "before"
    sides = first.select("unit", "a", "b", at)
    one, two = PAIR
    pairs = (
        pl.concat(sides.select("unit", at, pl.col(side).alias(one), pl.lit(power, pl.Int64).alias(two)) for side in "ab")
        if power
        else sides.rename({"a": one, "b": two})
    )
    held = pairs.join(table, on=PAIR).filter(pl.col(at).is_between("begin", "end"))
    value = pl.col(column) if column else pl.lit(1)
    value = value.min() if column == "km" else pl.len() if each.get("count") else value.max()
    value = value.cast(pl.Float64)
    return held.group_by("unit").agg(value=value.log1p() if each.get("log") else value)
