"""The panel of decisions: side of a war x year x every other state, and what it did.

Built from the publishers' tables of a folder, with an account of every row that is lost. 1975 is dropped, since help that
began before the data begin cannot be told from help that begins in it. Columns of `Panel.rows`, one row for a decision:

- `side` (the same in all years), `name` (of the side in the data), `year`, `arena`, `host` (code of the Correlates of War of
  the state in which the war is), `actor` (ISO code of the state that decides);
- `coalition`: a mission or coalition of states helps the side in this year or its last, so that a member's decision is
  not its own;
- `likely`: a great power, a neighbour or a state within 950 km, an ally or rival of a party, or a helper of either side in
  its last year;
- `helps`, `helped_last` (in the side's last year), `years_helping` (in a row, up to its last);
- `troops`, `arms`, `troops_last`: of helpers; null where the data do not say which of several supporters gave them;
- `carried`: tables that end before the year before the decision, whose last year stands in for it;
- covariates by name (`covariates.KINDS`), float32.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from standoff.addons.history import covariates, sources
from standoff.addons.history.account import AccountStep, account, carried_rows
from standoff.addons.history.archive import Archive, load
from standoff.addons.history.sides import WarSide
from standoff.addons.history.states import FIRST, States
from standoff.addons.history.support_index import SupportIndex
from standoff.errors import DataError, Problem

__all__ = ["Archive", "Panel", "SupportIndex", "build", "load", "rows"]
LEFT_EDGE = 1975  #: first year of the support data
RELEVANT_KM = 950.0  #: distance within which a state is a likely helper (the rule of the data's authors' risk sets)


@dataclass(frozen=True, kw_only=True)
class Panel:
    """Rows of decisions, and the account of what was left out."""

    rows: pl.DataFrame
    account: tuple[AccountStep, ...]
    carried: Mapping[str, int]  #: table -> decisions that rest on its last year carried forward
    files: Mapping[str, sources.FoundFile]
    until: Mapping[str, int]  #: table -> its last year; later years carry it forward
    states: States

    def write(self, path: Path) -> None:
        """Write the rows as .csv, or else as .parquet."""
        if path.suffix.lower() == ".csv":
            self.rows.write_csv(path)
        else:
            self.rows.write_parquet(path)


def build(folder: Path) -> Panel:
    """The panel of all decisions from 1976 on, in the order of sides and years of the data."""
    archive = load(folder)
    index = SupportIndex(archive)
    frames = [rows(side, archive, index) for side in archive.sides if side.year > LEFT_EDGE]
    if not frames:
        raise DataError(
            Problem(f"no war after {LEFT_EDGE}", str(archive.files["support"].path), fix="get the whole file")
        )
    table = pl.concat(frames)
    steps = account(
        archive.table, archive.states, from_year=LEFT_EDGE + 1, rows=table.height, helps=int(table["helps"].sum())
    )
    return Panel(
        rows=table,
        account=steps,
        carried=carried_rows(table["year"].to_numpy(), archive.until),
        files=archive.files,
        until=archive.until,
        states=archive.states,
    )


def rows(side: WarSide, archive: Archive, index: SupportIndex) -> pl.DataFrame:
    """Decisions of all states about one side in one year."""
    world = archive.states
    past = index.past(side)
    values = covariates.decide(side, past, world, archive.ties, archive.deaths)
    candidates = np.flatnonzero(world.exists[side.year - FIRST])
    parties = {side.own, side.host, *side.allies, *side.enemies}
    candidates = np.array([k for k in candidates if k not in parties])
    troops = _senders(side, archive)
    last = index.last(side.key, side.year)
    table = {
        "side": [side.key] * len(candidates),
        "name": [side.name] * len(candidates),
        "year": np.full(len(candidates), side.year),
        "arena": [side.arena] * len(candidates),
        "host": np.full(len(candidates), world.codes[side.host]),
        "actor": [world.iso[k] for k in candidates],
        "coalition": [side.coalition or bool(last and last.coalition)] * len(candidates),
        "likely": _likely(side, past, archive)[candidates],
        "helped_last": [k in past.helpers for k in candidates],
        "helps": [k in side.helpers for k in candidates],
        "years_helping": [_spell(index, side, int(k)) for k in candidates],
        "troops": _known(side, candidates, "troops", troops),
        "arms": _known(side, candidates, "arms", set()),
        "troops_last": _known(last, candidates, "troops", _senders(last, archive))
        if last
        else [None] * len(candidates),
        "carried": np.full(len(candidates), sum(year < side.year - 1 for year in archive.until.values())),
        **{name: column[candidates].astype(np.float32) for name, column in values.items()},
    }
    return pl.DataFrame(table, schema_overrides=dict.fromkeys(("troops", "arms", "troops_last"), pl.Boolean))


def _senders(side: WarSide, archive: Archive) -> set[int]:
    """States with troops on the side in the year, by UCDP/PRIO."""
    return set().union(*(archive.troops.get((c, side.year, side.own), set()) for c in side.conflicts))


def _known(side: WarSide, candidates: np.ndarray, kind: str, senders: set[int]) -> list[bool | None]:
    out: list[bool | None] = []
    for k in candidates:
        types = side.helpers.get(int(k))
        known = None if types is None else types.get(kind)
        out.append(True if int(k) in senders and types is not None else known)
    return out


def _spell(index: SupportIndex, side: WarSide, state: int) -> int:
    """Years in a row, up to the year before, in which the state helped the side."""
    count, year = 0, side.year
    while (last := index.last(side.key, year)) is not None and state in last.helpers:
        count, year = count + 1, last.year
    return count


def _likely(side: WarSide, past: covariates.Past, archive: Archive) -> np.ndarray:
    """Borders, short distances, great powers, pacts, rivals and present helpers."""
    t = side.year - 1 - FIRST
    pair, mean = archive.ties.pairs, archive.ties.means
    parties: Sequence[int] = sorted({side.host, *side.enemies, *([side.own] if side.own >= 0 else [])})
    out = mean["major"][t] > 0
    for name in ("border", "defence", "rivalry"):
        out |= pair[name][t][:, parties].max(1) > 0
    out |= np.nan_to_num(pair["distance"][t][:, parties], nan=np.inf).min(1) <= RELEVANT_KM
    out[sorted(past.helpers | past.enemy_helpers)] = True
    return np.asarray(out)
