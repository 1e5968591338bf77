"""Front page of a report: main answer, reasons, uncertainty, possible changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from standoff import questions
from standoff.analysis.verdict import main_answer
from standoff.plan import labels as words_of
from standoff.questions import count_text, form
from standoff.report import answer_text, formatting
from standoff.report.charts.question import QuestionChart, question_chart
from standoff.report.evidence_panels import panel_button
from standoff.report.sections import reason_attribution, variants

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from standoff.analysis.answer import Answer
    from standoff.analysis.explain import Explanation, ReasonContribution
    from standoff.analysis.reason_attribution import ReasonAttribution
    from standoff.analysis.verdict import Verdict
    from standoff.engine.run import Run
    from standoff.questions import BaseRate

AGAINST, FOR = 3, 2  # assumption: a reader keeps no more reasons in mind


@dataclass(frozen=True, kw_only=True)
class FrontPage:
    """Content of the front page."""

    answer: Answer
    text: questions.AnswerText
    choice: Explanation | None  #: the choice that it is about
    chart: QuestionChart | None  #: of that choice, up to the date of the question
    why: tuple[Markup, ...]
    sure: tuple[Markup, ...]
    change: tuple[Markup, ...]
    races: tuple[tuple[Answer, str], ...]  #: who comes first, in a sentence


def lead(run: Run, verdict: Verdict, beside: Mapping[str, Verdict]) -> FrontPage | None:
    """Build the front page; None without questions."""
    answer = main(run, verdict)
    if answer is None:
        return None
    choice = about(run, verdict, answer)
    text = answer_text.answer(answer, verdict.origin.as_of)
    attribution = verdict.attribution
    why = _attributed(attribution) if attribution else _why(run, choice) if choice else ()
    change = variants.sentences(run, verdict, answer, choice, beside)
    return FrontPage(
        answer=answer,
        text=text,
        choice=choice,
        chart=chart(run, verdict),
        why=why,
        sure=_sure(run, verdict, answer, choice),
        change=change,
        races=races(verdict, answer),
    )


def races(verdict: Verdict, besides: Answer) -> tuple[tuple[Answer, str], ...]:
    """Other `first_of` questions, each with its finding."""
    question = [item for item in verdict.answers if form(item.kind).HAS_LABELS and item is not besides]
    return tuple((item, answer_text.comes_first(item, verdict.origin.as_of)) for item in question)


def main(run: Run, verdict: Verdict) -> Answer | None:
    """The answer to the main question."""
    return main_answer(run, verdict.answers)


def about(run: Run, verdict: Verdict, answer: Answer) -> Explanation | None:
    """The explained choice of a question, if any."""
    named = {choice.name for choice in run.model.plan.choices_of(run.model.plan.question(answer.id))}
    return next((choice for choice in verdict.choices if choice.choice in named), None)


def chart(run: Run, verdict: Verdict) -> QuestionChart | None:
    """The chart of the main question; None where it is about no choice."""
    answer = main(run, verdict)
    choice = about(run, verdict, answer) if answer is not None else None
    return question_chart(run, answer, choice.choice) if answer is not None and choice is not None else None


def _listed(choice: Explanation, reasons: Sequence[ReasonContribution]) -> Markup:
    decimals = answer_text.reason_decimals(choice)
    parts = [
        Markup('“{}” <span class="nobr">({})</span>').format(
            words_of.reason(item),
            panel_button(
                answer_text.with_odds(item.log_odds, item.mc_error, decimals), f"reason-{choice.choice}-{item.reason}"
            ),
        )
        for item in reasons
    ]
    return Markup("; ").join(parts)


def _attributed(result: ReasonAttribution) -> tuple[Markup, ...]:
    """Why the answer is what it is: all reasons, the largest ones, and the deciding date."""
    if not result.choices:
        return (Markup("{}").format(reason_attribution.NO_CHOICE),)
    out = [
        Markup("{}<span class='onpage'> <a href='#why'>All of them</a>.</span>").format(
            reason_attribution.total(result)
        )
    ]
    out += [
        Markup("“{}” {}.").format(item.text, reason_attribution.change(result, item))
        for item in reason_attribution.largest(result)
    ]
    return (*out, *(Markup("{}").format(reason_attribution.deciding(item)) for item in result.deciding))


def _why(run: Run, choice: Explanation) -> tuple[Markup, ...]:
    ordered = sorted(choice.reasons, key=lambda item: item.log_odds)
    against = [item for item in ordered if item.log_odds < 0]
    in_favour = [item for item in reversed(ordered) if item.log_odds > 0]
    option, reference = (
        words_of.option(run.model.plan, choice.choice, choice.option),
        words_of.option(run.model.plan, choice.choice, choice.reference),
    )
    index = [item.option for item in choice.options].index(choice.option)
    key, decimals = f"choice-{choice.choice}", answer_text.reason_decimals(choice)
    out = [
        Markup(
            "Of {}’s {}, {} against <b>{}</b> rather than <b>{}</b>, and {} for it. Their sum is {} in log odds, {} the odds; "
            "if the actor decided afresh {}, the probability would be {}."
        ).format(
            run.model.scenario.actors[choice.actor].name,
            formatting.counted(len(choice.reasons), "reason"),
            _weigh(len(against)),
            option,
            reference,
            len(in_favour),
            panel_button(formatting.signed(choice.log_odds, decimals), key),
            formatting.odds_factor(choice.log_odds, answer_text.total_error(choice)),
            formatting.time_of(choice.decided),
            panel_button(answer_text.chosen(choice)[index], key),
        )
    ]
    if against:
        out.append(Markup("Against, the largest first: {}.").format(_listed(choice, against[:AGAINST])))
    if in_favour:
        out.append(Markup("For, the largest first: {}.").format(_listed(choice, in_favour[:FOR])))
    return tuple(out)


def _weigh(count: int) -> str:
    return f"{count} weighs" if count == 1 else f"{count} weigh"


def _sure(run: Run, verdict: Verdict, answer: Answer, choice: Explanation | None) -> tuple[Markup, ...]:
    out = list[Markup]()
    if band := answer_text.band_of_main(answer):
        out.append(Markup("{}").format(band))
    if verdict.band_note:
        out.append(_with_code(verdict.band_note))
    if choice is not None:
        option = next(item for item in choice.options if item.option == choice.option)
        out.append(
            Markup(
                "Futures differ in their uncertain parameters: in 90 % of them the probability of “{}” {} is {}."
            ).format(
                words_of.option(run.model.plan, choice.choice, choice.option),
                formatting.time_of(choice.decided),
                panel_button(formatting.percents(option.interval), f"choice-{choice.choice}"),
            )
        )
    out += [_base_rate(answer, base) for base in answer.base_rates if base.has_horizon or base.rate is None]
    counts = verdict.source_counts or {}
    total = sum(counts.values())
    if total:
        out.append(
            Markup(
                '{:,} of {:,} parameters rest on <a href="#assumptions">assumption</a>, {} on claims, {}{} on cited works, '
                "{} on history. "
                "No interval accounts for errors of the model itself."
            ).format(
                counts.get("assumption", 0),
                total,
                counts.get("claims", 0),
                Markup('{} on a <a href="#fitted">fit to claims</a>, ').format(counts["fitted"])
                if counts.get("fitted")
                else "",
                counts.get("works", 0),
                counts.get("history", 0),
            )
        )
    if message := answer_text.games(verdict):
        out.append(_with_code(message))
    return tuple(out)


def _with_code(text: str) -> Markup:
    """A sentence whose parts in backticks are commands."""
    parts = [Markup("<code>{}</code>" if n % 2 else "{}").format(part) for n, part in enumerate(text.split("`"))]
    return Markup("").join(parts)


def _base_rate(answer: Answer, base: BaseRate) -> Markup:
    """The answer beside one of its base rates, with the rule of the count."""
    if base.rate is None:
        return Markup("There is no base rate in data: {}.").format(base.text)
    above = (answer.point or 0.0) - base.rate
    away, side = f"{100 * abs(above):.0f}", "above" if above >= 0 else "below"
    near = "less than half a point from" if away == "0" else f"{formatting.in_points(away)} {side}"
    listed, text = base.kind == "list", base.text.strip().rstrip(".")
    shown = (
        formatting.percent(base.rate)
        if base.interval is None
        else formatting.band_percents(base.rate, base.interval)[0]
    )
    return Markup("That is {} the base rate of {} {}: {}{}.").format(
        near,
        panel_button(shown, f"answer-{answer.id}"),
        base.place,
        text,
        "" if listed else f" ({count_text(base)})",
    )
