"""Screening: parameters that may influence an answer.

The uniform number behind each parameter of each draw is known from its address, so that the slope of an answer by each
of them needs no further run. A slope counts where it exceeds the largest that as many parameters would reach by noise
alone.

Sources: donoho_johnstone1994 (how far noise alone reaches).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from scipy.special import ndtri

from standoff.analysis.paired_samples import parameter_uniforms
from standoff.analysis.parameter_range import ParameterRange, kind_of, parameter_ranges
from standoff.analysis.quantity_of_interest import QuantityOfInterest
from standoff.engine.model import Model
from standoff.plan import PlannedChoice
from standoff.statistics import screening_threshold


def parameter_normals(model: Model, draws: int, seed: int) -> np.ndarray:
    """(N, P) the standard normal numbers behind the uncertain parameters."""

    return np.asarray(ndtri(parameter_uniforms(model, draws, seed)))


def by_correlation(model: Model, values: np.ndarray, seed: int) -> list[int]:
    """Uncertain parameters, by their correlation with (N,) values."""
    good = np.isfinite(values)
    z, y = parameter_normals(model, len(values), seed)[good], values[good]
    tie = np.abs((y - y.mean()) @ z)
    return [model.layout.varying[i] for i in np.argsort(-tie)]


def screening_slopes(model: Model, values: np.ndarray, seed: int) -> dict[int, float]:
    """Parameter -> slope of (N,) values by its standard normal number, if significant."""
    good = np.isfinite(values)
    z, y = parameter_normals(model, len(values), seed)[good], values[good]
    if not z.shape[1] or not y.std():
        return {}
    slope = (y - y.mean()) @ z / len(y)
    noise = screening_threshold(z.shape[1]) / math.sqrt(len(y)) * y.std()
    return {model.layout.varying[i]: float(slope[i]) for i in np.flatnonzero(np.abs(slope) > noise)}


def candidates(model: Model, about: QuantityOfInterest, tie: Mapping[int, float], most: int) -> list[ParameterRange]:
    """Candidate parameters: significant ones first, then levers, then those of the choice."""
    top = max((abs(slope) for slope in tie.values()), default=1.0)

    def promise(move: ParameterRange) -> float:
        if move.index in tie:
            return 1.0 + abs(tie[move.index]) / top
        if move.kind == "lever":
            return 0.4 if move.belief else 0.9  # an influential uncertain parameter would have a significant slope
        return 0.5 if move.kind in {"weight", "belief", "choice"} else 0.25 if move.belief else 0.1

    wanted = [*choice_parameters(model, about), *sorted(tie, key=lambda i: -abs(tie[i]))]
    result = [move for move in parameter_ranges(model, wanted) if kind_of(move.path) not in {"question", "observation"}]
    return sorted(result, key=promise, reverse=True)[:most]


def named(model: Model, about: QuantityOfInterest) -> Sequence[PlannedChoice]:
    """The choices that a quantity of interest refers to."""
    plan = model.plan
    if about.question is not None:
        return plan.choices_of(about.question)
    return [plan.choices[[rows == about.rows for rows in model.program.rows_of].index(True)]]


def choice_parameters(model: Model, about: QuantityOfInterest) -> list[int]:
    """Parameters of these choices: rationality, numbers, those of reasons, beliefs."""
    out: list[int] = []
    for choice in named(model, about):
        out += [choice.rationality, *choice.numbers.values()]
        view = model.plan.view(choice.actor, choice.actor) if choice.actor in model.plan.views else None
        for reason in choice.reasons:
            out += [reason.weight, *_flat(reason.part.parameter_index.values())]
            out += [view.stocks[cell] for cell in reason.part.reads if cell in view.stocks] if view else []
        out += [factor for target, factor in view.parameter_index.items() if target in out] if view else []
    return list(dict.fromkeys(out))


def _flat(numbers: Iterable[int | Mapping[str, int]]) -> list[int]:
    return [n for result in numbers for n in ([result] if isinstance(result, int) else result.values())]
