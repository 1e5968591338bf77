"""What levers do to an answer, and to the reasons of the choices that it is about.

A lever acts from as_of on, in the same futures. Where it moves the odds of the answer by less than a quarter between the
ends of its range, the reasons are compared at both ends: at the last decision before the date of the question, in futures
in which it arises at both ends from the same option in force. Then a reason has changed by what the lever makes of what it
reads, and of what others are expected to do, and by nothing else.
"""

from __future__ import annotations

import math

import numpy as np

from standoff import labels
from standoff.analysis.compare_variants import SURE, shared_decision
from standoff.analysis.explain import default_option
from standoff.analysis.paired import PairedOutcomes, estimate, mean, outcome_values
from standoff.engine import decision_record
from standoff.engine.session import Session
from standoff.engine.simulator import default_path_count
from standoff.plan import PlannedQuestion
from standoff.progress import SILENT, Progress, track
from standoff.record import record
from standoff.scenario import overrides

LEVER_DRAWS = 2048  # assumption: resolves a percentage point of a rare event, as for variants
CLEAR = 3.0  # standard errors; of a hundred and forty comparisons at two, seven would be clear by chance
QUARTER = 1.25  #: factor of the odds; assumption: a smaller one asks why
LEAST = 0.005  # log odds; assumption: what rounds to nothing is nothing


@record
class LeverEnd:
    """The answer with a lever at one end of its range."""

    value: float  #: in the unit of the lever
    answer: float  #: probability of an event, share of a label, mean or median
    change: float
    mc_error: float  #: Monte Carlo standard error of the change


@record
class ReasonAtEnds:
    """Mean log odds of an option by one reason, with a lever at either end of its range."""

    text: str  #: of the reason, with its actor
    log_odds: tuple[float, float]  #: low and high, against the status quo
    change: float
    mc_error: float  #: Monte Carlo standard error of the change


@record
class LeverReach:
    """What a lever changes for the choice of a question: its reasons, and how often it arises."""

    reasons: tuple[ReasonAtEnds, ...]  #: that it moves, the largest change first
    arises: tuple[float, float]  #: share of futures in which the decision arises, with the lever low and high
    mc_error: float  #: Monte Carlo standard error of the difference of these shares


@record
class LeverEffect:
    """A lever with the answer at both ends of its range."""

    lever: str
    text: str
    unit: str
    now: float  #: median of the belief about it
    before: float  #: the answer as the case stands
    ends: tuple[LeverEnd, LeverEnd]  #: low and high
    futures: int
    odds: float | None  #: those at the high end over those at the low end; None for a number, and without any event
    reach: LeverReach | None  #: None where it moves the odds enough, or the question names no free choice

    @property
    def largest(self) -> LeverEnd:
        """The end that changes the answer more."""
        return max(self.ends, key=lambda end: abs(end.change))

    @property
    def is_clear(self) -> bool:
        """Whether the larger change is beyond chance."""
        return abs(self.largest.change) > CLEAR * self.largest.mc_error


def lever_effects(
    session: Session, question: PlannedQuestion, label: str = "", draws: int = LEVER_DRAWS, progress: Progress = SILENT
) -> tuple[LeverEffect, ...]:
    """The answer to a question under every lever of the case, the largest change first.

    label: of a question with labels, whose share is the answer
    """
    names = track(progress, "levers", list(session.model.scenario.levers))
    before = outcome_values(session.move(draws=draws), question, label)
    out = (_effect(session, question, name, label, draws, before) for name in names)
    return tuple(sorted(out, key=lambda item: -abs(item.largest.change)))


def lever_effect(
    session: Session, question: PlannedQuestion, name: str, label: str = "", draws: int = LEVER_DRAWS
) -> LeverEffect:
    """The answer to a question with one lever at either end; parameters as of `lever_effects`."""
    before = outcome_values(session.move(draws=draws), question, label)
    return _effect(session, question, name, label, draws, before)


def _effect(
    session: Session, question: PlannedQuestion, name: str, label: str, draws: int, before: np.ndarray
) -> LeverEffect:
    """A lever beside the outcomes (N,) of the case as it stands."""
    plan, scenario = session.model.plan, session.model.scenario
    lever = scenario.levers[name]
    low, high, unit = overrides.ends(lever.model_dump(), scenario.units)
    moved = [session.move({name: end}, draws=draws) for end in (low, high)]
    paired = PairedOutcomes.of(question, [before, *(outcome_values(run, question, label) for run in moved)])
    first, second = (
        LeverEnd(value=value, answer=end.after, change=end.change, mc_error=end.mc_error)
        for value, end in ((low, paired.difference(1)), (high, paired.difference(2)))
    )
    p, q = first.answer, second.answer
    odds = q * (1 - p) / (p * (1 - q)) if question.form.COMPARED_BY != "mean" and 0 < p < 1 and q < 1 else None
    weak = odds is not None and 1 / QUARTER < odds < QUARTER
    return LeverEffect(
        lever=name,
        text=lever.text or name,
        unit=unit.text if unit.dims else "",
        now=plan.parameters[plan.in_force(plan.number(lever.target))].quantile(0.5) / unit.factor,
        before=p - first.change,
        ends=(first, second),
        futures=paired.futures,
        odds=odds,
        reach=_reach(session, question, name, (low, high)) if weak else None,
    )


def _reach(session: Session, question: PlannedQuestion, name: str, ends: tuple[float, float]) -> LeverReach | None:
    """What a lever changes for the choice of the question, at its last decision before the date."""
    plan, paths = session.model.plan, min(LEVER_DRAWS, default_path_count(session.model))
    choice = next(iter(plan.choices_of(question)), None)
    option = choice and default_option(plan, choice, choice.options[choice.status_quo])
    if choice is None or not option:
        return None
    one, other = (session.run({name: end}, draws=paths) for end in ends)
    shared = shared_decision(one, other, plan.choices.index(choice), question.state)
    if shared is None:
        return None
    step, sides = shared
    made, before, parts = [], [], []
    for run, index, rows in sides:
        made.append(decision_record.has_occasion(run, index, step))
        before.append(decision_record.options_before(run, step)[run.valid_paths][made[-1]][rows, index])
        parts.append(decision_record.reasons(run, index, step)[rows, :, choice.options.index(option)])
    low, high = (part[before[0] == before[1]].T for part in parts)
    changes = [estimate("change", most - least) for least, most in zip(low, high, strict=True)]
    moved = [
        ReasonAtEnds(
            text=f"{labels.actor(plan, choice.actor)}: {labels.reason_of(plan, choice.name, reason.name)}",
            log_odds=(float(least.mean()), float(most.mean())),
            **change,
        )
        for reason, least, most, change in zip(choice.reasons, low, high, changes, strict=True)
        if abs(change["change"]) > max(SURE * change["mc_error"], LEAST)
    ]
    (first, error), (second, second_error) = map(mean, made)
    return LeverReach(
        reasons=tuple(sorted(moved, key=lambda item: -abs(item.change))),
        arises=(first, second),
        mc_error=math.hypot(error, second_error),
    )
