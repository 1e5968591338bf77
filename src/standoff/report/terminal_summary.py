"""A verdict in 15 to 25 lines for the terminal; `terminal.verdict_page` has all of it.

A line is cut at the width of the terminal and never folded, so that the verdict is as long on a narrow one.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from standoff.analysis.answer import few_draws
from standoff.questions import INTERVAL, AnswerText, form
from standoff.report import answer_text, formatting, terminal, track_record
from standoff.report.sections import reason_attribution, variants
from standoff.report.sections import sanity as checks
from standoff.report.text_bars import Bar

if TYPE_CHECKING:
    from collections.abc import Iterable

    from standoff.analysis.answer import Answer
    from standoff.analysis.verdict import Verdict

OTHERS = 5  # other answers; assumption: what fits on a screen
BAR = 30
VALUE = 44  # letters of a value that are never cut; assumption: half of a narrow terminal


def summary_page(verdict: Verdict) -> RenderableType:
    """Main answer, reasons, what would change it, other answers, and how far to trust them."""
    parts: list[RenderableType] = [terminal.head(verdict.origin)]
    main = next((item for item in verdict.answers if item.id == verdict.main), None)
    if main is not None:
        parts += _main(verdict, main)
        if changes := [*_why(verdict), *_changes(verdict, main)]:
            parts += [_section("Why, and what would change it", _futures(verdict)), _rows(changes)]
    others = [item for item in verdict.answers if item is not main]
    others.sort(
        key=lambda item: (item.date <= verdict.origin.as_of, not form(item.kind).HAS_LABELS)
    )  # what is to come first
    if others:
        rest = len(others) - OTHERS
        more = f" ({formatting.counted(rest, 'more answer')} with --full)" if rest > 0 else ""
        shown = others[:OTHERS]
        rows = (
            (_with_range(answer_text.answer(_short(item), verdict.origin.as_of)), f"{item.text} ({item.date})")
            for item in shown
        )
        parts += [_section("Other answers", more), _rows(rows)]
    parts += [_section("How far to trust it")]
    parts += [_line(text) for text in _trust(verdict, main)]
    return Group(*parts)


def _short(item: Answer) -> Answer:
    """An answer whose number has three digits, as one without a known error."""
    return item if form(item.kind).is_share else replace(item, monte_carlo=None)


def _trust(verdict: Verdict, main: Answer | None) -> list[str]:
    """What limits the trust in the answers: of this run first, then of past crises."""
    return [
        *few_draws(verdict.origin.draws),
        *_raised(verdict),
        *_band(main),
        *track_record.lines(verdict.track_record),
    ]


def _with_range(text: AnswerText) -> str:
    """An answer with its band, or with the central 90 % of futures."""
    if text.band or not text.futures.startswith(INTERVAL):
        return text.with_band
    number, _, unit = text.main.partition(" ")
    ends = text.futures.removeprefix(INTERVAL)
    return f"{text.main} (90 %: {ends.removesuffix(f' {unit}') if unit and number[-1:].isdecimal() else ends})"


def _band(main: Answer | None) -> list[str]:
    """What the band in brackets leaves out."""
    alone = main is not None and main.band is not None and main.band.variants * main.band.theories == 1
    return ["in brackets: over parameters alone, without rival models and theories"] if alone else []


def _section(title: str, note: str = "") -> Text:
    return Text.assemble((title, "bold"), (note, "dim"), no_wrap=True, overflow="ellipsis")


def _line(text: str) -> Text:
    return Text(f"  {text}", no_wrap=True, overflow="ellipsis")


def _rows(rows: Iterable[tuple[str, str]]) -> RenderableType:
    """A value and what it is of, which is cut at the end of the line."""
    shown = [*rows]
    width = min(max(len(value) for value, _ in shown), VALUE)
    lines = [Text(f"  {value:{width}}  {text}", no_wrap=True, overflow="ellipsis") for value, text in shown]
    return Group(*lines)


def _main(verdict: Verdict, main: Answer) -> list[RenderableType]:
    text = answer_text.answer(main, verdict.origin.as_of)
    value = Table.grid(padding=(0, 2))
    bar = [] if text.share is None else [Bar(text.share, BAR)]
    value.add_row(Text(text.with_band, "bold cyan"), *bar, Text(text.word or text.futures))
    rates = [
        (base.place, formatting.band_percents(base.rate, base.interval or (base.rate, base.rate))[0])
        for base in main.base_rates
        if base.rate is not None and base.has_horizon
    ]
    return [Text(main.text, "bold"), value, *(Text(f"base rate {place}: {rate}", "dim") for place, rate in rates)]


def _why(verdict: Verdict) -> list[tuple[str, str]]:
    result = verdict.attribution
    if result is None or not result.choices:
        return []
    largest = reason_attribution.largest(result)
    return [(reason_attribution.without(result, item.effect), f"without: {item.text}") for item in largest]


def _futures(verdict: Verdict) -> str:
    """How many futures the effects of reasons come from, where these are not all."""
    result = verdict.attribution
    return "" if result is None or not result.choices else f" ({reason_attribution.sample(result)})"


def _changes(verdict: Verdict, main: Answer) -> list[tuple[str, str]]:
    """The variant with the largest clear change, and the number that moves the answer most."""
    clear = [
        (item, shown)
        for item, shown, _ in variants.variant_rows(verdict)
        if abs(item.change) > formatting.SURE * item.mc_error
    ][:1]
    out = [(shown, f"if: {item.text.rstrip('.')}") for item, shown in clear]
    for item in verdict.quintiles[:1]:
        out.append((" to ".join(variants.fifths(item, main)), f"{item.label}: from its lowest fifth to its highest"))
    return out


def _raised(verdict: Verdict) -> list[str]:
    """How many warnings and checks there are, by what is wrong."""
    kinds = Counter(map(checks.title, verdict.sanity))
    named = [title if count == 1 else f"{title} ({count})" for title, count in kinds.most_common()]
    parts = [formatting.counted(len(verdict.warnings), "warning")] if verdict.warnings else []
    parts += [f"{formatting.counted(len(verdict.sanity), 'check')} raised: {', '.join(named)}"] if named else []
    return [f"{'; '.join(parts)} (--full says what to do)"] if parts else []
