"""First decisions near uniform: the reasons of a choice say nothing.

By the entropy of the mean probabilities of the first decision, relative to that of a fair die.
"""

from __future__ import annotations

import math

import numpy as np

from standoff.analysis.sanity_checks._base import CheckedRun, Findings, percent
from standoff.plan import Plan, PlannedChoice

TITLE, ORDER = "first decision near uniform", 6
#: share of the largest entropy; assumption: of two options, neither then has less than 42 %, a third in log odds
UNIFORM = 0.98


def of_run(checked: CheckedRun) -> Findings:
    """Number: the normalised entropy."""
    for c, choice in enumerate(checked.plan.choices):
        first = checked.first(c)
        if first is None:
            continue
        p = checked.probabilities(c, first)[checked.arises(c, first)]
        means, status_quo = p.mean(axis=0), p[:, [choice.status_quo]]
        entropy = float(-(means * np.log(np.maximum(means, 1e-30))).sum() / math.log(len(means)))
        if entropy <= UNIFORM:
            continue
        size = float(np.median(np.abs(np.log(np.maximum(p, 1e-6) / np.maximum(status_quo, 1e-6))).max(axis=1)))
        shares = ", ".join(f"{name} {percent(float(q))}" for name, q in zip(choice.options, means, strict=True))
        weak = "its reasons weigh little in each future" if size < math.log(2) else "its reasons cancel across futures"
        text = (
            f"the first decision, in {checked.run.times[first + 1]}, is near a fair draw of "
            f"{len(means)} ({shares}; entropy {entropy:.3f} of the largest): {weak}"
        )
        yield f"choices.{choice.name}", entropy, text, _fix(choice)


def of_plan(plan: Plan) -> Findings:
    """A choice whose reasons all weigh nothing is exactly uniform."""
    for choice in plan.choices:
        weights = [plan.parameters[reason.weight] for reason in choice.reasons]
        if any(choice.is_free) and all(weight.quantile(0.05) == weight.quantile(0.95) == 0 for weight in weights):
            text = f"no reason has a weight, so that its {len(choice.options)} options are equally likely"
            yield f"choices.{choice.name}", 1.0, text, _fix(choice)


def _fix(choice: PlannedChoice) -> str:
    held = choice.options[choice.status_quo]
    return (
        f"give reasons of choices.{choice.name} the weights that its record supports, or add what is missing: an "
        f"`alternative_constant`, or a `switching_cost` that keeps the actor at `{held}`"
    )
