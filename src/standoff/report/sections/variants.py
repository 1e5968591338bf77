"""Sentences on possible changes of the main answer: parameters, variants, reasons."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from standoff.analysis.answer import Answer
from standoff.analysis.explain import Explanation, ReasonContribution
from standoff.analysis.parameter_variants import VariantEffect
from standoff.analysis.sensitivity.quintiles import QuintileMeans
from standoff.analysis.verdict import Verdict
from standoff.engine.run import Run
from standoff.plan import labels
from standoff.questions import form
from standoff.report import answer_text, belief_text, formatting
from standoff.report.document import Content, ShownNumber, TableBlock, joined, table
from standoff.report.sections import findings

WAITING = 2  # assumption: two variants in words show what the others are like


def sentences(
    run: Run, verdict: Verdict, answer: Answer, choice: Explanation | None, beside: Mapping[str, Verdict]
) -> list[Content]:
    """Sentences on what would change the main answer."""
    ran = {*beside, *(item.variant for item in verdict.variant_effects)}
    return [
        *findings.lead(run, verdict),
        *_influential_parameters(verdict.quintiles, answer),
        *_variant_answers(run, answer, beside),
        *(_reasons(choice, bool(verdict.quintiles)) if choice else ()),
        *_waiting(run, ran),
    ]


def table_of(verdict: Verdict) -> TableBlock | None:
    """The main answer under parameter variants; None without any."""
    rows = [
        (item.text, ShownNumber(shown, f"variant-{item.variant}"), change)
        for item, shown, change in variant_rows(verdict)
    ]
    caption = f"Scenario variants: {as_it_is(verdict)}" if rows else ""
    return table("scenario variant", "answer:", "change:", rows=rows, caption=caption) if rows else None


def level(kind: str, value: float, error: float, unit: str) -> str:
    """Format the outcome of a question: a probability, or a number with its unit."""
    if form(kind).is_share:
        return formatting.percent(value, error)
    return formatting.number(value, error, formatting.answer_unit(unit))


def change(item: VariantEffect) -> str:
    """Format the change of an answer with its error, if it exceeds chance."""
    return difference(item.kind, item.unit, item.change, item.mc_error)


def difference(kind: str, unit: str, value: float, error: float) -> str:
    """Format a difference of answers with its Monte Carlo error, if it exceeds chance."""
    if abs(value) <= formatting.SURE * error:
        return "no clear change"
    if scale := belief_text.points_per_unit(kind, unit):
        decimals = formatting.common_decimals([scale * error])
        return f"{formatting.signed(scale * value, decimals)} {formatting.points(scale * error / 100)}"
    form = formatting.number_format([value], error, formatting.answer_unit(unit))
    sign = "+" if value >= 0 else "−"
    return f"{sign}{form.full(abs(value))} {form.error(error)}"


def variant_rows(verdict: Verdict) -> list[tuple[VariantEffect, str, str]]:
    """Main answer under parameter variants, largest change first, with errors."""
    selected = [item for item in verdict.variant_effects if item.question == verdict.main]
    selected.sort(key=lambda item: -abs(item.change))
    main = next((item for item in verdict.answers if item.id == verdict.main), None)
    return [
        (item, level(item.kind, main.moved(item.change), item.mc_error, item.unit), change(item))
        for item in selected
        if main is not None
    ]


def as_it_is(verdict: Verdict) -> str:
    """Caption: the futures in which the change of the main answer is measured."""
    first = next(item for item in verdict.variant_effects if item.question == verdict.main)
    return f"changes in the same {first.draws:,} futures with other parameters, added to the answer"


def fifths(means: QuintileMeans, main: Answer) -> tuple[str, str]:
    """The answer in the lowest and the highest fifth of a parameter."""
    own = (main.number if main.share is None else main.share) or 0.0
    low, high = (
        level(main.kind, main.moved(end - own), error, main.unit)
        for end, error in ((means.low, means.low_error), (means.high, means.high_error))
    )
    return low, high


def clear_rows(verdict: Verdict) -> list[tuple[VariantEffect, str, str]]:
    """Those with a change beyond chance."""
    return [row for row in variant_rows(verdict) if abs(row[0].change) > formatting.SURE * row[0].mc_error]


def _influential_parameters(means: Sequence[QuintileMeans], answer: Answer) -> Iterator[Content]:
    ends = [(item, *fifths(item, answer)) for item in means]
    named = [
        (f"{item.label} (", ShownNumber(low, f"lean-{item.path}"), f" to {high})")
        for item, low, high in ends
        if low != high
    ]
    if named:
        yield (
            "Most influential parameters, with the answer in the fifths of futures in which the parameter is lowest and "
            "highest: ",
            *joined("; ", named),
            ".",
        )


def _variant_answers(run: Run, answer: Answer, beside: Mapping[str, Verdict]) -> Iterator[Content]:
    """Main answer under variants with their own runs."""
    for name, result in beside.items():
        other = next((item for item in result.answers if item.id == answer.id), None)
        if other is not None:
            text = run.model.scenario.variants[name].text if name in run.model.scenario.variants else name
            yield f"{text.rstrip('.')}: {answer_text.answer(other, result.origin.as_of).main}."


def _waiting(run: Run, ran: set[str]) -> Iterator[Content]:
    plan = run.model.plan
    waiting = [
        f"“{item.text.rstrip('.')}” ({name})"
        for name, item in run.model.scenario.variants.items()
        if name not in ran and name != plan.variant
    ]
    if waiting:
        yield f"Variants of the scenario not run for this page: {formatting.first_few(waiting, WAITING)}."


def _reasons(choice: Explanation, leaning: bool) -> Iterator[Content]:
    decimals = answer_text.reason_decimals(choice)
    if choice.reversal is not None:
        result = choice.reversal
        largest = next(item for item in choice.reasons if item.reason == result.reason)
        option, reference = (answer_text.option(choice, name) for name in (choice.option, choice.reference))
        yield (
            f"Without the largest reason {'for' if choice.log_odds > 0 else 'against'}, “{labels.reason(largest)}”, the "
            f"log odds of {option} rather than {reference} in {choice.decided} would be ",
            ShownNumber(formatting.signed(result.log_odds, decimals), f"reason-{choice.choice}-{result.reason}"),
            f" instead of {formatting.signed(choice.log_odds, decimals)}, with the choices of the other actors unchanged. The "
            f"sign changes only without the {'largest' if result.count == 1 else f'{result.count} largest'}.",
        )
    if not leaning:
        widest = max(choice.reasons, key=lambda item: item.interval[1] - item.interval[0])
        yield (
            f"The most uncertain reason is “{labels.reason(widest)}”: ",
            _range(choice, widest, decimals),
            f" in 90 % of futures; prior of its weight: {formatting.believed(widest.weight)}.",
        )
    least = 0.5 * 10.0**-decimals  # a value printed as zero has no sign
    torn = [item for item in choice.reasons if item.interval[0] < -least and item.interval[1] > least]
    if torn:
        texts = ((f"“{labels.reason(item)}” (", _range(choice, item, decimals), ")") for item in torn)
        yield ("Reasons of uncertain sign: ", *joined("; ", texts), ".")


def _range(choice: Explanation, reason: ReasonContribution, decimals: int) -> ShownNumber:
    text = " to ".join(formatting.signed(end, decimals) for end in reason.interval)
    return ShownNumber(text, f"reason-{choice.choice}-{reason.reason}")
