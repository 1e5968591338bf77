"""A brief of two pages: answer, reasons, possible changes, signs to watch, levers."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from standoff.analysis.answer import Answer
from standoff.analysis.brief import Brief
from standoff.analysis.indicators import Indicator
from standoff.analysis.lever_effects import LeverEffect
from standoff.engine.run import Run
from standoff.plan import labels
from standoff.report import answer_text, belief_text, claim_labels, formatting, track_record
from standoff.report.document import Block, BulletList, Content, Facts, Heading, Link, Paragraph, Picture, remark, table
from standoff.report.sections import exhaustion, main_answer, reason_attribution
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
    races = main_answer.races(verdict, main)
    runs_out = exhaustion.is_about_constraints(label for item, _ in races for label in item.detail["first"])
    result = verdict.attribution
    measured = result is not None and result.choices
    return [
        Heading(run.model.scenario.title, 1),
        remark(
            f"Brief. Knowledge of {as_of}; {brief.origin.draws:,} simulated futures, seed {brief.origin.seed}, "
            f"case {brief.origin.model[:8]}."
        ),
        Paragraph(f"{main.text} {text.with_band}{text.word and f': {text.word}'}.", strong=True),
        Facts((("", text.note), *answer_text.beside(main, as_of, "brief").facts)),
        *map(remark, filter(None, _behind(brief))),
        *pictures[:1],
        *_section("Why", _reasons(run, brief)),
        *([remark(f"Effects are measured {reason_attribution.sample(result)}.")] if result and measured else []),
        *_section("What would change the answer", _changes(brief)),
        *(remark(f"Under each variant: {main_answer.as_it_is(verdict)}.") for _ in main_answer.clear_rows(verdict)[:1]),
        *_section(
            "Who runs out first" if runs_out else "What comes first",
            [f"{item.text} {finding}" for item, finding in races],
        ),
        *(block for part in beyond(run, brief) for block in part),
        Heading("How far to trust it"),
        *map(Paragraph, _trust(brief)),
    ]


def beyond(run: Run, brief: Brief) -> list[list[Block]]:
    """What a brief says beyond the verdict: signs to watch, levers, and claims."""
    quotes = [(quote(run, name), " ", Link(name, f"#claim-{name}")) for name in brief.claims]
    parts = (signs(run, brief), levers(brief), _section("What it rests on", quotes))
    return [part for part in parts if part]


def _section(name: str, points: Sequence[Content]) -> list[Block]:
    return [Heading(name), BulletList(points)] if points else []


def _behind(brief: Brief) -> tuple[str, str]:
    """What the band of the answer is over, and what history says."""
    main, over = brief.main, ""
    if main.band is not None and main.band_ends is not None:
        rivals = f", which cannot all be right; {answer_text.MEAN}" if main.band.is_over_models else ""
        over = f"In brackets: the central 90 % over {answer_text.band_contents(main.band)}{rivals}."
    return over, track_record.from_history(brief.verdict.history, main.id, short=True)


def _reasons(run: Run, brief: Brief) -> list[Content]:
    """The reasons with the largest effects."""
    result = brief.verdict.attribution
    if result is not None and result.choices:
        return [reason_attribution.change(result, item) for item in reason_attribution.largest(result)]
    choice = main_answer.about(run, brief.verdict, brief.main)
    if choice is None:
        return [reason_attribution.NO_CHOICE] if result is not None else []
    ordered = sorted(choice.reasons, key=lambda item: -abs(item.log_odds))
    return [main_answer.listed(choice, [item]) for item in ordered[:REASONS]]


def _changes(brief: Brief) -> list[Content]:
    """Variants with a clear change, and the most influential parameters."""
    out: list[Content] = [
        f"{item.text.rstrip('.')}: {shown} ({change})"
        for item, shown, change in main_answer.clear_rows(brief.verdict)[:CHANGES]
    ]
    ends = [(item.label, *main_answer.fifths(item, brief.main)) for item in brief.verdict.quintiles[:CHANGES]]
    if moving := [f"{label} ({low} to {high})" for label, low, high in ends if low != high]:
        out.append(
            "Numbers that move it most, with the answer in the fifth of futures where each is lowest and in that where "
            f"it is highest: {'; '.join(moving)}"
        )
    return out


def signs(run: Run, brief: Brief) -> list[Block]:
    """What to watch: signs with the answer in futures with and without each."""
    head, main = Heading("What to watch"), brief.main
    if not brief.signs:
        return [head, remark(NO_SIGN)]
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
    return [head, table("sign", "in", "futures:", "difference:", rows=rows), *map(Paragraph, notes), remark(SIGN_NOTE)]


def _uncertain(main: Answer, item: Indicator) -> str:
    """What a sign that is not sure tells, with its interval."""
    change, reach = item.answer - item.without, Z90 * item.mc_error
    if scale := belief_text.points_per_unit(main):
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
    level = formatting.number(item.threshold or 0.0, item.threshold_error, run.display_unit(item.subject)[1])
    return f"{labels.stock(plan, item.subject)} {'above' if item.above else 'below'} {level}"


def levers(brief: Brief) -> list[Block]:
    """What could be done: the levers with clear effects on the main answer."""
    main, levers = brief.main, brief.levers
    if not levers:
        return []

    def answer(item: LeverEffect) -> str:
        return belief_text.level(main, main.moved(item.largest.change), item.largest.mc_error)

    clear = [item for item in levers if abs(item.largest.change) > formatting.SURE * item.largest.mc_error]
    head = Heading("What could be done")
    if not clear:
        return [
            head,
            Paragraph(
                f"None of the case’s {formatting.counted(len(levers), 'lever')} changes the answer clearly, at either end of "
                f"its range. The largest difference is that of {levers[0].text}: {answer(levers[0])}."
            ),
        ]
    rows = [
        (
            item.text,
            f"{item.now:.3g} to {item.largest.value:.3g} {item.unit}".strip(),
            answer(item),
            belief_text.clear_change(main, item.largest.change, item.largest.mc_error),
        )
        for item in clear[:LEVERS]
    ]
    rest = formatting.counted(len(levers) - len(clear), "other lever")
    note = (
        f"From {brief.verdict.origin.as_of} on: the change in {clear[0].futures:,} paired futures, added to the answer; ± is "
        f"a Monte Carlo standard error.{'' if len(levers) == len(clear) else f' {rest} without a clear effect.'}"
    )
    return [head, table("lever", "moved", "answer:", "change:", rows=rows), remark(note)]


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
