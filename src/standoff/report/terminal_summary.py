"""A verdict in about twenty lines for the terminal; `terminal.verdict_page` has all of it."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from standoff.questions import form
from standoff.report import answer_text, formatting, history_beside, terminal, track_record
from standoff.report.sections import reason_attribution, variants
from standoff.report.sections import sanity as checks
from standoff.report.text_bars import Bar
from standoff.report.text_table import heading

if TYPE_CHECKING:
    from standoff.analysis.answer import Answer
    from standoff.analysis.verdict import Verdict

OTHERS = 6  # other answers; assumption: what fits on a screen
QUESTION, WARNING = 72, 110  # letters of a question in the table and of a warning, cut at a word; assumption
BAR = 30


def summary_page(verdict: Verdict) -> RenderableType:
    """The main answer, its reasons, what would change it, and some of the other answers."""
    parts: list[RenderableType] = [terminal.head(verdict.origin)]
    parts += [
        Text(f"warning: {textwrap.shorten(each, WARNING, placeholder=' …')}", "yellow") for each in verdict.warnings
    ]
    main = next((item for item in verdict.answers if item.id == verdict.main), None)
    if main is not None:
        parts += [*_main(verdict, main), *_why(verdict), *_changes(verdict)]
    others = [item for item in verdict.answers if item is not main]
    others.sort(
        key=lambda item: (item.date <= verdict.origin.as_of, not form(item.kind).HAS_LABELS)
    )  # what is to come first
    if others:
        parts += [heading("Other answers"), _others(verdict, others[:OTHERS])]
        if len(others) > OTHERS:
            parts.append(Text(f"and {formatting.counted(len(others) - OTHERS, 'more answer')}", "dim"))
    parts.append(Text())
    if record := track_record.sentence(verdict.track_record):
        parts.append(Text(record))
    for item in verdict.sanity[: checks.SHOWN]:
        text = textwrap.shorten(f"check {checks.title(item)}: {checks.statement(item)}", WARNING, placeholder=" …")
        parts.append(Text(text, "yellow"))
    if more := checks.rest(verdict.sanity):
        parts.append(Text(f"{more}: `--full` says what to do about each", "dim"))
    return Group(*parts, Text("Everything else: `standoff run CASE --full`, or the page.", "dim"))


def _main(verdict: Verdict, main: Answer) -> list[RenderableType]:
    text = answer_text.answer(main, verdict.origin.as_of)
    value = Table.grid(padding=(0, 2))
    bar = [] if text.share is None else [Bar(text.share, BAR)]
    value.add_row(Text(text.with_band, "bold cyan"), *bar, Text(text.word or text.futures))
    rates = [f"{name}: {shown}" for name, shown in text.baselines if name.startswith("base rate")]
    past = history_beside.sentence(verdict.history, main.id, short=True)
    return [Text(main.text, "bold"), value, *(Text(line, "dim") for line in [*rates, past] if line)]


def _why(verdict: Verdict) -> list[RenderableType]:
    result = verdict.attribution
    if result is None or not result.choices:
        return []
    largest = reason_attribution.largest(result)
    return [Text(f"- {item.text}: {reason_attribution.change(result, item)}") for item in largest]


def _changes(verdict: Verdict) -> list[RenderableType]:
    clear = [(item, shown, change) for item, shown, change in variants.variant_rows(verdict)
             if abs(item.change) > formatting.SURE * item.mc_error][:1]  # fmt: skip
    return [Text(f"- variant “{item.text.rstrip('.')}”: {shown} ({change})") for item, shown, change in clear]


def _others(verdict: Verdict, others: list[Answer]) -> RenderableType:
    table = Table.grid(padding=(0, 2))
    for item in others:
        date = f" ({item.date})"
        text = textwrap.shorten(item.text, QUESTION - len(date), placeholder=" …")
        table.add_row(f"{text}{date}", answer_text.answer(item, verdict.origin.as_of).with_band)
    return table
