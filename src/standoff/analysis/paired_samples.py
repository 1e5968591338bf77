"""Per-draw outcome values of a question, and the uniforms behind each parameter."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from standoff import xla
from standoff.analysis.quantile_error import median_pseudovalues
from standoff.engine.model import Model
from standoff.engine.parameters import POSTERIOR, uniforms
from standoff.engine.run import Outcomes, Run
from standoff.plan import PlannedQuestion
from standoff.questions import Sample

BLOCK = 16_384  # draws per block; assumption: 100 MB where there are 1,000 numbers


@dataclass(frozen=True)
class QuestionRef:
    """A question, and its compared quantity."""

    id: str
    kind: str
    text: str
    date: str
    unit: str  #: `share` for a share of futures, else the unit of the number; may be empty
    of: str  #: probability, share, mean or median


def question_ref(question: PlannedQuestion) -> dict[str, str]:
    """The fields of `QuestionRef` for a question."""
    form = question.form
    unit = "share" if form.is_share else form.unit(question)
    return {
        "id": question.id,
        "kind": question.question.kind,
        "text": question.question.text,
        "date": question.date,
        "unit": unit,
        "of": form.COMPARED_BY,
    }


def paired_sample(run: Outcomes, question: PlannedQuestion) -> Sample:
    """Outcome values of a question in all draws, including failed ones."""
    rows = {item.name: row for item, row in zip(run.trackers, run.answers, strict=True)}
    return Sample(question=question, plan=run.model.plan, read=rows.__getitem__)


def outcome_values(run: Outcomes, question: PlannedQuestion, label: str = "") -> np.ndarray:
    """(N,) outcome: whether it happens (`label`: whether that is first), or the quantity.

    NaN for draws that failed.
    """
    return np.where(run.valid, question.form.values(paired_sample(run, question), label), np.nan)


def answer_values(question: PlannedQuestion, values: np.ndarray) -> np.ndarray:
    """(N,) values whose mean is the answer: outcomes, or pseudo-values of their median.

    values: finite outcomes of a question (see `outcome_values`)
    """
    return median_pseudovalues(values) if question.form.STATISTIC == "median" and len(values) else values.astype(float)


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
        if model.layout.by_row:  # a design: each draw has its own row
            picked = np.arange(first, first + draws) % len(among)
        own[row] = (among[:, column].argsort().argsort()[picked] + 0.5) / len(among)
    return np.array(own).reshape(-1, draws).T


@lru_cache(maxsize=4)
def _uniforms(names: tuple[str, ...]) -> Callable[..., Any]:
    """(seed, ids) -> (name, draw), compiled once for the blocks of a run."""

    return jax.jit(lambda seed, ids: uniforms(seed, names, 0, ids, jnp.float32))


def blocks(run: Outcomes) -> Iterator[tuple[slice, np.ndarray]]:
    """Draws of a run in blocks, with their uniforms (n, P); all at once would take gigabytes."""
    settings, count = run.settings, len(run.failed)
    for start in range(0, count, BLOCK):
        stop = min(start + BLOCK, count)
        yield slice(start, stop), parameter_uniforms(run.model, stop - start, settings.seed, settings.first + start)


def correlations(run: Outcomes, used: np.ndarray, values: np.ndarray) -> np.ndarray:
    """(P,) correlations of uniforms with `values` (N',) in the draws `used` (N,); 0 if constant."""
    off, total = np.zeros(len(used)), np.zeros(len(run.model.layout.varying))
    off[used] = values - values.mean()
    for index, u in blocks(run):
        total += off[index] @ (u - 0.5)
    size = float(values.std()) * len(values) / math.sqrt(12.0)
    return total / size if size else total


def columns(run: Run, used: np.ndarray, rows: Sequence[int]) -> np.ndarray:
    """(N', n) uniforms of some uncertain parameters, by row, in the draws `used` (N,)."""
    return np.concatenate([u[used[index]][:, rows] for index, u in blocks(run)])
