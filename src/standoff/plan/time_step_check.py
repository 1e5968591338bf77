"""Warn where a rate is too large for the length of a step.

`MAX_STEP_FRACTION` of a mechanism names fields of rates (1/month), and for each the share of a stock per step up to which the
text of the mechanism states the error. The medians of the rates are compared with it.
"""

from __future__ import annotations

from collections.abc import Sequence

from standoff.plan.builder import PlanBuilder
from standoff.plan.records import Component


def warnings(draft: PlanBuilder, mechanisms: Sequence[Component]) -> list[str]:
    """A warning for each rate above the `MAX_STEP_FRACTION` of its mechanism in one step."""
    out = []
    for part in mechanisms:
        for field, most in getattr(part.module, "MAX_STEP_FRACTION", {}).items():
            where = part.parameter_index[field]
            for i in [where] if isinstance(where, int) else dict.fromkeys(where.values()):
                share = draft.parameters[i].quantile(0.5) * draft.calendar.dt
                if share > most:
                    out.append(
                        f"{draft.parameters[i].path} removes {share:.0%} in one step, and a step of `{part.kind}` is "
                        f"accurate up to {most:.0%} (see `standoff show {part.kind}`): use a shorter `step`"
                    )
    return out
