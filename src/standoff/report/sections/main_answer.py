"""The main answer: why, how sure, and what would change it; and a brief of it on two pages."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence

from standoff import labels
from standoff.analysis.answer import Answer
from standoff.analysis.brief import Brief, Indicator
from standoff.analysis.explain import Explanation, ReasonContribution
from standoff.analysis.parameter_variants import VariantEffect
from standoff.analysis.sensitivity.quintiles import QuintileMeans
from standoff.analysis.value_of_information import InformationValue
from standoff.analysis.verdict import Verdict
from standoff.engine.run import Run
from standoff.questions import BaseRate, count_text, form
from standoff.report import answer_text, belief_text, claim_labels, formatting, lever_text, track_record
from standoff.report.document import (
    Block,
    BulletList,
    Content,
    Facts,
    Group,
    Heading,
    Inline,
    Link,
    Paragraph,
    Picture,
    ShownNumber,
    Strong,
    given,
    joined,
    remark,
    table,
    table_part,
)
from standoff.report.overview import Overview, overview
from standoff.report.sections import answers, findings
from standoff.report.sections import overview as first
from standoff.statistics import Z90

WAITING = 2  # assumption: two variants in words show what the others are like
CHANGES, LEVERS = 3, 5  # assumption: a reader of two pages keeps no more in mind
QUOTE = 180  # letters of a quoted claim; assumption: two lines
NO_SIGN = "No option of an actor and no stock of the coming year can be compared: too few futures have any of them."
UNCERTAIN = (
    "No sign of the coming year is certain. This was the strongest of those tried; in other futures, which had no part "
    "in its choice, its difference is {} (90 % interval {} to {}), less than is asked of the strongest of "
    "many."
)
TO_CHECK = (
    "Claims about numbers that are worth checking or waiting for, with the share of the answer’s variance that knowing better "
    "would take away:"
)
SIGN_NOTE = (
    "Share of futures with each sign, and the difference of the answer between these and all others; of futures in "
    "which it has not happened by then. A sign goes with the answer in the model; to bring it about need not change "
    "it."
)


def blocks(
    run: Run,
    verdict: Verdict,
    answer: Answer,
    beside: Mapping[str, Verdict],
) -> list[Block]:
    """The answer in full, behind its overview."""
    origin, choice = verdict.origin, about(run, verdict, answer)
    text = answer_text.answer(answer, origin.as_of)
    past = track_record.from_history(verdict.history, answer.id)
    notes: list[Block] = [
        *answers.compared(origin),
        remark(f"{formatting.capital(text.note)}."),
        answer_text.beside(answer, origin.as_of, "page"),
        *given(past, remark(past)),
    ]
    points: list[Block] = [
        Group((Heading(name, 3), BulletList(found)), kind)
        for name, found, kind in (
            ("Uncertainty", uncertainty(run, verdict, answer, choice), "uncertainty"),
            ("What would change the answer", changes(run, verdict, answer, beside), "change"),
        )
        if found
    ]
    if rows := variant_rows(verdict):
        cells = [(item.text, ShownNumber(shown, f"variant-{item.variant}"), change) for item, shown, change in rows]
        caption = f"Scenario variants: {as_it_is(verdict)}"
        points.append(
            Group((table("scenario variant", "answer:", "change:", rows=cells, caption=caption),), "otherwise")
        )
    return [Group((Group(points, "points"), Group(notes, "notes")), "lead", "lead")]


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


def listed(choice: Explanation, reasons: Sequence[ReasonContribution]) -> tuple[Inline, ...]:
    """Reasons, and how much likelier each makes the option."""
    return joined("; ", (_quoted(choice, item, formatting.likelier(item.log_odds, item.mc_error)) for item in reasons))


def _quoted(choice: Explanation, item: ReasonContribution, shown: str) -> tuple[Inline, ...]:
    """A reason with a number in brackets."""
    return (f"“{labels.reason(item)}” (", ShownNumber(shown, f"reason-{choice.choice}-{item.reason}"), ")")


def uncertainty(run: Run, verdict: Verdict, answer: Answer, choice: Explanation | None) -> list[Content]:
    """What the band is over, what makes it, and what no band accounts for."""
    out: list[Content] = [*filter(None, (answer_text.band_of_main(answer), verdict.band_note))]
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
    return (
        f"That is {near} the base rate of ",
        ShownNumber(answer_text.rate(base), f"answer-{answer.id}"),
        f" {base.place}: {base.text.strip().rstrip('.')}{'' if base.kind == 'list' else f' ({count_text(base)})'}.",
    )


def changes(run: Run, verdict: Verdict, answer: Answer, beside: Mapping[str, Verdict]) -> list[Content]:
    """Sentences on what would change the main answer: parameters and variants."""
    out = [*findings.lead(run, verdict), *most_moving(verdict.quintiles, answer)]
    written = run.model.scenario.variants
    for name, result in beside.items():  # variants with their own runs
        other = next((item for item in result.answers if item.id == answer.id), None)
        if other is not None:
            text = written[name].text if name in written else name
            out.append(f"{text.rstrip('.')}: {answer_text.answer(other, result.origin.as_of).main}.")
    ran = {*beside, *(item.variant for item in verdict.variant_effects), run.model.plan.variant}
    if waiting := [f"“{item.text.rstrip('.')}” ({name})" for name, item in written.items() if name not in ran]:
        out.append(f"Variants of the scenario not run for this page: {formatting.first_few(waiting, WAITING)}.")
    return out


def most_moving(of: Sequence[QuintileMeans], answer: Answer) -> list[Content]:
    """The most influential parameters, in a sentence if there are any."""
    ends = [(item, *fifths(item, answer)) for item in of]
    named = [
        (f"{item.label} (", ShownNumber(low, f"parameter-{item.path}"), f" to {high})")
        for item, low, high in ends
        if low != high
    ]
    first = "Numbers that move it most, with the answer in the fifths of futures where each is lowest and highest: "
    return [(first, *joined("; ", named), ".")] if named else []


def variant_rows(verdict: Verdict) -> list[tuple[VariantEffect, str, str]]:
    """Main answer under parameter variants, largest change first, with errors."""
    main = next((item for item in verdict.answers if item.id == verdict.main), None)
    if main is None:
        return []
    selected = (item for item in verdict.variant_effects if item.question == verdict.main)
    return [
        (
            item,
            belief_text.level(item, main.moved(item.change), item.mc_error),
            belief_text.clear_change(item, item.change, item.mc_error),
        )
        for item in sorted(selected, key=lambda item: -abs(item.change))
    ]


def clear_rows(verdict: Verdict) -> list[tuple[VariantEffect, str, str]]:
    """Those with a change beyond chance."""
    return [row for row in variant_rows(verdict) if abs(row[0].change) > formatting.SURE * row[0].mc_error]


def as_it_is(verdict: Verdict) -> str:
    """Caption: the futures in which the change of the main answer is measured."""
    first = next(item for item in verdict.variant_effects if item.question == verdict.main)
    return f"changes in the same {first.draws:,} futures with other parameters, added to the answer"


def fifths(means: QuintileMeans, main: Answer) -> tuple[str, str]:
    """The answer in the lowest and the highest fifth of a parameter."""
    own = (main.number if main.share is None else main.share) or 0.0
    return (
        belief_text.level(main, main.moved(means.low - own), means.low_error),
        belief_text.level(main, main.moved(means.high - own), means.high_error),
    )


def brief_blocks(run: Run, brief: Brief, pictures: Sequence[Picture] = ()) -> list[Block]:
    """The document of a brief."""
    main, as_of, story = brief.main, brief.origin.as_of, overview(run, brief.verdict, brief.levers)
    text = answer_text.answer(main, as_of)
    return [
        Heading(run.model.scenario.title, 1),
        *first.head(story),
        Facts((("answer", text.with_band), ("", text.note), *answer_text.beside(main, as_of, "brief").facts)),
        *map(remark, filter(None, _behind(brief))),
        *pictures[:1],
        *_section("Why", first.why(story)),
        *given(story.why_note, remark(story.why_note)),
        *_section(
            "What would change the answer",
            [*first.changes(story, "variant"), *most_moving(brief.verdict.quintiles[:CHANGES], main)],
        ),
        *_section("How it may end", first.endings(story)),
        *(block for part in beyond(run, brief, story) for block in part),
        Heading("How far to trust it"),
        *map(Paragraph, (*story.before, *_trust(brief))),
    ]


def beyond(run: Run, brief: Brief, story: Overview) -> list[list[Block]]:
    """What a brief says beyond its overview: signs to watch, levers by actor, and claims."""
    return [part for part in (signs(run, brief, story), levers(run, brief, story), evidence(run, brief)) if part]


def evidence(run: Run, brief: Brief) -> list[Block]:
    """The claims that the answer rests on."""
    quotes = [(quote(run, name), " ", Link(name, f"#claim-{name}")) for name in brief.claims]
    return _section("What it rests on", quotes)


def _section(name: str, points: Sequence[Content]) -> list[Block]:
    return [Heading(name), BulletList(points)] if points else []


def _behind(brief: Brief) -> tuple[str, str]:
    """What the band of the answer is over, and what history says."""
    main, over = brief.main, ""
    if main.band is not None and main.band_ends is not None:
        rivals = f", which cannot all be right; {answer_text.MEAN}" if main.band.is_over_models else ""
        over = f"In brackets: the central 90 % over {answer_text.band_contents(main.band)}{rivals}."
    return over, track_record.from_history(brief.verdict.history, main.id)


def signs(run: Run, brief: Brief, story: Overview) -> list[Block]:
    """What to watch: words taken back, and signs with the answer with and without each."""
    main, words = brief.main, first.signs(story)
    checks = [_check(run, item) for item in brief.checks]
    head: list[Block] = [Heading("What to watch"), *given(words, BulletList(words))]
    head += given(checks, Paragraph(TO_CHECK), BulletList(checks))
    if not brief.signs:
        return [*head, remark(NO_SIGN)]
    rows = [
        (
            _sign(run, item),
            item.date,
            formatting.percent(item.share),
            belief_text.clear_change(main, item.answer - item.without, item.mc_error),
        )
        for item in brief.signs
    ]
    notes = (_uncertain(main, item) for item in brief.signs if not item.is_sure)
    return [*head, table("sign", "in", "futures:", "difference:", rows=rows), *map(Paragraph, notes), remark(SIGN_NOTE)]


def _check(run: Run, item: InformationValue) -> Content:
    """A claim whose check would tell most, or one of several that are cited alike."""
    others = f", or one of {formatting.counted(len(item.claims) - 1, 'claim')} cited with it" if item.claims[1:] else ""
    shown = belief_text.part(item.share, item.error)
    return (
        Strong(shown),
        ": ",
        quote(run, item.claims[0]),
        " ",
        Link("source", f"#claim-{item.claims[0]}"),
        f"{others}.",
    )


def _uncertain(main: Answer, item: Indicator) -> str:
    """What a sign that is not sure tells, with its interval."""
    change, reach = item.answer - item.without, Z90 * item.mc_error
    ends = change - reach, change + reach
    return UNCERTAIN.format(*belief_text.change_within(main, change, ends, item.mc_error))


def _sign(run: Run, item: Indicator) -> str:
    plan = run.model.plan
    if item.kind == "choice":
        choice = next(choice for choice in plan.choices if choice.name == item.subject)
        return f"{labels.actor(plan, choice.actor)}: {labels.option(plan, choice.name, item.option)}"
    level = formatting.number(item.threshold or 0.0, item.threshold_error, run.display_unit(item.subject)[1])
    return f"{labels.stock(plan, item.subject)} {'above' if item.above else 'below'} {level}"


def levers(run: Run, brief: Brief, story: Overview) -> list[Block]:
    """What could be done: levers with clear effects on the main answer, by who can pull them."""
    every = [item for item in story.changes if item.kind == "lever"]
    if not every:
        return []
    clear = [item for item in every if item.is_clear]
    rows = [
        (first.name(story, item.actor), item.text, item.now, *item.ends[item.largest])
        for item in sorted(clear[:LEVERS], key=lambda item: item.actor)
    ]
    asked, why = run.model.plan.question(brief.main.id), brief.reach
    weak = [item for item in brief.levers if item.mover.name in why]
    told = (
        f"{formatting.capital(item.mover.text)}. {lever_text.between_ends(asked, item, why[item.mover.name])}"
        for item in weak
    )
    reached = given(weak, BulletList([*told]))
    if not rows:
        largest = f"The largest difference is that of {every[0].text}: {every[0].ends[every[0].largest][1]}."
        none = f"None of the case’s {formatting.counted(len(every), 'lever')} changes the answer clearly"
        return [Heading("What could be done"), Paragraph(f"{none}, at either end of its range. {largest}"), *reached]
    rest = formatting.counted(len(every) - len(clear), "other lever")
    note = (
        f"From {brief.verdict.origin.as_of} on: the change in {brief.levers[0].futures:,} paired futures, added to the answer; ± "
        f"is a Monte Carlo standard error.{'' if len(every) == len(clear) else f' {rest} without a clear effect.'}"
    )
    heads = ["who", "lever", "now", "moved to", "answer:", "change:"]
    return [*table_part("What could be done", heads, rows, note), *reached]


def quote(run: Run, name: str) -> str:
    """A claim with speaker and date, in quotation marks where the ledger has its words."""
    claim = run.model.ledger[name]
    statement = claim_labels.sentence(run.model.plan, claim) if claim.numbers else claim.statement
    text = textwrap.shorten(claim.quote.text if claim.quote else statement, QUOTE, placeholder=" …")
    return f"{claim.speaker}, {claim.published}: {f'“{text}”' if claim.quote else text}"


def _trust(brief: Brief) -> list[Content]:
    """What the numbers rest on, and what the checks found."""
    verdict = brief.verdict
    out: list[Content] = [*trust(verdict)]
    if verdict.sanity:
        checks = formatting.counted(len(verdict.sanity), "check")
        out.append(f"{checks} of the run found something to look at; `standoff run` with `--full` lists them.")
    return [text for text in [*out, verdict.band_note] if text]
