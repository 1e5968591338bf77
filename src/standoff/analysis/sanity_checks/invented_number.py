"""Parameters without a source, one of which moves the main answer by half of it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from standoff.analysis.sanity_checks._base import CheckedRun, SanityCheck, SanityFinding, assumed, percent
from standoff.questions import form

HALF = 0.5  # the issue: more than half of the answer
POINTS = 0.05  # assumption: nobody acts upon less than five points between the two fifths
ERRORS = 2.0  # standard errors by which it must exceed half: a false alarm in one of forty numbers at the limit


class InventedNumber(SanityCheck):
    """Means of the main answer in the lowest and the highest fifth of a parameter."""

    TITLE = "rests on one invented number"
    ORDER = 6

    def of_run(self, checked: CheckedRun) -> Iterator[SanityFinding]:
        """Number: the difference between the two fifths as a share of the answer."""
        from standoff.analysis.paired import outcome_values  # they import JAX
        from standoff.analysis.sensitivity.quintiles import MOST, quintile_means

        plan = checked.plan
        answer = next((item for item in checked.answers if item.id == plan.main_question), None)
        if answer is None or not form(answer.kind).is_share:
            return
        value = float(np.nanmean(outcome_values(checked.run, plan.question(answer.id), str(answer.answer))))
        for item in quintile_means(checked.run, answer, most=MOST):
            error = (item.low_error**2 + item.high_error**2) ** 0.5
            if not assumed(plan, plan.number(item.path)):
                continue
            if abs(item.high - item.low) - ERRORS * error <= max(HALF * value, POINTS):
                continue
            belief = item.belief.partition(" @")[0]
            low, high = (percent(answer.moved(end - value)) for end in (item.low, item.high))
            text = (
                f"{belief} has no source, and the main answer is {low} in its lowest fifth, "
                f"{high} in its highest (all futures: {percent(answer.moved(0.0))})"
            )
            fix = "find a source for this number first, or show the answer under its rival values"
            yield self.finding(checked.plan, item.path, abs(item.high - item.low) / value, text, fix)


CHECK = InventedNumber()
