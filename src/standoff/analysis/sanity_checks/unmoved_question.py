"""Questions that no lever of the case can move: none leads to what the answer depends on.

Read from what processes, reasons and outcomes of occasions read and change; how much a lever does is not asked.
"""

from __future__ import annotations

from standoff.analysis.causal.dependencies import parameters_behind
from standoff.analysis.sanity_checks._base import CheckedRun, Findings
from standoff.plan import Plan

TITLE, ORDER = "a question that no lever moves", 10


def of_run(checked: CheckedRun) -> Findings:
    """As without a run."""
    yield from of_plan(checked.plan)


def of_plan(plan: Plan) -> Findings:
    """Number: of levers."""
    moved = {plan.number(lever.target) for lever in plan.scenario.levers.values()}
    for query in plan.questions:
        if moved and query.state > plan.first_future_step and not moved & parameters_behind(plan, query):
            text = f"none of the {len(moved)} levers leads to it"
            fix = (
                "declare a lever on a number that it depends on, or let a lever's process or reason move what it reads"
            )
            yield f"questions.{query.id}", len(moved), text, fix
