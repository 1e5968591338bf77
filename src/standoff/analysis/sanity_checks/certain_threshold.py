"""Thresholds that decide nothing: met at as_of, in nearly all futures, or in none.

Of conditions on stocks in questions, choices and mechanisms.
"""

from __future__ import annotations

import numpy as np

from standoff import expression
from standoff.analysis.sanity_checks._base import CheckedRun, Findings, free_dates, percent
from standoff.plan import PlannedQuestion

TITLE, ORDER = "threshold that decides nothing", 0
CERTAIN = 0.99  # the issue: crossed in 99 % of futures
ALREADY = 0.05  # assumption: what is true at as_of in fewer futures is the tail of an uncertain initial value


def of_run(checked: CheckedRun) -> Findings:
    """Number: the share of futures in which it is crossed, or crossed at as_of."""
    for query in checked.plan.questions:
        if query.form.IS_CONDITION and query.state > checked.plan.first_future_step:
            yield from _question(checked, query)
    yield from _conditions(checked)


def _question(checked: CheckedRun, query: PlannedQuestion) -> Findings:
    start, as_of = checked.plan.first_future_step, checked.plan.scenario.as_of
    for label, node in query.expressions.items():
        if not expression.stock_names(node) or expression.choice_terms(node):
            continue
        crossed = float(np.isfinite(checked.run.answer(f"{query.id}/{label}" if label else query.id)).mean())
        already = float(checked.condition(node, start).mean()) if query.since <= start + 1 else 0.0
        subject = f"questions.{query.id}" + (f".{label}" if label else "")
        if already >= ALREADY:
            text = f"its condition holds at as_of ({as_of}) already in {percent(already)} of futures"
            fix = (
                "move the threshold to an event that can be observed and has not happened, or correct the initial value"
            )
            yield subject, already, text, fix
        elif crossed >= CERTAIN:
            text = f"its condition is met in {percent(crossed)} of futures by {query.date}"
            fix = "ask when it is met (`until`), or move the threshold or the date; else check what drives the stock there"
            yield subject, crossed, text, fix
        elif not crossed:
            text = f"its condition is met in none of {len(checked.run.failed):,} futures by {query.date}"
            fix = "check the threshold and its unit, and what could bring it about in the model"
            yield subject, crossed, text, fix


def _conditions(checked: CheckedRun) -> Findings:
    """Decisions and processes that never come about."""
    plan, fix = checked.plan, "check the threshold of `when` and its unit"
    for c, choice in enumerate(plan.choices):
        dates = list(free_dates(choice))
        if choice.when is not None and dates and not any(checked.arises(c, step).any() for step in dates):
            text = f"its condition `when` holds on none of {len(dates)} decision dates in any future"
            yield f"choices.{choice.name}.when", 0.0, text, fix
    steps = range(plan.scenario.calendar.steps)
    for part in plan.mechanisms:
        if part.when is not None and not any(checked.condition(part.when, step).any() for step in steps):
            yield f"mechanisms.{part.name}.when", 0.0, "its condition `when` holds at no time in any future", fix
