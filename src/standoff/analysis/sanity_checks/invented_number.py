"""Parameters without a source, one of which moves the main answer by half of it."""

from __future__ import annotations

import numpy as np

from standoff.analysis.provenance import source_kind
from standoff.analysis.sanity_checks._base import CheckedRun, Findings, percent
from standoff.plan.builder import ASSUMPTION
from standoff.questions import form

TITLE, ORDER = "rests on one invented number", 9
HALF = 0.5  # the issue: more than half of the answer
POINTS = 0.05  # assumption: nobody acts upon less than five points between the two fifths
ERRORS = 2.0  # standard errors by which it must exceed half: a false alarm in one of forty numbers at the limit


def of_run(checked: CheckedRun) -> Findings:
    """Number: the difference of the answer between the two end fifths, as a share of it."""
    from standoff.analysis.paired import outcome_values  # they import JAX
    from standoff.analysis.sensitivity.quintiles import MOST, quintile_means

    plan = checked.plan
    answer = next((item for item in checked.answers if item.id == plan.main_question), None)
    if answer is None or not form(answer.kind).is_share:
        return
    value = float(np.nanmean(outcome_values(checked.run, plan.question(answer.id), str(answer.answer))))
    for item in quintile_means(checked.run, answer, most=MOST):
        apart, error = abs(item.high - item.low), (item.low_error**2 + item.high_error**2) ** 0.5
        is_assumed = source_kind(plan, plan.parameter(item.path)) == ASSUMPTION
        if not is_assumed or apart - ERRORS * error <= max(HALF * value, POINTS):
            continue
        belief = item.belief.partition(" @")[0]
        low, high, now = (percent(answer.moved(end - value)) for end in (item.low, item.high, value))
        text = (
            f"{belief} has no source, and the main answer is {low} in its lowest fifth, "
            f"{high} in its highest (all futures: {now})"
        )
        yield (
            item.path,
            apart / value,
            text,
            "find a source for this number first, or show the answer under its rival values",
        )
