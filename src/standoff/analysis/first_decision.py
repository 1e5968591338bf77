"""The first decision of a choice after as_of that is worth an explanation."""

from __future__ import annotations

from itertools import islice

from standoff.analysis.explain import default_option
from standoff.engine import decision_record
from standoff.engine.run import Run

DATES = 24  # decisions that are looked through; assumption: two years of monthly decisions, each a fraction of a second


def first_decision(run: Run, index: int) -> int | None:
    """Step of the first decision in which the explained option can be chosen.

    The decision is free and arises in some futures. Where the option can be chosen in none of the first `DATES` decisions,
    it is the first that arises; None if none does.
    """

    plan, first = run.model.plan, None
    choice = plan.choices[index]
    option = default_option(plan, choice, choice.options[choice.status_quo])
    dates = (step for step in run.model.program.decision_steps if choice.is_free[step])
    for step in islice(dates, DATES):
        if not decision_record.has_occasion(run, index, step).any():
            continue
        first = step if first is None else first
        if not option or decision_record.available(run, index, step)[:, choice.options.index(option)].any():
            return step
    return first
