"""What would change the main answer, in words: numbers that it leans on, variants, and reasons that could go.

Every sentence is made of numbers of the findings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from standoff.questions import form
from standoff.report import answer_text, formatting, labels
from standoff.report.evidence_panels import panel_button
from standoff.report.sections import threshold

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from standoff.analysis import Answer, Explanation, Verdict
    from standoff.analysis.explain import ReasonContribution
    from standoff.analysis.parameter_variants import VariantEffect
    from standoff.analysis.sensitivity.quintiles import QuintileMeans
    from standoff.engine.run import Run


def sentences(
    run: Run, found: Verdict, answer: Answer, choice: Explanation | None, beside: Mapping[str, Verdict]
) -> tuple[Markup, ...]:
    """What would change the main answer, a sentence or two each."""
    ran = {*beside, *(item.variant for item in found.variant_effects)}
    return (
        *threshold.sentence(run, found), *_influential_parameters(run, found.quintiles, answer), *_beside(run, answer, beside),
        *(_reasons(choice, bool(found.quintiles)) if choice else ()), *_waiting(run, ran),
    )  # fmt: skip


def level(kind: str, value: float, error: float, unit: str) -> str:
    """What a question is compared by: a share, or a number with its unit."""
    return formatting.percent(value, error) if form(kind).is_share else formatting.number(value, error, unit)


def in_points(kind: str, unit: str) -> bool:
    """Whether changes are counted in percentage points: of shares of futures, and of numbers that are shares."""
    return form(kind).is_share or unit == "share"


def change(item: VariantEffect) -> str:
    """The change of an answer with its error, where it is more than chance."""
    if abs(item.change) <= formatting.SURE * item.mc_error:
        return "no clear change"
    if in_points(item.kind, item.unit):
        change = formatting.signed(100 * item.change, formatting.common_decimals([100 * item.mc_error]))
        return f"{change} {formatting.points(item.mc_error)}"
    form = formatting.number_format([item.change], item.mc_error, item.unit)
    sign = "+" if item.change >= 0 else "−"
    return f"{sign}{form.full(abs(item.change))} {form.error(item.mc_error)}"


def variant_rows(found: Verdict) -> list[tuple[VariantEffect, str, str]]:
    """The main question under variants of numbers, the largest change first: variant, answer, and change with its error."""
    mine = [item for item in found.variant_effects if item.question == found.main]
    mine.sort(key=lambda item: -abs(item.change))
    return [(item, level(item.kind, item.after, item.mc_error, item.unit), change(item)) for item in mine]


def as_it_is(found: Verdict) -> str:
    """What the changes are counted from: the main answer in the futures that variants were run in."""
    first = next(item for item in found.variant_effects if item.question == found.main)
    before = level(first.kind, first.before, first.mc_error, first.unit)
    return f"the same {first.draws:,} futures, with other numbers; in these it is {before} as the case has it"


def _influential_parameters(run: Run, found: Sequence[QuintileMeans], answer: Answer) -> tuple[Markup, ...]:
    ends = [tuple(level(answer.kind, end, error, answer.unit) for end, error in
                  ((item.low, item.low_error), (item.high, item.high_error))) for item in found]  # fmt: skip
    if all(low == high for low, high in ends):
        return ()
    told = [
        Markup('{} <span class="nobr">({} to {})</span>').format(
            labels.number(run, item.path),
            panel_button(low, f"lean-{item.path}"),
            high,
        )
        for item, (low, high) in zip(found, ends, strict=True)
        if low != high
    ]
    return (
        Markup("It leans most on {}: in brackets, the answer in the fifth of futures in which the number is lowest, and "
               "in that in which it is highest.").format(Markup("; ").join(told)),
    )  # fmt: skip


def _beside(run: Run, answer: Answer, beside: Mapping[str, Verdict]) -> tuple[Markup, ...]:
    """What the main question answers under variants that were run whole."""
    out = []
    for name, found in beside.items():
        other = next((item for item in found.answers if item.id == answer.id), None)
        if other is not None:
            text = run.model.scenario.variants[name].text if name in run.model.scenario.variants else name
            out.append(Markup("{}: {}.").format(text.rstrip("."), answer_text.answer(other, found.origin.as_of).main))
    return tuple(out)


def _waiting(run: Run, ran: set[str]) -> tuple[Markup, ...]:
    plan = run.model.plan
    waiting = [name for name in run.model.scenario.variants if name not in ran and name != plan.variant]
    if not waiting:
        return ()
    return (
        Markup("Variants of the scenario that were not run for this page: {}.").format(
            formatting.first_few(waiting, 4)
        ),
    )


def _reasons(choice: Explanation, leaning: bool) -> tuple[Markup, ...]:
    decimals, out = answer_text.reason_decimals(choice), []
    by_size = sorted(choice.reasons, key=lambda item: item.log_odds)
    above = choice.log_odds > 0
    bearing = [item for item in (reversed(by_size) if above else by_size) if (item.log_odds > 0) == above]
    if bearing:
        rest, count = choice.log_odds - bearing[0].log_odds, _turning(choice, bearing)
        out.append(
            Markup("Without the largest reason {}, “{}”, the log odds would be {} instead of {}, if the others chose as "
                   "before. Their sign would turn only without the {}.").format(
                "for" if above else "against", labels.reason(bearing[0]),
                panel_button(formatting.signed(rest, decimals), f"reason-{choice.choice}-{bearing[0].reason}"),
                formatting.signed(choice.log_odds, decimals),
                "largest" if count == 1 else f"{count} largest")
        )  # fmt: skip
    if not leaning:
        widest = max(choice.reasons, key=lambda item: item.interval[1] - item.interval[0])
        out.append(
            Markup("Least settled is how much “{}” counts: {} in 90 % of futures; its weight is believed to be {}.").format(
                labels.reason(widest), _range(choice, widest, decimals), formatting.believed(widest.weight))
        )  # fmt: skip
    least = 0.5 * 10.0**-decimals  # what is printed as zero is no sign
    torn = [item for item in choice.reasons if item.interval[0] < -least and item.interval[1] > least]
    if torn:
        texts = Markup("; ").join(
            Markup('“{}” <span class="nobr">({})</span>').format(labels.reason(item), _range(choice, item, decimals))
            for item in torn
        )
        out.append(Markup("May speak for or against: {}.").format(texts))
    return tuple(out)


def _turning(choice: Explanation, bearing: Sequence[ReasonContribution]) -> int:
    """How many of the reasons that carry the sum, the largest first, must go before its sign turns."""
    left = choice.log_odds
    for count, item in enumerate(bearing, start=1):
        left -= item.log_odds
        if (left > 0) != (choice.log_odds > 0):
            return count
    return len(bearing)


def _range(choice: Explanation, reason: ReasonContribution, decimals: int) -> Markup:
    text = " to ".join(formatting.signed(end, decimals) for end in reason.interval)
    return panel_button(text, f"reason-{choice.choice}-{reason.reason}")
