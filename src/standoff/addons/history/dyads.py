"""Ties of states by year, such as pacts, rivalries, disputes and trade, and their means.

Every table becomes an array years x states (x states), with the year of the observation. A table that ends before the
last year is carried forward from its own last year, `Ties.until` says from which: a forecast for year t reads t - 1. The
one exception are new states, which have no year before: see `_open`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from standoff.addons.history.sources import FoundFile, read
from standoff.addons.history.states import FIRST, LAST, YEARS, States
from standoff.addons.tables import pl
from standoff.record import record

NEAR = 3  #: contiguity types that count as a common border: land, or at most 24 miles of water
DISPUTE_YEARS = 10  #: years in which a dispute counts as recent; assumption
PAIR, SPELL = ("ccode1", "ccode2"), ("from", "to")
PACTS = ("defence", "non_aggression", "consultation")
SCOPES = ("reg", "glob")  #: of the powers that are not great
MEANS = {
    "capabilities": ("cinc", "milper"),
    "income": ("mrgdppc", "pwtrgdp"),
    "regimes": ("v2x_polyarchy",),
    "votes": ("idealpointfp",),
}
#: table -> columns that are means of states
COLUMNS = {
    "deaths": ("gwcode", "year", "best"),
    "alliances": (*PAIR, *SPELL, *PACTS),
    "rivalries": (*PAIR, *SPELL),
    "disputes": (*PAIR, "year", "sidea1", "sidea2"),
    "contiguity": (*PAIR, "conttype"),
    "distance": (*PAIR, *SPELL, "mindist_km"),
    "trade": (*PAIR, "year", "smoothflow1", "smoothflow2"),
    "organisations": (*PAIR, "year", "dyadigos"),
    **{name: ("ccode", "year", *columns) for name, columns in MEANS.items()},
    "leaders": ("gwcode",),
    "powers": ("ccode", *SPELL),
    "regional_powers": ("ccode",),
}
#: table -> columns of numbers
DATES = {
    "contiguity": SPELL,
    "leaders": ("year",),
    "regional_powers": tuple(f"{scope}{end}date" for scope in SCOPES for end in ("st", "end")),
}
#: table -> columns of dates, of which only the year is used
NUCLEAR = {
    "USA": (1945, LAST),
    "RUS": (1949, LAST),
    "GBR": (1952, LAST),
    "FRA": (1960, LAST),
    "CHN": (1964, LAST),
    "ISR": (1967, LAST),
    "IND": (1988, LAST),
    "PAK": (1990, LAST),
    "ZAF": (1979, 1991),
    "PRK": (2006, LAST),
}
#: state -> first and last year with nuclear weapons (Gartzke and Kroenig 2009; North Korea's first test)


@record
class Ties:
    """Arrays over years from `FIRST`, states, and again states for pairs; NaN where unknown.

    Pairs, symmetric but for alliances, whose row has the obligation: `defence`, `non_aggression`, `consultation`, `rivalry`
    and `border` are 0 or 1; `disputes` counts dispute-years of the last ten years; `distance` in km; `trade` in million USD of
    the year; `organisations` counts shared memberships. Means: `cinc` share of the world's capabilities, `milper` in
    thousands, `mrgdppc` USD of 2011 a head, `pwtrgdp` million USD of 2011, `v2x_polyarchy` 0 to 1, `idealpointfp` standard
    deviations, `deaths` of battle, `new_leader`, `major`, `regional` and `nuclear` 0 or 1.
    """

    pairs: Mapping[str, np.ndarray]  #: years x states x states
    means: Mapping[str, np.ndarray]  #: years x states
    until: Mapping[str, int]  #: table -> its last year; later years carry it forward


def ties(files: Mapping[str, FoundFile], states: States) -> Ties:
    """All ties and means of states from the tables of a folder."""

    tables = {
        name: read(files[name], columns, DATES.get(name, ())).with_columns(map(_year, DATES.get(name, ())))
        for name, columns in COLUMNS.items()
    }
    touching = pl.col("conttype").is_between(1, NEAR)  # 0: the table says that they do not touch
    tables["contiguity"] = tables["contiguity"].filter(touching)
    tables["regional_powers"] = _regional(tables["regional_powers"])
    until = {name: last_year(table["to" if "to" in table.columns else "year"]) for name, table in tables.items()}
    until |= {name: last_year(tables[name].drop_nulls(columns[0])["year"]) for name, columns in MEANS.items()}

    def spells(name: str, where: pl.Expr | bool = True, column: str = "", mutual: bool = True) -> np.ndarray:
        return _spells(states, tables[name].filter(where), until[name], column, mutual)

    flows = tables["trade"].fill_null(0).with_columns(flow=pl.col("smoothflow1") + pl.col("smoothflow2"))
    pairs = {
        **{kind: spells("alliances", pl.col(kind) > 0, mutual=False) for kind in PACTS},
        "rivalry": spells("rivalries"),
        "disputes": _carried(_recent_disputes(states, tables["disputes"]), until["disputes"]),
        "border": spells("contiguity"),
        "distance": spells("distance", column="mindist_km"),
        "trade": _carried(_by_year(states, flows, "flow", 0, *PAIR), until["trade"]),
        "organisations": _forward(_by_year(states, tables["organisations"], "dyadigos", np.nan, *PAIR)),
    }
    means = {
        **{
            column: _forward(_by_year(states, tables[name], column, np.nan, "ccode"))
            for name, columns in MEANS.items()
            for column in columns
        },
        "new_leader": states.by_year(((code, year, 1) for code, year in tables["leaders"].iter_rows()), 0),
        "major": _powers(states, tables["powers"], until["powers"]),
        "regional": _powers(states, tables["regional_powers"].drop_nulls("from"), until["regional_powers"]),
        "nuclear": np.zeros((YEARS, len(states))),
    }
    for iso, (begin, end) in NUCLEAR.items():
        means["nuclear"][begin - FIRST : end - FIRST + 1, np.array(states.iso) == iso] = 1
    _open(states, pairs, means)
    means["deaths"] = _carried(states.by_year(tables["deaths"].iter_rows(), np.nan), until["deaths"])
    return Ties(pairs=pairs, means=means, until=until)


def _open(states: States, pairs: dict[str, np.ndarray], means: dict[str, np.ndarray]) -> None:
    """Give a new state an entry for the year before its first.

    It has the borders and distances of its first year, and the first known value of its first three years of all else.
    Its decisions of the first year know that much too early.
    """
    for state in range(len(states)):
        years = np.flatnonzero(states.exists[:, state])
        if not len(years) or years[0] == 0:
            continue
        first = years[0]
        for name in ("border", "distance"):
            for values in (pairs[name], pairs[name].transpose(0, 2, 1)):
                values[first - 1, state] = values[first, state]
        for values in means.values():
            later = values[first:, state]
            values[first - 1, state] = next((value for value in later[:3] if not np.isnan(value)), np.nan)


def _blank(states: States, fill: float, dtype: type) -> np.ndarray:
    return np.full((YEARS, len(states), len(states)), fill, dtype)


def last_year(years: pl.Series) -> int:
    """The last of some years."""
    return int(years.max())  # type: ignore[arg-type]


def _runs(states: States, table: pl.DataFrame, last: int, *codes: str) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """Rows of spells whose states are known, each with its years and states.

    A spell without end, or that ends with the table, goes on.
    """
    places = np.stack([states.index(table[name].to_numpy()) for name in codes])
    begin = np.clip(table["from"].to_numpy() - FIRST, 0, YEARS)
    end = table["to"].fill_null(last).to_numpy()
    end = np.where(end >= last, LAST, end) - FIRST + 1
    for i in np.flatnonzero((places >= 0).all(0) & (end > begin)):
        yield int(i), (slice(int(begin[i]), int(end[i])), *places[:, i])


def _spells(states: States, table: pl.DataFrame, last: int, column: str, mutual: bool) -> np.ndarray:
    """1, or the value of a column, in the years of spells of pairs; in both orders if `mutual`."""
    out = _blank(states, np.nan, np.float32) if column else _blank(states, 0, np.int8)
    values = table[column].to_numpy() if column else np.ones(len(table))
    for i, (years, first, second) in _runs(states, table, last, *PAIR):
        out[years, first, second] = values[i]
        if mutual:
            out[years, second, first] = values[i]
    return out


def _powers(states: States, table: pl.DataFrame, last: int) -> np.ndarray:
    """1 in the years of spells of states."""
    out = np.zeros((YEARS, len(states)))
    for _, years_of_state in _runs(states, table, last, "ccode"):
        out[years_of_state] = 1
    return out


def _by_year(states: States, table: pl.DataFrame, column: str, fill: float, *codes: str) -> np.ndarray:
    """The values of a column by year and state, or by year and pair in both orders."""
    table = table.filter(pl.col("year").is_between(FIRST, LAST)).drop_nulls(column)
    years = table["year"].to_numpy() - FIRST
    indices = [states.index(table[name].to_numpy()) for name in codes]
    valid = np.all([index >= 0 for index in indices], axis=0)
    out = np.full((YEARS, len(states)), fill) if len(codes) == 1 else _blank(states, fill, np.float32)
    for order in (indices, indices[::-1]):
        out[years[valid], *(index[valid] for index in order)] = table[column].to_numpy()[valid]
    return out


def _recent_disputes(states: States, table: pl.DataFrame) -> np.ndarray:
    """Dispute-years of two states in the last ten years."""
    table = table.filter((pl.col("sidea1") != pl.col("sidea2")) & pl.col("year").is_between(FIRST, LAST))
    first, second = (states.index(table[name].to_numpy()) for name in PAIR)
    valid, years = (first >= 0) & (second >= 0), table["year"].to_numpy() - FIRST
    counts = _blank(states, 0, np.float32)
    np.add.at(counts, (years[valid], first[valid], second[valid]), 1)
    counts = np.maximum(counts, counts.transpose(0, 2, 1))
    return np.stack([counts[max(t + 1 - DISPUTE_YEARS, 0) : t + 1].sum(0) for t in range(YEARS)])


def _regional(table: pl.DataFrame) -> pl.DataFrame:
    """Spells of regional and of global powers, in one table."""
    spells = ((_year(f"{scope}stdate").alias("from"), _year(f"{scope}enddate").alias("to")) for scope in SCOPES)
    return pl.concat(table.select("ccode", *spell) for spell in spells)


def _year(column: str) -> pl.Expr:
    """Years of dates, of texts that begin with the year, or of numbers such as 199112."""
    return pl.col(column).cast(pl.String).str.slice(0, 4).cast(pl.Int64)


def _forward(values: np.ndarray) -> np.ndarray:
    """Values carried forward along the first axis over missing years."""
    for t in range(1, len(values)):
        values[t] = np.where(np.isnan(values[t]), values[t - 1], values[t])
    return values


def _carried(values: np.ndarray, last: int) -> np.ndarray:
    """Values with those of a table's last year in all later years."""
    values[last + 1 - FIRST :] = values[last - FIRST]
    return values
