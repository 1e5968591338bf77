"""Check outcomes against the ledger and the units of their questions; not part of a plan."""

from __future__ import annotations

from standoff import registry
from standoff.errors import StandoffError
from standoff.ledger.conflicts import implied_interval
from standoff.plan.builder import PlanBuilder
from standoff.scenario.outcome import NEVER
from standoff.scenario.question import Question
from standoff.units import Unit
from standoff.yaml_reader import Path_

ROUNDING = 0.01  # assumption: an outcome may be rounded outwards by a per cent


def _stated(draft: PlanBuilder, claims: tuple[str, ...], unit: Unit) -> tuple[float, float] | None:
    """Ends of what claims say, in `unit`; None unless each of them has a number of that kind."""
    known = [draft.ledger[name] for name in claims if name in draft.ledger]
    factors = [
        draft.unit(claim.unit).factor / unit.factor
        for claim in known
        if claim.unit and draft.unit(claim.unit).same_kind(unit)
    ]
    if len(factors) < len(claims):
        return None
    ends = [[factor * end for end in implied_interval(claim)] for claim, factor in zip(known, factors, strict=True)]
    return min(low for low, _ in ends), max(high for _, high in ends)


def check_outcome(draft: PlanBuilder, question: Question, unit: str, path: Path_) -> None:
    """Report errors in the outcome of a question with display unit `unit`."""
    outcome = question.outcome
    if outcome is None:
        return
    for claim in outcome.sources:
        draft.check_claim(path, claim)
        if claim in draft.ledger and (why := draft.ledger.objection(claim)):
            draft.report(path, f"the claim `{claim}` {why}", "a valid claim")
    form = registry.module("standoff.questions", question.kind).FORM
    wanted = form.outcome_unit(unit)
    if wanted is None or outcome.value == NEVER:
        return
    try:
        result = outcome.number()
        written = draft.unit(result.unit or wanted)
        last = form.latest_outcome(question, draft.scenario)
        if not written.same_kind(draft.unit(wanted)):
            draft.report(path, f"`{result.unit}` where a unit of `{wanted}` is needed", f"a unit of `{wanted}`")
        elif last is not None and (result.numbers[0] <= 0 or result.numbers[-1] * written.factor > last):
            draft.report(
                path,
                f"`{outcome.value}` after as_of is not before the date of the question",
                f"more than 0 and at most {last:g} month, or `{NEVER}`",
            )
        elif result.shape == "range" and (stated := _stated(draft, outcome.sources, written)):
            low, high = stated
            slack = ROUNDING * max(abs(low), abs(high))
            if result.numbers[0] < low - slack or result.numbers[1] > high + slack:
                draft.report(
                    path,
                    f"`{outcome.value}` is wider than what its claims say",
                    f"a range within {low:.4g} to {high:.4g} {result.unit}".rstrip(),
                    "cite the claims that give its ends",
                )
    except StandoffError as error:
        draft.report_error(path, error)
