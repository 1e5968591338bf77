"""Outcomes of a question in the same futures under several states of a case; differences.

A draw has the same parameters and the same random numbers whatever is changed, so that the mean of a difference over
futures has a far smaller Monte Carlo error than either answer. A difference of several groups of changes is shared among
them by Shapley values: the marginal contribution of a group, averaged over the orders in which groups can be added. All
subsets are evaluated, so that there is no sampling of orders.

Sources: glasserman2003 (common random numbers); shapley1953; lundberg2017 (efficiency: the values add up).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import factorial

import numpy as np

from standoff.engine.model import Model
from standoff.engine.run import Outcomes
from standoff.plan import PlannedQuestion
from standoff.questions import Sample
from standoff.record import record
from standoff.statistics import error_floor, median_pseudovalues


@record
class QuestionRef:
    """A question, and its compared quantity."""

    id: str
    kind: str
    text: str
    date: str
    unit: str  #: `share` for a share of futures, else the unit of the number; may be empty
    of: str  #: probability, share, mean or median


@record
class Difference:
    """An answer before and after a change, in the same futures."""

    before: float  #: probability of an event, share of the label most likely before, mean or median
    after: float
    change: float
    mc_error: float  #: Monte Carlo standard error of the change


@dataclass(frozen=True)
class PairedOutcomes:
    """Outcomes under several states of a case, in the futures that failed under none."""

    outcomes: np.ndarray  #: (state, N)
    values: np.ndarray  #: (state, N), whose means are the answers; see `answer_values`

    @classmethod
    def of(cls, question: PlannedQuestion, states: Sequence[np.ndarray]) -> PairedOutcomes:
        """Pair `outcome_values` (N,) of the states."""
        outcomes = np.stack(states).astype(float)  # single precision may not hold their squares
        outcomes = outcomes[:, np.isfinite(outcomes).all(axis=0)]
        return cls(outcomes, np.stack([answer_values(question, row) for row in outcomes]))

    @property
    def futures(self) -> int:
        """Number of futures."""
        return self.outcomes.shape[1]

    def error(self, contrast: np.ndarray) -> float:
        """Standard error of the mean of a contrast (N,); at least that of half a hit for events."""
        count = max(self.futures, 1)
        return max(float(contrast.std()) / math.sqrt(count), error_floor(self.outcomes, count))

    def difference(self, after: int = -1, before: int = 0) -> Difference:
        """The answers in two of the states."""
        one, other = self.values[before], self.values[after]
        change, error = float((other - one).mean()), self.error(other - one)
        return Difference(before=float(one.mean()), after=float(other.mean()), change=change, mc_error=error)


def held_from_now(model: Model, held: Mapping[str, str], since: int | None = None) -> np.ndarray:
    """(choice, step) options set by persons: those of the model, and others from a step on.

    since: by default the first after as_of; -1 where no option is set
    """
    plan, out = model.plan, np.array(model.table.held_options)
    for row, choice in enumerate(plan.choices):
        if choice.name in held:
            out[row, plan.first_future_step if since is None else since :] = choice.options.index(held[choice.name])
    return out


def question_ref(question: PlannedQuestion) -> dict[str, str]:
    """The fields of `QuestionRef` for a question."""
    form = question.form
    return {
        "id": question.id,
        "kind": question.question.kind,
        "text": question.question.text,
        "date": question.date,
        "unit": "share" if form.is_share else form.unit(question),
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


def mean(values: np.ndarray) -> tuple[float, float]:
    """Mean and its standard error, of the draws that did not fail."""
    finite = values[np.isfinite(values)]
    return float(finite.mean()), float(finite.std()) / math.sqrt(max(len(finite), 1))


def estimate(name: str, values: np.ndarray) -> dict[str, float]:
    """A mean under a name, and its standard error as `mc_error`: fields of many records."""
    value, error = mean(values)
    return {name: value, "mc_error": error}


def subsets(count: int, below: int | None = None) -> list[frozenset[int]]:
    """Every subset of `count` groups, the smallest first; `below`: with fewer members."""
    sizes = range(count + 1 if below is None else below)
    return [frozenset(some) for size in sizes for some in combinations(range(count), size)]


def shapley_values(values: Mapping[frozenset[int], np.ndarray], count: int) -> np.ndarray:
    """(group, N) Shapley values by draw, from the values (N,) of every subset of the groups."""
    out = np.zeros((count, *next(iter(values.values())).shape))
    for subset in subsets(count, count):
        weight = factorial(len(subset)) * factorial(count - len(subset) - 1) / factorial(count)
        for group in set(range(count)) - subset:
            out[group] += weight * (values[subset | {group}] - values[subset])
    return out
