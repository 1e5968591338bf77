"""Answers under variants that change only parameters, with the compiled program of the run.

Such a variant needs no compilation, and a draw has the same random numbers under it as in the run: the difference
between two answers has a far smaller Monte Carlo error than either answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from itertools import islice
from typing import Any

from standoff.analysis.answer import answer
from standoff.analysis.paired import Difference, PairedOutcomes, outcome_values
from standoff.engine.anchors import anchored
from standoff.engine.model import Model
from standoff.engine.parameters import ParameterTable, build_table, override_posterior
from standoff.engine.rerun import Rerunner
from standoff.engine.run import Run
from standoff.errors import StandoffError
from standoff.plan import Plan, plan
from standoff.record import record

DRAWS = 1536  # assumption: two blocks on each of two cores; this resolves a percentage point of a rare event
MOST = 8  # assumption: a reader compares no more, and they take little longer than a run of 10,000 draws
NUMBERS = {
    "mechanisms",
    "choices",
    "stocks",
    "beliefs",
    "occasions",
    "consequences",
    "types",
}  #: sections in which a change may concern only parameters
APART = {"loaded", "ledger", "parameters", "warnings", "choices"}  #: parts of a plan that no program reads


@record
class VariantEffect(Difference):
    """A question under one variant, compared with the run in the same futures."""

    variant: str
    text: str
    question: str
    kind: str
    unit: str
    draws: int


def variant_effects(run: Run, draws: int = DRAWS) -> tuple[VariantEffect, ...]:
    """Every question under the first `MOST` variants that change only parameters.

    Empty where the run is of a variant itself.
    """
    tables = {} if run.model.plan.variant else dict(islice(parameter_variants(run.model), MOST))
    if not tables:
        return ()
    program, count = Rerunner.from_run(run), min(draws, run.settings.draws)
    before = replace(
        run, answers=run.answers[:, :count], failed=run.failed[:count], cause=run.cause[:count], totals=None
    )
    first, out = answer(run), []
    for name, table in tables.items():
        after = program.with_table(table, count).run
        for query in run.model.plan.questions:
            label = str(first[query.id].answer)
            paired = PairedOutcomes.of(query, [outcome_values(each, query, label) for each in (before, after)])
            if paired.futures:
                effect = VariantEffect(
                    **vars(paired.difference()),
                    variant=name,
                    text=run.model.scenario.variants[name].text or name,
                    question=query.id,
                    kind=query.question.kind,
                    unit=query.form.unit(query),
                    draws=paired.futures,
                )
                out.append(effect)
    return tuple(out)


def parameter_variants(model: Model) -> Iterator[tuple[str, ParameterTable]]:
    """Variants that the program of a model can simulate, with their parameter tables."""
    for name, variant in model.scenario.variants.items():
        if not set(variant.change) <= NUMBERS or variant.over not in ("", model.plan.variant):
            continue
        try:
            other = plan(model.plan.loaded.with_variant(name), model.ledger)
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
    theirs = other.table._replace(reference=model.table.reference)
    return override_posterior(model.layout, model.table, theirs) if has_program(model, other) else None


def has_program(model: Model, other: Model) -> bool:
    """Whether the program of `model` can simulate `other`; uncertain parameters may be fixed."""
    layout, theirs = model.layout, other.layout
    same = all(getattr(theirs, name) == getattr(layout, name) for name in ("names", "tabled", "correlated"))
    return same and set(theirs.varying) <= set(layout.varying) and same_program(model.plan, other.plan)


def same_program(plan: Plan, other: Plan) -> bool:
    """Whether two plans differ only in beliefs, so that their programs are equal."""

    def key(of: Plan) -> tuple[Any, ...]:
        parts = [getattr(of, item.name) for item in fields(of) if item.name not in APART]
        bounds = [(stock.floor, stock.cap) for stock in of.scenario.stocks.values()]
        choices = []  # without citations, and with the imposed options that the program contains: dates are in it
        for choice in of.choices:
            reasons = tuple(replace(reason, claims=(), lines=()) for reason in choice.reasons)
            imposed = choice.imposed_options[:1]
            choices.append(replace(choice, imposed_options=imposed, is_free=(), held=(), reasons=reasons))
        return parts, of.scenario.events, bounds, choices

    return key(plan) == key(other)
