"""What history alone says beside an answer, in a sentence."""

from __future__ import annotations

from collections.abc import Sequence

from standoff.history.recorded import RecordedAnswer, RecordedDecision, of_question
from standoff.report.formatting import small_percent

NAMED = 4  # similar decisions that are named; assumption: a sentence bears no more


def sentence(answers: Sequence[RecordedAnswer], question: str, short: bool = False) -> str:
    """Rates in the year, and unless `short` the most similar decisions; may be empty."""
    each = of_question(answers, question)
    if each is None:
        return ""
    helped = sum(decision.helped for decision in each.similar)
    named = "; ".join(map(_decision, each.similar[:NAMED]))
    rates = (
        f"From history alone ({each.until - 1975} years of decisions up to {each.until}), {each.actor} begins to send arms or "
        f"troops to {each.side} against {each.against} with {small_percent(each.arms_or_troops)} in a year such as {each.year} "
        f"({small_percent(each.low)} to {small_percent(each.high)}), and to help in any way with {small_percent(each.any_help)}."
    )
    return (
        rates
        if short
        else f"{rates} Help began in {helped} of the {len(each.similar)} most similar decisions; the nearest: {named}."
    )


def _decision(each: RecordedDecision) -> str:
    side = each.side if each.host in each.side else f"{each.side} ({each.host})"
    did = "troops" if each.troops else "help" if each.helped else "nothing"
    return f"{each.actor} for {side} in {each.year}, {did}"
