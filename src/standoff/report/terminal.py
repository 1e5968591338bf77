"""Answers, choices and verdicts for the terminal, as rich renderables.

Colour only repeats information that words or signs give, so that output in a file is complete.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from standoff import questions
from standoff.questions import form
from standoff.report import answer_text, formatting
from standoff.report.sections import variants
from standoff.report.text_bars import Bar, SignedBar
from standoff.report.text_table import grid, heading
from standoff.report.text_wrap import WrappedText

if TYPE_CHECKING:
    from collections.abc import Iterable

    from standoff.analysis import Answer, Answers, Explanation, StockDrivers, Verdict
    from standoff.analysis.finding import Provenance
    from standoff.ledger import Claim

GROUNDS = {"question": "question cites", "fitted": "parameters fitted to (influence in s.d. of the prior)",
           "observed": "history imposed from", "numbers": "parameters cite", "reasons": "reasons cite"}  # fmt: skip
ERROR = ("The Monte Carlo error comes from the finite number of draws and shrinks with more of them. It does not measure the "
         "uncertainty of the model, which is in the probability itself and in the assumptions.")  # fmt: skip
CLAIMS = 3  # claim ids shown beside an answer; the rest are counted
ASSUMED = 10  # assumptions shown; the rest are counted


def verdict_page(found: Verdict) -> RenderableType:
    """Terminal report of a run: answers, choices with reasons, who comes first, assumptions, warnings."""
    parts: list[RenderableType] = [_head(found.origin), *_warned(found)]
    parts += [heading("Answers"), Text(ERROR, "dim"), Text(), *(_answer(item, found.origin) for item in found.answers)]
    if found.choices:
        parts += [heading("Choices"), Text(answer_text.LOG_ODDS, "dim"), *_means(found), Text()]
        parts += [item for choice in found.choices for item in _choice(choice)]
    if found.quintiles or found.variant_effects:
        parts += [heading("What would change the answer"), *_changes(found)]
    races = [item for item in found.answers if form(item.kind).HAS_LABELS]
    if races:
        parts.append(heading("Who comes first"))
        parts += [item for race in races for item in _race(race, found.origin)]
    parts += [heading("Assumptions"), *_assumed(found), Text()]
    if found.answers:
        parts += [heading("Summary"), *_short(found), Text()]
    parts += [Text(text, "dim") for text in (answer_text.games(found), answer_text.versions_line(found.origin)) if text]
    return Group(*parts)


def _means(found: Verdict) -> list[RenderableType]:
    """Note on the futures behind the means of choices, where these are not all futures."""
    most = max(choice.futures for choice in found.choices)
    if most >= found.origin.draws - found.origin.failed:
        return []
    return [Text(f"Reasons and choice probabilities are means over the {most:,} futures with stored paths (those in which "
                 f"the decision arises); shares of futures in force are over all {found.origin.draws:,}. `--paths` stores "
                 "more.", "dim"), Text()]  # fmt: skip


def _short(found: Verdict) -> list[RenderableType]:
    """The main answer and who comes first, repeated at the end, next to the prompt."""
    main = next((item for item in found.answers if item.id == found.main), found.answers[0])
    text = answer_text.answer(main, found.origin.as_of)
    parts = [
        Text.assemble(
            (main.text, "bold"),
            "  ",
            (text.main, "bold cyan"),
            f"  ({text.interval})" if text.interval else "",
        )
    ]
    parts += [Text.assemble((item.text, "bold"), "  ", answer_text.comes_first(item, found.origin.as_of))
              for item in found.answers if form(item.kind).HAS_LABELS and item is not main]  # fmt: skip
    return [
        *parts,
        Text(
            f"Above and on the page: {formatting.counted(len(found.answers), 'answer')} in full, and the reasons.",
            "dim",
        ),
    ]


def answers(found: Answers) -> RenderableType:
    """Every answer, with the tables of those that ask who comes first."""
    parts: list[RenderableType] = [_head(found.origin), *_warned(found)]
    for item in found.answers:
        parts.append(_answer(item, found.origin))
        if form(item.kind).HAS_LABELS:
            parts.append(_race_table(item, found.origin))
    return Group(*parts, Text(ERROR, "dim"))


def explanation(found: Explanation) -> RenderableType:
    """A choice: its options, the reasons that add up, and the evidence for each reason."""
    parts: list[RenderableType] = [_head(found.origin), *_choice(found)]
    table = grid("reason", "weight", "parameters cite", "reason cites")
    for reason in found.reasons:
        table.add_row(reason.text or reason.reason, reason.weight.partition(" @")[0], WrappedText("\n".join(reason.sources)),
                      WrappedText("\n".join(reason.claims)))  # fmt: skip
    parts.append(table)
    for cell, belief in (found.beliefs or {}).items():
        parts.append(Text(f"{found.actor} believes {cell} to be {belief.partition(' @')[0]} times its true value"))
    if found.forecasts:
        seen = grid(f"expectations of {found.actor}", "expected:", "actual:")
        for item in found.forecasts:
            seen.add_row(
                f"{item.choice}: {item.option}", formatting.percent(item.expected), formatting.percent(item.does)
            )
        parts.append(seen)
    parts += [Text(sentence) for sentence in answer_text.expectation_errors(found)]
    return Group(*parts)


def drivers(found: StockDrivers) -> RenderableType:
    """Change of a stock by process."""
    form = formatting.number_format(
        [found.before, found.after, *(item.total for item in found.drivers)], None, found.unit
    )
    head = Text.assemble(
        (found.stock, "bold"),
        f" from {form.full(found.before)} ({found.since}) to {form.full(found.after)} ({found.until}), mean of futures",
    )
    table = grid("process", "change:", "share:", "")
    largest = max((abs(item.total) for item in found.drivers), default=0.0)
    for item in found.drivers:
        change = formatting.signed(item.total / form.scale, form.decimals) + form.suffix
        table.add_row(item.part, change, formatting.percent(item.share), SignedBar(item.total, largest))
    parts: list[RenderableType] = [_head(found.origin), head, table]
    if found.claims:
        parts.append(_cited(found.claims))
    return Group(*parts)


def claims_table(claims: Iterable[Claim]) -> RenderableType:
    """Table of claims with their statement, date and speaker."""
    table = grid("claim", "says", "about", "speaker (side)")
    table.columns[0].ratio, table.columns[1].ratio, table.columns[3].ratio = 3, 4, 2
    table.expand = True
    for claim in claims:
        table.add_row(claim.id, Text(claim.statement), str(claim.as_of), Text(f"{claim.speaker} ({claim.side})"))
    return table


def _warned(found: Answers | Verdict) -> list[RenderableType]:
    return [Text(f"warning: {warning}", "yellow") for warning in found.warnings]


def _head(origin: Provenance) -> RenderableType:
    return Group(Text(origin.title, "bold"), Text(" · ".join(answer_text.origin(origin)), "dim"), Text())


def _changes(found: Verdict) -> list[RenderableType]:
    """The parameters with most influence on the main answer, and the answer under variants of parameters."""
    main = next(item for item in found.answers if item.id == found.main)
    parts: list[RenderableType] = [Text(main.text)]
    if found.quintiles:
        table = grid("influential parameter", "answer in its lowest fifth:", "answer in its highest fifth:")
        for lean in found.quintiles:
            table.add_row(lean.path, variants.level(main.kind, lean.low, lean.low_error, main.unit),
                          variants.level(main.kind, lean.high, lean.high_error, main.unit))  # fmt: skip
        parts += [table, Text()]
    if rows := variants.variant_rows(found):
        table = grid("scenario variant", "answer:", "change:")
        for item, answer, change in rows:
            table.add_row(Text(f"{item.text} [{item.variant}]"), answer, change)
        parts += [table, Text(variants.as_it_is(found), "dim")]
    return parts


def _answer(found: Answer, origin: Provenance) -> RenderableType:
    text = answer_text.answer(found, origin.as_of)
    head = Text.assemble((found.text, "bold"), (f"  [{found.id}{_lines(found.lines)}]", "dim"))
    value = Table.grid(padding=(0, 2))
    bar = [] if text.share is None else [Bar(text.share, 30)]
    value.add_row(Text(text.main, "bold cyan"), *bar)
    spread = _spread(found, text)
    beside = [text.note, *(f"{name}: {baseline}" for name, baseline in text.baselines)]
    rest: list[RenderableType] = [value, Text(" · ".join(part for part in (*spread, *beside) if part))]
    rest += [Text(f"{GROUNDS[kind]}: {_named(found, kind)}", "dim", overflow="fold")
             for kind in found.grounds if kind != "further"]  # fmt: skip
    if "further" in found.grounds:
        rest.append(Text(f"indirect evidence: {formatting.counted(len(found.grounds['further']), 'claim')}", "dim"))
    return Padding(Group(head, Padding(Group(*rest), (0, 0, 0, 2))), (0, 0, 1, 0))


def _named(found: Answer, kind: str) -> str:
    claims = found.grounds[kind]
    if kind == "fitted":
        return formatting.influences({claim: found.influence[claim] for claim in claims}, CLAIMS)
    return formatting.first_few(claims, CLAIMS)


def _spread(found: Answer, text: questions.AnswerText) -> list[str]:
    """Spread of the futures and Monte Carlo error, labelled so that they cannot be confused."""
    error = f"Monte Carlo error {text.error}" if text.error else ""
    if text.interval.startswith(questions.CHANCE):
        return [f"{error} (90 %: {text.interval.removeprefix(questions.CHANCE)})"]
    return [text.interval, error]


def _cited(claims: tuple[str, ...], label: str = "claims") -> RenderableType:
    return Text(f"{label}: {formatting.first_few(claims, CLAIMS)}", "dim", overflow="fold")


def _lines(lines: tuple[int, ...]) -> str:
    return f", line{'' if len(lines) == 1 else 's'} {', '.join(map(str, lines))}" if lines else ""


def _choice(found: Explanation) -> list[RenderableType]:
    head = Text.assemble((f"{found.actor} decides in {found.decided}", "bold"), f"  {found.text}")
    options = grid("option", "", "choice\nprobability:", "90 % across\ndraws:", "share of futures\nin force:")
    for item, chosen in zip(found.options, answer_text.chosen(found), strict=True):
        name = Text(item.option + answer_text.role(found, item.option))
        ends = formatting.percents(item.interval)
        options.add_row(name, Bar(item.probability), chosen, ends, formatting.percent(item.active_share))
    decimals = answer_text.reason_decimals(found)
    largest = max((abs(reason.log_odds) for reason in found.reasons), default=0.0)
    reasons = grid("reason", "log odds:", "90 % across draws:", "share:", "")
    for reason in sorted(found.reasons, key=lambda item: -abs(item.log_odds)):
        ends = f"{formatting.signed(reason.interval[0], decimals)} to {formatting.signed(reason.interval[1], decimals)}"
        name = Text.assemble(reason.text or reason.reason, (_lines(reason.lines), "dim"))
        reasons.add_row(name, formatting.signed(reason.log_odds, decimals), ends, formatting.percent(reason.share),
                        SignedBar(reason.log_odds, largest))  # fmt: skip
    total = sum(reason.log_odds for reason in found.reasons)
    reasons.add_section()
    reasons.add_row("sum of reasons", formatting.signed(total, decimals), "", "", "")
    beside = "" if found.reference == found.status_quo else f" against {found.reference}"
    reasons.add_row(f"log odds of {found.option}{beside}", formatting.signed(found.log_odds, decimals), "", "", "")
    parts: list[RenderableType] = [
        head,
        Text(),
        options,
        Text(),
        Text(answer_text.reason_title(found), "bold"),
        reasons,
    ]
    parts.append(Text(f"additivity check: maximum error {found.additivity_error:.0e}", "dim"))
    if found.decision_frequency < 1:
        parts.append(
            Text(
                f"The decision arises in {formatting.percent(found.decision_frequency)} of futures; only these count.",
                "yellow",
            )
        )
    if found.unsolved:
        parts.append(Text(f"The game did not converge in {formatting.percent(found.unsolved)} of draws.", "yellow"))
    if found.claims:
        parts.append(_cited(found.claims, "reasons cite"))
    return [*parts, Text()]


def _race(found: Answer, origin: Provenance) -> list[RenderableType]:
    return [Text.assemble((found.text, "bold"), f"  by {found.date}"), _race_table(found, origin), Text()]


def _race_table(found: Answer, origin: Provenance) -> Table:
    table = grid("", "", "first:", f"by {found.date}:", "median date:")
    for row in answer_text.first_rows(found, origin.as_of):
        table.add_row(row.label, Bar(row.share), row.first, row.by, row.median)
    return table


def _fitted(found: Verdict) -> list[RenderableType]:
    """The parameters that a fit shifted most, and the claims behind them."""
    informed = [item for item in found.fitted if item.fit.evidence]
    if not informed:
        return []
    table = grid("fitted parameter", "shift:", "posterior contraction:", "most influential claims (s.d. of the prior)")
    for item in informed[:ASSUMED]:
        table.add_row(
            item.path,
            f"{formatting.signed(item.fit.shift, 1)} s.d.",
            f"{formatting.signed(100 * item.fit.contraction, 0)} %",
            WrappedText(formatting.influences(item.fit.claims, CLAIMS)),
        )
    rest = len(found.fitted) - len(informed)
    text = (
        f"{formatting.counted(rest, 'other parameter')} of the posterior not identified by the evidence; "
        if rest
        else ""
    )
    return [Text(), table, Text(f"{text}`standoff run ... --json` lists all under `fitted`", "dim")]


def _assumed(found: Verdict) -> list[RenderableType]:
    parts: list[RenderableType] = [
        Text(f"{formatting.cited(found.source_counts or {})} ({len(found.assumptions)} of these are ranges)."),
        *_fitted(found),
    ]
    if found.assumptions:
        table = grid("widest assumed ranges", "")
        for item in found.assumptions[:ASSUMED]:
            path, _, belief = item.partition(": ")
            table.add_row(path, Text(belief.partition(" @")[0]))
        parts += [Text(), table]
    rest = len(found.assumptions) - ASSUMED
    if rest > 0:
        parts.append(Text(f"and {rest} more: `standoff run ... --json` lists all under `assumptions`", "dim"))
    return parts
