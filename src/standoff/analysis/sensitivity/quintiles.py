"""Conditional means of an answer by quintile of the most influential parameters.

The uniform number behind each parameter of each draw is known from its address, so that no further run is needed. A
parameter is listed only where its correlation exceeds the largest that as many parameters would reach by noise alone.

Sources: donoho_johnstone1994 (how far noise alone reaches).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from standoff.analysis.answer import Answer
from standoff.analysis.paired import answer_values, outcome_values
from standoff.analysis.sensitivity.screening import NamedParameter, columns, correlations, named
from standoff.engine.run import Run, once_per_run
from standoff.statistics import screening_threshold

MOST = 8  # assumption: more parameters do not move an answer by a share that a reader would notice
PART = 0.2  # a fifth of the futures at either end: assumption, narrow enough to differ and wide enough to be counted


@dataclass(frozen=True)
class QuintileMeans(NamedParameter):
    """One parameter, and the answer in its lowest and its highest quintile."""

    low: float  #: in the lowest fifth: a share, a median or a mean
    high: float
    low_error: float
    high_error: float


def quintile_means(run: Run, answer: Answer, most: int = 3) -> tuple[QuintileMeans, ...]:
    """The most influential parameters of an answer, up to 8, largest first; may be empty."""
    return _largest(run, answer.id, str(answer.answer))[:most]


@once_per_run
def _largest(run: Run, answer: str, label: str) -> tuple[QuintileMeans, ...]:
    """The `MOST` parameters with the largest correlation."""
    question = run.model.plan.question(answer)
    values = outcome_values(run, question, label)
    good = np.isfinite(values)
    values, varying = values[good], run.model.layout.varying
    if not varying or not len(values) or not values.std():
        return ()
    tie = correlations(run, good, values)
    noise = screening_threshold(len(varying)) / math.sqrt(len(values))
    rows = [int(i) for i in np.argsort(-np.abs(tie))[:MOST] if abs(tie[i]) > noise]
    out = []
    for i, samples in zip(rows, columns(run, good, rows).T, strict=True):
        ends = [answer_values(question, part) for part in (values[samples < PART], values[samples > 1 - PART])]
        means = [float(end.mean()) for end in ends]
        errors = [float(end.std()) / math.sqrt(len(end)) for end in ends]
        out.append(QuintileMeans(*named(run.model.plan, varying[i]), *means, *errors))
    return tuple(out)
