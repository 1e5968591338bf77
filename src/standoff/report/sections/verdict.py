"""The verdict of a run, described once: on a screen, and on pages with everything behind it.

`blocks` is what the terminal, the page, documents, notebooks and JSON render. A brief (`main_answer.brief_blocks`) is the same
finding on two pages.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace

from standoff import labels
from standoff.analysis.answer import Answer, few_draws
from standoff.analysis.bargaining import at_war, room_for_deal
from standoff.analysis.brief import Brief
from standoff.analysis.causal import CausalGraph
from standoff.analysis.citation import cite
from standoff.analysis.response_surface import ResponseSurface
from standoff.analysis.verdict import Verdict, main_answer
from standoff.engine.run import Run
from standoff.evaluation import forecast_record
from standoff.questions import INTERVAL, AnswerText, form
from standoff.report import answer_text, belief_text, evidence_panels, formatting, overview_text, title, track_record
from standoff.report.answer_text import Length
from standoff.report.charts import first_of
from standoff.report.charts.war_end import pictures
from standoff.report.document import (
    Block,
    BulletList,
    Content,
    Fold,
    Group,
    Heading,
    Link,
    OnPage,
    Paragraph,
    ShownNumber,
    joined,
    remark,
    table,
    table_part,
)
from standoff.report.overview import overview
from standoff.report.sections import (
    answers,
    causal_graph,
    exhaustion,
    explanation,
    figures,
    findings,
    model_uncertainty,
    reason_attribution,
    response_surface,
    sanity,
    war_end,
)
from standoff.report.sections import forecast_record as record_section
from standoff.report.sections import main_answer as lead
from standoff.report.sections import overview as first

OTHERS = 5  # other answers on a screen; assumption: what fits
ASSUMED = 20  # assumption: a reader looks at no more ranges; a page has all
CLAIMS = 3  # claims that are named for a fitted number; assumption


def _screen(verdict: Verdict) -> Iterator[Block]:
    """Answers, reasons, what would change them, and how far to trust them, on a screen."""
    origin = verdict.origin
    main = next((item for item in verdict.answers if item.id == verdict.main), None)
    yield from title.blocks(origin)
    if main is not None:
        text = answer_text.answer(main, origin.as_of)
        yield Paragraph(main.text, strong=True)
        yield answers.main_number(main, origin.as_of, f"  {text.word or text.futures}")
        for label, fact in answer_text.beside(main, origin.as_of, "screen").facts:
            yield remark((f"{label}: ", *joined("", [fact])))
        result = verdict.attribution
        changes = []
        if result is not None and result.choices:
            for reason in reason_attribution.largest(result):
                left_over = " what is left over" if labels.is_constant(reason.text) else ""
                changes.append(
                    (reason_attribution.without(result, reason.effect), f"without{left_over}: {reason.text}")
                )
        for variant, shown, _ in lead.clear_rows(verdict)[:1]:
            changes.append((shown, f"if: {variant.text.rstrip('.')}"))
        for means in verdict.quintiles[:1]:
            ends = " to ".join(lead.fifths(means, main))
            changes.append((ends, f"{means.label}: from its lowest fifth to its highest"))
        if changes:
            futures = f" ({reason_attribution.sample(result)})" if result is not None and result.choices else ""
            yield Heading(f"Why, and what would change it{futures}", 3)
            yield table("answer", "", rows=changes)
    others = [item for item in verdict.answers if item is not main]
    told = {"first", "ways"}  # what comes, and which of several comes first
    others.sort(key=lambda item: (item.date <= origin.as_of, not told & item.detail.keys()))
    more = f" ({formatting.counted(len(others) - OTHERS, 'more answer')} with --full)" if len(others) > OTHERS else ""
    rows = [
        (with_range(answer_text.answer(_in_three_digits(item), origin.as_of)), f"{item.text} ({item.date})")
        for item in others[:OTHERS]
    ]
    yield from table_part(f"Other answers{more}", ("answer", ""), rows, level=3)
    yield Heading("How far to trust it", 3)
    yield BulletList([*_limits(verdict, main)])


def _in_three_digits(item: Answer) -> Answer:
    """An answer whose number has three digits, as one without a known error."""
    return item if form(item.kind).is_share else replace(item, monte_carlo=None)


def with_range(text: AnswerText) -> str:
    """An answer with its band, or with the central 90 % of futures."""
    if text.band or not text.futures.startswith(INTERVAL):
        return text.with_band
    number, _, unit = text.main.partition(" ")
    ends = text.futures.removeprefix(INTERVAL)
    return f"{text.main} (90 %: {ends.removesuffix(f' {unit}') if unit and number[-1:].isdecimal() else ends})"


def _limits(verdict: Verdict, main: Answer | None) -> Iterator[str]:
    """What limits the trust in the answers: of this run first, then of past crises."""
    yield from few_draws(verdict.origin.draws)
    kinds = Counter(map(sanity.title, verdict.sanity))
    named = ", ".join(name if count == 1 else f"{name} ({count})" for name, count in kinds.most_common())
    raised = [formatting.counted(len(verdict.warnings), "warning")] if verdict.warnings else []
    raised += [f"{formatting.counted(len(verdict.sanity), 'check')} raised: {named}"] if named else []
    if raised:
        yield f"{'; '.join(raised)} (--full says what to do)"
    if main is not None and main.band is not None and not main.band.is_over_models:
        yield "in brackets: over parameters, with an allowance for rival models and theories that were not run"
    yield from map(overview_text.earlier, verdict.earlier)
    yield track_record.line(verdict.track_record)


def blocks(
    run: Run,
    verdict: Verdict,
    length: Length = "page",
    beside: Mapping[str, Verdict] | None = None,
    structure: CausalGraph | None = None,
    brief: Brief | None = None,
    surface: ResponseSurface | None = None,
) -> list[Block]:
    """The verdict at a length: `screen`, `full` (without pictures and sources) or `page`.

    `beside` are verdicts of variants that were run too; `structure` adds its causes and loops, a `brief` what to watch, a
    `surface` levers that move the page.
    """
    if length == "screen":
        return [*_screen(verdict)]
    is_page = length == "page"
    out: list[Block] = [*title.blocks(verdict.origin)]
    answer = main_answer(run, verdict.answers)
    if answer is not None:
        story = overview(run, verdict, brief.levers if brief else ())
        parts = [lead.signs(run, brief, story), lead.evidence(run, brief)] if brief else []
        beyond = [
            [replace(block, level=3) if isinstance(block, Heading) else block for block in part] for part in parts
        ]
        measured = lead.blocks(run, verdict, answer, beside or {})
        text = answer_text.answer(answer, verdict.origin.as_of)
        finding = f"{text.with_band}; {text.note}" if text.note else text.with_band
        measured[:0] = [] if is_page else [Paragraph(finding, strong=True)]  # a page has it in the fold's line
        out += first.blocks(story, is_page)
        if surface is not None:
            out.append(Group(response_surface.blocks(run, verdict, surface), "levers", "move"))
        out += [Group(part, "beyond") for part in beyond]
        out.append(Fold("How sure it is, and how it is measured", measured, finding, "measured"))
    out.append(Group(sanity.blocks(verdict.sanity), "sanity", "sanity"))
    if verdict.answers:
        table_of_all = [answers.overview(verdict.answers, verdict.origin)] if is_page else []
        notes = (*answers.compared(verdict.origin), *answers.notes(verdict))
        out.append(Group((Heading("All answers"), *notes, *table_of_all), "all", "all"))
    out += [*answers.warnings(verdict), *_in_full(run, verdict, is_page), *(_in_time(run) if is_page else ())]
    if verdict.flips is not None and verdict.value is not None:
        out.append(findings.thresholds(run, verdict.flips, verdict.value))
    if verdict.model_uncertainty is not None:
        out.append(model_uncertainty.part(verdict.model_uncertainty))
    if verdict.anchors:
        out.append(reason_attribution.anchor_part(verdict.anchors))
    if verdict.attribution is not None:
        out.append(reason_attribution.part(verdict.attribution, {choice.choice for choice in verdict.choices}))
    out += [*_choices(run, verdict, is_page), *_races(run, verdict, is_page), *_wars(run, verdict, is_page)]
    if not is_page:
        versions = (answer_text.games(verdict), answer_text.versions_line(verdict.origin))
        return [*out, _assumptions(verdict, run), *map(remark, filter(None, versions))]
    out += _stocks(run)
    if structure is not None:
        signs = remark("Derived from the model: signs are those of its partial derivatives along the central path.")
        told = causal_graph.finding(run.model.plan, structure)
        out.append(Fold("Causes", (signs, *causal_graph.blocks(structure)), told, "causes", is_printed=False))
    return [*out, *evidence_panels.ledger(run, verdict), _assumptions(verdict, run), *_method(run, verdict)]


def _in_full(run: Run, verdict: Verdict, is_page: bool) -> list[Block]:
    """Every answer in full, by line of the article behind the case where it has lines."""
    if not verdict.answers:
        return []
    cards = {item.id: answers.card(item, verdict.origin) for item in verdict.answers}
    whole = Group([*cards.values()], "cards")
    if not is_page:
        return [whole]
    caption = f"{formatting.counted(len(verdict.answers), 'answer')}, each with what stands beside it"
    reasons = [(choice, reason) for choice in verdict.choices for reason in choice.reasons]
    lines = {line for _, reason in reasons for line in reason.lines}.union(*(item.lines for item in verdict.answers))
    if not lines:
        return [Fold("Answers in full", (whole,), caption, "lines", is_printed=False)]
    ledger = run.model.ledger
    numbers = {item.id: answer_text.answer(item, verdict.origin.as_of).main for item in verdict.answers}
    folds = []
    for line in sorted(lines.union(*(claim.lines for claim in ledger))):
        own = [item for item in verdict.answers if item.lines[:1] == (line,)]
        elsewhere = [item for item in verdict.answers if line in item.lines[1:]]
        claims = [evidence_panels.spoken(run.model.plan, claim) for claim in ledger if line in claim.lines]
        claims_count = formatting.counted(len(claims), "claim")
        finding: list[Content] = [
            f"{item.text} {numbers[item.id]} {answer_text.dated(item)}" for item in (*own, *elsewhere)
        ]
        inside: list[Block] = [Group([cards[item.id] for item in own], "cards")] if own else []
        if elsewhere:
            named = [
                (Link(item.text, f"#question-{item.id}"), " ", ShownNumber(numbers[item.id], f"answer-{item.id}"))
                for item in elsewhere
            ]
            inside.append(Paragraph(("See also: ", *joined("; ", named))))
        if about := [(choice, reason) for choice, reason in reasons if line in reason.lines]:
            parts = [(f"{choice.choice}: ", *lead.listed(choice, [reason])) for choice, reason in about]
            inside.append(Paragraph(("Reasons: ", *joined("; ", parts), ".")))
        if claims:
            inside.append(Fold(f"{claims_count} about this line", (BulletList(claims),), level=0))
        known = joined(" · ", finding) or f"{claims_count}, no question"
        folds.append(Fold(f"Line {line}", inside, known, f"line-{line}", level=3, is_printed=False))
    if rest := [cards[item.id] for item in verdict.answers if not item.lines]:
        folds.append(Fold("Other questions", (Group(rest, "cards"),), level=3, is_open=True, is_printed=False))
    part = Fold("By line of the article", folds, caption, "lines", is_printed=False)
    return [OnPage((part,), (Fold("Answers in full", (whole,)),))]


def _in_time(run: Run) -> list[Block]:
    """Forecasts of the case as they moved with its date, from the record beside its scenario."""
    if (path := forecast_record.beside(run.model.plan.loaded.folder)) is None:
        return []
    finding, inside = record_section.over_time(path)
    return [Fold("Forecasts with time", inside, finding, "record")]


def _choices(run: Run, verdict: Verdict, with_pictures: bool) -> list[Block]:
    if not verdict.choices:
        return []
    answer = main_answer(run, verdict.answers)
    about_main = lead.about(run, verdict, answer) if answer else None
    most = max(choice.futures for choice in verdict.choices)
    means = (
        ""
        if most >= verdict.origin.draws - verdict.origin.failed
        else f" Reasons and probabilities of a fresh decision are means over the {most:,} futures with stored paths (those in "
        f"which the decision arises); shares of futures in force are over all {verdict.origin.draws:,}. `--paths` stores more."
    )
    inside: list[Block] = [
        Paragraph(
            "Share of futures in which each option is in force; before the dashed line, the observed decisions. The "
            "reasons add up to the log odds of one option against the reference in the first decision. "
            f"{answer_text.LOG_ODDS}{means}"
        )
    ]
    for choice in sorted(verdict.choices, key=lambda choice: choice is not about_main):
        drawn = [figures.of_choice(run, choice), figures.of_reasons(choice)] if with_pictures else []
        inside.append(
            Fold(
                f"{labels.actor(run.model.plan, choice.actor)}: {choice.text or choice.choice}",
                (
                    Group(drawn, "charts"),
                    explanation.options(choice),
                    Group((explanation.reasons(choice),), "screen"),
                    *explanation.notes(choice),
                    *(remark(f"{text}.") for text in explanation.beliefs(choice)),
                ),
                drawn[0].finding if drawn else "",
                f"choice-{choice.choice}",
                level=3,
                is_open=len(inside) == 1,
            )
        )
    finding = next((fold.finding for fold in inside if isinstance(fold, Fold) and fold.finding), "")
    return [Fold("Choices and reasons", inside, finding, "choices")]


def _races(run: Run, verdict: Verdict, with_pictures: bool) -> list[Block]:
    """Every question of who comes first."""
    found = lead.races(verdict, None)
    inside: list[Block] = []
    lines = " Lines: share of futures in which each condition has been met by the date." if with_pictures else ""
    for item, finding in found:
        inside += [Heading(item.text, 3), Paragraph((ShownNumber(finding, f"answer-{item.id}"), lines))]
        if with_pictures:
            inside.append(Group(tuple(first_of.pictures(run, item)), "figures small"))
        inside.append(answer_text.first_table(item, verdict.origin.as_of))
        if verdict.exhaustion is not None and verdict.exhaustion.question == item.id:
            inside += exhaustion.body(verdict.exhaustion)
    return [Fold("Who comes first", inside, found[0][1], "race")] if found else []


def _wars(run: Run, verdict: Verdict, with_pictures: bool) -> list[Block]:
    """Every question of the end of a war that is under way."""
    inside: list[Block] = []
    asked = [item for item in verdict.answers if with_pictures and "ways" in item.detail]
    for item in asked if asked and at_war(run).any() else ():
        inside += [Heading(item.text, 3), answers.main_number(item, verdict.origin.as_of)]
        inside += [BulletList(answer_text.answer(item, verdict.origin.as_of).note.split("; "))]
        inside += [Group(tuple(pictures(run, item)), "figures")]
        inside += war_end.body(room_for_deal(run), f"answer-{item.id}")
    return [Fold("How the war ends", inside, name="war")] if inside else []


def _stocks(run: Run) -> list[Block]:
    drawn = figures.of_stocks(run)
    if not drawn:
        return []
    marks = figures.legend(run)
    points = (
        " Points: claims, by the side of the speaker; filled points are used, hollow points are not (published later, or a "
        "duplicate) and only serve for scoring."
        if marks
        else ""
    )
    text = (
        "Line: median of futures. Dark band: central 50 %, light band: central 90 %. Dashed: "
        f"{run.model.scenario.as_of}, before which history is imposed from claims.{points}"
    )
    finding = f"{formatting.counted(len(drawn), 'chart')}. {drawn[0].finding}"
    return [Fold("Stocks and claims", (Paragraph(text), *marks, Group(drawn, "figures")), finding, "stocks")]


def _assumptions(verdict: Verdict, run: Run) -> Fold:
    """What the numbers rest on: those that were fitted to claims, and the widest assumed ranges."""
    counts = verdict.source_counts or {}
    ledger = run.model.ledger
    inside: list[Block] = [
        Paragraph(f"{formatting.cited(counts)} ({len(verdict.assumptions)} of these are ranges, the widest first).")
    ]
    if informed := [item for item in verdict.fitted if item.fit.evidence]:
        rows = [
            (
                belief_text.parameter(item),
                ShownNumber(item.belief, f"parameter-{item.path}"),
                f"{formatting.signed(item.fit.shift, 1)} s.d.",
                f"{formatting.signed(100 * item.fit.contraction, 0)} %",
                evidence_panels.linked(formatting.influences(item.fit.claims, CLAIMS), ledger),
            )
            for item in informed
        ]
        left = formatting.counted(len(verdict.fitted) - len(informed), "other parameter")
        heads = ("fitted parameter", "posterior", "shift:", "posterior contraction:", "most influential claims")
        inside += [
            table(*heads, rows=rows, caption="Fitted to claims"),
            remark(
                "Influence: shift of a parameter without the claim, in standard deviations of its prior. "
                f"{formatting.capital(left)} of the posterior not identified by the evidence, same as the prior."
            ),
        ]
    if verdict.assumptions:
        ranges = [
            (belief_text.parameter(item), evidence_panels.linked(item.belief.replace(" @assumption", ""), ledger))
            for item in verdict.assumptions
        ]
        inside.append(table("parameter", "range", rows=ranges[:ASSUMED], caption="Widest assumed ranges"))
        if (rest := len(ranges) - ASSUMED) > 0:
            every = table("parameter", "range", rows=ranges, caption="All assumed ranges")
            more = remark(f"And {rest} more: `--json` lists all under `assumptions`.")
            inside.append(OnPage((Fold(f"All {len(ranges)} assumed ranges", (every,), level=0),), (more,)))
    total = formatting.counted(sum(counts.values()), "parameter")
    finding = f"{counts.get('assumption', 0)} of {total} rest on assumption"
    return Fold("Assumptions", inside, finding, "assumptions")


def _method(run: Run, verdict: Verdict) -> list[Block]:
    """How the futures are made, what the numbers mean, and the versions."""
    plan, scenario, origin = run.model.plan, run.model.scenario, verdict.origin
    parts = formatting.counted(len(plan.mechanisms), "mechanism"), formatting.counted(len(plan.cells), "stock")
    decided = formatting.counted(len(plan.choices), "choice")
    verb = "forms" if len(plan.choices) == 1 else "form"
    method = (
        scenario.text,
        f"Each of the {origin.draws:,} futures samples every uncertain parameter from its belief and simulates {parts[0]} over "
        f"{parts[1]}, one {scenario.step} at a time, from {scenario.start} to {scenario.end}. Up to {origin.as_of} stocks "
        "with observations follow the claims, and actors repeat their observed decisions; later months are simulated. At each "
        f"decision date {decided} {verb} one game: every actor evaluates the state as it believes it to be, and chooses each "
        "option with a probability that rises with its payoff (logit quantal response). The log odds of an option against the "
        "status quo are the sum of rationality × weight × difference in payoff over its reasons.",
        "Probabilities have a 90 % Monte Carlo interval, numbers the central 90 % of futures. The Monte Carlo error is the "
        "standard error from the number of draws; numbers are rounded to it. Charts show "
        f"{run.settings.paths:,} futures. The no-change baseline assumes no change since {origin.as_of}. Words for "
        "probabilities follow Intelligence Community Directive 203: almost no chance up to 5 %, very unlikely to 20 %, unlikely "
        "to 45 %, roughly even chance to 55 %, likely to 80 %, very likely to 95 %, almost certain above.",
        answer_text.games(verdict),
    )
    versions = (
        Paragraph(f"{', '.join(answer_text.origin(origin))}, {formatting.capital(answer_text.versions_line(origin))}."),
        Paragraph(f"Model {origin.model}, ledger {run.model.ledger.hash}", kind="path", soft=True),
        Paragraph(f"To cite: {' '.join(cite(run.model).text().splitlines())}"),
    )
    made = f"{', '.join((*parts, decided))}, {formatting.counted(origin.draws, 'future')}"
    return [
        Fold("Method", [Paragraph(text) for text in method if text], made, "method"),
        Fold(
            "Versions and citation",
            versions,
            f"seed {origin.seed}, standoff {origin.versions.get('standoff', '')}",
            "versions",
        ),
    ]
