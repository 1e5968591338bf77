"""Crises since 1918 as known on the day of their trigger, coded by `crises_rule.yaml`.

Units are crises, and first actors with a dated answer. Tables of other publishers are read as of the year before the trigger,
those of days as of its day. The rule says what is read and made of each table.

Sources: icb14 (crises); the rule is an assumption of its authors, fixed before it was scored.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from standoff import yaml_reader
from standoff.addons.history import sources, wars
from standoff.addons.tables import pl
from standoff.errors import DataError, did_you_mean, join_limited
from standoff.record import record
from standoff.types import Floats

CARDS, RULE, SCORES = "crises.yaml", "crises_rule.yaml", "crises.json"
ICB = {"crisis": "icb1", "actors": "icb2"}
SIDES: Mapping[str, tuple[tuple[str | int, ...], ...]] = {
    "a": (("a",),),
    "b": (("b",),),
    "either": (("a",), ("b",)),
    "pair": (("a", "b"), ("b", "a")),
    "us": (("a", 2), (2, "a"), ("b", 2), (2, "b")),
    "russia": (("a", 365), (365, "a"), ("b", 365), (365, "b")),
}
#: whose rows of a table count: sides, and codes of the Correlates of War
#: tables that are read as of the day
DATED = ("wars", "spells", "crises", "recent_crises", "open_crises", "own_wars")
STATES = 990  #: codes of ICB from here on are no single state
VIOLENT, FULL = 8, 4  #: answers, and violence, from these codes on
Variables = Mapping[str, Mapping[str, Any]]


@record
class CrisisTable:
    """Crises and first actors, with the variables that were known, and what came."""

    crises: pl.DataFrame
    actors: pl.DataFrame
    entries: pl.DataFrame  #: all crisis actors, with their ties to great powers
    files: Mapping[str, sources.FoundFile]

    @property
    def counts(self) -> dict[str, int]:
        """Crises, those with a war under way, and first actors."""
        late, war = self.crises.filter(pl.col("yrtrig") >= 1945), self.crises.filter("under_way")
        parts = {"crises": self.crises, "since_1945": late, "war_under_way": war, "first_actors": self.actors}
        return {name: part.height for name, part in parts.items()}

    def to_data(self) -> dict[str, Any]:
        """Counts, and the rows of crises."""
        return {**self.counts, "rows": self.crises.to_dicts()}


@cache
def rule() -> Mapping[str, Any]:
    """The rule, as stored."""
    return yaml_reader.read(resources.files(__package__).joinpath(RULE).read_text("utf-8"), RULE).data


def admit(variables: Variables) -> None:
    """Refuse variables that read what the rule does not admit, by a `DataError` with the reason."""
    reasons = {column: why for why, listed in rule()["refused"].items() for column in listed}
    admitted = {column for each in rule()["variables"].values() for column in _read(each)}
    for name, each in variables.items():
        for column in sorted(_read(each) - admitted):
            what = f"`{name}` reads `{column}`: {reasons.get(column, 'not admitted by the rule')}"
            raise DataError(what, RULE, allowed=join_limited(sorted(admitted)), fix="leave it out")


def build(folder: Path, variables: Variables | None = None) -> CrisisTable:
    """The table of crises of a folder with the publishers' files.

    variables: those of the rule if None. Raises `DataError`, also for a variable that the rule does not admit, and for one
    that orders wars too well to have been known.
    """
    variables = variables or rule()["variables"]
    admit(variables)
    files = {**sources.find(folder, CARDS), **sources.find(folder, wars.CARDS, ("cow",))}
    files |= sources.find(folder, names=[name for name in rule()["tables"] if name not in files])
    tables = {name: _table(name, file) for name, file in files.items()}
    icb1, every = (tables[name] for name in ICB.values())
    whole = icb1.select("crisno", "pcid", "viol", "trigent", start="time", over="last")
    every = every.join(whole, on="crisno").with_row_index("unit")
    same = pl.col("time") == pl.col("start")
    first = every.filter((same | (~same.any() & (pl.col("time") == pl.col("time").min()))).over("crisno"))
    threat = pl.col("southv").filter(pl.col("southv") < STATES).mode().sort().first()
    side = pl.when(pl.col("trigent").first() < STATES).then(pl.col("trigent").first()).otherwise(threat)
    crises = icb1.join(first.group_by("crisno").agg(a=side, first_actors=pl.len()), on="crisno")
    crises = crises.with_columns(region=pl.col("geog") // 10, a=_state("a"))
    first = first.join(crises.select("crisno", "a"), on="crisno").with_columns(b=_state("cracid"))
    first = first.with_columns(b=pl.when(pl.col("a") != pl.col("b")).then("b"))
    tables |= _derived(tables, every, first)
    rows = _described(first.with_columns(unit="crisno"), crises, variables, tables)
    _suspect(rows, variables)
    answered = first.drop_nulls("yerres").select("unit", "majres", "sevvio")
    actors = _described(first, crises, variables, tables).join(answered, on="unit")
    alone = every.with_columns(a=pl.lit(None, pl.Int64), b=_state("cracid"))
    known = _described(alone, crises, variables, tables).select("unit", "^(defence|rivalry)_.*$")
    entries = alone.join(known, on="unit")
    return CrisisTable(crises=rows, actors=actors, entries=entries, files=files)


def shipped() -> dict[str, object]:
    """Rates of crises since 1945, and scores out of sample, as `CrisisScores` has them."""
    return dict(json.loads(resources.files(__package__).joinpath(SCORES).read_text("utf-8")))


def show(crisis: str, folder: Path) -> dict[str, object]:
    """One crisis as coded, by its number or name.

    Each variable has its value, what it is and why it was known. folder: with the publishers' files. Raises `DataError`.
    """
    names = pl.col("crisname").str.to_lowercase(), pl.col("crisno").cast(pl.String)
    table = build(folder).crises
    rows = table.filter(pl.any_horizontal(name == crisis.casefold() for name in names)).to_dicts()
    if not rows:
        known = table.select(names[0]).to_series().to_list()
        what, fix = f"no crisis `{crisis}`", did_you_mean(crisis.casefold(), known)
        raise DataError(what, allowed="a number or a name of ICB", fix=fix)
    codes = [
        {"name": name, "value": rows[0][name], "text": each["text"], "known": each["known"]}
        for name, each in rule()["variables"].items()
    ]
    kept = {name: rows[0][name] for name in ("crisno", "crisname", "yrtrig", "motrig", "under_way", "break")}
    return {**kept, "codes": codes}


def area(values: Floats, events: Floats) -> float:
    """Share of pairs of an event and none that values order rightly; half for ties."""
    above, below = values[events > 0, None], values[events == 0]
    return float(((above > below) + 0.5 * (above == below)).mean()) if above.size and below.size else 0.5


def _suspect(crises: pl.DataFrame, variables: Variables) -> None:
    rows, limit = crises.filter(~pl.col("under_way")), rule()["numbers"]["suspect"]
    for column in variables:
        known = rows.drop_nulls(column)
        size = area(known[column].cast(pl.Float64).to_numpy(), known["viol"].to_numpy() == FULL)
        if not 1 - limit <= size <= limit:
            what = f"`{column}` alone orders wars with an area of {size:.2f}: it seems coded by what came"
            raise DataError(
                what, RULE, allowed=f"{1 - limit:.1f} to {limit:.1f}", fix="leave it out, or correct the file"
            )


def _read(variable: Mapping[str, Any]) -> set[str]:
    """Columns of ICB that a variable reads."""
    return set(pl.sql_expr(variable["value"]).meta.root_names()) if variable["of"] in ICB else set()


def _table(name: str, file: sources.FoundFile) -> pl.DataFrame:
    how = rule()["tables"][name]
    rows = sources.read(file, how["read"], how.get("other", ()))
    made = {key: pl.sql_expr(str(text)).cast(pl.Float64) for key, text in how["made"].items()}
    rows = rows.with_columns(pl.col("^(ccode.?|cracid)$").cast(pl.Int64)).with_columns(**made)
    return rows.filter(pl.sql_expr(how["where"])) if "where" in how else rows


def _derived(tables: Mapping[str, pl.DataFrame], every: pl.DataFrame, first: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Tables that are made of others: spells of wars, of crises, and of pacts with great powers."""
    day = 1 / 365
    ended = first.select("viol", ccode1="a", ccode2="b", begin=pl.col("over") + day).sort("begin")
    own = every.with_columns(ccode=_state("cracid"))
    wars = own.filter(pl.col("sevvio") == FULL).select("ccode", begin=pl.col("last") + day)
    pacts = (
        tables["alliances"].filter(pl.col("defence") == 1).join(tables["powers"], left_on="ccode2", right_on="ccode")
    )
    both = {"begin": pl.max_horizontal("begin", "begin_right"), "end": pl.min_horizontal("end", "end_right")}
    spells = _spells(tables["cow"])
    return {
        "spells": spells,
        "wars": _enemies(spells),
        "crises": ended.with_columns(end=pl.lit(3000.0)),
        "recent_crises": ended.with_columns(end=pl.col("begin") + 10),
        "open_crises": own.select("ccode", begin=pl.col("time") + day, end="last"),
        "own_wars": wars.with_columns(end=pl.col("begin") + 10),
        "protectors": pacts.select(ccode="ccode1", protector="ccode2", **both),
        "disputes": pl.concat([tables["earlier_disputes"], tables["disputes"]]),
    }


def _state(column: str) -> pl.Expr:
    """Code of the Correlates of War; Yemen has another one there since 1990."""
    code = pl.col(column)
    return pl.when((code == 678) & (pl.col("yrtrig") >= 1990)).then(679).otherwise(code).cast(pl.Int64)


def _spells(states: pl.DataFrame) -> pl.DataFrame:
    """Spells of states in wars."""
    parts = [states.select("WarNum", "Side", "ccode", begin=f"begin{part}", end=f"end{part}") for part in "12"]
    return pl.concat(parts).drop_nulls("begin")


def _enemies(spells: pl.DataFrame) -> pl.DataFrame:
    """Pairs of enemies in the spells of wars."""
    pairs = spells.join(spells, on="WarNum", suffix="2").filter(pl.col("Side") != pl.col("Side2"))
    begin, end = pl.max_horizontal("begin", "begin2"), pl.min_horizontal("end", "end2")
    return pairs.select(ccode1="ccode", ccode2="ccode2", begin=begin, end=end)


def _described(
    first: pl.DataFrame, crises: pl.DataFrame, variables: Variables, tables: Mapping[str, pl.DataFrame]
) -> pl.DataFrame:
    """Rows for units of the first actors, in the order of days, with a column a variable."""
    out = first.group_by("unit").agg(pl.col("crisno").first()).join(crises, on="crisno")
    for name, each in variables.items():
        value = pl.sql_expr(each["value"]).cast(pl.Float64).alias(name)
        if each["of"] == "crisis":
            out = out.with_columns(value)
        elif each["of"] == "actors":
            out = out.join(first.group_by("unit").agg(value.mean()), on="unit")
        else:
            held = _held(
                first, tables[each["table"]], SIDES[each["of"]], "time" if each["table"] in DATED else "before"
            )
            out = out.join(held.group_by("unit").agg(value), on="unit", how="left")
            out = out.with_columns(pl.col(name).fill_null(each["fill"])) if "fill" in each else out
    war = pl.any_horizontal(pl.col(name) > 0 for name in ("inside_war", "war"))
    return out.with_columns(under_way=war.fill_null(value=False)).sort("time", "unit")


def _held(first: pl.DataFrame, table: pl.DataFrame, sides: Sequence[Sequence[str | int]], at: str) -> pl.DataFrame:
    """Rows of a table about sides of units, on the day or in the year before."""
    keys = ("ccode1", "ccode2") if len(sides[0]) > 1 else ("ccode",)
    rows = [
        first.select(
            "unit",
            at,
            "a",
            "b",
            **{
                key: pl.lit(side, pl.Int64) if isinstance(side, int) else pl.col(side)
                for side, key in zip(order, keys, strict=True)
            },
        )
        for order in sides
    ]
    held = pl.concat(rows).join(table, on=keys).filter(pl.col(at).is_between("begin", "end"))
    return held.sort("begin", maintain_order=True)
