"""Ties of states by year, such as pacts, rivalries, disputes and trade, and their means.

Every table becomes an array years x states (x states), with the year of the observation. A table that ends before the
last year is carried forward from its own last year, `Ties.until` says from which: a forecast for year t reads t - 1. The
one exception are new states, which have no year before: see `_open`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from standoff.addons.history.sources import FoundFile, read
from standoff.addons.history.states import FIRST, LAST, YEARS, States

NEAR = 3  #: contiguity types that count as a common border: land, or at most 24 miles of water
DISPUTE_YEARS = 10  #: years in which a dispute counts as recent; assumption
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


@dataclass(frozen=True, kw_only=True)
class Ties:
    """Arrays over years from `FIRST`, states, and again states for pairs; NaN where unknown.

    Pairs, symmetric but for alliances, whose row has the obligation: `defence`, `offence`, `neutrality`, `non_aggression`,
    `consultation`, `rivalry` and `border` are 0 or 1; `disputes` counts dispute-years of the last ten years, `hostility` is
    their highest level of force (1 to 5); `distance` in km; `trade` in million USD of the year; `organisations` counts shared
    memberships. Means: `cinc` share of the world's capabilities, `milex` thousand USD of the year, `milper` and `tpop` in
    thousands, `mrgdppc` USD of 2011 a head, `pwtrgdp` million USD of 2011, `v2x_polyarchy` 0 to 1, `idealpointfp` standard
    deviations, `new_leader`, `major`, `regional` and `nuclear` 0 or 1.
    """

    pairs: Mapping[str, np.ndarray]  #: years x states x states
    means: Mapping[str, np.ndarray]  #: years x states
    until: Mapping[str, int]  #: table -> its last year; later years carry it forward


def ties(files: Mapping[str, FoundFile], states: States) -> Ties:
    """All ties and means of states from the tables of a folder."""
    pairs: dict[str, np.ndarray] = {}
    means: dict[str, np.ndarray] = {}
    until: dict[str, int] = {}
    for add in (_alliances, _rivalries, _disputes, _contiguity, _distance, _trade, _organisations):
        until |= add(files, states, pairs)
    for measure in (_capabilities, _income, _regimes, _votes, _leaders, _powers):
        until |= measure(files, states, means)
    _open(states, pairs, means)
    return Ties(pairs=pairs, means=means, until=until)


def _open(states: States, pairs: dict[str, np.ndarray], means: dict[str, np.ndarray]) -> None:
    """Give a new state an entry for the year before its first.

    It has the borders and distances of its first year, and the first known value of its first three years of all else.
    Its decisions of the first year know that much too early.
    """
    for place in range(len(states)):
        years = np.flatnonzero(states.exists[:, place])
        if not len(years) or years[0] == 0:
            continue
        first = years[0]
        for name in ("border", "distance"):
            for values in (pairs[name], pairs[name].transpose(0, 2, 1)):
                values[first - 1, place] = values[first, place]
        for values in means.values():
            known = values[first:, place]
            values[first - 1, place] = next((value for value in known[:3] if not np.isnan(value)), np.nan)


Add = Callable[[Mapping[str, FoundFile], States, dict[str, np.ndarray]], dict[str, int]]


def _blank(states: States, fill: float, dtype: type = np.float32) -> np.ndarray:
    return np.full((YEARS, len(states), len(states)), fill, dtype)


def _runs(states: States, table: pl.DataFrame, last: int) -> tuple[np.ndarray, np.ndarray, list[slice], np.ndarray]:
    """First and second states of spells, their years, and which rows have both states.

    A spell without end, or that ends with the table, goes on.
    """
    first, second = (states.index(table[name].to_numpy()) for name in ("ccode1", "ccode2"))
    begin = np.clip(table["from"].to_numpy() - FIRST, 0, YEARS)
    end = table["to"].fill_null(last).to_numpy()
    end = np.where(end >= last, LAST, end) - FIRST + 1  # a spell at the end of the table goes on
    kept = (first >= 0) & (second >= 0) & (end > begin)
    return first, second, [slice(int(a), int(max(b, 0))) for a, b in zip(begin, end, strict=True)], kept


def _alliances(files: Mapping[str, FoundFile], states: States, out: dict[str, np.ndarray]) -> dict[str, int]:
    kinds = ("defence", "offence", "neutrality", "non_aggression", "consultation")
    table = read(files["alliances"], ("ccode1", "ccode2", "year_from", "year_to", *kinds))
    table = table.rename({"year_from": "from", "year_to": "to"})
    last = int(table["to"].max())  # type: ignore[arg-type]
    first, second, years, kept = _runs(states, table, last)
    for kind in kinds:
        out[kind] = _blank(states, 0, np.int8)
        held = table[kind].fill_null(0).to_numpy() > 0
        for i in np.flatnonzero(kept & held):
            out[kind][years[i], first[i], second[i]] = 1
    return {"alliances": last}


def _rivalries(files: Mapping[str, FoundFile], states: States, out: dict[str, np.ndarray]) -> dict[str, int]:
    table = read(files["rivalries"], ("ccode1", "ccode2", "start", "end")).rename({"start": "from", "end": "to"})
    last = int(table["to"].max())  # type: ignore[arg-type]
    first, second, years, kept = _runs(states, table, last)
    out["rivalry"] = _blank(states, 0, np.int8)
    for i in np.flatnonzero(kept):
        out["rivalry"][years[i], first[i], second[i]] = out["rivalry"][years[i], second[i], first[i]] = 1
    return {"rivalries": last}


def _disputes(files: Mapping[str, FoundFile], states: States, out: dict[str, np.ndarray]) -> dict[str, int]:
    """Dispute-years of two states in the last ten years, and their highest level of force."""
    table = read(files["disputes"], ("ccode1", "ccode2", "year", "sidea1", "sidea2", "hostlev1"))
    last = int(table["year"].max())  # type: ignore[arg-type]
    table = table.filter((pl.col("sidea1") != pl.col("sidea2")) & pl.col("year").is_between(FIRST, LAST))
    first, second = (states.index(table[name].to_numpy()) for name in ("ccode1", "ccode2"))
    year, level = table["year"].to_numpy() - FIRST, table["hostlev1"].to_numpy()
    kept = (first >= 0) & (second >= 0)
    count, highest = _blank(states, 0), _blank(states, 0)
    np.add.at(count, (year[kept], first[kept], second[kept]), 1)
    np.maximum.at(highest, (year[kept], first[kept], second[kept]), level[kept])
    count = np.maximum(count, count.transpose(0, 2, 1))
    highest = np.maximum(highest, highest.transpose(0, 2, 1))
    out["disputes"], out["hostility"] = np.zeros_like(count), np.zeros_like(highest)
    for t in range(YEARS):
        end = min(t, last - FIRST)  # carried forward after the end of the table
        span = slice(max(end + 1 - DISPUTE_YEARS, 0), end + 1)
        out["disputes"][t] = count[span].sum(0)
        out["hostility"][t] = highest[span].max(0)
    return {"disputes": last}


def _contiguity(files: Mapping[str, FoundFile], states: States, out: dict[str, np.ndarray]) -> dict[str, int]:
    table = read(files["contiguity"], ("ccode1", "ccode2", "conttype"), ("stdate", "enddate"))
    table = table.with_columns(_years(table["stdate"]).alias("from"), _years(table["enddate"]).alias("to"))
    table = table.filter(pl.col("conttype").is_between(1, NEAR))  # 0: the table says that they do not touch
    last = int(table["to"].max())  # type: ignore[arg-type]
    first, second, years, kept = _runs(states, table, last)
    out["border"] = _blank(states, 0, np.int8)
    for i in np.flatnonzero(kept):
        out["border"][years[i], first[i], second[i]] = out["border"][years[i], second[i], first[i]] = 1
    return {"contiguity": last}


def _distance(files: Mapping[str, FoundFile], states: States, out: dict[str, np.ndarray]) -> dict[str, int]:
    table = read(files["distance"], ("ccode1", "ccode2", "year_from", "year_to", "mindist_km"))
    table = table.rename({"year_from": "from", "year_to": "to"})
    last = int(table["to"].max())  # type: ignore[arg-type]
    first, second, years, kept = _runs(states, table, last)
    out["distance"] = _blank(states, np.nan)
    km = table["mindist_km"].to_numpy()
    for i in np.flatnonzero(kept):
        out["distance"][years[i], first[i], second[i]] = out["distance"][years[i], second[i], first[i]] = km[i]
    return {"distance": last}


def _trade(files: Mapping[str, FoundFile], states: States, out: dict[str, np.ndarray]) -> dict[str, int]:
    """Imports and exports of two states, million USD of the year."""
    table = read(files["trade"], ("ccode1", "ccode2", "year", "smoothflow1", "smoothflow2"))
    last = int(table["year"].max())  # type: ignore[arg-type]
    table = table.filter(pl.col("year").is_between(FIRST, LAST)).fill_null(0)
    first, second = (states.index(table[name].to_numpy()) for name in ("ccode1", "ccode2"))
    kept = (first >= 0) & (second >= 0)
    year = table["year"].to_numpy() - FIRST
    volume = (table["smoothflow1"] + table["smoothflow2"]).to_numpy()
    trade = _blank(states, 0)
    trade[year[kept], first[kept], second[kept]] = volume[kept]
    trade[year[kept], second[kept], first[kept]] = volume[kept]
    trade[last - FIRST + 1 :] = trade[last - FIRST]
    out["trade"] = trade
    return {"trade": last}


def _organisations(files: Mapping[str, FoundFile], states: States, out: dict[str, np.ndarray]) -> dict[str, int]:
    table = read(files["organisations"], ("ccode1", "ccode2", "year", "dyadigos"))
    last = int(table["year"].max())  # type: ignore[arg-type]
    table = table.filter(pl.col("year").is_between(FIRST, LAST))
    first, second = (states.index(table[name].to_numpy()) for name in ("ccode1", "ccode2"))
    kept = (first >= 0) & (second >= 0)
    year, count = table["year"].to_numpy() - FIRST, table["dyadigos"].to_numpy()
    shared = _blank(states, np.nan)
    shared[year[kept], first[kept], second[kept]] = count[kept]
    shared[year[kept], second[kept], first[kept]] = count[kept]
    out["organisations"] = _forward(shared)
    return {"organisations": last}


def _years(dates: pl.Series) -> pl.Series:
    """Years of dates, of texts that begin with the year, or of numbers such as 199112."""
    if dates.dtype.is_temporal():
        return dates.dt.year()
    return dates.cast(pl.String).str.slice(0, 4).cast(pl.Int64)


def _forward(values: np.ndarray) -> np.ndarray:
    """Values carried forward along the first axis over missing years."""
    out = values.copy()
    for t in range(1, len(out)):
        out[t] = np.where(np.isnan(out[t]), out[t - 1], out[t])
    return out


def _by_year(states: States, table: pl.DataFrame, column: str) -> np.ndarray:
    kept = table.filter(pl.col("year").is_between(FIRST, LAST) & pl.col(column).is_not_null())
    place = states.index(kept["ccode"].to_numpy())
    out = np.full((YEARS, len(states)), np.nan)
    known = place >= 0
    out[kept["year"].to_numpy()[known] - FIRST, place[known]] = kept[column].to_numpy()[known]
    return _forward(out)


def _columns(*names: str, of: str) -> Add:
    """A reader of columns of a table of states and years."""

    def add(files: Mapping[str, FoundFile], states: States, out: dict[str, np.ndarray]) -> dict[str, int]:
        table = read(files[of], ("ccode", "year", *names))
        for name in names:
            out[name] = _by_year(states, table, name)
        return {of: int(table.filter(pl.col(names[0]).is_not_null())["year"].max())}  # type: ignore[arg-type]

    return add


_capabilities = _columns("cinc", "milex", "milper", "tpop", of="capabilities")
_income = _columns("mrgdppc", "pwtrgdp", of="income")
_regimes = _columns("v2x_polyarchy", of="regimes")
_votes = _columns("idealpointfp", of="votes")


def _leaders(files: Mapping[str, FoundFile], states: States, out: dict[str, np.ndarray]) -> dict[str, int]:
    """`new_leader`: whether a leader took office in a year."""
    table = read(files["leaders"], ("gwcode",), ("startdate",))
    out["new_leader"] = np.zeros((YEARS, len(states)))
    years = _years(table["startdate"])
    for code, year in zip(table["gwcode"].to_list(), years.to_list(), strict=True):
        place = states.by_gleditsch_ward.get((code, year))
        if place is not None:
            out["new_leader"][year - FIRST, place] = 1
    return {"leaders": int(years.max())}  # type: ignore[arg-type]


def _powers(files: Mapping[str, FoundFile], states: States, out: dict[str, np.ndarray]) -> dict[str, int]:
    """Great powers, regional or global powers, and states with nuclear weapons."""
    out["major"], out["regional"], out["nuclear"] = (np.zeros((YEARS, len(states))) for _ in range(3))
    major = read(files["powers"], ("ccode", "styear", "endyear"))
    ended = int(major["endyear"].max())  # type: ignore[arg-type]
    for code, begin, end in major.fill_null(ended).iter_rows():
        _spell(out["major"], states, code, begin, LAST if end >= ended else end)
    dates = ("regstdate", "regenddate", "globstdate", "globenddate")
    table = read(files["regional_powers"], ("ccode",), dates)
    years = {name: _years(table[name]) for name in dates}
    last = max(int(years[name].max()) for name in ("regenddate", "globenddate"))  # type: ignore[arg-type]
    for scope in ("reg", "glob"):
        spells = zip(table["ccode"], years[f"{scope}stdate"], years[f"{scope}enddate"].fill_null(last), strict=True)
        for code, begin, end in spells:
            if begin is not None:
                _spell(out["regional"], states, code, begin, LAST if end >= last else end)
    for iso, (begin, end) in NUCLEAR.items():
        for place in (i for i, name in enumerate(states.iso) if name == iso):
            out["nuclear"][max(begin - FIRST, 0) : end - FIRST + 1, place] = 1
    return {"powers": ended, "regional_powers": last}


def _spell(values: np.ndarray, states: States, code: int, begin: int, end: int) -> None:
    place = int(states.index(np.array([code]))[0])
    if place >= 0 and end >= FIRST:
        values[max(begin - FIRST, 0) : end - FIRST + 1, place] = 1
