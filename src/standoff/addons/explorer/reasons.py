"""Reasons of a choice beside those in the case, and reasons that make an event happen.

The numbers are those of `standoff explain` for the same state, draws and seed: contributions to the log odds of an option
against a reference, which add up in every future.
"""

from __future__ import annotations

from collections import Counter

import numpy as np

from standoff import labels
from standoff.addons.explorer.responses import View
from standoff.analysis.explain import Explanation, decision_step, explained, find_choice
from standoff.analysis.reason_attribution import DATES, DecidingReasons, deciding_reasons
from standoff.engine.run import Run
from standoff.errors import ModelError
from standoff.plan import PlannedReason
from standoff.report import formatting


def choice_reasons(now: Run, before: Run, choice: str, at: str, option: str = "", against: str = "") -> View:
    """Explain a decision in two runs: that of a moved state and, as `before`, that of the case.

    `claims` are those of a reason and of its numbers, `sources` all others: keys of works, `history`, `assumption`. Raises
    `StandoffError` for an unknown choice, option or date, and where the decision does not arise in the moved state.
    """
    plan = now.model.plan
    index = find_choice(plan, choice)
    planned = plan.choices[index]
    step = decision_step(plan, planned, at)
    account = explained(now, index, step, at, option, against)
    base: Explanation | None = account
    if before is not now:
        try:
            base = explained(before, index, step, account.at, account.option, account.reference)
        except ModelError:  # the decision does not arise there
            base = None
    first = {item.option: item.probability for item in base.options} if base else {}
    parts = {item.reason: item.log_odds for item in base.reasons} if base else {}
    does = {(item.choice, item.option): item.does for item in base.forecasts} if base else {}
    return vars(account) | {
        "before_log_odds": base and base.log_odds,
        "options": [
            vars(item) | {"text": labels.option(plan, planned.name, item.option), "before": first.get(item.option)}
            for item in account.options
        ],
        "reasons": [
            vars(entry)
            | {
                "text": labels.reason(entry),
                "before": parts.get(entry.reason),
                "weight": formatting.believed(entry.weight),
                "claims": [name for name in sources if name in plan.ledger],
                "sources": [name for name in sources if name not in plan.ledger],
                "numbers": [plan.parameters[number].path for number in reason_numbers(item)],
            }
            for item, entry in zip(planned.reasons, account.reasons, strict=True)
            for sources in [dict.fromkeys((*entry.claims, *entry.sources))]
        ],
        "forecasts": [vars(item) | {"before_does": does.get((item.choice, item.option))} for item in account.forecasts],
    }


def reason_numbers(reason: PlannedReason) -> tuple[int, ...]:
    """Parameters of a reason, its weight first."""
    return tuple(dict.fromkeys([reason.weight, *reason.part.parameters]))


def event_reasons(run: Run, question: str) -> View:
    """When a condition comes true, and reasons at the decisions that make it so.

    `log_odds` of a reason are those in futures in which it happens, less those at the same dates in others. Raises
    `ModelError` for an unknown question.
    """
    query = run.model.plan.question(question)
    states, results = Counter[int](), tuple[DecidingReasons, ...]()
    if not query.form.IS_CONDITION:
        note = "The question asks for a number, which has no date of its own."
    else:
        when = np.min([run.answer(f"{query.id}/{key}" if key else query.id) for key in query.expressions], axis=0)
        states = Counter(when[np.isfinite(when)].astype(int).tolist())
        results = deciding_reasons(run, query, DATES)
        note = "No single decision makes it happen: stocks, several conditions, chance, or all futures do."
        if results:
            pairs = "; ".join(
                f"{item.actor}: {item.with_event:,} against {item.without_event:,} futures" for item in results
            )
            note = f"Log odds of the option that makes it happen, less those at the same dates where it does not ({pairs})."
        elif not states:
            note = "It happens in no future."
    return {
        "question": query.id,
        "futures": sum(states.values()),  # in which it happens
        "of": run.valid.sum(),
        "dates": [(run.times[state], count) for state, count in sorted(states.items())],
        "reasons": [
            {
                "choice": item.choice,
                "actor": item.actor,
                "reason": part.reason,
                "text": labels.reason(part),
                "log_odds": part.difference,
                "with_event": part.with_event,
                "without_event": part.without_event,
                "error": part.mc_error,
            }
            for item in results
            for part in item.reasons
        ],
        "note": note,
    }
