"""What levers could do: an answer with each lever at either end of its range.

A lever acts from as_of on, in the same futures.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from standoff.analysis.paired_samples import answer_values, outcome_values
from standoff.engine.session import Session
from standoff.plan import PlannedQuestion
from standoff.progress import SILENT, Progress, track
from standoff.scenario import overrides
from standoff.statistics import error_floor

DRAWS = 2048  # assumption: resolves a percentage point of a rare event, as for variants


@dataclass(frozen=True, kw_only=True)
class LeverEnd:
    """The answer with a lever at one end of its range."""

    value: float  #: in the unit of the lever
    answer: float  #: probability of an event, share of a label, mean or median
    change: float
    mc_error: float  #: Monte Carlo standard error of the change


@dataclass(frozen=True, kw_only=True)
class LeverEffect:
    """A lever with the answer at both ends of its range."""

    lever: str
    text: str
    unit: str
    now: float  #: median of the belief about it
    before: float  #: the answer as the case stands
    ends: tuple[LeverEnd, LeverEnd]  #: low and high
    futures: int

    @property
    def largest(self) -> LeverEnd:
        """The end that changes the answer more."""
        return max(self.ends, key=lambda end: abs(end.change))


def lever_effects(
    session: Session, question: PlannedQuestion, label: str = "", draws: int = DRAWS, progress: Progress = SILENT
) -> tuple[LeverEffect, ...]:
    """The answer to a question under every lever of the case, the largest change first.

    label: of a question with labels, whose share is the answer
    """
    plan, scenario = session.model.plan, session.model.scenario
    before, out = outcome_values(session.move(draws=draws), question, label).astype(float), list[LeverEffect]()
    for name, lever in track(progress, "levers", list(scenario.levers.items())):
        low, high, unit = overrides.ends(lever.model_dump(), scenario.units)
        parameter = plan.parameters[plan.in_force(plan.number(lever.target))]
        ends = tuple(_end(session, question, label, name, value, before, draws) for value in (low, high))
        answers = answer_values(question, before[np.isfinite(before)])
        out.append(
            LeverEffect(
                lever=name,
                text=lever.text or name,
                unit=unit.text if unit.dims else "",
                now=parameter.quantile(0.5) / unit.factor,
                before=float(answers.mean()),
                ends=(ends[0], ends[1]),
                futures=len(answers),
            )
        )
    return tuple(sorted(out, key=lambda item: -abs(item.largest.change)))


def _end(
    session: Session,
    question: PlannedQuestion,
    label: str,
    lever: str,
    value: float,
    before: np.ndarray,
    draws: int,
) -> LeverEnd:
    after = outcome_values(session.move({lever: value}, draws=draws), question, label).astype(float)
    pair = np.stack([before, after])
    pair = pair[:, np.isfinite(pair).all(axis=0)]
    count, answers = max(pair.shape[1], 1), np.stack([answer_values(question, row) for row in pair])
    off = answers[1] - answers[0]
    error = max(float(off.std()) / math.sqrt(count), error_floor(pair, count))
    return LeverEnd(value=value, answer=float(answers[1].mean()), change=float(off.mean()), mc_error=error)
