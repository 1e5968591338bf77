"""The main answer: why it is what it is, how sure it is, and what would change it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from standoff.analysis.answer import Answer
from standoff.analysis.explain import Explanation, ReasonContribution
from standoff.analysis.reason_attribution import ReasonAttribution
from standoff.analysis.verdict import Verdict, main_answer
from standoff.engine.run import Run
from standoff.plan import labels
from standoff.questions import BaseRate, count_text, form
from standoff.report import answer_text, formatting, history_beside, track_record
from standoff.report.charts.choices import question_chart
from standoff.report.document import (
    Block,
    BulletList,
    Content,
    Group,
    Heading,
    Inline,
    Link,
    Paragraph,
    Picture,
    ShownNumber,
    Strong,
    joined,
)
from standoff.report.sections import answers, reason_attribution, variants

AGAINST, FOR = 3, 2  # assumption: a reader keeps no more reasons in mind


def blocks(
    run: Run,
    verdict: Verdict,
    beside: Mapping[str, Verdict],
    beyond: Iterable[tuple[Block, ...]] = (),
    with_pictures: bool = True,
) -> list[Block]:
    """The first part of a report, with parts of its brief `beyond`; nothing without questions."""
    answer = main_answer(run, verdict.answers)
    if answer is None:
        return []
    origin, choice = verdict.origin, about(run, verdict, answer)
    text = answer_text.answer(answer, origin.as_of)
    head: list[Block] = [
        Heading(answer.text),
        answers.main_number(answer, origin.as_of),
        *([Paragraph(text.word, strong=True, kind="word")] if text.word else []),
        *answers.compared(origin),
    ]
    head += [
        Paragraph((Link(item.text, f"#question-{item.id}"), " ", ShownNumber(finding, f"answer-{item.id}")))
        for item, finding in races(verdict, answer)
    ]
    notes: list[Block] = [
        Paragraph(f"{formatting.capital(text.note)}.", soft=True),
        answer_text.beside(answer, origin.as_of, "page"),
        *(
            Paragraph(sentence, soft=True)
            for sentence in (
                history_beside.sentence(verdict.history, answer.id),
                track_record.sentence(verdict.track_record),
            )
            if sentence
        ),
    ]
    points: list[Block] = [
        Group((Heading(name, 3), BulletList(tuple(found))), kind)
        for name, found, kind in (
            ("Why", why(run, verdict, choice), "why"),
            ("Uncertainty", uncertainty(run, verdict, answer, choice), "uncertainty"),
            ("What would change the answer", variants.sentences(run, verdict, answer, choice, beside), "change"),
        )
        if found
    ]
    if rows := variants.table_of(verdict):
        points.append(Group((rows,), "otherwise"))
    picture = chart(run, verdict) if with_pictures else None
    parts: list[Block] = [
        Group(tuple(head), "verdict"),
        *([picture] if picture else []),
        Group(tuple(points), "points"),
        Group(tuple(notes), "notes"),
    ]
    parts += [Group(part, "beyond") for part in beyond]
    return [Group(tuple(parts), "lead", "lead")]


def races(verdict: Verdict, besides: Answer | None) -> list[tuple[Answer, str]]:
    """Other questions of who comes first, each with its finding."""
    return [
        (item, answer_text.comes_first(item, verdict.origin.as_of))
        for item in verdict.answers
        if form(item.kind).HAS_LABELS and item is not besides
    ]


def about(run: Run, verdict: Verdict, answer: Answer) -> Explanation | None:
    """The explained choice of a question, if any."""
    named = {choice.name for choice in run.model.plan.choices_of(run.model.plan.question(answer.id))}
    return next((choice for choice in verdict.choices if choice.choice in named), None)


def chart(run: Run, verdict: Verdict) -> Picture | None:
    """The chart of the main question; None where it is about no choice."""
    answer = main_answer(run, verdict.answers)
    choice = about(run, verdict, answer) if answer is not None else None
    if answer is None or choice is None:
        return None
    return question_chart(run, answer, choice.choice)


def why(run: Run, verdict: Verdict, choice: Explanation | None) -> list[Content]:
    """The effects of reasons on the answer, else the reasons of the choice that it is about."""
    if verdict.attribution is not None:
        return list(_attributed(verdict.attribution))
    return list(_weighed(run, choice)) if choice is not None else []


def _attributed(result: ReasonAttribution) -> Iterator[Content]:
    """All reasons, the largest ones, and the deciding date."""
    if not result.choices:
        yield reason_attribution.NO_CHOICE
        return
    yield reason_attribution.total(result)
    for item in reason_attribution.largest(result):
        yield f"“{item.text}” {reason_attribution.change(result, item)}."
    yield from map(reason_attribution.deciding, result.deciding)


def _weighed(run: Run, choice: Explanation) -> Iterator[Content]:
    ordered = sorted(choice.reasons, key=lambda item: item.log_odds)
    against = [item for item in ordered if item.log_odds < 0]
    in_favour = [item for item in reversed(ordered) if item.log_odds > 0]
    option, reference = (
        labels.option(run.model.plan, choice.choice, name) for name in (choice.option, choice.reference)
    )
    index = [item.option for item in choice.options].index(choice.option)
    key, decimals = f"choice-{choice.choice}", answer_text.reason_decimals(choice)
    verb = "weighs" if len(against) == 1 else "weigh"
    yield (
        f"Of {labels.actor(run.model.plan, choice.actor)}’s {formatting.counted(len(choice.reasons), 'reason')}, "
        f"{len(against)} {verb} against ",
        Strong(option),
        " rather than ",
        Strong(reference),
        f", and {len(in_favour)} for it. Their sum is ",
        ShownNumber(formatting.signed(choice.log_odds, decimals), key),
        f" in log odds, {formatting.odds_factor(choice.log_odds, answer_text.total_error(choice))} the odds; if the actor "
        f"decided afresh {formatting.time_of(choice.decided)}, the probability would be ",
        ShownNumber(answer_text.chosen(choice)[index], key),
        ".",
    )
    for name, reasons in (("Against", against[:AGAINST]), ("For", in_favour[:FOR])):
        if reasons:
            yield (f"{name}, the largest first: ", *listed(choice, reasons), ".")


def listed(choice: Explanation, reasons: Sequence[ReasonContribution]) -> tuple[Inline, ...]:
    """Reasons with their parts of the log odds."""
    decimals = answer_text.reason_decimals(choice)
    return joined(
        "; ",
        (
            (
                f"“{labels.reason(item)}” (",
                ShownNumber(
                    answer_text.with_odds(item.log_odds, item.mc_error, decimals),
                    f"reason-{choice.choice}-{item.reason}",
                ),
                ")",
            )
            for item in reasons
        ),
    )


def uncertainty(run: Run, verdict: Verdict, answer: Answer, choice: Explanation | None) -> list[Content]:
    """What the band is over, what makes it, and what no band accounts for."""
    out: list[Content] = [text for text in (answer_text.band_of_main(answer), verdict.band_note) if text]
    if choice is not None:
        option = next(item for item in choice.options if item.option == choice.option)
        out.append(
            (
                "Futures differ in their uncertain parameters: in 90 % of them the probability of "
                f"“{labels.option(run.model.plan, choice.choice, choice.option)}” {formatting.time_of(choice.decided)} is ",
                ShownNumber(formatting.percents(option.interval), f"choice-{choice.choice}"),
                ".",
            )
        )
    out += [_base_rate(answer, base) for base in answer.base_rates if base.has_horizon or base.rate is None]
    return [*out, *trust(verdict)]


def trust(verdict: Verdict) -> Iterable[Content]:
    """What the numbers rest on, and whether the games were solved."""
    counts = verdict.source_counts or {}
    if total := sum(counts.values()):
        fitted = f"{counts['fitted']:,} on a fit to claims, " if counts.get("fitted") else ""
        yield (
            f"{counts.get('assumption', 0):,} of {total:,} parameters rest on ",
            Link("assumption", "#assumptions"),
            f", {counts.get('claims', 0):,} on claims, {fitted}{counts.get('works', 0):,} on cited works, "
            f"{counts.get('history', 0):,} on history. No interval accounts for errors of the model itself.",
        )
    if games := answer_text.games(verdict):
        yield games


def _base_rate(answer: Answer, base: BaseRate) -> Content:
    """The answer beside one of its base rates, with the rule of the count."""
    if base.rate is None:
        return f"There is no base rate in data: {base.text}."
    above = (answer.point or 0.0) - base.rate
    away, side = f"{100 * abs(above):.0f}", "above" if above >= 0 else "below"
    near = "less than half a point from" if away == "0" else f"{formatting.in_points(away)} {side}"
    shown = (
        formatting.percent(base.rate)
        if base.interval is None
        else formatting.band_percents(base.rate, base.interval)[0]
    )
    counted = "" if base.kind == "list" else f" ({count_text(base)})"
    return (
        f"That is {near} the base rate of ",
        ShownNumber(shown, f"answer-{answer.id}"),
        f" {base.place}: {base.text.strip().rstrip('.')}{counted}.",
    )
