"""Answers under variants that change only parameters, with the compiled program of the run.

Such a variant needs no compilation, and a draw has the same random numbers under it as in the run: the difference
between two answers has a far smaller Monte Carlo error than either answer.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from itertools import islice
from typing import Any

import numpy as np

from standoff.analysis.answer import answer
from standoff.analysis.paired_samples import answer_values, outcome_values
from standoff.engine.anchors import anchored
from standoff.engine.model import Model
from standoff.engine.parameters import ParameterLayout, ParameterTable, build_table, override_posterior
from standoff.engine.rerun import Rerunner
from standoff.engine.run import Run
from standoff.errors import StandoffError
from standoff.plan import Plan, PlannedChoice, plan
from standoff.statistics import error_floor

DRAWS = 1536  # assumption: two blocks on each of two cores; this resolves a percentage point of a rare event
MOST = 6  # assumption: a reader compares no more, and they take as long as a run of 10,000 draws
NUMBERS = {"mechanisms", "choices", "stocks", "beliefs"}  #: sections in which a change may concern only parameters
APART = {"loaded", "ledger", "parameters", "warnings", "choices"}  #: parts of a plan that no program reads


@dataclass(frozen=True, kw_only=True)
class VariantEffect:
    """A question under one variant, compared with the run in the same futures."""

    variant: str
    text: str
    question: str
    kind: str
    unit: str
    before: float  #: probability of an event, share of the most likely label, mean or median
    after: float
    change: float
    mc_error: float  #: Monte Carlo standard error of the change
    draws: int


def variant_effects(run: Run, draws: int = DRAWS) -> tuple[VariantEffect, ...]:
    """Every question under the first `MOST` variants that change only parameters.

    Empty where the run is of a variant itself.
    """
    tables = {} if run.model.plan.variant else dict(islice(parameter_variants(run.model), MOST))
    if not tables:
        return ()
    again = Rerunner.from_run(run)
    result, count = [], min(draws, run.settings.draws)
    before = replace(
        run, answers=run.answers[:, :count], failed=run.failed[:count], cause=run.cause[:count], totals=None
    )
    labels = {item.id: str(item.answer) for item in answer(run).answers}
    texts = {name: params.text or name for name, params in run.model.scenario.variants.items()}
    for name, table in tables.items():
        after = again.with_table(table, count).run
        for query in run.model.plan.questions:
            pair = np.stack([outcome_values(each, query, labels[query.id]) for each in (before, after)]).astype(float)
            pair = pair[:, np.isfinite(pair).all(axis=0)]
            if pair.size:
                answers = np.stack([answer_values(query, row) for row in pair])
                means, off = answers.mean(axis=1), answers[1] - answers[0]
                error = max(float(off.std()) / math.sqrt(pair.shape[1]), error_floor(pair, pair.shape[1]))
                unit = query.form.unit(query)
                result.append(
                    VariantEffect(
                        variant=name,
                        text=texts[name],
                        question=query.id,
                        kind=query.question.kind,
                        unit=unit,
                        before=float(means[0]),
                        after=float(means[1]),
                        change=float(off.mean()),
                        mc_error=error,
                        draws=pair.shape[1],
                    )
                )
    return tuple(result)


def parameter_variants(model: Model) -> Iterator[tuple[str, ParameterTable]]:
    """Variants that the program of a model can simulate, with their parameter tables."""

    memory = dict[Any, Any]()
    for name, variant in model.scenario.variants.items():
        if set(variant.change) <= NUMBERS:
            try:
                other = plan(model.plan.loaded.with_variant(name), model.ledger, memory)
                changed = Model(other, *build_table(other))
                if other.anchors and as_table_of(model, changed) is not None:
                    changed = anchored(changed, program_of=None if model.posterior else model)
            except StandoffError:
                continue  # it removes an intervention, or makes a prior impossible
            table = as_table_of(model, changed)
            if table is not None:
                yield name, table


def as_table_of(model: Model, other: Model) -> ParameterTable | None:
    """The parameter table with which the program of `model` simulates `other`, or None."""

    if _same_program(model.plan, other.plan) and _fits(model.layout, other.layout):
        return override_posterior(model.layout, model.table, other.table)
    return None


def _same_program(plan: Plan, other: Plan) -> bool:
    """Whether two plans differ only in beliefs, so that their programs are equal."""
    same = all(getattr(plan, item.name) == getattr(other, item.name) for item in fields(plan) if item.name not in APART)
    bounds = [[(stock.floor, stock.cap) for stock in each.scenario.stocks.values()] for each in (plan, other)]
    same = same and plan.scenario.events == other.scenario.events  # their dates are in the program
    made = [tuple(map(_program_key, each.choices)) for each in (plan, other)]
    return same and bounds[0] == bounds[1] and made[0] == made[1]


def _program_key(choice: PlannedChoice) -> PlannedChoice:
    """A choice without citations and with the imposed options that the program contains."""
    reasons = tuple(replace(reason, claims=(), lines=()) for reason in choice.reasons)
    return replace(choice, imposed_options=choice.imposed_options[:1], is_free=(), held=(), reasons=reasons)


def _fits(layout: ParameterLayout, other: ParameterLayout) -> bool:
    """Whether a table of layout `other` fits `layout`: uncertain parameters may become fixed."""
    return (
        other.names == layout.names
        and set(other.varying) <= set(layout.varying)
        and other.tabled == layout.tabled
        and other.correlated == layout.correlated
    )
