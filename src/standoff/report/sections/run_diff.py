"""Difference of two runs as a document: changed inputs, and their effect on each answer."""

from __future__ import annotations

from standoff.analysis.run_diff import DOT, AnswerChange, ChangeGroup, RunDiff
from standoff.questions import form
from standoff.report import answer_text, belief_text, formatting
from standoff.report.document import Block, BulletList, Content, Heading, Notice, Paragraph, noted, table
from standoff.report.sections import variants

PARTS = (
    "The columns after the change attribute it to groups of inputs: Shapley values over all combinations of groups, in the "
    "same futures. They add up to the change."
)
SHOWN = 12  # entries of one group; the rest are counted


def blocks(diff: RunDiff) -> list[Block]:
    """Document of the finding."""
    out: list[Block] = [
        Heading(diff.origin.title, 1),
        Paragraph(
            f"{diff.folders[0]}, then {diff.folders[1]} · {' · '.join(answer_text.origin(diff.origin)[2:])}", soft=True
        ),
        *([Notice(f"The second run: {notice}")] if (notice := answer_text.moved(diff.origin)) else []),
        Heading("Changed inputs"),
        *_inputs(diff),
    ]
    clear = [
        move
        for move in diff.moves
        if abs(move.change) > formatting.SURE * move.mc_error and len(set(_levels(move))) == 2
    ]
    out.append(Heading("Changed answers and their causes"))
    if clear:
        heads = (
            "question",
            "before:",
            "after:",
            "change:",
            *(f"{group.label or group.name}:" for group in diff.groups),
        )
        out.append(table(*heads, rows=[_row(diff, move) for move in clear]))
        out.append(Paragraph(PARTS, soft=True))
    if rest := len(diff.moves) - len(clear):
        out.append(
            Paragraph(
                f"{formatting.counted(rest, 'answer')} changed by less than the Monte Carlo error or the last digit.",
                soft=True,
            )
        )
    for ids, which in zip(diff.only, ("first", "second"), strict=True):
        if ids:
            out.append(Paragraph(f"Asked by the {which} run only: {', '.join(ids)}.", soft=True))
    return out


def _inputs(diff: RunDiff) -> list[Block]:
    out: list[Block] = []
    for group in diff.groups:
        out += [Paragraph(group.label or group.name, strong=True), BulletList(tuple(_group_lines(group)))]
    if not diff.groups:
        out.append(Paragraph("Nothing: both runs have the same scenario and the same claims."))
    if diff.settings:
        listed = ", ".join(f"{key} {old} and {new}" for key, (old, new) in diff.settings.items())
        out.append(Paragraph(f"Settings differ too: {listed}. Answers below use those of the first run.", soft=True))
    if diff.program:
        listed = ", ".join(f"{key} {old or 'none'} and {new or 'none'}" for key, (old, new) in diff.program.items())
        out.append(
            Paragraph(
                f"The runs were made by different versions ({listed}); all answers below come from the installed version.",
                soft=True,
            )
        )
    return out


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
    parts = {part.group: part for part in move.parts}
    changes = [_signed(move, parts[group.name].change, parts[group.name].mc_error) for group in diff.groups]
    return [
        f"{move.text}{form(move.kind).COMPARED_TEXT} ({move.date})",
        *_levels(move),
        _signed(move, move.change, move.mc_error),
        *changes,
    ]


def _levels(move: AnswerChange) -> list[str]:
    return [variants.level(move.kind, value, move.mc_error, move.unit) for value in (move.before, move.after)]


def _signed(move: AnswerChange, value: float, error: float) -> str:
    return belief_text.change(move, value, error) if value or error else "0"
