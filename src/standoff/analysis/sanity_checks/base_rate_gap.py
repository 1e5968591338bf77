"""An answer far from its own base rate, without a reason large enough to explain it.

The gap in log odds is compared with the reasons of the choices that the question names.
"""

from __future__ import annotations

import math

import numpy as np

from standoff import labels
from standoff.analysis.sanity_checks._base import CheckedRun, Findings, percent
from standoff.questions import form

TITLE, ORDER = "far from its base rate", 2
FAR = math.log(8)  # assumption: the odds differ by a factor of eight, three doublings
LARGEST = 0.5  # assumption: a reason explains a gap if it makes half of it,
TOGETHER = 0.75  # and all reasons together if they make three quarters of it (assumption)
MAIN = math.log(20)  # assumption: beyond it the main answer is to be defended even where its reasons explain it


def of_run(checked: CheckedRun) -> Findings:
    """Number: the log odds of the answer less those of the base rate."""
    for answer in checked.answers:
        rate, p = answer.baselines.get("base_rate"), answer.point
        if form(answer.kind).COMPARED_BY != "probability" or rate is None or p is None:
            continue
        half = 0.5 / checked.run.settings.draws  # an answer of 0 of N futures is known to be less than about 1 / N
        gap = _logit(p, half) - _logit(rate, half)
        parts = _reasons(checked, answer.id, gap > 0)
        reason, total = max(parts, key=parts.__getitem__, default=""), sum(parts.values())
        largest = parts.get(reason, 0.0)
        explains = largest >= LARGEST * abs(gap) or total >= TOGETHER * abs(gap)
        explained = MAIN if answer.id == checked.plan.main_question else math.inf
        if abs(gap) <= (explained if explains else FAR):
            continue
        note = "it names no choice whose reasons would explain it"
        if parts:
            note = (
                f"its largest reason that way, “{reason}”, makes a factor of {_factor(largest)}, all of them "
                f"{_factor(total)}"
            )
        text = (
            f"{percent(p)} against a base rate of {percent(rate)}, a factor of {_factor(abs(gap))} in the odds; {note}"
        )
        fix = "say in the scenario what makes this case differ from those of the list, or begin from the list's rate"
        yield f"questions.{answer.id}", gap, text, fix


def _reasons(checked: CheckedRun, question: str, up: bool) -> dict[str, float]:
    """Reason -> its mean log odds towards the answer, at the first date of its choice."""
    from standoff.engine import decision_record  # it imports JAX

    out: dict[str, float] = {}
    plan = checked.plan
    for name, options in plan.question(question).options.items():
        c = [choice.name for choice in plan.choices].index(name)
        choice, first = plan.choices[c], checked.first(c)
        if first is None:
            continue
        parts = decision_record.reasons(checked.run, c, first).mean(axis=0)
        wanted = np.isin(choice.options, options)
        apart = parts[:, wanted].mean(axis=1) - (0.0 if wanted.all() else parts[:, ~wanted].mean(axis=1))
        out |= {
            labels.reason_of(plan, name, reason.name): float(abs(value))
            for reason, value in zip(choice.reasons, apart, strict=True)
            if (value > 0) == up and value
        }
    return out


def _logit(p: float, least: float) -> float:
    inside = float(np.clip(p, least, 1 - least))
    return math.log(inside / (1 - inside))


def _factor(log_odds: float) -> str:
    """A difference of log odds as a factor of the odds."""
    value = math.exp(log_odds)
    return f"{value:,.0f}" if value >= 10 else f"{value:.1f}"
