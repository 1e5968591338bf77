"""Threats that cost nothing to break: the word weighs nothing with the actor that gave it.

Whoever hears such a threat foresees no more of it than without the word.
"""

from __future__ import annotations

from math import prod

from standoff.analysis.sanity_checks._base import CheckedRun, Findings
from standoff.analysis.sanity_checks.chosen_without_reason import SPEAKS
from standoff.plan import Plan

TITLE, ORDER = "a threat without a cost of bluffing", 5


def of_run(checked: CheckedRun) -> Findings:
    """As without a run."""
    yield from of_plan(checked.plan)


def of_plan(plan: Plan) -> Findings:
    """Number: log odds that are missing for a word that counts."""
    for choice in plan.choices:
        options = plan.scenario.choices[choice.name].options.items()
        for word in [f"word_{name}" for name, option in options if option.threat]:
            here = f"choices.{choice.name}.reasons.{word}"
            worth = prod(plan.parameter(f"{here}.{name}").quantile(0.5) for name in ("weight", "reputation_value"))
            if worth < SPEAKS:
                text = f"to break it costs {worth:.2g} log odds in the median"
                fix = "give `breach` and `weight` what the word is worth to its actor, or take the `threat` away"
                yield f"{here}.weight", SPEAKS - worth, text, fix
