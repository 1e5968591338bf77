"""Fears of nothing: reactions that are closed, or the same whatever the actor does.

Read at the first decision of each choice, from what it expects of others after each of its options.
"""

from __future__ import annotations

import re

import numpy as np

from standoff import expression
from standoff.analysis.sanity_checks._base import CheckedRun, Findings, percent
from standoff.plan import PlannedChoice, PlannedReason

TITLE, ORDER = "a fear of nothing", 4
APART = 0.03  # the issue: three points between the options
OPEN = 0.01  # assumption: futures in which it is open at the first decision are its tail


def of_run(checked: CheckedRun) -> Findings:
    """Number: points that are missing for a difference."""
    from standoff.engine import decision_record  # it imports JAX

    plan, names = checked.plan, checked.run.model.program.dependence.names
    for c, choice in enumerate(plan.choices):
        if (first := checked.first(c)) is None:
            continue
        record = decision_record.at_step(checked.run, first)
        for reason, read in [(one, read) for one in choice.reasons for read in one.reads]:
            r = names.index(read.choice)
            p, closed = record.reactions.get((c, r, read.months)), _is_closed(checked, reason, plan.choices[r], first)
            is_fear = (
                closed or p is not None or hasattr(reason.part.module, "REACTIONS")
            )  # else: what the other does anyway
            apart = 0.0 if p is None else float(np.ptp(p[record.made[:, c]].mean(axis=0), axis=0).max())
            if read.role == "act" or read.joint or not is_fear or apart >= APART:
                continue
            text = (
                f"whatever the actor does, what it expects of choices.{read.choice} differs by {percent(apart)} at most"
                + closed * ", since a condition of stocks closes it when it is feared"
            )
            fix = (
                f"let choices.{read.choice} answer `{choice.name}`: in its condition (`when: {choice.name} in [...]`), "
                f"by a reason such as `retaliation`, or by `did({choice.name} in [...])`"
            )
            yield f"choices.{choice.name}.reasons.{reason.name}.weight", APART - apart, text, fix


def _is_closed(checked: CheckedRun, reason: PlannedReason, other: PlannedChoice, step: int) -> bool:
    """Whether a condition on no choice closes another choice, or its option."""
    named, limits = re.findall(r"\w+", str(reason.part.params)), other.restrictions
    of_options = zip(other.options, limits.when, strict=True) if limits else ()
    nodes = [other.when, *(when for option, when in of_options if option in named)]
    return any(
        node and not expression.choice_terms(node) and checked.condition(node, step, step + 1).mean() < OPEN
        for node in nodes
    )
