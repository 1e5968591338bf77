"""Resolve correlations: pairs of uncertain numbers that are jointly possible."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TypeAlias

from standoff.plan.builder import PlanBuilder
from standoff.plan.records import PlannedDisturbance

Pair: TypeAlias = tuple[int, int, float]
"""Two parameters, or two disturbances, and their rank correlation."""
LEAST = 1e-12  #: remaining share of variance below which a correlation matrix counts as singular; assumption


def planned_correlations(
    draft: PlanBuilder, disturbances: Sequence[PlannedDisturbance] = ()
) -> tuple[tuple[Pair, ...], tuple[Pair, ...]]:
    """Rank correlations of pairs of parameters, and of innovations of pairs of disturbances."""
    stocks = {item.stock: n for n, item in enumerate(disturbances)}
    of_innovations = [n for n, entry in enumerate(draft.scenario.correlations) if {*entry.between} <= {*stocks}]
    others = [n for n in range(len(draft.scenario.correlations)) if n not in of_innovations]

    def uncertain(index: int) -> bool:
        return draft.parameters[index].belief.shape != "point"

    return _pairs(draft, others, draft.find, uncertain), _pairs(draft, of_innovations, stocks.get, lambda _: True)


def _pairs(
    draft: PlanBuilder, positions: Sequence[int], find: Callable[[str], int | None], uncertain: Callable[[int], bool]
) -> tuple[Pair, ...]:
    """The pairs of the entries at `positions`; reports impossible ones."""
    first: dict[frozenset[int], int] = {}  # pair -> entry
    names: dict[int, str] = {}
    out: list[Pair] = []
    for position in positions:
        entry, here = draft.scenario.correlations[position], ("correlations", position)
        numbers = [find(word) for word in entry.between]
        for word, index in zip(entry.between, numbers, strict=True):
            if index is None:
                draft.unknown_parameter((*here, "between"), word)
        a, b = numbers
        if a is None or b is None:
            continue
        names |= {a: entry.between[0], b: entry.between[1]}
        if a == b:
            draft.report((*here, "between"), f"`{entry.between[0]}` is correlated with itself", "two different numbers")
            continue
        other = first.setdefault(frozenset((a, b)), position)
        if other != position:
            draft.report(
                here,
                f"{' and '.join(f'`{word}`' for word in entry.between)} are correlated twice",
                "each pair once",
                f"first given at {draft.document.where(('correlations', other))}",
            )
            continue
        points = [word for word, index in zip(entry.between, (a, b), strict=True) if not uncertain(index)]
        if points:
            words = " and ".join(f"`{word}`" for word in points)
            verb = "is one number" if len(points) == 1 else "are single numbers"
            draft.warnings.append(f"correlations[{position}] does nothing: {words} {verb}, not a belief")
            continue
        out.append((a, b, entry.value))
    if not _possible(out):
        statement = [f"{names[one]} and {names[other]} {value:g}" for one, other, value in _contrary(out)]
        draft.report(
            ("correlations",),
            f"the correlations contradict one another: {'; '.join(statement)}",
            "a positive definite matrix, with 0 for pairs that are not given",
            "weaken or remove one of them, or add the missing pair",
        )
    return tuple(out)


def normal(rank: float) -> float:
    """Correlation of the normals of a Gaussian copula for a rank correlation: 2 sin(pi rho / 6)."""
    return 2 * math.sin(math.pi * rank / 6)


def _contrary(pairs: list[Pair]) -> list[Pair]:
    """Correlations without any one of which the others are possible."""
    for pair in tuple(pairs):
        rest = [other for other in pairs if other != pair]
        pairs = pairs if _possible(rest) else rest
    return pairs


def _possible(pairs: list[Pair]) -> bool:
    """Whether the matrix of these correlations is positive definite (has a Cholesky factor).

    Computed here without a library, since `standoff validate` loads none; a scenario has a handful of correlations.
    """
    place = {number: row for row, number in enumerate(dict.fromkeys(n for a, b, _ in pairs for n in (a, b)))}
    size = len(place)
    low = [[float(row == column) for column in range(size)] for row in range(size)]
    for a, b, rank in pairs:
        low[place[a]][place[b]] = low[place[b]][place[a]] = normal(rank)
    for n in range(size):
        for k in range(n + 1):
            rest = low[n][k] - sum(low[n][i] * low[k][i] for i in range(k))
            if n == k and rest < LEAST:
                return False
            low[n][k] = math.sqrt(rest) if n == k else rest / low[k][k]
    return True
