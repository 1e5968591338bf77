"""Claims that a fit compares with stocks, as arrays, with a check against later claims.

Voices, biases and what a comparator allows are those of `claim_arrays`: a group is the claims about one subject and one family
of quantities, and a source has one bias in a group. A claim that a prior cites is left out, for it would count twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from standoff import units
from standoff.engine.model import Model
from standoff.errors import ModelError, Problem, join_limited
from standoff.inference.reconcile import claim_arrays
from standoff.ledger import Claim, Ledger
from standoff.ledger.quantities import Prior
from standoff.ledger.sources import SourcedClaim, resolve_sources
from standoff.plan import Plan
from standoff.scenario import calendar
from standoff.types import Floats, Ints

FLOOR = 1e-3  #: lower bound of the middle of a claim, so that logarithms are finite; assumption
PRIORS = ("mechanisms.", "stocks.", "choices.")  #: prefixes of parameters of processes and choices
UNSIGNED = Prior(interest_bias={kind: (0.0, spread) for kind, (_, spread) in Prior().interest_bias.items()})
#: for quantities that are not losses: no expected direction of bias


@dataclass(frozen=True)
class FitTargets:
    """Claims with entries of `fit.targets`. Axes: claim."""

    groups: tuple[claim_arrays.ClaimData, ...]  #: claims in the order of groups, in each group in ledger order
    claims: tuple[SourcedClaim, ...]
    entry: Ints  #: (claim,) index in `Plan.compared`
    factor: Floats  #: (claim,) one canonical unit in the unit of the claim's group
    state: Floats  #: (claim,) its day in steps, between states of the run
    floor: Floats  #: (claim,) smallest size, in the unit of the group
    left_out: tuple[tuple[str, str], ...]  #: id, reason


def collect_targets(model: Model) -> FitTargets:
    """Claims about days after the imposed history, published by as_of."""
    plan = model.plan
    calendar, limit = plan.scenario.calendar, plan.scenario.as_of_day
    known, words = plan.ledger.as_of(limit).not_retracted(), plan.scenario.vocabulary
    entries, left_out = _entries(plan, known)
    by_group: dict[tuple[str, str], list[Claim]] = defaultdict(list)
    for name in entries:
        claim = known[name]
        by_group[claim.subject, words.family_of(claim.quantity).name].append(claim)
    belligerents, groups = words.belligerents(known), []
    for (subject, _), claims in by_group.items():
        quantity = claims[0].quantity
        prior = Prior() if words.is_loss(quantity) else UNSIGNED
        sourced = resolve_sources(claims, known, words=words)
        claim_arrays.require_published_by([item.claim for item in sourced], limit)
        try:
            groups.append(
                claim_arrays.build(sourced, quantity, subject, claims[0].unit, belligerents, prior, limit, words)
            )
        except ModelError as error:
            left_out += [(claim.id, error.problems[0].what) for claim in claims]
    left_out += [pair for group in groups for pair in group.left_out]
    pairs = [(group, item) for group in groups for item in group.claims]
    middle = {id(group): float(np.median(np.exp(group.arrays.observed_log))) for group in groups}
    return FitTargets(
        groups=tuple(groups),
        claims=tuple(item for _, item in pairs),
        entry=np.array([entries[item.claim.id] for _, item in pairs], int),
        factor=np.array([1 / units.parse(group.unit, plan.scenario.units).factor for group, _ in pairs]),
        state=np.array([calendar.position(item.day) for _, item in pairs]),
        floor=np.array([FLOOR * middle[id(group)] for group, _ in pairs]),
        left_out=tuple(left_out),
    )


def _entries(plan: Plan, known: Ledger) -> tuple[dict[str, int], list[tuple[str, str]]]:
    """Entry of `fit.targets` of each claim, and claims that are left out, with reasons."""
    calendar, limit, cited = plan.scenario.calendar, plan.scenario.as_of_day, cited_by_priors(plan)
    entries: dict[str, int] = {}
    left_out: list[tuple[str, str]] = []
    outside: dict[str, str] = {}  # claims that no entry takes, for their day
    for n, item in enumerate(plan.compared):
        for claim in known.filter(**item.filters):
            if claim.id in entries or not claim.numbers:
                continue
            if claim.as_of.last > limit:
                outside.setdefault(claim.id, f"it is about a day after {plan.scenario.as_of}")
            elif calendar.position(claim.as_of.last) <= item.first:
                outside[claim.id] = f"up to {calendar.label(item.first)} the path is that of history, and not simulated"
            elif claim.id in cited:
                left_out.append((claim.id, f"the prior of {cited[claim.id]} rests on it"))
            else:
                entries[claim.id] = n
    excluded = entries.keys() | {name for name, _ in left_out}
    return entries, left_out + [(name, why) for name, why in outside.items() if name not in excluded]


def cited_by_priors(plan: Plan) -> dict[str, str]:
    """Claim -> a parameter of a process or a choice whose belief cites it."""
    return {
        source: parameter.path.removeprefix("mechanisms.")
        for parameter in reversed(plan.parameters)  # the first that cites it
        if parameter.path.startswith(PRIORS) and parameter.belief.shape != "point"
        for source in parameter.belief.sources
        if source in plan.ledger
    }


def refuse_leaks(plan: Plan, paths: Iterable[str]) -> None:
    """Raise `ModelError` if evidence published after as_of would reach the parameters `paths`.

    Claims that are compared pass `claim_arrays.require_published_by`, and imposed paths hold what stood at as_of. What is left are
    priors that cite later claims, and options of history, other than the status quo, that rest on later claims alone.
    """
    limit = plan.scenario.as_of_day
    known = plan.ledger.as_of(limit)
    problems = []
    for path in paths:
        parameter = plan.parameter(path)
        later = [word for word in parameter.belief.sources if word in plan.ledger and word not in known]
        if later:
            problems.append(
                Problem(
                    f"its prior cites {join_limited(later, 3)}, published after as_of {plan.scenario.as_of}",
                    path=path,
                    fix="use a prior from earlier sources",
                )
            )
    for name, choice in plan.scenario.choices.items():
        for n, item in enumerate(choice.history):
            claims = [word for word in item.sources if word in plan.ledger]
            has_changed = item.option != choice.status_quo and calendar.last_day(item.since) <= limit
            if has_changed and claims and not any(map(known.__contains__, claims)):
                problems.append(
                    Problem(
                        f"the option `{item.option}` cites {join_limited(claims, 3)}, published after as_of",
                        path=f"choices.{name}.history.{n}",
                        fix="cite an earlier claim",
                    )
                )
    if problems:
        raise ModelError(problems)
