"""What the stated reasons add to the prior probabilities of a scenario, or take away."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from standoff.engine import anchors
from standoff.engine.run import Run
from standoff.plan import labels


@dataclass(frozen=True, kw_only=True)
class AnchorEffect:
    """A prior probability, and the probability in a run.

    The prior is that before the named reasons of the choice count. `monte_carlo` is the standard error of the
    difference, from the draws in which the constants were solved and those of the run.
    """

    choice: str
    options: tuple[str, ...]
    question: str  #: id of the anchored question; empty if the choice has the anchor
    date: str
    prior: float
    posterior: float
    change: float  #: what the reasons add
    shift: float  #: of the constants, log odds at the middle of rationality and weight
    monte_carlo: float
    sources: tuple[str, ...]  #: of the prior
    text: str = ""  #: who decides, and the options, in the words of the scenario


def anchor_effects(run: Run) -> tuple[AnchorEffect, ...]:
    """Prior and posterior of every anchor of the model of a run."""

    plan, out = run.model.plan, []
    for item in plan.anchors:
        prior, happens = anchors.prior(plan, item), np.isfinite(run.answer(item.tracker))
        variances = [prior * (1 - prior) / anchors.futures(plan), float(happens.var()) / max(happens.size, 1)]
        shift = plan.parameters[item.constants[0]].shift
        posterior, choice = float(happens.mean()), plan.choices[item.choice]
        options = " or ".join(f"“{labels.option(plan, choice.name, option)}”" for option in item.options)
        out.append(
            AnchorEffect(
                choice=choice.name,
                options=item.options,
                question=item.question,
                date=plan.scenario.calendar.label(item.state),
                prior=prior,
                posterior=posterior,
                change=posterior - prior,
                shift=shift * anchors.log_odds_per_unit(plan, item),
                monte_carlo=math.sqrt(sum(variances)),
                sources=plan.parameters[item.prior].belief.sources,
                text=f"{labels.actor(plan, choice.actor)}: {options}",
            )
        )
    return tuple(out)
