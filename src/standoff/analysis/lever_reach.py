"""Why a lever does little: what it changes for the reasons of a choice.

Where a lever moves the odds of the answer by less than a quarter between the ends of its range, the reasons are compared at
both ends: at the last decision before the date of the question, in futures in which it arises at both ends from the same
option in force. Then a reason has changed by what the lever makes of what it reads, and of what others are expected to do,
and by nothing else.
"""

from __future__ import annotations

import math

from standoff import labels
from standoff.analysis.compare_variants import SURE, shared_decision
from standoff.analysis.explain import default_option
from standoff.analysis.movements import MOVED_DRAWS, Movement
from standoff.analysis.paired import estimate, mean
from standoff.engine import decision_record
from standoff.engine.session import Session
from standoff.engine.simulator import default_path_count
from standoff.plan import PlannedQuestion
from standoff.record import record

QUARTER = 1.25  #: factor of the odds; assumption: a smaller one asks why
LEAST = 0.005  # log odds; assumption: what rounds to nothing is nothing


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

    odds: float  #: of the answer, those at the high end over those at the low end
    reasons: tuple[ReasonAtEnds, ...]  #: that it moves, the largest change first
    arises: tuple[float, float]  #: share of futures in which the decision arises, with the lever low and high
    mc_error: float  #: Monte Carlo standard error of the difference of these shares


def odds(question: PlannedQuestion, movement: Movement) -> float | None:
    """The odds at the high end over those at the low end; None for a number."""
    p, q = (end.after for end in movement.changes[question.id])
    return q * (1 - p) / (p * (1 - q)) if question.form.COMPARED_BY != "mean" and 0 < p < 1 and q < 1 else None


def lever_reach(session: Session, question: PlannedQuestion, movement: Movement) -> LeverReach | None:
    """The reasons that a lever reaches, at the last decision before the date of the question.

    None where it moves the odds by a quarter, and where the question names no free choice.
    """
    plan, factor, paths = (
        session.model.plan,
        odds(question, movement),
        min(MOVED_DRAWS, default_path_count(session.model)),
    )
    choice = next(iter(plan.choices_of(question)), None)
    option = choice and default_option(plan, choice, choice.options[choice.status_quo])
    if choice is None or not option or factor is None or not 1 / QUARTER < factor < QUARTER:
        return None
    one, other = (session.run({movement.mover.name: end}, draws=paths) for end in movement.mover.ends)
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
        odds=factor,
        reasons=tuple(sorted(moved, key=lambda item: -abs(item.change))),
        arises=(first, second),
        mc_error=math.hypot(error, second_error),
    )
