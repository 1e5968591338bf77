"""A brief of two pages: answer, reasons, possible changes, signs to watch, levers."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from standoff.analysis.answer import Answer
from standoff.analysis.brief import Brief, Indicator, LeverEnd
from standoff.engine.run import Run
from standoff.plan import labels
from standoff.questions import form
from standoff.report import answer_text, belief_text, claim_labels, formatting, history_beside, track_record
from standoff.report.document import (
    Block,
    BulletList,
    Content,
    Facts,
    Heading,
    Link,
    Paragraph,
    Picture,
    table,
)
from standoff.report.sections import exhaustion, main_answer, reason_attribution, variants
from standoff.statistics import Z90

REASONS, CHANGES, LEVERS = 3, 3, 5  # assumption: a reader of two pages keeps no more in mind
QUOTE = 180  # letters of a quoted claim; assumption: two lines
NO_SIGN = "No option of an actor and no stock of the coming year can be compared: too few futures have any of them."
UNCERTAIN = (
    "No sign of the coming year is certain. This was the strongest of those tried; in other futures, which had no part "
    "in its choice, its difference is {} (90 % interval {} to {}), less than is asked of the strongest of "
    "many."
)
SIGN_NOTE = (
    "Share of futures with each sign, and the difference of the answer between these and all others; of futures in "
    "which it has not happened by then. A sign goes with the answer in the model; to bring it about need not change "
    "it."
)


def blocks(run: Run, brief: Brief, pictures: Sequence[Picture] = ()) -> list[Block]:
    """The document of a brief."""
    main, as_of, verdict = brief.main, brief.origin.as_of, brief.verdict
    text = answer_text.answer(main, as_of)
    word = f": {text.word}" if text.word else ""
    out: list[Block] = [
        Heading(run.model.scenario.title, 1),
        Paragraph(
            f"Brief. Knowledge of {as_of}; {brief.origin.draws:,} simulated futures, seed {brief.origin.seed}, "
            f"case {brief.origin.model[:8]}.",
            soft=True,
        ),
        Paragraph(f"{main.text} {text.with_band}{word}.", strong=True),
        Facts((("", text.note), *answer_text.beside(main, as_of, "brief").facts)),
        *(Paragraph(sentence, soft=True) for sentence in _behind(brief) if sentence),
        *pictures[:1],
    ]
    out += _section("Why", _reasons(run, brief))
    if (result := verdict.attribution) is not None and result.choices:
        out.append(Paragraph(f"Effects are measured {reason_attribution.sample(result)}.", soft=True))
    out += _section("What would change the answer", _changes(brief))
    if variants.clear_rows(verdict):
        out.append(Paragraph(f"Under each variant: {variants.as_it_is(verdict)}.", soft=True))
    races = main_answer.races(verdict, main)
    runs_out = exhaustion.is_about_constraints(label for item, _ in races for label in item.detail["first"])
    out += _section(
        "Who runs out first" if runs_out else "What comes first", [f"{item.text} {finding}" for item, finding in races]
    )
    out += [block for part in beyond(run, brief) for block in part]
    return [*out, Heading("How far to trust it"), *map(Paragraph, _trust(brief))]


def beyond(run: Run, brief: Brief) -> list[tuple[Block, ...]]:
    """What a brief says beyond the verdict: signs to watch, levers, and claims."""
    quotes = [(quote(run, name), " ", Link(name, f"#claim-{name}")) for name in brief.claims]
    parts = (signs(run, brief), levers(brief), _section("What it rests on", quotes))
    return [tuple(part) for part in parts if part]


def _section(name: str, points: Sequence[Content]) -> list[Block]:
    return [Heading(name), BulletList(tuple(points))] if points else []


def _behind(brief: Brief) -> tuple[str, str]:
    """What the band of the answer is over, and what history says."""
    main = brief.main
    rivals = f", which cannot all be right; {answer_text.MEAN}" if main.band and main.band.is_over_models else ""
    contents = answer_text.band_contents(main.band) if main.band is not None and main.band_ends is not None else ""
    return (
        f"In brackets: the central 90 % over {contents}{rivals}." if contents else "",
        history_beside.sentence(brief.verdict.history, main.id, short=True),
    )


def _reasons(run: Run, brief: Brief) -> list[Content]:
    """The reasons with the largest effects."""
    result = brief.verdict.attribution
    if result is not None and result.choices:
        return [
            f"“{item.text}” {reason_attribution.change(result, item)}."
            for item in reason_attribution.largest(result)[:REASONS]
        ]
    choice = main_answer.about(run, brief.verdict, brief.main)
    if choice is None:
        return [reason_attribution.NO_CHOICE] if result is not None else []
    ordered = sorted(choice.reasons, key=lambda item: -abs(item.log_odds))
    return [main_answer.listed(choice, [item]) for item in ordered[:REASONS]]


def _changes(brief: Brief) -> list[Content]:
    """Variants with a clear change, and the most influential parameters."""
    out: list[Content] = [
        f"{item.text.rstrip('.')}: {shown} ({change})"
        for item, shown, change in variants.clear_rows(brief.verdict)[:CHANGES]
    ]
    ends = [(item.label, *variants.fifths(item, brief.main)) for item in brief.verdict.quintiles[:CHANGES]]
    if moving := [f"{label} ({low} to {high})" for label, low, high in ends if low != high]:
        out.append(
            "Numbers that move it most, with the answer in the fifth of futures where each is lowest and in that where "
            f"it is highest: {'; '.join(moving)}"
        )
    return out


def signs(run: Run, brief: Brief) -> list[Block]:
    """What to watch: signs with the answer in futures with and without each."""
    main = brief.main
    if not brief.signs:
        return [Heading("What to watch"), Paragraph(NO_SIGN, soft=True)]
    rows = [
        (
            _sign(run, item),
            item.date,
            formatting.percent(item.share),
            _difference(main, item.answer - item.without, item.mc_error),
        )
        for item in brief.signs
    ]
    notes = [_uncertain(main, item) for item in brief.signs if not item.is_sure]
    return [
        Heading("What to watch"),
        table("sign", "in", "futures:", "difference:", rows=rows),
        *map(Paragraph, notes),
        Paragraph(SIGN_NOTE, soft=True),
    ]


def _uncertain(main: Answer, item: Indicator) -> str:
    """What a sign that is not sure tells, with its interval."""
    change, reach = item.answer - item.without, Z90 * item.mc_error
    if scale := belief_text.points_per_unit(main.kind, main.unit):
        decimals = formatting.common_decimals([scale * item.mc_error])
        shown = [formatting.signed(scale * value, decimals) for value in (change, change - reach, change + reach)]
        shown[0] = formatting.in_points(shown[0])
    else:
        style = formatting.number_format([change], item.mc_error, formatting.answer_unit(main.unit))
        shown = [style.full(change), style.bare(change - reach), style.bare(change + reach)]
    return UNCERTAIN.format(*shown)


def _sign(run: Run, item: Indicator) -> str:
    plan = run.model.plan
    if item.kind == "choice":
        choice = next(choice for choice in plan.choices if choice.name == item.subject)
        return f"{labels.actor(plan, choice.actor)}: {labels.option(plan, choice.name, item.option)}"
    form_ = formatting.number_format(
        [item.threshold or 0.0], item.threshold_error or None, run.display_unit(item.subject)[1]
    )
    return (
        f"{labels.stock(plan, item.subject)} {'above' if item.above else 'below'} {form_.full(item.threshold or 0.0)}"
    )


def levers(brief: Brief) -> list[Block]:
    """What could be done: the levers with clear effects on the main answer."""
    main, levers = brief.main, brief.levers
    if not levers:
        return []
    clear = [item for item in levers if abs(item.largest.change) > formatting.SURE * item.largest.mc_error]
    head = Heading("What could be done")
    if not clear:
        first = levers[0]
        count, answer = formatting.counted(len(levers), "lever"), _level(main, first.largest)
        return [
            head,
            Paragraph(
                f"None of the case’s {count} changes the answer clearly, at either end of its range. The largest "
                f"difference is that of {first.text}: {answer}."
            ),
        ]
    rows = [
        (
            item.text,
            f"{_amount(item.now)} to {_amount(item.largest.value)} {item.unit}".strip(),
            _level(main, item.largest),
            _difference(main, item.largest.change, item.largest.mc_error),
        )
        for item in clear[:LEVERS]
    ]
    rest = len(levers) - len(clear)
    note = (
        f"From {brief.verdict.origin.as_of} on: the change in {clear[0].futures:,} paired futures, added to the answer; ± is "
        "a Monte Carlo standard error."
    )
    note += f" {formatting.capital(formatting.counted(rest, 'other lever'))} without a clear effect." if rest else ""
    return [head, table("lever", "moved", "answer:", "change:", rows=rows), Paragraph(note, soft=True)]


def _amount(value: float) -> str:
    return f"{value:.3g}"


def _level(main: Answer, end: LeverEnd) -> str:
    """The answer with a lever at one end."""
    return variants.level(main.kind, main.moved(end.change), end.mc_error, main.unit)


def _difference(main: Answer, value: float, error: float) -> str:
    return variants.difference(main.kind, "share" if form(main.kind).is_share else main.unit, value, error)


def quote(run: Run, name: str) -> str:
    """A claim with speaker and date, in quotation marks where the ledger has its words."""
    claim = run.model.ledger[name]
    statement = claim_labels.sentence(run.model.plan, claim) if claim.numbers else claim.statement
    text = textwrap.shorten(claim.quote.text if claim.quote else statement, QUOTE, placeholder=" …")
    return f"{claim.speaker}, {claim.published}: {f'“{text}”' if claim.quote else text}"


def _trust(brief: Brief) -> list[Content]:
    """The record of forecasts, what the numbers rest on, and what the checks found."""
    verdict = brief.verdict
    out: list[Content] = [track_record.sentence(verdict.track_record), *main_answer.trust(verdict)]
    if verdict.sanity:
        checks = formatting.counted(len(verdict.sanity), "check")
        out.append(f"{checks} of the run found something to look at; `standoff run` with `--full` lists them.")
    return [text for text in [*out, verdict.band_note] if text]
