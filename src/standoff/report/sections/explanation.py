"""A decision: its options, and the reasons that add up to the log odds of one of them."""

from __future__ import annotations

from standoff import labels
from standoff.analysis.explain import Explanation, StockDrivers
from standoff.plan.from_history import SIGNS
from standoff.report import answer_text, formatting, title
from standoff.report.document import (
    Bar,
    Block,
    Heading,
    Paragraph,
    ShownNumber,
    SignedBar,
    TableBlock,
    given,
    noted,
    remark,
    table,
)

CLAIMS = 3  # claim ids shown; the rest are counted


def blocks(result: Explanation) -> list[Block]:
    """A choice: its options, the reasons that add up, and the evidence for each reason."""
    rows = [
        (
            reason.text or reason.reason,
            reason.weight.partition(" @")[0],
            "\n".join(reason.sources),
            "\n".join(reason.claims),
        )
        for reason in result.reasons
    ]
    expected = [
        (f"{item.actor}: {item.text}", formatting.percent(item.expected), formatting.percent(item.does))
        for item in result.forecasts
    ]
    heads = (f"expectations of {result.actor_text}", "expected:", "actual:")
    return [
        *title.blocks(result.origin),
        remark(answer_text.LOG_ODDS),
        *body(result),
        table("reason", "weight", "parameters cite", "reason cites", rows=rows),
        *map(Paragraph, beliefs(result)),
        *given(expected, table(*heads, rows=expected)),
        *map(Paragraph, answer_text.expectation_errors(result)),
    ]


def body(result: Explanation) -> list[Block]:
    """The decision without the title of the case."""
    decided = f"{result.actor_text} decides {formatting.time_of(result.decided)}"
    other = answer_text.other_date(result)
    return [
        Heading(f"{decided}: {result.text or result.choice}", 3),
        *given(other, Paragraph(other, strong=True)),
        options(result),
        reasons(result),
        *notes(result),
    ]


def options(result: Explanation) -> TableBlock:
    """Every option: how often it is in force, and its probability if the actor decided afresh."""
    rows = []
    for item, chosen in zip(result.options, answer_text.chosen(result), strict=True):
        name = formatting.humanise(item.option)
        rows.append(
            (
                noted(name + answer_text.role(result, item.option), "" if item.text == name else item.text),
                Bar(item.active_share),
                formatting.percent(item.active_share),
                ShownNumber(chosen, f"choice-{result.choice}"),
                formatting.percents(item.interval),
            )
        )
    moved = answer_text.moved(result.origin)
    heads = ("option", "", "share of futures\nin force:", "if it decided\nafresh:", "90 % across\ndraws:")
    caption = f"Options in the decision of {result.decided}{f', with {moved}' if moved else ''}"
    return table(*heads, rows=rows, caption=caption)


def reasons(result: Explanation) -> TableBlock:
    """The reasons of a decision, the largest first, and their sum."""
    decimals, tail = answer_text.reason_decimals(result), answer_text.tail_decimals(result)
    largest = max((abs(reason.log_odds) for reason in result.reasons), default=0.0)
    rows = [
        (
            noted(
                labels.reason(reason),
                "; ".join(
                    filter(
                        None,
                        (
                            labels.term(reason.kind),
                            f"line {', '.join(map(str, reason.lines))}" * bool(reason.lines),
                            *(sign for sign in SIGNS.values() if sign in reason.weight),
                        ),
                    )
                ),
            ),
            ShownNumber(formatting.signed(reason.log_odds, decimals), f"reason-{result.choice}-{reason.reason}"),
            formatting.odds_factor(reason.log_odds, reason.mc_error),
            f"{formatting.signed(reason.interval[0], tail)} to {formatting.signed(reason.interval[1], tail)}",
            formatting.percent(reason.share),
            SignedBar(reason.log_odds, largest),
        )
        for reason in sorted(result.reasons, key=lambda item: (labels.is_constant(item.text), -abs(item.log_odds)))
    ]
    total, key = sum(reason.log_odds for reason in result.reasons), f"choice-{result.choice}"
    odds = formatting.odds_factor(total, answer_text.total_error(result))
    beside = "" if result.reference == result.status_quo else f" against {answer_text.option(result, result.reference)}"
    option = f"log odds of {answer_text.option(result, result.option)}{beside}"
    sums = [
        ("sum of reasons", ShownNumber(formatting.signed(total, decimals), key), odds, "", "", ""),
        (option, ShownNumber(formatting.signed(result.log_odds, decimals), key), "", "", "", ""),
    ]
    heads = ("reason", "log odds:", "odds:", "90 % across draws:", "share of\neffects:", "")
    return table(
        *heads,
        rows=[*rows, *sums],
        caption=answer_text.reason_title(result),
        totals=2 + sum(labels.is_constant(item.text) for item in result.reasons),
    )


def notes(result: Explanation) -> list[Block]:
    """The check of the sum, when options can be chosen, and which futures count."""
    texts = (
        answer_text.additivity(result),
        *answer_text.restrictions(result),
        answer_text.conditioning(result),
        f"the reasons cite {formatting.first_few(result.claims, CLAIMS)}" if result.claims else "",
    )
    share = formatting.percent(result.decision_frequency)
    unsolved = formatting.percent(result.unsolved)
    return [
        *(Paragraph(f"{formatting.capital(text)}.") for text in answer_text.responses(result)),
        remark(" ".join(f"{formatting.capital(text)}." for text in texts if text)),
        *given(result.decision_frequency < 1, remark(f"The decision arises in {share} of futures; only these count.")),
        *given(result.unsolved, remark(f"The game did not converge in {unsolved} of draws.")),
    ]


def beliefs(result: Explanation) -> list[str]:
    """Sentences on what the actor takes for true, and others of its type."""
    of_types = [
        f"“{text}”: others believe it to {before} at the start, {known} at as_of, {now} now"
        for text, shares in result.types.items()
        for before, known, now in [map(formatting.percent, shares)]
    ]
    return of_types + [
        f"{result.actor_text} takes {result.belief_texts[cell]} to be {belief.partition(' @')[0]} times the true value"
        for cell, belief in result.beliefs.items()
    ]


def drivers(result: StockDrivers) -> list[Block]:
    """Change of a stock by process."""
    form = formatting.number_format(
        [result.before, result.after, *(item.total for item in result.drivers)], result.mc_error, result.unit
    )
    name = "" if result.text.lower() == result.stock.lower() else f" ({result.stock})"
    ends = f"from {form.full(result.before)} ({result.since}) to {form.full(result.after)} ({result.until})"
    largest = max((abs(item.total) for item in result.drivers), default=0.0)
    rows = [
        (
            formatting.humanise(item.part),
            formatting.signed(item.total / form.scale, form.decimals) + form.suffix,
            formatting.percent(item.share),
            SignedBar(item.total, largest),
        )
        for item in result.drivers
    ]
    return [
        *title.blocks(result.origin),
        Paragraph(f"{result.text}{name}: {ends}, mean of futures"),
        table("process", "change:", "share:", "", rows=rows),
        *given(result.claims, remark(f"claims: {formatting.first_few(result.claims, CLAIMS)}")),
    ]
