"""An answer far from its own base rate, without a reason large enough to explain it."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from standoff.analysis.sanity_checks._base import CheckedRun, SanityCheck, SanityFinding, percent
from standoff.plan import labels
from standoff.questions import form

FAR = math.log(8)  # assumption: the odds differ by a factor of eight, three doublings
LARGEST = 0.5  # assumption: a reason explains a gap if it makes half of it,
TOGETHER = 0.75  # and all reasons together if they make three quarters of it (assumption)


class BaseRateGap(SanityCheck):
    """Compares the gap in log odds with the reasons of the choices that the question names."""

    TITLE = "far from its base rate"
    ORDER = 2

    def of_run(self, checked: CheckedRun) -> Iterator[SanityFinding]:
        """Number: the log odds of the answer less those of the base rate."""
        for answer in checked.answers:
            rate, p = answer.baselines.get("base_rate"), answer.point
            if form(answer.kind).COMPARED_BY != "probability" or rate is None or p is None:
                continue
            half = 0.5 / checked.run.settings.draws  # an answer of 0 of N futures is known to be less than about 1 / N
            gap = _logit(p, half) - _logit(rate, half)
            parts = self._reasons(checked, answer.id, gap > 0)
            largest = max(parts.values(), default=0.0)
            if abs(gap) <= FAR or largest >= LARGEST * abs(gap) or sum(parts.values()) >= TOGETHER * abs(gap):
                continue
            reason = max(parts, key=lambda name: parts[name]) if parts else ""
            explained = "it names no choice whose reasons would explain it"
            if parts:
                explained = (
                    f"its largest reason that way, “{reason}”, makes a factor of {_factor(largest)}, all of them "
                    f"{_factor(sum(parts.values()))}"
                )
            text = (
                f"{percent(p)} against a base rate of {percent(rate)}, a factor of "
                f"{_factor(abs(gap))} in the odds; {explained}"
            )
            fix = (
                "say in the scenario what makes this case differ from those of the list, or begin from the list's rate"
            )
            yield self.finding(checked.plan, f"questions.{answer.id}", gap, text, fix)

    def _reasons(self, checked: CheckedRun, question: str, up: bool) -> dict[str, float]:
        """Reason -> its mean log odds towards the answer, at the first date of its choice."""
        from standoff.engine import decision_record  # it imports JAX

        out: dict[str, float] = {}
        plan = checked.plan
        for name, options in plan.options_of(plan.question(question)).items():
            c = next(n for n, choice in enumerate(plan.choices) if choice.name == name)
            choice = plan.choices[c]
            if True not in choice.is_free or not checked.arises(c, choice.is_free.index(True)).any():
                continue
            parts = decision_record.reasons(checked.run, c, choice.is_free.index(True)).mean(axis=0)
            wanted = [choice.options.index(option) for option in options]
            others = [o for o in range(len(choice.options)) if o not in wanted]
            apart = parts[:, wanted].mean(axis=1) - (parts[:, others].mean(axis=1) if others else 0.0)
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


CHECK = BaseRateGap()
