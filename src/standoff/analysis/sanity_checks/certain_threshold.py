"""Thresholds that decide nothing: met at as_of, in nearly all futures, or in none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from standoff import expression
from standoff.analysis.sanity_checks._base import CheckedRun, SanityCheck, SanityFinding, free_dates, percent

if TYPE_CHECKING:
    from standoff.plan import PlannedQuestion

CERTAIN = 0.99  # the issue: crossed in 99 % of futures
ALREADY = 0.05  # assumption: what is true at as_of in fewer futures is the tail of an uncertain initial value


class CertainThreshold(SanityCheck):
    """Conditions on stocks in questions, choices and mechanisms."""

    TITLE = "threshold that decides nothing"
    ORDER = 0

    def of_run(self, checked: CheckedRun) -> Iterator[SanityFinding]:
        """Number: the share of futures in which it is crossed, or crossed at as_of."""
        start = checked.plan.first_future_step
        for query in checked.plan.questions:
            if query.form.IS_CONDITION and query.state > start:
                yield from self._question(checked, query)
        yield from self._conditions(checked)

    def _question(self, checked: CheckedRun, query: PlannedQuestion) -> Iterator[SanityFinding]:
        start, as_of = checked.plan.first_future_step, checked.plan.scenario.as_of
        for label, node in query.expressions.items():
            if not expression.stock_names(node) or expression.choice_terms(node):
                continue
            name = f"{query.id}/{label}" if label else query.id
            crossed = float(np.isfinite(checked.run.answer(name)).mean())
            already = float(checked.condition(node, start).mean()) if query.since <= start + 1 else 0.0
            subject = f"questions.{query.id}" + (f".{label}" if label else "")
            if already >= ALREADY:
                text = f"its condition holds at as_of ({as_of}) already in {percent(already)} of futures"
                fix = "move the threshold to an event that can be observed and has not happened, or correct the initial value"
                yield self.finding(checked.plan, subject, already, text, fix)
            elif crossed >= CERTAIN:
                text = f"its condition is met in {percent(crossed)} of futures by {query.date}"
                fix = "ask when it is met (`until`), or move the threshold or the date; else check what drives the stock there"
                yield self.finding(checked.plan, subject, crossed, text, fix)
            elif not crossed:
                text = f"its condition is met in none of {len(checked.run.failed):,} futures by {query.date}"
                fix = "check the threshold and its unit, and what could bring it about in the model"
                yield self.finding(checked.plan, subject, crossed, text, fix)

    def _conditions(self, checked: CheckedRun) -> Iterator[SanityFinding]:
        """Decisions and processes that never come about."""
        plan, fix = checked.plan, "check the threshold of `when` and its unit"
        for c, choice in enumerate(plan.choices):
            dates = list(free_dates(choice))
            if choice.when is not None and dates and not any(checked.arises(c, step).any() for step in dates):
                text = f"its condition `when` holds on none of {len(dates)} decision dates in any future"
                yield self.finding(plan, f"choices.{choice.name}.when", 0.0, text, fix)
        steps = range(plan.scenario.calendar.steps)
        for part in plan.mechanisms:
            if part.when is not None and not any(checked.condition(part.when, step).any() for step in steps):
                text = "its condition `when` holds at no time in any future"
                yield self.finding(plan, f"mechanisms.{part.name}.when", 0.0, text, fix)


CHECK = CertainThreshold()
