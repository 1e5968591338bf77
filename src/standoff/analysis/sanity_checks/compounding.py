"""Decisions compound: repetition makes most of an event's probability.

The answer is compared with the largest probability that a single date gives in each future. That is the answer if the
unknown reasons never change. If they are new on every date, it is one minus the product of the probabilities of the
contrary.
"""

from __future__ import annotations

import numpy as np

from standoff import expression
from standoff.analysis.sanity_checks._base import CheckedRun, Findings, free_dates, percent

TITLE, ORDER = "decisions compound", 1
REPEATED = 0.5  # assumption: an analyst asks about repetition where it makes more than half of an answer,
POINTS = 0.1  # and more than ten points of it (assumption)


def of_run(checked: CheckedRun) -> Findings:
    """Number: the share of the answer that repetition makes."""
    plan = checked.plan
    for answer in checked.answers:
        query = plan.question(answer.id)
        if query.form.COMPARED_BY != "probability" or answer.baselines.get("persistence") != 0:
            continue
        if any(anchor.question == query.id for anchor in plan.anchors):  # it starts from the rate of its whole time
            continue
        node, named = query.expressions[""], plan.choices_of(query)
        first = max(query.since - 1, plan.first_future_step)
        dates = sorted({step for choice in named for step in free_dates(choice, first, query.state)})
        if len(dates) < 2:
            continue
        chances = np.stack([checked.chance(node, step) for step in dates])
        alone, afresh = float(chances.max(axis=0).mean()), float(1 - np.prod(1 - chances, axis=0).mean())
        p = answer.number or 0.0
        if p - alone <= max(REPEATED * p, POINTS):
            continue
        options = sum(len(term.options) for term in expression.choice_terms(node))
        counted = "1 option that brings it" if options == 1 else f"{options} options that bring it"
        names = " and ".join(f"choices.{choice.name}" for choice in named)
        once, anew, now = (percent(answer.moved(other - p)) for other in (alone, afresh, p))
        text = (
            f"the event has {len(dates) * options} chances ({len(dates)} decision dates, "
            f"{counted}): the likeliest of them alone gives {once}, the answer is {now}"
        )
        fix = (
            f"give `half_life` of {names} a source: the answer is {once} if the unknown reasons never change, "
            f"{anew} if they are new on every date"
        )
        yield f"questions.{query.id}", 1 - alone / p, text, fix
