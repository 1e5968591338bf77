"""Portfolios of foreign policy, and their similarity: S, kappa, Scott's pi, Kendall's tau-b.

Positions are ordered levels of actors towards targets: alliances with states (0 none, 1 entente, 2 neutrality or
non-aggression, 3 defence), or votes on resolutions (1 yes, 2 abstention, 3 no). Let `d` be the distance of two levels, as
a share of the distance of the lowest and the highest, or its square, or 1 for any two levels that differ (nominal), and D_o its
mean over the targets of a pair of actors, weighted by their capabilities if wanted. S, kappa and pi are

    1 - D_o / D_e

and differ in the distance D_e expected by chance (haege2011): S takes one half, that of an actor who takes either end with
equal chance (signorino_ritter1999); kappa that of two actors who draw independently from their own distributions of levels
(cohen1968); pi that of two actors who draw from their common distribution (scott1955). With few ties in the world S is near
1 for almost every pair, which kappa and pi correct. Tau-b is the rank correlation of two portfolios (kendall1938, first used
for alliances by bueno_de_mesquita1975); it measures association, not agreement.

All are computed in one pass for all pairs, from the joint distribution of their levels. A target counts for a pair if both
positions are known; a value that is not defined is NaN: a pair without such a target, kappa and pi of two actors that
take one and the same level everywhere, tau-b of an actor that takes one level everywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import ArrayLike

from standoff.errors import StandoffError, join_limited, require
from standoff.types import Floats

Distance: TypeAlias = Literal["absolute", "squared", "nominal"]
HALF = 0.5  # distance expected by chance of S: either end of the scale is as likely


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
            f"{len(actors)} actors, {len(targets)} targets and {len(values)} values", allowed="lists of one length"
        )
    rows, row_of = _places([str(actor) for actor in actors], members, "actor")
    columns, column_of = _places([str(target) for target in targets], members, "target")
    cells = row_of * len(columns) + column_of
    unique, counts = np.unique(cells, return_counts=True)
    if (counts > 1).any():
        row, column = divmod(int(unique[counts > 1][0]), len(columns))
        raise StandoffError(
            f"{rows[row]} has {counts.max()} entries towards {columns[column]}",
            fix="keep one entry of each pair: of alliances the highest level, of votes the valid one",
        )
    positions = np.full(len(rows) * len(columns), float(absent))
    positions[cells] = np.asarray(values, dtype=float)
    matrix = positions.reshape(len(rows), len(columns))
    if own is not None:
        if rows != columns:
            raise StandoffError(
                "`own` needs actors and targets that are the same", fix="give `members`, the states of the system"
            )
        np.fill_diagonal(matrix, own)
    return Portfolio(actors=rows, targets=columns, positions=matrix)


def _places(names: list[str], members: Sequence[str] | None, kind: str) -> tuple[tuple[str, ...], np.ndarray]:
    """Names of an axis, and the place of each entry on it; sorted without `members`."""
    if members is None:
        unique, inverse = np.unique(np.array(names, dtype=object), return_inverse=True)
        return tuple(unique), inverse
    index_of = {name: n for n, name in enumerate(members)}
    unknown = sorted(set(names) - index_of.keys())
    if unknown:
        raise StandoffError(f"{kind} {join_limited(unknown)}: not in `members`", allowed=join_limited(index_of))
    return tuple(members), np.array([index_of[name] for name in names], dtype=np.intp)


def s_score(
    positions: ArrayLike, levels: Sequence[float], *, weights: ArrayLike | None = None, distance: Distance = "absolute"
) -> Floats:
    """S of Signorino and Ritter for all pairs of actors, -1 to 1, (actor, actor).

    positions: (actor, target), each one of `levels` (ascending) or NaN
    weights: of targets, such as capabilities; by default all count alike
    """
    return _agreement(joint_distribution(positions, levels, weights), levels, distance, "s")


def weighted_kappa(
    positions: ArrayLike, levels: Sequence[float], *, weights: ArrayLike | None = None, distance: Distance = "squared"
) -> Floats:
    """Cohen's weighted kappa for all pairs of actors; arguments as of `s_score`."""
    return _agreement(joint_distribution(positions, levels, weights), levels, distance, "kappa")


def scott_pi(
    positions: ArrayLike, levels: Sequence[float], *, weights: ArrayLike | None = None, distance: Distance = "squared"
) -> Floats:
    """Scott's pi with weighted distances for all pairs of actors; arguments as of `s_score`."""
    return _agreement(joint_distribution(positions, levels, weights), levels, distance, "pi")


def tau_b(positions: ArrayLike, levels: Sequence[float]) -> Floats:
    """Kendall's tau-b for all pairs of actors; arguments as of `s_score`."""
    return _tau_b(joint_distribution(positions, levels))


def similarities(
    positions: ArrayLike, levels: Sequence[float], *, weights: ArrayLike | None = None
) -> dict[str, Floats]:
    """Every measure for all pairs of actors, by name; arguments as of `s_score`.

    Names: `s_absolute`, `s_squared`, `kappa`, `pi` (squared distances), `tau_b`; with weights also `s_absolute_weighted` and
    `s_squared_weighted`.
    """
    joint = joint_distribution(positions, levels)
    out = {f"s_{distance}": _agreement(joint, levels, distance, "s") for distance in ("absolute", "squared")}
    out |= {chance: _agreement(joint, levels, "squared", chance) for chance in ("kappa", "pi")}
    out["tau_b"] = _tau_b(joint)
    if weights is not None:
        joint = joint_distribution(positions, levels, weights)
        out |= {
            f"s_{distance}_weighted": _agreement(joint, levels, distance, "s") for distance in ("absolute", "squared")
        }
    return out


def joint_distribution(positions: ArrayLike, levels: Sequence[float], weights: ArrayLike | None = None) -> Floats:
    """Weight of the targets by the levels of two actors, (level, level, actor, actor).

    Raises `StandoffError` for positions that are no level, and for weights that are not one number of each target.
    """
    array, scale = np.asarray(positions, dtype=float), np.asarray(levels, dtype=float)
    if array.ndim != 2:
        raise StandoffError(f"positions of {array.ndim} dimensions", allowed="an array (actor, target)")
    if scale.ndim != 1 or len(scale) < 2 or not (np.diff(scale) > 0).all():
        raise StandoffError(f"levels {list(levels)}", allowed="two or more numbers, ascending")
    wrong = np.unique(array[~(np.isin(array, scale) | np.isnan(array))])
    if wrong.size:
        raise StandoffError(
            f"positions that are no level: {join_limited(f'{value:g}' for value in wrong)}",
            allowed=", ".join(f"{value:g}" for value in scale),
            fix="use NaN for a position that is not known",
        )
    size, (actors, targets) = len(scale), array.shape
    weight = np.ones(targets) if weights is None else np.asarray(weights, dtype=float)
    if weight.shape != (targets,) or not (np.isfinite(weight) & (weight >= 0)).all():
        wrong_shape = weight.shape != (targets,)
        raise StandoffError(
            f"weights of shape {weight.shape}" if wrong_shape else "weights below 0 or not finite",
            allowed=f"{targets} numbers of 0 or more, one for each target",
        )
    rows = (array == scale[:, None, None]).astype(float).reshape(size * actors, targets)
    joint = (rows * weight) @ rows.T  # one product for all pairs of levels and of actors
    return np.ascontiguousarray(joint.reshape(size, actors, size, actors).transpose(0, 2, 1, 3))


def _agreement(joint: Floats, levels: Sequence[float], distance: str, chance: str) -> Floats:
    """1 minus observed over expected distance, (actor, actor); einsum: k, l levels, i, j actors."""
    require(distance, get_args(Distance), "distance", error=StandoffError)
    scale = np.asarray(levels, dtype=float)
    share = np.abs(scale[:, None] - scale) / (scale[-1] - scale[0])  # of the largest distance, (level, level)
    distances = {"absolute": share, "squared": share**2, "nominal": np.ceil(share)}[distance]
    total = joint.sum((0, 1))
    observed = np.einsum("kl,klij->ij", distances, joint) * total  # both times the square of `total`
    if chance == "s":
        expected = HALF * total * total
    else:
        first, second = joint.sum(1), joint.sum(0)
        if chance == "pi":
            first = second = (first + second) / 2
        expected = np.einsum("kl,kij,lij->ij", distances, first, second, optimize=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(expected > 0, 1 - observed / expected, np.nan)


def _tau_b(joint: Floats) -> Floats:
    """Concordant less discordant pairs of targets, over those that are no ties, (actor, actor)."""
    above = np.zeros_like(joint)  # weight of the targets on which both levels are higher
    above[:-1, :-1] = joint[::-1, ::-1].cumsum(0).cumsum(1)[::-1, ::-1][1:, 1:]
    across = np.zeros_like(joint)  # on which the first is higher and the second lower
    across[:-1, 1:] = joint[::-1].cumsum(0).cumsum(1)[::-1][1:, :-1]
    net = (joint * (above - across)).sum((0, 1))
    total = joint.sum((0, 1))
    untied = [(total**2 - (joint.sum(axis) ** 2).sum(0)) / 2 for axis in (1, 0)]
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(untied[0] * untied[1] > 0, net / np.sqrt(untied[0] * untied[1]), np.nan)
