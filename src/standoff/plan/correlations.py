"""Resolve disturbances, and correlations: pairs of numbers that are jointly possible."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias, cast

import numpy as np

from standoff.errors import join_limited
from standoff.plan.builder import PlanBuilder
from standoff.plan.records import Component, Parameter, PlannedDisturbance, PlannedObservation
from standoff.statistics import Z90

Pair: TypeAlias = tuple[int, int, float]
"""Two parameters, or two disturbances, and their rank correlation."""
LEAST = 1e-12  #: remaining share of variance below which a correlation matrix counts as singular; assumption


def planned_disturbances(
    draft: PlanBuilder,
    mechanisms: Sequence[Component],
    observations: Sequence[PlannedObservation],
    initial: Sequence[int],
) -> tuple[PlannedDisturbance, ...]:
    """Every disturbance that mechanisms declare in `DISTURBANCES`, by mechanism and member.

    Reports missing gauges and numbers.
    """
    starts = dict(zip(draft.stocks, initial, strict=True))
    observation_index = {observation.cell: n for n, observation in enumerate(observations)}
    written = [cell for part in mechanisms for cell in part.writes]
    out = []
    for position, part in enumerate(mechanisms):
        for word, spec in getattr(part.module, "DISTURBANCES", {}).items():
            for member in part.params.members(spec.per):
                stock, gauge = f"{word}.{member}", f"{spec.gauge}.{member}"
                if gauge not in part.writes:
                    members = [cell.partition(".")[2] for cell in part.writes if cell.startswith(f"{spec.gauge}.")]
                    what = f"`{member}` has no `{spec.gauge}` in `{part.name}`"
                    draft.report(("mechanisms", part.name, spec.per), what, join_limited(members))
                    continue
                numbers = [part.parameter_index[name] for name in (spec.noise_sd, spec.persistence, spec.innovation_sd)]
                noise_sd, persistence, innovation_sd = (
                    number if isinstance(number, int) else number[member] for number in numbers
                )
                if draft.parameters[innovation_sd].quantile(0.999) <= 0:
                    draft.report(
                        ("mechanisms", part.name),
                        f"`{spec.innovation_sd}` is missing for `{member}`",
                        "a number above 0",
                        f"leave `{member}` out of `{spec.per}`, or give it",
                    )
                out.append(
                    PlannedDisturbance(
                        stock=stock,
                        gauge=gauge,
                        mechanism=position,
                        noise=f"{part.name}/{spec.noise}.{member}",
                        innovation=f"{part.name}/{stock}",
                        noise_sd=noise_sd,
                        persistence=persistence,
                        innovation_sd=innovation_sd,
                        variance=_variance(draft.parameters[starts[stock]]),
                        observation=observation_index.get(gauge) if written.count(gauge) == 1 else None,
                    )
                )
    return _with_levels(draft, mechanisms, starts, out)


def _with_levels(
    draft: PlanBuilder,
    mechanisms: Sequence[Component],
    starts: Mapping[str, int],
    disturbances: Sequence[PlannedDisturbance],
) -> tuple[PlannedDisturbance, ...]:
    """The disturbances, and behind them the levels (`LEVEL`) to which some return."""
    out, row_of = [*disturbances], {item.stock: n for n, item in enumerate(disturbances)}
    for position, part in enumerate(mechanisms):
        spec = getattr(part.module, "LEVEL", None)
        if spec is None:
            continue
        here, (pace, level) = (
            ("mechanisms", part.name),
            (getattr(part.params, role) for role in (spec.pace, spec.level)),
        )
        row, noise = row_of.get(pace), f"{part.name}/{spec.noise}"
        if row is None or out[row].level is not None:
            what = f"`{pace}` is no persistent disturbance" if row is None else f"`{pace}` has two levels"
            draft.report((*here, spec.pace), what, join_limited(row_of) or "none here")
        elif part.parameter_index[spec.persistence] != (persistence := out[row].persistence):
            path = draft.parameters[persistence or 0].path.removeprefix("mechanisms.")
            draft.report((*here, spec.persistence), "this is not the persistence of the pace", f"{{same_as: {path}}}")
        else:
            out[row] = replace(out[row], level=len(out))
            scale = cast(int, part.parameter_index[spec.innovation_sd])
            out.append(
                PlannedDisturbance(
                    stock=level,
                    gauge="",
                    mechanism=position,
                    noise=noise,
                    innovation=noise,
                    noise_sd=scale,
                    persistence=None,
                    innovation_sd=scale,
                    variance=_variance(draft.parameters[starts[level]]),
                    observation=None,
                )
            )
    return tuple(out)


def _variance(start: Parameter) -> float:
    """Variance of an initial value, from its central 90 %."""
    return ((start.quantile(0.95) - start.quantile(0.05)) / (2 * Z90)) ** 2


def planned_correlations(
    draft: PlanBuilder, disturbances: Sequence[PlannedDisturbance] = ()
) -> tuple[tuple[Pair, ...], tuple[Pair, ...]]:
    """Rank correlations of pairs of parameters, and of innovations of pairs of disturbances."""
    row_of = {disturbance.stock: n for n, disturbance in enumerate(disturbances)}
    of_innovations = [n for n, entry in enumerate(draft.scenario.correlations) if {*entry.between} <= {*row_of}]
    others = [n for n in range(len(draft.scenario.correlations)) if n not in of_innovations]

    def uncertain(index: int) -> bool:
        return draft.parameters[index].belief.shape != "point"

    return _pairs(draft, others, draft.find, uncertain), _pairs(draft, of_innovations, row_of.get, lambda _: True)


def _pairs(
    draft: PlanBuilder, positions: Sequence[int], find: Callable[[str], int | None], uncertain: Callable[[int], bool]
) -> tuple[Pair, ...]:
    """The pairs of the entries at `positions`; reports impossible ones."""
    first: dict[frozenset[int], int] = {}  # pair -> entry
    names: dict[int, str] = {}
    out: list[Pair] = []
    for position in positions:
        entry, here = draft.scenario.correlations[position], ("correlations", position)
        indices = {word: find(word) for word in entry.between}
        for word, index in indices.items():
            if index is None:
                draft.unknown_parameter((*here, "between"), word)
        word_of = {index: word for word, index in indices.items() if index is not None}
        if None in indices.values():
            continue
        names |= word_of
        if len(word_of) < 2:
            draft.report((*here, "between"), f"`{entry.between[0]}` is correlated with itself", "two different numbers")
            continue
        other = first.setdefault(frozenset(word_of), position)
        points = [f"`{word}`" for index, word in word_of.items() if not uncertain(index)]
        if other != position:
            draft.report(
                here,
                f"{' and '.join(f'`{word}`' for word in entry.between)} are correlated twice",
                "each pair once",
                f"first given at {draft.document.where(('correlations', other))}",
            )
        elif points:
            verb = "is one number" if len(points) == 1 else "are single numbers"
            draft.warnings.append(f"correlations[{position}] does nothing: {' and '.join(points)} {verb}, not a belief")
        else:
            a, b = word_of
            out.append((a, b, entry.value))
    if not _possible(out):
        contradictions = [f"{names[one]} and {names[other]} {value:g}" for one, other, value in _contrary(out)]
        draft.report(
            ("correlations",),
            f"the correlations contradict one another: {'; '.join(contradictions)}",
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
    """Whether the matrix of these correlations is positive definite."""
    row_of = {number: row for row, number in enumerate(dict.fromkeys(n for a, b, _ in pairs for n in (a, b)))}
    matrix = np.eye(len(row_of))
    for a, b, rank in pairs:
        matrix[row_of[a], row_of[b]] = matrix[row_of[b], row_of[a]] = normal(rank)
    return bool((np.linalg.eigvalsh(matrix) >= LEAST).all())
