"""Answers, choices and verdicts for the terminal, as rich renderables.

Colour only repeats information that words or signs give, so that output in a file is complete.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from standoff.questions import form
from standoff.report import answer_text, belief_text, formatting, history_beside, render, track_record
from standoff.report.sections import anchors, reason_attribution, variants
from standoff.report.sections import sanity as checks
from standoff.report.text_bars import Bar, SignedBar
from standoff.report.text_table import grid, heading
from standoff.report.text_wrap import WrappedText

if TYPE_CHECKING:
    from collections.abc import Sequence

    from standoff.analysis.answer import Answer, Answers
    from standoff.analysis.explain import Explanation, StockDrivers
    from standoff.analysis.finding import Provenance
    from standoff.analysis.sanity import SanityFinding
    from standoff.analysis.verdict import Verdict
    from standoff.inference.fit.records import FitProvenance

GROUNDS = {
    "question": "question cites",
    "fitted": "parameters fitted to (influence in s.d. of the prior)",
    "observed": "history up to {as_of} taken from",
    "parameters": "parameters cite",
    "reasons": "reasons cite",
}
ERROR = (
    "The Monte Carlo error is a standard error that comes from the finite number of draws and shrinks with more of them. "
    "It does not measure the uncertainty of the model."
)
LINES = "Lines are those of the article that the case is built on."
CLAIMS = 3  # claim ids shown beside an answer; the rest are counted
ASSUMED = 10  # assumptions shown; the rest are counted


def verdict_page(verdict: Verdict) -> RenderableType:
    """Terminal report of a run: answers, choices, who comes first, assumptions."""
    parts: list[RenderableType] = [head(verdict.origin), *_warned(verdict)]
    parts += [
        heading("Answers"),
        *(Text(sentence, "dim") for sentence in answer_text.bands(verdict)),
        Text(ERROR, "dim"),
        *([Text(LINES, "dim")] if any(item.lines for item in verdict.answers) else []),
        Text(),
        *(_answer(item, verdict.origin) for item in verdict.answers),
    ]
    if verdict.anchors:
        parts += [heading(anchors.TITLE), Text(anchors.NOTE, "dim"), Text()]
        parts += [Text(anchors.sentence(item)) for item in verdict.anchors]
    if verdict.attribution:
        body = reason_attribution.body(verdict.attribution, reason_attribution.PAGE_ROWS)
        parts += [heading(reason_attribution.title(verdict.attribution)), render.terminal(body)]
        parts.append(Text("All reasons, other questions: `standoff explain CASE QUESTION`", "dim"))
    if verdict.choices:
        parts += [heading("Choices"), Text(answer_text.LOG_ODDS, "dim"), *_means(verdict), Text()]
        parts += [item for choice in verdict.choices for item in _choice(choice, not verdict.attribution)]
    if verdict.quintiles or verdict.variant_effects:
        parts += [heading("What would change the answer"), *_changes(verdict)]
    races = [item for item in verdict.answers if form(item.kind).HAS_LABELS]
    if races:
        parts.append(heading("Who comes first"))
        parts += [item for race in races for item in _race(race, verdict.origin)]
    parts += [heading("Assumptions"), *_assumed(verdict), Text(), sanity(verdict.sanity, "this run"), Text()]
    if verdict.answers:
        parts += [heading("Summary"), *_short(verdict), Text()]
    parts += [
        Text(text, "dim") for text in (answer_text.games(verdict), answer_text.versions_line(verdict.origin)) if text
    ]
    return Group(*parts)


def _means(verdict: Verdict) -> list[RenderableType]:
    """Note on the futures behind the means of choices, where these are not all futures."""
    most = max(choice.futures for choice in verdict.choices)
    if most >= verdict.origin.draws - verdict.origin.failed:
        return []
    return [
        Text(
            f"Reasons and probabilities of a fresh decision are means over the {most:,} futures with stored paths (those in "
            f"which the decision arises); shares of futures in force are over all {verdict.origin.draws:,}. `--paths` "
            "stores more.",
            "dim",
        ),
        Text(),
    ]


def _short(verdict: Verdict) -> list[RenderableType]:
    """The main answer and who comes first, repeated at the end, next to the prompt."""
    main = next((item for item in verdict.answers if item.id == verdict.main), verdict.answers[0])
    text = answer_text.answer(main, verdict.origin.as_of)
    parts = [
        Text.assemble(
            (main.text, "bold"),
            "  ",
            (text.with_band, "bold cyan"),
            f"  {text.word}" if text.word else f"  ({text.futures})" if text.futures else "",
        ),
        *([Text(band)] if (band := answer_text.band_of_main(main)) else []),
        *(
            Text(f"{formatting.capital(name)}: {value}.")
            for name, value in text.baselines
            if name.startswith("base rate")
        ),
    ]
    parts += [
        Text.assemble((item.text, "bold"), "  ", answer_text.comes_first(item, verdict.origin.as_of))
        for item in verdict.answers
        if form(item.kind).HAS_LABELS and item is not main
    ]
    if message := history_beside.sentence(verdict.history, main.id):
        parts.append(Text(message))
    if message := track_record.sentence(verdict.track_record):
        parts.append(Text(message))
    return [
        *parts,
        *_with(verdict.origin),
        Text(
            f"{formatting.counted(len(verdict.answers), 'answer')}, with reasons: printed above and in report.html.",
            "dim",
        ),
    ]


def answers(result: Answers) -> RenderableType:
    """Every answer, with the tables of those that ask who comes first."""
    parts: list[RenderableType] = [head(result.origin), *_warned(result)]
    for item in result.answers:
        parts.append(_answer(item, result.origin))
        if form(item.kind).HAS_LABELS:
            parts.append(_race_table(item, result.origin))
    return Group(*parts, Text(), *(Text(sentence, "dim") for sentence in answer_text.bands(result)), Text(ERROR, "dim"))


def sanity(findings: Sequence[SanityFinding], source: str) -> RenderableType:
    """The first findings of the sanity checks, and how many more there are."""
    parts: list[RenderableType] = [heading(f"Sanity checks of {source}")]
    for item in findings[: checks.SHOWN]:
        parts += [
            Text.assemble((checks.title(item), "bold"), f": {checks.statement(item)}.", (f"  {item.subject}", "dim")),
            Padding(Text(f"→ {item.fix}", "cyan"), (0, 0, 0, 2)),
        ]
    more = checks.rest(findings)
    return Group(
        *parts,
        *([Text(f"{more}: `--json` lists all", "dim")] if more else []),
        *([] if findings else [Text(f"{checks.CLEAN} A longer run can find more.")]),
    )


def explanation(result: Explanation) -> RenderableType:
    """A choice: its options, the reasons that add up, and the evidence for each reason."""
    parts: list[RenderableType] = [head(result.origin), Text(answer_text.LOG_ODDS, "dim"), Text(), *_choice(result)]
    table = grid("reason", "weight", "parameters cite", "reason cites")
    for reason in result.reasons:
        table.add_row(
            reason.text or reason.reason,
            reason.weight.partition(" @")[0],
            WrappedText("\n".join(reason.sources)),
            WrappedText("\n".join(reason.claims)),
        )
    parts.append(table)
    for cell, belief in (result.beliefs or {}).items():
        word, factor = (result.belief_texts or {}).get(cell, cell), belief.partition(" @")[0]
        parts.append(Text(f"{result.actor_text} takes {word} to be {factor} times the true value"))
    if result.forecasts:
        observed = grid(f"expectations of {result.actor_text}", "expected:", "actual:")
        for item in result.forecasts:
            observed.add_row(
                f"{item.actor}: {item.text}", formatting.percent(item.expected), formatting.percent(item.does)
            )
        parts.append(observed)
    parts += [Text(sentence) for sentence in answer_text.expectation_errors(result)]
    return Group(*parts)


def drivers(result: StockDrivers) -> RenderableType:
    """Change of a stock by process."""
    form = formatting.number_format(
        [result.before, result.after, *(item.total for item in result.drivers)], result.mc_error or None, result.unit
    )
    name = "" if result.text.lower() == result.stock.lower() else f" ({result.stock})"
    moved = Text.assemble(
        (result.text, "bold"),
        f"{name}: from {form.full(result.before)} ({result.since}) to {form.full(result.after)} ({result.until}), "
        "mean of futures",
    )
    table = grid("process", "change:", "share:", "")
    largest = max((abs(item.total) for item in result.drivers), default=0.0)
    for item in result.drivers:
        change = formatting.signed(item.total / form.scale, form.decimals) + form.suffix
        table.add_row(
            formatting.humanise(item.part), change, formatting.percent(item.share), SignedBar(item.total, largest)
        )
    parts: list[RenderableType] = [head(result.origin), moved, table]
    if result.claims:
        parts.append(_cited(result.claims))
    return Group(*parts)


def _warned(result: Answers | Verdict) -> list[RenderableType]:
    return [Text(f"warning: {warning}", "yellow") for warning in result.warnings]


def head(origin: Provenance) -> RenderableType:
    """Title of a finding: the case, its settings, and what differs from the base case."""
    settings = Text(" · ".join(answer_text.origin(origin)), "dim")
    return Group(Text(origin.title, "bold"), settings, *notice(origin), Text())


def notice(origin: Provenance | FitProvenance) -> list[RenderableType]:
    """The line on what differs from the base case, if anything does."""
    text = answer_text.notice(origin)
    return [Text(text, "bold yellow")] if text else []


def _with(origin: Provenance) -> list[RenderableType]:
    """What differs from the base case, beside an answer."""
    moved = answer_text.moved(origin)
    return [Text(f"with {moved}", "yellow")] if moved else []


def _changes(verdict: Verdict) -> list[RenderableType]:
    """Most influential parameters of the main answer, and the answer under variants."""
    main = next(item for item in verdict.answers if item.id == verdict.main)
    parts: list[RenderableType] = [Text(main.text)]
    if verdict.quintiles:
        table = grid("influential parameter", "answer in its lowest fifth:", "answer in its highest fifth:")
        for lean in verdict.quintiles:
            table.add_row(WrappedText.noted(belief_text.parameter(lean)), *variants.fifths(lean, main))
        parts += [table, Text()]
    if rows := variants.variant_rows(verdict):
        table = grid("scenario variant", "answer:", "change:")
        for item, answer, change in rows:
            table.add_row(Text(f"{item.text} [{item.variant}]"), answer, change)
        parts += [table, Text(variants.as_it_is(verdict), "dim")]
    return parts


def _answer(result: Answer, origin: Provenance) -> RenderableType:
    text = answer_text.answer(result, origin.as_of)
    title = Text.assemble((result.text, "bold"), (f"  [{result.id}{_lines(result.lines)}]", "dim"))
    value = Table.grid(padding=(0, 2))
    bar = [] if text.share is None else [Bar(text.share, 30)]
    value.add_row(Text(text.with_band, "bold cyan"), *bar)
    beside = [text.word, text.futures, text.note, *(f"{name}: {baseline}" for name, baseline in text.baselines)]
    rest: list[RenderableType] = [value, *_with(origin), Text(" · ".join(part for part in beside if part))]
    rest += [Text(f"Monte Carlo error {text.error}", "dim")] if text.error else []
    rest += [
        Text(f"{GROUNDS[kind].format(as_of=origin.as_of)}: {_named(result, kind)}", "dim", overflow="fold")
        for kind in result.provenance
        if kind != "indirect"
    ]
    if "indirect" in result.provenance:
        count = len(result.provenance["indirect"])
        rest.append(
            Text(
                f"{formatting.counted(count, 'more claim')} {'affects' if count == 1 else 'affect'} this answer through "
                "other parts of the model",
                "dim",
            )
        )
    return Padding(Group(title, Padding(Group(*rest), (0, 0, 0, 2))), (0, 0, 1, 0))


def _named(result: Answer, kind: str) -> str:
    claims = result.provenance[kind]
    if kind == "fitted":
        return formatting.influences({claim: result.influence[claim] for claim in claims}, CLAIMS)
    return formatting.first_few(claims, CLAIMS)


def _cited(claims: tuple[str, ...], label: str = "claims") -> RenderableType:
    return Text(f"{label}: {formatting.first_few(claims, CLAIMS)}", "dim", overflow="fold")


def _lines(lines: tuple[int, ...]) -> str:
    return f", line{'' if len(lines) == 1 else 's'} {', '.join(map(str, lines))}" if lines else ""


def _choice(result: Explanation, with_reasons: bool = True) -> list[RenderableType]:
    title = Text.assemble(
        (f"{result.actor_text} decides {formatting.time_of(result.decided)}", "bold"), f"  {result.text}"
    )
    options = grid("option", "", "share of futures\nin force:", "if it decided\nafresh:", "90 % across\ndraws:")
    for item, chosen in zip(result.options, answer_text.chosen(result), strict=True):
        name = Text(item.option + answer_text.role(result, item.option))
        ends = formatting.percents(item.interval)
        options.add_row(name, Bar(item.active_share), formatting.percent(item.active_share), chosen, ends)
    other = answer_text.other_date(result)
    notes = [*_with(result.origin), *([Text(other, "yellow")] if other else [])]
    parts: list[RenderableType] = [title, *notes, Text(), options, Text()]
    if limits := answer_text.restrictions(result):
        parts += [*(Text(f"{sentence}.", "dim") for sentence in limits), Text()]
    if with_reasons:
        parts += _reasons(result)
    if learned := answer_text.conditioning(result):
        parts.append(Text(f"{learned}.", "dim"))
    if result.decision_frequency < 1:
        parts.append(
            Text(
                f"The decision arises in {formatting.percent(result.decision_frequency)} of futures; only these count.",
                "yellow",
            )
        )
    if result.unsolved:
        parts.append(Text(f"The game did not converge in {formatting.percent(result.unsolved)} of draws.", "yellow"))
    if result.claims:
        parts.append(_cited(result.claims, "reasons cite"))
    return [*parts, Text()]


def _reasons(result: Explanation) -> list[RenderableType]:
    """The reasons of one decision, which add up."""
    decimals = answer_text.reason_decimals(result)
    largest = max((abs(reason.log_odds) for reason in result.reasons), default=0.0)
    tail = answer_text.tail_decimals(result)
    reasons = grid("reason", "log odds:", "odds:", "90 % across draws:", "share of\neffects:", "")
    for reason in sorted(result.reasons, key=lambda item: -abs(item.log_odds)):
        ends = f"{formatting.signed(reason.interval[0], tail)} to {formatting.signed(reason.interval[1], tail)}"
        name = Text.assemble(reason.text or reason.reason, (_lines(reason.lines), "dim"))
        odds = formatting.odds_factor(reason.log_odds, reason.mc_error)
        reasons.add_row(
            name,
            formatting.signed(reason.log_odds, decimals),
            odds,
            ends,
            formatting.percent(reason.share),
            SignedBar(reason.log_odds, largest),
        )
    total = sum(reason.log_odds for reason in result.reasons)
    reasons.add_section()
    reasons.add_row(
        "sum of reasons",
        formatting.signed(total, decimals),
        formatting.odds_factor(total, answer_text.total_error(result)),
        "",
        "",
        "",
    )
    beside = "" if result.reference == result.status_quo else f" against {result.reference}"
    reasons.add_row(
        f"log odds of {result.option}{beside}", formatting.signed(result.log_odds, decimals), "", "", "", ""
    )
    return [Text(answer_text.reason_title(result), "bold"), reasons, Text(answer_text.additivity(result), "dim")]


def _race(result: Answer, origin: Provenance) -> list[RenderableType]:
    return [Text.assemble((result.text, "bold"), f"  by {result.date}"), _race_table(result, origin), Text()]


def _race_table(result: Answer, origin: Provenance) -> Table:
    table = grid("", "", "first:", f"by {result.date}:", "median date:")
    for row in answer_text.first_rows(result, origin.as_of):
        table.add_row(row.label, Bar(row.share), row.first, row.by, row.median)
    return table


def _fitted(verdict: Verdict) -> list[RenderableType]:
    """The parameters that a fit shifted most, and the claims behind them."""
    informed = [item for item in verdict.fitted if item.fit.evidence]
    if not informed:
        return []
    table = grid("fitted parameter", "shift:", "posterior contraction:", "most influential claims (s.d. of the prior)")
    for item in informed[:ASSUMED]:
        table.add_row(
            WrappedText.noted(belief_text.parameter(item)),
            f"{formatting.signed(item.fit.shift, 1)} s.d.",
            f"{formatting.signed(100 * item.fit.contraction, 0)} %",
            WrappedText(formatting.influences(item.fit.claims, CLAIMS)),
        )
    rest = len(verdict.fitted) - len(informed)
    text = (
        f"{formatting.counted(rest, 'other parameter')} of the posterior not identified by the evidence; "
        if rest
        else ""
    )
    return [Text(), table, Text(f"{text}`standoff run ... --json` lists all under `fitted`", "dim")]


def _assumed(verdict: Verdict) -> list[RenderableType]:
    parts: list[RenderableType] = [
        Text(f"{formatting.cited(verdict.source_counts or {})} ({len(verdict.assumptions)} of these are ranges)."),
        *_fitted(verdict),
    ]
    if verdict.assumptions:
        table = grid("widest assumed ranges", "")
        for item in verdict.assumptions[:ASSUMED]:
            table.add_row(WrappedText.noted(belief_text.parameter(item)), Text(item.belief.partition(" @")[0]))
        parts += [Text(), table]
    rest = len(verdict.assumptions) - ASSUMED
    if rest > 0:
        parts.append(Text(f"and {rest} more: `standoff run ... --json` lists all under `assumptions`", "dim"))
    return parts
