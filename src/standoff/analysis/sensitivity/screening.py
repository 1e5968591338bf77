"""Screening: parameters that may influence an answer.

The uniform number behind each parameter of each draw is known from its address, so that the slope of an answer by each
of them needs no further run. A slope counts where it exceeds the largest that as many parameters would reach by noise
alone.

Sources: donoho_johnstone1994 (how far noise alone reaches).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from scipy.special import ndtri

from standoff import labels, xla
from standoff.analysis.parameter_range import ParameterRange, kind_of, parameter_ranges
from standoff.analysis.quantity_of_interest import QuantityOfInterest
from standoff.engine.model import Model
from standoff.engine.parameters import POSTERIOR, uniforms
from standoff.engine.run import Outcomes
from standoff.plan import Perception, Plan, PlannedChoice
from standoff.statistics import screening_threshold

BLOCK = 16_384  # draws per block; assumption: 100 MB where there are 1,000 numbers


@dataclass(frozen=True)
class NamedParameter:
    """A parameter, with its name in words and its belief."""

    path: str
    label: str
    belief: str


def named(plan: Plan, index: int) -> tuple[str, str, str]:
    """Path, name in words and belief of a parameter."""
    parameter = plan.parameters[index]
    return parameter.path, labels.parameter(plan, parameter.path), str(parameter.belief)


def parameter_uniforms(model: Model, draws: int, seed: int, first: int = 0) -> np.ndarray:
    """(N, P) independent uniforms behind the parameters of the draws from `first` on.

    For parameters from a posterior, the rank among its draws: uniform, but not independent of one another.
    """
    xla.devices()  # before JAX is in use
    names = (*(model.layout.names[i] for i in model.layout.varying), POSTERIOR)
    ids = jnp.arange(first, first + draws, dtype=jnp.uint32)
    *own, which = np.asarray(_uniforms(names)(jnp.asarray(seed % 2**32, jnp.uint32), ids))
    among = model.table.posterior_draws
    for column, row in enumerate(model.layout.fitted):
        picked = np.minimum((which * len(among)).astype(int), len(among) - 1)
        own[row] = (among[:, column].argsort().argsort()[picked] + 0.5) / len(among)
    return np.array(own).reshape(-1, draws).T


@lru_cache(maxsize=4)
def _uniforms(names: tuple[str, ...]) -> Callable[..., Any]:
    """(seed, ids) -> (name, draw), compiled once for the blocks of a run."""
    return jax.jit(lambda seed, ids: uniforms(seed, names, 0, ids, jnp.float32))


def _blocks(run: Outcomes) -> Iterator[tuple[slice, np.ndarray]]:
    """Draws of a run in blocks, with their uniforms (n, P); all at once would take gigabytes."""
    settings, count = run.settings, len(run.failed)
    for start in range(0, count, BLOCK):
        draws = slice(start, min(start + BLOCK, count))
        yield draws, parameter_uniforms(run.model, draws.stop - start, settings.seed, settings.first + start)


def correlations(run: Outcomes, used: np.ndarray, values: np.ndarray) -> np.ndarray:
    """(P,) correlations of uniforms with `values` (N',) in the draws `used` (N,); 0 if constant."""
    off, total = np.zeros(len(used)), np.zeros(len(run.model.layout.varying))
    off[used] = values - values.mean()
    for draws, u in _blocks(run):
        total += off[draws] @ (u - 0.5)
    size = float(values.std()) * len(values) / math.sqrt(12.0)
    return total / size if size else total


def columns(run: Outcomes, used: np.ndarray, rows: Sequence[int]) -> np.ndarray:
    """(N', n) uniforms of some uncertain parameters, by row, in the draws `used` (N,)."""
    return np.concatenate([u[used[draws]][:, rows] for draws, u in _blocks(run)])


def parameter_normals(model: Model, draws: int, seed: int) -> np.ndarray:
    """(N, P) the standard normal numbers behind the uncertain parameters."""
    return ndtri(parameter_uniforms(model, draws, seed))


def by_correlation(model: Model, values: np.ndarray, seed: int) -> list[int]:
    """Uncertain parameters, by their correlation with (N,) values."""
    z, y = _normals_and_deviations(model, values, seed)
    return [model.layout.varying[i] for i in np.argsort(-np.abs(y @ z))]


def _normals_and_deviations(model: Model, values: np.ndarray, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """(N', P) normal numbers and (N',) values less their mean, of draws with a finite value."""
    good = np.isfinite(values)
    return parameter_normals(model, len(values), seed)[good], values[good] - values[good].mean()


def screening_slopes(model: Model, values: np.ndarray, seed: int) -> dict[int, float]:
    """Parameter -> slope of (N,) values by its standard normal number, if significant."""
    z, y = _normals_and_deviations(model, values, seed)
    if not z.shape[1] or not y.std():
        return {}
    slope = y @ z / len(y)
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


def named_choices(model: Model, about: QuantityOfInterest) -> Sequence[PlannedChoice]:
    """The choices that a quantity of interest refers to."""
    if about.question is not None:
        return model.plan.choices_of(about.question)
    return [model.plan.choices[model.program.rows_of.index(about.rows)]]


def choice_parameters(model: Model, about: QuantityOfInterest) -> list[int]:
    """Parameters of these choices: rationality, numbers, those of reasons, beliefs."""
    out: list[int] = []
    for choice in named_choices(model, about):
        out += [choice.rationality, *choice.numbers.values()]
        view = model.plan.view(choice.actor, choice.actor) if choice.actor in model.plan.views else Perception()
        for reason in choice.reasons:
            out += [reason.weight, *reason.part.parameters]
            out += [view.stocks[cell] for cell in reason.part.reads if cell in view.stocks]
        out += [factor for target, factor in view.parameter_index.items() if target in out]
    return list(dict.fromkeys(out))
