"""A limit of a side that is met in the first month, more often than its pace explains.

What had not happened by as_of lies beyond what was reached then: a limit that says otherwise has its place from a prior
that forgot it. Looked at are labels of a side and a constraint; what holds at as_of already is for `certain_threshold`.
"""

from __future__ import annotations

import numpy as np

from standoff.analysis.sanity_checks._base import CheckedRun, Findings, percent
from standoff.analysis.sanity_checks.certain_threshold import ALREADY

TITLE, ORDER = "a limit met at once", 14
LEAST = 0.03  # assumption: fewer futures in the first month change no answer
TIMES = 3.0  # assumption: three times the monthly chance of the rest of the year is no pace
YEAR = 12


def of_run(checked: CheckedRun) -> Findings:
    """Number: share of futures in which it is met within a month of as_of."""
    plan = checked.plan
    start, dt = plan.first_future_step, plan.scenario.calendar.dt
    for query in plan.questions:
        if not query.form.HAS_LABELS or query.since != start + 1 or (query.state - start) * dt < YEAR:
            continue
        for label, node in query.expressions.items():
            if ", " not in label or checked.condition(node, start).mean() >= ALREADY:
                continue
            months = (checked.run.answer(f"{query.id}/{label}") - start) * dt
            first, year = (float(np.mean(months <= end)) for end in (max(1.0, dt), YEAR))
            monthly = (year - first) / (YEAR - 1)
            if first > max(LEAST, TIMES * monthly / max(1 - first, LEAST)):
                text = (
                    f"it is met within a month of {plan.scenario.as_of} in {percent(first)} of futures, and in "
                    f"{percent(monthly)} a month in the rest of the year"
                )
                fix = "let its limit lie below what was reached by as_of, as `shortage` does"
                yield f"questions.{query.id}.{label}", first, text, fix
