"""Comparisons as documents: variants by answer, process and reason; and two runs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

from standoff.analysis.compare_variants import (
    POINT,
    AnswerDifference,
    Comparison,
    QuestionComparison,
    ReasonChange,
    StockDecomposition,
)
from standoff.analysis.run_diff import DOT, AnswerChange, ChangeGroup, RunDiff
from standoff.questions import form
from standoff.report import answer_text, belief_text, formatting, title
from standoff.report.document import Block, BulletList, Content, Heading, Notice, Paragraph, given, noted, remark, table

TOLD = 0.01  # of a standard deviation of the base's futures; assumption: smaller changes are counted, not listed
ROUNDING = 2.0**-22  # of an answer: two of the steps in which single precision, that of the engine, has numbers
NOTE = (
    "Futures are paired: a draw has the same parameters and random numbers under every variant. Changes have 90 % Monte "
    "Carlo intervals. The number of a quantity is its median over futures, as in its answer; changes of a stock are means over "
    "futures, to which the contributions of processes add up."
)
PARTS = (
    "The columns after the change attribute it to groups of inputs: Shapley values over all combinations of groups, in the "
    "same futures. They add up to the change."
)
SHOWN = 12  # entries of one group; the rest are counted


def blocks(comparison: Comparison) -> list[Block]:
    """Document of the finding."""
    clear = [item for item in comparison.questions if any(map(is_clear, item.changes))]
    visible = [
        item for item in clear if any(change.size >= TOLD and _is_visible(item, change) for change in item.changes)
    ]
    main = [item for item in comparison.questions[:1] if item not in visible]  # whether or not it differs
    small = [item for item in clear if item not in main and item not in visible]
    unclear = [item for item in comparison.questions if item not in clear and item not in main]
    texts, reasons = comparison.texts or {}, _reasons(comparison.reasons)
    return [
        *title.blocks(comparison.origin, f"compared with {', '.join(comparison.variants)}"),
        remark(NOTE),
        *(Paragraph(f"{name}: {texts.get(name, '')}") for name in (comparison.base, *comparison.variants)),
        *(Paragraph(f"{name}: {text}", strong=True) for name, text in (comparison.failures or {}).items()),
        Heading("Answers"),
        _answers(comparison, [*main, *visible]),
        *_more(small, "less than a hundredth of the standard deviation of futures, or the last digit"),
        *_more(unclear, "no more than two Monte Carlo errors"),
        *given(comparison.moved, Heading("Stocks by process")),
        *(_stock(comparison, item) for item in comparison.moved),
        *given(reasons, Heading("Changed reasons"), *reasons),
    ]


def _more(rest: Sequence[QuestionComparison], by: str) -> list[Block]:
    """How many other questions differ, and by how little."""
    differ = "question differs" if len(rest) == 1 else "questions differ"
    return [remark(f"{len(rest)} more {differ} by {by}.")] if rest else []


def is_clear(change: AnswerDifference) -> bool:
    """Whether a change is larger than two Monte Carlo errors, and than rounding."""
    return abs(change.change) > max(formatting.SURE * change.mc_error, ROUNDING * abs(change.value))


def _is_visible(item: QuestionComparison, change: AnswerDifference) -> bool:
    """Whether a change exceeds chance and the formatted answers differ."""
    return is_clear(change) and _moved(item, change.change) != _moved(item)


def _value(item: QuestionComparison, change: float = 0.0) -> float:
    """The printed answer of the base with a change added; a number is that of these futures."""
    return item.value + change if item.base.share is None else item.base.moved(change)


def _moved(item: QuestionComparison, change: float = 0.0) -> str:
    """The same in words."""
    return belief_text.level(item, _value(item, change), item.mc_error)


def _answers(comparison: Comparison, questions: Sequence[QuestionComparison]) -> Block:
    rows = []
    for item in questions:
        question = form(item.kind)
        label = f" {item.base.answer}" if question.HAS_LABELS else question.COMPARED_TEXT
        now = _moved(item)
        if item.base.band_ends:
            now = "{} ({})".format(*formatting.band_percents(_value(item), item.base.band_ends))
        changes = ((_moved(item, change.change), change_text(item, change)) for change in item.changes)
        rows.append((f"{item.text}{label} ({item.date})", now, *chain(*changes)))
    heads = (head for name in comparison.variants for head in (f"{name}:", "change:"))
    return table("question", f"{comparison.base}:", *heads, rows=rows)


def change_text(item: QuestionComparison, change: AnswerDifference) -> str:
    """A change with its 90 % Monte Carlo interval, or `no clear change` within two errors.

    A change that is the same in all futures has no error, and says so.
    """
    if not is_clear(change):
        return belief_text.UNCLEAR
    text, low, high = belief_text.change_within(item, change.change, change.interval, change.mc_error)
    return f"{text} ({low} to {high})" if change.mc_error else f"{text} in every future"


def _stock(comparison: Comparison, item: StockDecomposition) -> Block:
    shown = [item.change, item.before, *(process.total for process in item.processes)]
    form = formatting.number_format(shown, item.mc_error or None, item.unit)

    def formatted(value: float) -> str:
        return formatting.signed(value / form.scale, form.decimals)

    rows = [[f"by {formatting.humanise(process.part)}", *map(formatted, process.by)] for process in item.processes]
    if item.before:
        rows.insert(0, [f"at {comparison.origin.as_of}", *[formatted(item.before)] * len(item.dates)])
    if item.rest:
        rows.append(["by all others", *[""] * (len(item.dates) - 1), formatted(item.rest)])
    rows.append(["total", *map(formatted, item.changes)])
    unit = "points" if form.suffix == " %" else form.suffix.strip()
    caption = f"{item.text}, under {item.variant}, minus {comparison.base}{unit and f', {unit}'}"
    return table("", *(f"{date}:" for date in item.dates), rows=rows, caption=caption)


def _reasons(changes: Sequence[ReasonChange]) -> list[Block]:
    out: list[Block] = []
    for key in dict.fromkeys((item.variant, item.choice) for item in changes):
        selected = [item for item in changes if (item.variant, item.choice) == key]
        first = selected[0]
        before, after = (
            formatting.percent(p, POINT) for p in first.probability
        )  # digits that show the smallest reported change
        decimals = formatting.common_decimals([item.mc_error for item in selected])
        rows = [
            (
                item.text,
                formatting.signed(item.log_odds, decimals),
                formatting.odds_factor(item.log_odds, item.mc_error),
                formatting.bare_error(item.mc_error),
            )
            for item in selected
            if round(item.log_odds, decimals)
        ]
        decided = f"{formatting.capital(first.option_text)} {formatting.time_of(first.decided)}"
        caption = f"{decided} under {first.variant}: {after} instead of {before}"
        if rows:
            out.append(table("reason", "change in log odds:", "odds:", "error:", rows=rows, caption=caption))
    return out


def diff_blocks(diff: RunDiff) -> list[Block]:
    """Document of the finding."""
    notice = answer_text.moved(diff.origin)
    clear = [
        move
        for move in diff.moves
        if abs(move.change) > formatting.SURE * move.mc_error and len(set(_levels(move))) == 2
    ]
    columns = (f"{group.label or group.name}:" for group in diff.groups)
    heads = ("question", "before:", "after:", "change:", *columns)
    rest = formatting.counted(len(diff.moves) - len(clear), "answer")
    less = remark(f"{rest} changed by less than the Monte Carlo error or the last digit.")
    return [
        Heading(diff.origin.title, 1),
        remark(f"{diff.folders[0]}, then {diff.folders[1]} · {' · '.join(answer_text.origin(diff.origin)[2:])}"),
        *given(notice, Notice(f"The second run: {notice}")),
        Heading("Changed inputs"),
        *_inputs(diff),
        Heading("Changed answers and their causes"),
        *given(clear, table(*heads, rows=[_row(diff, move) for move in clear]), remark(PARTS)),
        *given(len(diff.moves) > len(clear), less),
        *(
            remark(f"Asked by the {which} run only: {', '.join(ids)}.")
            for ids, which in zip(diff.only, ("first", "second"), strict=True)
            if ids
        ),
    ]


def _inputs(diff: RunDiff) -> Iterator[Block]:
    for group in diff.groups:
        yield Paragraph(group.label or group.name, strong=True)
        yield BulletList(_group_lines(group))
    if not diff.groups:
        yield Paragraph("Nothing: both runs have the same scenario and the same claims.")
    if diff.settings:
        listed = ", ".join(f"{key} {old} and {new}" for key, (old, new) in diff.settings.items())
        yield remark(f"Settings differ too: {listed}. Answers below use those of the first run.")
    if diff.program:
        listed = ", ".join(f"{key} {old or 'none'} and {new or 'none'}" for key, (old, new) in diff.program.items())
        made = "The runs were made by different versions"
        yield remark(f"{made} ({listed}); all answers below come from the installed version.")


def _group_lines(group: ChangeGroup) -> list[Content]:
    out: list[Content] = []
    for entry in group.entries:
        path = entry.path.replace(DOT, ".")
        name, note = (entry.label, path) if entry.label not in {"", path} else (path, "")
        out.append(noted(f"{formatting.capital(name) if note else name}: {entry.before} → {entry.after}", note))
    for ids, verb in ((group.added, "new"), (group.removed, "removed"), (group.edited, "edited")):
        out += [f"claim {name}: {verb}" for name in ids]
    return out[:SHOWN] + ([f"and {len(out) - SHOWN} more"] if len(out) > SHOWN else [])


def _row(diff: RunDiff, move: AnswerChange) -> list[str]:
    parts = {part.group: (part.change, part.mc_error) for part in move.parts}
    changes = [(move.change, move.mc_error), *(parts[group.name] for group in diff.groups)]
    return [
        f"{move.text}{form(move.kind).COMPARED_TEXT} ({move.date})",
        *_levels(move),
        *(belief_text.change(move, *change) if any(change) else "0" for change in changes),
    ]


def _levels(move: AnswerChange) -> list[str]:
    return [belief_text.level(move, value, move.mc_error) for value in (move.before, move.after)]
