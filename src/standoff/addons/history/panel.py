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

from pathlib import Path

import numpy as np

from standoff.addons.history import covariates
from standoff.addons.history.archive import Archive, load
from standoff.addons.history.covariates import Past
from standoff.addons.history.sides import WarSide
from standoff.addons.history.states import FIRST
from standoff.addons.tables import pl
from standoff.errors import DataError
from standoff.record import record

LEFT_EDGE = 1975  #: first year of the support data
RELEVANT_KM = 950.0  #: distance within which a state is a likely helper (the rule of the data's authors' risk sets)


@record
class Panel:
    """Rows of decisions, and the archive that they were built from."""

    rows: pl.DataFrame
    archive: Archive

    def write(self, path: Path) -> None:
        """Write the rows as .csv, or else as .parquet."""
        if path.suffix.lower() == ".csv":
            self.rows.write_csv(path)
        else:
            self.rows.write_parquet(path)


def build(folder: Path) -> Panel:
    """The panel of all decisions from 1976 on, in the order of sides and years of the data."""
    archive = load(folder)
    frames = [rows(side, archive) for side in archive.sides if side.year > LEFT_EDGE]
    if not frames:
        raise DataError(f"no war after {LEFT_EDGE}", str(archive.files["support"].path), fix="get the whole file")
    return Panel(rows=pl.concat(frames), archive=archive)


def rows(side: WarSide, archive: Archive) -> pl.DataFrame:
    """Decisions of all states about one side in one year."""
    world = archive.states
    past, last = archive.index.past(side), archive.index.last(side.key, side.year)
    values = covariates.decide(side, past, world, archive.ties)
    parties = {side.own, side.host, *side.allies, *side.enemies}
    candidates = np.array([k for k in np.flatnonzero(world.exists[side.year - FIRST]).tolist() if k not in parties])
    table = {
        "side": side.key,
        "name": side.name,
        "year": np.full(len(candidates), side.year),
        "arena": side.arena,
        "host": np.full(len(candidates), world.codes[side.host]),
        "actor": [world.iso[k] for k in candidates],
        "coalition": side.coalition or bool(last and last.coalition),
        "likely": _likely(side, past, archive)[candidates],
        "helped_last": np.isin(candidates, [*past.helpers]),
        "helps": np.isin(candidates, [*side.helpers]),
        "years_helping": [_spell(archive, side, k) for k in candidates.tolist()],
        "troops": _known(side, candidates, "troops", archive),
        "arms": _known(side, candidates, "arms"),
        "troops_last": _known(last, candidates, "troops", archive),
        "carried": np.full(len(candidates), sum(year < side.year - 1 for year in archive.until.values())),
        **{name: column[candidates].astype(np.float32) for name, column in values.items()},
    }
    return pl.DataFrame(table, schema_overrides=dict.fromkeys(("troops", "arms", "troops_last"), pl.Boolean))


def _known(
    side: WarSide | None, candidates: np.ndarray, kind: str, archive: Archive | None = None
) -> list[bool | None]:
    """Whether each helper gave a type of help; with `archive`, from its senders of troops too."""
    if side is None:
        return [None] * len(candidates)
    troops = archive.troops if archive else {}
    senders = set().union(*(troops.get((conflict, side.year, side.own), set()) for conflict in side.conflicts))
    by_helper = {k: True if k in senders else types.get(kind) for k, types in side.helpers.items()}
    return [by_helper.get(k) for k in candidates.tolist()]


def _spell(archive: Archive, side: WarSide, state: int) -> int:
    """Years in a row, up to the year before, in which the state helped the side."""
    count, year = 0, side.year
    while (last := archive.index.last(side.key, year)) is not None and state in last.helpers:
        count, year = count + 1, last.year
    return count


def _likely(side: WarSide, past: Past, archive: Archive) -> np.ndarray:
    """Borders, short distances, great powers, pacts, rivals and present helpers."""
    t = side.year - 1 - FIRST
    parties = sorted({side.host, *side.enemies, side.own} - {-1})
    pair = {name: values[t][:, parties] for name, values in archive.ties.pairs.items()}
    out = archive.ties.means["major"][t] > 0
    for name in ("border", "defence", "rivalry"):
        out |= (pair[name] > 0).any(1)
    out |= (pair["distance"] <= RELEVANT_KM).any(1)
    out[sorted(past.helpers | past.enemy_helpers)] = True
    return out
