"""Reasons behind an answer, and what they add to prior probabilities, as documents."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import TypeAlias

from standoff import labels
from standoff.analysis.reason_attribution import (
    AnswerReason,
    DecidingReasons,
    ReasonAttribution,
    ReasonPath,
    ReasonShare,
)
from standoff.analysis.verdict import AnchorEffect
from standoff.plan.anchors import TYPICAL
from standoff.report import belief_text, formatting
from standoff.report import title as head
from standoff.report.document import Block, Fold, Heading, Paragraph, ShownNumber, TableBlock, remark, table

NumberOf: TypeAlias = Callable[[str, str], ShownNumber]  #: a text and `CHOICE/REASON` as a number with its evidence
NAMED = 3  # assumption: a reader keeps no more reasons in mind
DATES = 6  # decision dates in a table: beside the reasons no more fit into 120 characters
NOTE = (
    "Each reason is left out of every decision after as_of, in the same futures, and the answer is simulated again: what it "
    "adds or takes away goes through all that follows from it, and other actors know. Errors are Monte Carlo errors of paired "
    "differences."
)
SHAPLEY = (
    "Reasons work together, so that effects of one at a time need not add up. Shares do: each is the mean effect of a group over "
    "all orders in which the groups can be added (Shapley values)."
)
LEFT_OVER = "No reason, but what is left over: "
ANCHORED = (
    "The prior is the probability before the named reasons of the choice count: the constants of the actor are solved for "
    "it. The reasons then add to it or take away from it. The prior of a reference class is that of its typical member, "
    f"which has {formatting.percent(TYPICAL)} of each named reason; the rest is what this actor's reasons add."
)
NO_CHOICE = "This answer depends on no decision of any actor before its date, and therefore on no reason."


def blocks(result: ReasonAttribution) -> list[Block]:
    """Document of the finding."""
    return [*head.blocks(result.origin), Heading(title(result)), *body(result)]


def title(result: ReasonAttribution) -> str:
    """The question, as a heading."""
    return f"Why: {result.text}{f' {result.label}' if result.label else ''} (by {result.date})"


def part(result: ReasonAttribution, explained: Collection[str]) -> Fold:
    """The finding as a part of a report, with evidence for reasons of the choices `explained`."""
    finding = total(result) if result.choices else NO_CHOICE
    return Fold(title(result), body(result, explained), finding, "why", is_printed=False)


def body(result: ReasonAttribution, explained: Collection[str] = ()) -> list[Block]:
    """The same without its headings; `explained` as of `part`."""
    if not result.choices:
        return [Paragraph(NO_CHOICE)]

    def number(text: str, name: str) -> ShownNumber:
        choice, _, reason = name.rpartition("/")
        return ShownNumber(text, f"reason-{choice}-{reason}" if choice in explained else f"answer-{result.question}")

    return [
        *map(Paragraph, (total(result), *map(deciding, result.deciding))),
        *_singles(result, number),
        remark(NOTE),
        _shares(result, number),
        remark(SHAPLEY),
        *(_decision(item, number) for item in result.deciding),
        *(_path(item, result, number) for item in result.paths),
    ]


def ordered(result: ReasonAttribution) -> list[ReasonShare]:
    """Shares, the largest first."""
    return sorted(result.shares, key=lambda item: -abs(item.share))


def points(effect: float, error: float) -> str:
    """A signed difference of probabilities in points, with its error."""
    decimals = min(max(formatting.decimal_places(100 * error), 0), 1) if error else 1
    size = formatting.points(error).removesuffix("s").removesuffix(" point")
    return f"{formatting.signed(100 * effect, decimals)} {size}"


def effective_reasons(result: ReasonAttribution) -> tuple[AnswerReason, ...]:
    """Reasons without which the answer of a future is another, the largest effect first."""
    return tuple(item for item in result.reasons if item.effect or item.mc_error)


def total(result: ReasonAttribution) -> str:
    """What all reasons do to the answer together, in a sentence."""
    verb, count = "add" if result.total >= 0 else "take away", len(result.reasons) + result.untested
    reasons = "its reason" if count == 1 else f"any of its {count} reasons"
    size = points(abs(result.total), result.total_error).lstrip("+")
    return (
        f"Were no actor moved by {reasons}, the answer would be {without(result, result.total)}: "
        f"together the reasons {verb} {size} points, in {result.futures:,} paired futures."
    )


def sample(result: ReasonAttribution) -> str:
    """Which futures the effects of reasons come from, in a phrase."""
    return f"without one reason at a time, in {result.futures:,} paired futures"


def largest(result: ReasonAttribution) -> tuple[AnswerReason, ...]:
    """Reasons with the largest effects beyond twice their error; then what nobody has stated."""
    clear = [item for item in result.reasons if abs(item.effect) > 2 * item.mc_error]
    stated = [item for item in clear if not labels.is_constant(item.text)]
    return *stated[:NAMED], *clear[len(stated) :]


def change(result: ReasonAttribution, item: AnswerReason) -> str:
    """What one reason does to the answer, in a sentence."""
    left_over = LEFT_OVER if labels.is_constant(item.text) else ""
    return f"{left_over}“{item.text}” {points(item.effect, item.mc_error)} points: without it {without(result, item.effect)}."


def without(result: ReasonAttribution, effect: float) -> str:
    """The answer of the page less what reasons add to it."""
    own = result.answer if result.point is None else result.point
    return formatting.percent(min(max(own - effect, 0.0), 1.0), result.answer_error)


def deciding(item: DecidingReasons) -> str:
    """Reasons at the deciding date against those of other futures, in a sentence."""
    own, others = map(formatting.likelier, item.sums)
    parts = "; ".join(
        f"“{labels.reason(row)}” ({formatting.likelier(row.with_event)} against {formatting.likelier(row.without_event)})"
        for row in item.clear[:NAMED]
    )
    return (
        f"When it happens ({item.with_event:,} of {formatting.counted(item.with_event + item.without_event, 'future')} with "
        f"stored paths, median date {item.date}), the reasons for "
        f"“{'” or “'.join(item.options[:NAMED])}” ({item.actor}), against what it replaces, make it "
        f"{own}; at the same dates in the {item.without_event:,} in which it does not happen, {others}."
        f" Most of the difference: {parts}. "
        "Beyond that it takes chance: motives that the model does not know."
    )


def _singles(result: ReasonAttribution, number: NumberOf) -> list[TableBlock]:
    """The answer without each reason, the largest first; apart, without what nobody has stated."""
    shown = effective_reasons(result)
    lines = [
        (
            item.text,
            number(without(result, item.effect), f"{item.choice}/{item.reason}"),
            points(item.effect, item.mc_error),
            f"{item.gained:,}",
            f"{item.lost:,}",
        )
        for item in shown
    ]
    hidden = len(result.reasons) - len(shown) + result.untested
    rest = f"; {hidden} with no or smaller effects not shown" if hidden else ""
    heads = ("reason", "answer\nwithout it:", "it adds,\npoints:", "futures\nit makes:", "futures\nit prevents:")
    caption = f"One reason left out at a time; with all the answer is {without(result, 0.0)}{rest}"
    stated = sum(not labels.is_constant(item.text) for item in shown)  # they come first
    parts = (lines[:stated], caption), (lines[stated:], LEFT_OVER.removesuffix(": "))
    return [table(*heads, rows=rows, caption=text) for rows, text in parts if rows or text == caption]


def _shares(result: ReasonAttribution, number: NumberOf) -> TableBlock:
    """Shapley values, which add up."""
    lines = [
        (
            item.text,
            f"{len(item.reasons)}",
            number(points(item.share, item.mc_error), item.reasons[0] if len(item.reasons) == 1 else ""),
        )
        for item in ordered(result)
    ]
    count = sum(len(item.reasons) for item in result.shares)
    lines.append(("all reasons", f"{count}", number(points(result.total, result.total_error), "")))
    return table(f"by {result.by}", "reasons:", "share,\npoints:", rows=lines, caption="Shares that add up")


def _decision(item: DecidingReasons, number: NumberOf) -> TableBlock:
    """Reasons at the deciding date."""
    decimals = formatting.common_decimals(row.mc_error for row in item.clear)
    lines = [
        (
            labels.reason(row),
            number(formatting.signed(row.with_event, decimals), f"{item.choice}/{row.reason}"),
            formatting.signed(row.without_event, decimals),
            f"{formatting.signed(row.difference, decimals)} ± {formatting.plain(row.mc_error, decimals)}",
            formatting.odds_factor(row.difference, row.mc_error),
        )
        for row in item.clear
    ]
    hidden = len(item.reasons) - len(lines)
    own, others = item.sums
    sums = [formatting.signed(value, decimals) for value in (own, others, own - others)]
    heads = ("log odds of each reason", "where it\nhappens:", "elsewhere,\nsame dates:", "difference:", "odds:")
    rest = f"; {hidden} that do not clearly differ are only in the sum" if hidden else ""
    caption = f"{item.actor} at the decision that makes it happen: the option taken against the one it replaces{rest}"
    return table(*heads, rows=[*lines, ("sum of reasons", number(sums[0], ""), *sums[1:], "")], caption=caption)


def _path(item: ReasonPath, result: ReasonAttribution, number: NumberOf) -> TableBlock:
    """Mean log odds of each reason over time, at a few dates from the first to the last."""
    count = len(item.dates)
    at = sorted({round(n * (count - 1) / (DATES - 1)) for n in range(DATES)})
    who = next((each.actor for each in result.deciding if each.choice == item.choice), item.choice)
    texts = {each.reason: each.text for each in result.reasons if each.choice == item.choice}
    lines = [
        (
            texts.get(name) or formatting.humanise(name),
            *(number(formatting.signed(values[n], 2), f"{item.choice}/{name}") for n in at),
        )
        for name, values in zip(item.reasons, item.log_odds, strict=True)
    ]
    sums = [sum(column) for column in zip(*item.log_odds, strict=True)]
    total = ("sum of reasons", *(number(formatting.signed(sums[n], 2), "") for n in at))
    dates = "decision date" + ("" if len(at) == count else f" ({len(at)} of {count} shown)")
    caption = f"{who}: mean log odds of “{item.option}” rather than “{item.reference}”, by {dates}"
    return table("reason", *(f"{item.dates[n]}:" for n in at), rows=[*lines, total], caption=caption)


def anchor_part(effects: Sequence[AnchorEffect]) -> Fold:
    """Anchors as a part of a report: prior probabilities, and what the stated reasons add."""
    heads = (
        "option",
        "prior:",
        "with the stated reasons,\nin the case alone:",
        "change, points:",
        "constants shift\nthe odds:",
    )
    rows = [
        (
            about_anchor(item),
            ShownNumber(formatting.percent(item.prior), anchor_key(item)),
            formatting.percent(item.posterior, item.monte_carlo),
            _anchor_change(item),
            formatting.odds_factor(item.shift),
            ", ".join(item.sources),
        )
        for item in effects
    ]
    caption = "Prior probabilities, and what the stated reasons add"
    grid = table(*heads, "source of the prior", rows=rows, caption=caption)
    return Fold("Prior and reasons", (remark(ANCHORED), grid), anchor_sentence(effects[0]), "anchors", is_printed=False)


def anchor_key(item: AnchorEffect) -> str:
    """Key of the evidence behind a prior probability."""
    return "-".join(("prior", item.choice, *item.options, item.date))


def anchor_sentence(item: AnchorEffect) -> str:
    """Prior, posterior and change, such as `prior 12 % → 5 % ... (−7 points)`."""
    moved = _anchor_change(item)
    return (
        f"{about_anchor(item)}: prior {formatting.percent(item.prior)} → "
        f"{formatting.percent(item.posterior, item.monte_carlo)} with the stated reasons, in the case alone "
        f"({moved if moved == belief_text.UNCLEAR else f'{moved} points'})"
    )


def about_anchor(item: AnchorEffect) -> str:
    """The choice, the options and the date of a prior."""
    text = item.text or f"{item.choice}: {' or '.join(map(formatting.humanise, item.options))}"
    return f"{text}, by {item.date}"


def _anchor_change(item: AnchorEffect) -> str:
    """What the reasons add, in points, if it exceeds chance."""
    if abs(item.change) <= formatting.SURE * item.monte_carlo:
        return belief_text.UNCLEAR
    return formatting.signed(100 * item.change, formatting.common_decimals([100 * item.monte_carlo]))
