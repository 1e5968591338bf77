"""What the withdrawal of a claim changes, or its being false.

Withdrawn: a reason that cites the claim loses the claim's part of its weight (an equal part for each of its claims),
and the belief of a parameter that cites it widens, by the factor n / (n - 1) where it is one of n sources and twofold
where it is the only one. False: in addition, such a parameter is set to that end of the widened belief (5 or 95 in a
hundred) which changes the answer more. These rules are assumptions; they do not estimate whether the claim is true. The
posterior without a claim requires another fit: parameters from a posterior stay as they are.

Claims that are cited by the same parameters and reasons in the same way share a row.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from enum import StrEnum

from standoff.engine.model import Model
from standoff.engine.parameters import ParameterTable
from standoff.engine.table_changes import quantile, widened
from standoff.plan import Plan, PlannedChoice
from standoff.record import record
from standoff.statistics import Z90

ALONE = 2.0  # assumption: how much wider a number is that rested on one claim


class Dispute(StrEnum):
    """What an analyst does with a claim; the ledger stays as it is."""

    aside = "aside"  #: withdrawn
    doubt = "doubt"  #: half of that: reasons lose half of its part, and beliefs widen by the root of the factor
    false_low = "false_low"  #: false, and its numbers at the lower end of the widened belief
    false_high = "false_high"  #: and at the upper end


@record
class ClaimEffect:
    """What withdrawing a claim changes: weights of reasons and beliefs of parameters."""

    weights: tuple[tuple[int, float], ...]  #: parameter of a weight, and the share of it that is left
    numbers: tuple[tuple[int, float], ...]  #: parameter that cites the claim, and the factor by which its belief widens


def claim_effects(model: Model) -> dict[str, ClaimEffect]:
    """The effect of withdrawing each claim on weights and parameters, where it has one.

    Base rates of questions enter no future, and parameters from a posterior stay as they are.
    """
    plan = model.plan
    numbers = [i for i, parameter in enumerate(plan.parameters) if not parameter.path.startswith("questions.")]
    return effects_of_claims(model, plan.choices, numbers)


def effects_of_claims(model: Model, choices: Iterable[PlannedChoice], numbers: Iterable[int]) -> dict[str, ClaimEffect]:
    """The effect of each claim on the weights of some choices and on some parameters."""
    weights, beliefs = dict[str, list[tuple[int, float]]](), dict[str, list[tuple[int, float]]]()
    for reason in (reason for choice in choices for reason in choice.reasons):
        for claim in dict.fromkeys(reason.claims):
            weights.setdefault(claim, []).append((reason.weight, 1 - 1 / len(reason.claims)))
    for index in numbers:
        if index in model.layout.column:
            continue
        count = len(model.plan.parameters[index].belief.sources)
        for claim in cited_claims(model.plan, index):
            beliefs.setdefault(claim, []).append((index, ALONE if count == 1 else count / (count - 1)))
    return {
        claim: ClaimEffect(weights=tuple(weights.get(claim, ())), numbers=tuple(beliefs.get(claim, ())))
        for claim in dict.fromkeys([*weights, *beliefs])
    }


def cited_claims(plan: Plan, index: int) -> tuple[str, ...]:
    """Claims among the sources of a parameter."""
    return tuple(dict.fromkeys(source for source in plan.parameters[index].belief.sources if source in plan.ledger))


def disputed_table(model: Model, table: ParameterTable, effect: ClaimEffect, how: Dispute) -> ParameterTable:
    """A parameter table without a claim, or with the claim taken for doubtful or false."""
    is_doubt = how is Dispute.doubt
    for index, share in effect.weights:
        table = table.scaled(model.layout, index, (1 + share) / 2 if is_doubt else share)
    if how in (Dispute.false_low, Dispute.false_high):
        side = -Z90 if how is Dispute.false_low else Z90
        ends = {i: quantile(model, i, factor, side) for i, factor in effect.numbers}
        return table.with_value(model.layout, ends) if ends else table
    for index, factor in effect.numbers:
        table = widened(model, table, index, math.sqrt(factor) if is_doubt else factor)
    return table
