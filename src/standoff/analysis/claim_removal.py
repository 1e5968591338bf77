"""Leave-one-claim-out: the answer if a claim is withdrawn, or assumed false.

Withdrawn: a reason that cites the claim loses the claim's part of its weight (an equal part for each of its claims),
and the belief of a parameter that cites it widens, by the factor n / (n - 1) where it is one of n sources and twofold
where it is the only one. False: in addition, such a parameter is set to that end of the widened belief (5 or 95 in a
hundred) which changes the answer more. These rules are assumptions; they do not estimate whether the claim is true. The
posterior without a claim requires another fit: parameters from a posterior stay as they are.

Claims that are cited by the same parameters and reasons in the same way share a row.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from standoff.analysis.margin import MarginEstimate
from standoff.analysis.quantity_of_interest import QuantityOfInterest
from standoff.analysis.sensitivity.screening import choice_parameters, named
from standoff.engine.model import Model
from standoff.engine.parameters import ParameterTable
from standoff.engine.table_changes import quantile, widened
from standoff.plan import Plan, PlannedChoice, labels
from standoff.progress import SILENT, Progress, track
from standoff.statistics import Z90

ALONE = 2.0  # assumption: how much wider a number is that rested on one claim
MOST = 20  # assumption: lines, the claims that bear on most first


class Dispute(StrEnum):
    """What an analyst does with a claim; the ledger stays as it is."""

    aside = "aside"  #: withdrawn
    doubt = "doubt"  #: half of that: reasons lose half of its part, and beliefs widen by the root of the factor
    false_low = "false_low"  #: false, and its numbers at the lower end of the widened belief
    false_high = "false_high"  #: and at the upper end


@dataclass(frozen=True, kw_only=True)
class ClaimEffect:
    """What withdrawing a claim changes: weights of reasons and beliefs of parameters."""

    weights: tuple[tuple[int, float], ...]  #: parameter of a weight, and the share of it that is left
    numbers: tuple[tuple[int, float], ...]  #: parameter that cites the claim, and the factor by which its belief widens


@dataclass(frozen=True, kw_only=True)
class ClaimRemoval:
    """Claims of one group, and the answer without one of them."""

    claims: tuple[str, ...]
    numbers: tuple[str, ...]
    labels: tuple[str, ...]  #: of these parameters, in words
    reasons: tuple[str, ...]
    reason_labels: tuple[str, ...]  #: texts of these reasons
    answer: float  #: answer if one is withdrawn
    answer_error: float
    change: float
    flips: bool
    false_answer: float | None  #: answer if one is false, for a number that cites it
    false_flips: bool


def claim_effects(model: Model) -> dict[str, ClaimEffect]:
    """The effect of withdrawing each claim on weights and parameters, where it has one.

    Base rates of questions enter no future, and parameters from a posterior stay as they are.
    """
    plan = model.plan
    numbers = [i for i, parameter in enumerate(plan.parameters) if not parameter.path.startswith("questions.")]
    return _effects(model, plan.choices, numbers)


def _effects(model: Model, choices: Iterable[PlannedChoice], numbers: Iterable[int]) -> dict[str, ClaimEffect]:
    """The effect of each claim on the weights of some choices and on some parameters."""
    plan, lost, wide = model.plan, dict[str, list[tuple[int, float]]](), dict[str, list[tuple[int, float]]]()
    for reason in (reason for choice in choices for reason in choice.reasons):
        for claim in dict.fromkeys(reason.claims):
            lost.setdefault(claim, []).append((reason.weight, 1 - 1 / len(reason.claims)))
    for index in numbers:
        if index in model.layout.column:
            continue
        count = len(plan.parameters[index].belief.sources)
        for claim in _cited(plan, index):
            wide.setdefault(claim, []).append((index, ALONE if count == 1 else count / (count - 1)))
    return {
        claim: ClaimEffect(weights=tuple(lost.get(claim, ())), numbers=tuple(wide.get(claim, ())))
        for claim in dict.fromkeys([*lost, *wide])
    }


def _cited(plan: Plan, index: int) -> tuple[str, ...]:
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


def remove_claims(
    model: Model,
    about: QuantityOfInterest,
    tie: Mapping[int, float],
    start: MarginEstimate,
    under: Callable[[ParameterTable], MarginEstimate],
    progress: Progress = SILENT,
) -> tuple[tuple[ClaimRemoval, ...], tuple[str, ...]]:
    """The answer without each claim, the largest change first; and claims that were not tried."""
    plan = model.plan
    choices, wanted = named(model, about), dict.fromkeys([*choice_parameters(model, about), *tie])
    bearing = _effects(model, choices, wanted)
    learned = {claim for i in model.layout.column if i in wanted for claim in _cited(plan, i)}
    reasons = {reason.weight: (choice.name, reason.name) for choice in choices for reason in choice.reasons}
    alike: dict[ClaimEffect, list[str]] = {}
    for claim, effect in bearing.items():
        alike.setdefault(effect, []).append(claim)
    order = sorted(alike.items(), key=lambda pair: -_size(pair[0], tie))
    out = []
    for effect, claims in track(progress, "claims", order[:MOST]):
        lost, wide = effect.weights, effect.numbers
        level = under(disputed_table(model, model.table, effect, Dispute.aside))
        ends = (
            [under(disputed_table(model, model.table, effect, how)) for how in (Dispute.false_low, Dispute.false_high)]
            if wide
            else []
        )
        false = max(ends, key=lambda end: abs(end.answer - start.answer)) if ends else None
        out.append(
            ClaimRemoval(
                claims=tuple(claims),
                numbers=tuple(plan.parameters[i].path for i, _ in wide),
                labels=tuple(labels.parameter(plan, plan.parameters[i].path) for i, _ in wide),
                reasons=tuple(".".join(reasons[w]) for w, _ in lost),
                reason_labels=tuple(labels.reason_of(plan, *reasons[w]) for w, _ in lost),
                answer=level.answer,
                answer_error=level.answer_error,
                change=level.answer - start.answer,
                flips=_turned(start, level),
                false_answer=None if false is None else false.answer,
                false_flips=false is not None and _turned(start, false),
            )
        )
    out.sort(key=lambda item: -max(abs(item.change), abs((item.false_answer or start.answer) - start.answer)))
    observed = {claim for item in plan.observations for claim in item.claims} - set(bearing)
    left = []
    if model.posterior:
        left.append(
            f"what a posterior was fitted to, and {len(learned)} claims that its priors cite: without one of them it "
            "would have to be fitted anew"
        )
    if observed:
        left.append(
            f"{len(observed)} claims come in through the paths that stocks follow up to {model.scenario.as_of}: "
            "without one of them the program would have to be made anew"
        )
    if len(order) > MOST:
        left.append(f"{sum(len(claims) for _, claims in order[MOST:])} claims that bear on numbers that matter less")
    return tuple(out), tuple(left)


def _turned(start: MarginEstimate, level: MarginEstimate) -> bool:
    return (level.margin > 0) != (start.margin > 0)


def _size(effect: ClaimEffect, tie: Mapping[int, float]) -> float:
    """Upper estimate of the influence of claims: slopes of their parameters, weights of reasons."""
    lost, wide = effect.weights, effect.numbers
    slopes = sum(abs(tie.get(i, 0.0)) for i, _ in (*lost, *wide))
    return 100 * slopes + sum(1.0 - share for _, share in lost)
