"""Cautions for readers of any answer: warnings of the plan, and failures of draws."""

from __future__ import annotations

import math
from collections import Counter

from standoff.engine import failure
from standoff.engine.run import Outcomes
from standoff.plan import Plan
from standoff.plan.leak_check import late_entries

#: draws, below which a probability has an error of more than five percentage points; assumption: a reader expects no larger one
FEW = 100


def cautions(run: Outcomes) -> tuple[str, ...]:
    """Warnings of the plan, as `standoff validate` gives them, then those of the draws."""
    plan = run.model.plan
    out = [*plan.warnings, *_late(plan), *few_draws(run.settings.draws)]
    if failed := failure.summary(run):
        out.append(f"{failed}; they are left out")
    unsolved = run.n_flagged("unsolved")
    if unsolved:
        out.append(f"in {unsolved} of {run.settings.draws} draws at least one game did not converge")
    return tuple(out)


def few_draws(draws: int) -> list[str]:
    """A warning where draws are too few for a probability."""
    if draws >= FEW:
        return []
    futures = "1 future is" if draws == 1 else f"{draws} futures are"
    return [
        f"{futures} few: the Monte Carlo error of a probability is up to {50 / math.sqrt(draws):.0f} percentage points"
    ]


def _late(plan: Plan) -> list[str]:
    """Warning for entries that cite only claims published after as_of."""
    counts = Counter(item.kind for item in late_entries(plan))
    text = [
        f"{count} {kind}" if count == 1 else f"{count} {kind.removesuffix('y') + 'ie' if kind[-1] == 'y' else kind}s"
        for kind, count in counts.items()
    ]
    names = "`standoff validate` names them"
    return [f"{', '.join(text)} cite only claims that were published after as_of; {names}"] if text else []
