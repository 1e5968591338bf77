"""Difference of two runs as a document: changed inputs, and their effect on each answer."""

from __future__ import annotations

from collections.abc import Iterator

from standoff.analysis.input_diff import DOT, ChangeGroup
from standoff.analysis.run_diff import AnswerChange, RunDiff
from standoff.questions import form
from standoff.report import answer_text, belief_text, formatting
from standoff.report.document import Block, BulletList, Content, Heading, Notice, Paragraph, given, noted, remark, table

PARTS = (
    "The columns after the change attribute it to groups of inputs: Shapley values over all combinations of groups, in the "
    "same futures. They add up to the change."
)
SHOWN = 12  # entries of one group; the rest are counted


def blocks(diff: RunDiff) -> list[Block]:
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
    parts = {part.group: part for part in move.parts}
    return [
        f"{move.text}{form(move.kind).COMPARED_TEXT} ({move.date})",
        *_levels(move),
        *(
            belief_text.change(move, part.change, part.mc_error) if part.change or part.mc_error else "0"
            for part in (move, *(parts[group.name] for group in diff.groups))
        ),
    ]


def _levels(move: AnswerChange) -> list[str]:
    return [belief_text.level(move, value, move.mc_error) for value in (move.before, move.after)]
