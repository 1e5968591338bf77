"""What levers could do: an answer with each lever at either end of its range.

A lever acts from as_of on, in the same futures.
"""

from __future__ import annotations

from dataclasses import dataclass

from standoff.analysis.paired import PairedOutcomes, outcome_values
from standoff.engine.session import Session
from standoff.plan import PlannedQuestion
from standoff.progress import SILENT, Progress, track
from standoff.scenario import overrides

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
    before = outcome_values(session.move(draws=draws), question, label)
    alone = PairedOutcomes.of(question, [before])

    def end(lever: str, value: float) -> LeverEnd:
        after = outcome_values(session.move({lever: value}, draws=draws), question, label)
        difference = PairedOutcomes.of(question, [before, after]).difference()
        return LeverEnd(value=value, answer=difference.after, change=difference.change, mc_error=difference.mc_error)

    out = []
    for name, lever in track(progress, "levers", list(scenario.levers.items())):
        low, high, unit = overrides.ends(lever.model_dump(), scenario.units)
        parameter = plan.parameters[plan.in_force(plan.number(lever.target))]
        effect = LeverEffect(
            lever=name,
            text=lever.text or name,
            unit=unit.text if unit.dims else "",
            now=parameter.quantile(0.5) / unit.factor,
            before=float(alone.values.mean()),
            ends=(end(name, low), end(name, high)),
            futures=alone.futures,
        )
        out.append(effect)
    return tuple(sorted(out, key=lambda item: -abs(item.largest.change)))
