"""Portfolios of foreign policy: positions towards targets, from lists of pacts or votes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from standoff.errors import Problem, StandoffError, join_limited
from standoff.types import Floats


@dataclass(frozen=True, kw_only=True, eq=False)
class Portfolio:
    """Positions of actors towards targets: levels of alliances, or votes on resolutions."""

    actors: tuple[str, ...]
    targets: tuple[str, ...]
    positions: Floats  #: (actor, target), NaN where not known


def portfolio(
    actors: Sequence[object],
    targets: Sequence[object],
    values: Sequence[float],
    *,
    members: Sequence[str] | None = None,
    absent: float = np.nan,
    own: float | None = None,
) -> Portfolio:
    """Portfolios from a long list: `actors[k]` holds `values[k]` towards `targets[k]`.

    Alliances: `members` are the states of the system in their order, which are actors and targets alike, `absent` is the
    level without a commitment and `own` that towards oneself, a defence pact (signorino_ritter1999); an alliance binds
    both partners, so that it needs an entry from either side. Votes: `targets` are roll calls, and what is absent stays
    unknown. A pair has one entry: of several alliances of a pair, keep the highest level.
    """
    if not len(actors) == len(targets) == len(values):
        raise StandoffError(
            Problem(
                f"{len(actors)} actors, {len(targets)} targets and {len(values)} values", allowed="lists of one length"
            )
        )
    rows, row_of = _places([str(actor) for actor in actors], members, "actor")
    columns, column_of = _places([str(target) for target in targets], members, "target")
    cells = row_of * len(columns) + column_of
    unique, counts = np.unique(cells, return_counts=True)
    if (counts > 1).any():
        row, column = divmod(int(unique[counts > 1][0]), len(columns))
        raise StandoffError(
            Problem(
                f"{rows[row]} has {counts.max()} entries towards {columns[column]}",
                fix="keep one entry of each pair: of alliances the highest level, of votes the valid one",
            )
        )
    positions = np.full(len(rows) * len(columns), float(absent))
    positions[cells] = np.asarray(values, dtype=float)
    matrix = positions.reshape(len(rows), len(columns))
    if own is not None:
        if rows != columns:
            raise StandoffError(
                Problem(
                    "`own` needs actors and targets that are the same", fix="give `members`, the states of the system"
                )
            )
        np.fill_diagonal(matrix, own)
    return Portfolio(actors=rows, targets=columns, positions=matrix)


def _places(names: list[str], members: Sequence[str] | None, kind: str) -> tuple[tuple[str, ...], np.ndarray]:
    """Names of an axis, and the place of each entry on it; sorted without `members`."""
    if members is None:
        unique, inverse = np.unique(np.array(names, dtype=object), return_inverse=True)
        return tuple(unique), inverse
    place = {name: n for n, name in enumerate(members)}
    unknown = sorted(set(names) - place.keys())
    if unknown:
        raise StandoffError(Problem(f"{kind} {join_limited(unknown)}: not in `members`", allowed=join_limited(place)))
    return tuple(members), np.array([place[name] for name in names], dtype=np.intp)
