"""Cost of look-ahead: steps of rollouts per step of the run.

At every decision date each choice with a reason that looks ahead is rolled out once for each of its options and
horizons, whether or not it is made on that date.
"""

from __future__ import annotations

from collections.abc import Sequence

from standoff.plan.builder import PlanBuilder
from standoff.plan.records import PlannedChoice

DEAR = 5.0  # assumption: above, a user wants to know why a run takes minutes
MOST = 200.0  # assumption: above, a run that takes seconds would take an hour


def rollouts(choice: PlannedChoice) -> int:
    """Steps of all rollouts of a choice at one date."""
    return len(choice.options) * sum({reason.horizon for reason in choice.reasons})


def factor(choices: Sequence[PlannedChoice], steps: int) -> float:
    """Steps of rollouts over steps of the run."""
    work = sum(map(rollouts, choices))
    dates = sum(any(choice.is_free[k] for choice in choices) for k in range(steps)) if work else 0
    return dates * work / max(steps, 1)


def check(draft: PlanBuilder, choices: Sequence[PlannedChoice]) -> None:
    """Warn if rollouts take most of the work; report an error above the limit."""
    ratio = factor(choices, draft.calendar.steps)
    if ratio <= DEAR:
        return
    dearest = max(choices, key=rollouts)
    reason = max(dearest.reasons, key=lambda item: item.horizon)
    what = (
        f"look-ahead takes {ratio:,.0f} times the steps of the run itself, most of them for `{dearest.name}`: "
        f"{len(dearest.options)} options, {reason.horizon} steps, at every date of decisions"
    )
    if ratio > MOST:
        draft.report(
            ("choices", dearest.name, "reasons", reason.name, "horizon"),
            what,
            f"up to {MOST:g} times",
            "a shorter `horizon`, a longer `every`, or fewer options",
        )
    else:
        draft.warnings.append(what)
