"""Resolve fit targets: claims compared with an expression of stocks."""

from __future__ import annotations

from standoff import expression, units
from standoff.errors import StandoffError
from standoff.plan.builder import PlanBuilder
from standoff.plan.observations import FILTERS
from standoff.plan.records import PlannedComparison
from standoff.scenario import calendar
from standoff.scenario.language import FitTarget


def planned_comparison(draft: PlanBuilder, name: str) -> PlannedComparison | None:
    """Resolve one entry of `fit.targets`; None if it has errors."""
    fit = draft.scenario.fit
    assert fit is not None
    entry = fit.targets[name]
    arguments = (entry, fit.since, draft.calendar, draft.units)
    return draft.cached(("fit", "targets", name), arguments, lambda: _comparison(draft, name, entry, fit.since))


def _comparison(draft: PlanBuilder, name: str, entry: FitTarget, begin: str) -> PlannedComparison | None:
    here, before = ("fit", "targets", name), draft.faults
    for word in entry.claims:
        draft.is_known((*here, "claims", word), word, FILTERS, "filter")
    try:
        node = expression.parse(entry.value, draft.scenario.units)
        draft.check_names((*here, "value"), node)
        for question in expression.choice_terms(node):
            draft.report(
                (*here, "value"), f"`{question.choice}` is a choice", "stocks: choices are fitted to their history"
            )
        for term in expression.clock_terms(node):
            draft.report((*here, "value"), f"`{term.name}` is no stock", "stocks: a claim has its own day")
        dims = expression.dimensions(node, draft.units, entry.value)
        if dims is None:
            draft.report((*here, "value"), f"`{entry.value}` is a condition", "a number, from stocks")
        if draft.faults > before or dims is None:
            return None
        ledger = draft.statements.filter(**entry.claims)
    except StandoffError as error:
        draft.report_error((*here, "value"), error)
        return None
    except TypeError as error:
        draft.report((*here, "claims"), str(error), "one word or a list of words for each filter")
        return None
    if not len(ledger):
        draft.report((*here, "claims"), "no claim of the ledger matches", fix="see `standoff claims`")
        return None
    for claim in ledger:
        if not claim.numbers:
            continue  # nothing to compare; a claim that was not published yet says no more than that it will be
        unit = draft.unit(claim.unit)
        if unit.dims != dims:
            draft.report(
                (*here, "claims"), f"the claim `{claim.id}` is in `{claim.unit}`", f"a unit of {units.show(dims)}"
            )
            return None
    first = max(draft.calendar.index(calendar.last_day(since)) for since in (begin, entry.since) if since)
    return PlannedComparison(name, entry.claims, node, dims, first)
