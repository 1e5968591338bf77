"""A roll as a document: what changed and why, which signs fired, what is still in force."""

from __future__ import annotations

from standoff.analysis.paired import Difference
from standoff.evaluation.roll import STEPS, QuestionChange, Roll
from standoff.report.document import Block, BulletList, Heading, Paragraph, given, remark, table_part
from standoff.report.formatting import counted, percent, signed
from standoff.report.sections.forecast_record import figure

WORDS = {"time": "time passing", "outcomes": "outcomes", "claims": "claims"}
SHOWN = 12  #: claims that are named; assumption: a reader looks up no more


def blocks(roll: Roll) -> list[Block]:
    """What was done, then changes, signs, and choices with their evidence."""
    start = f" from {roll.before}" if roll.before else ""
    taken = f", {roll.taken} of them taken now" * bool(roll.taken)
    done = (
        f"{counted(roll.recorded, 'forecast')} recorded in {roll.record}, {counted(roll.settled, 'outcome')} of earlier "
        f"ones{f', {roll.superseded} in place of earlier ones' * bool(roll.superseded)}."
    )
    late = f"{counted(roll.late, 'parameter')} cited only claims published later and had a wider range."
    changes = [
        (
            change.text + f" ({' then '.join(dict.fromkeys(change.dates))})" * (change.dates[1] not in change.text),
            _value(change, change.whole.before),
            _value(change, change.whole.after),
            _change(change, change.whole),
            *(_change(change, change.parts[name]) for name in STEPS),
        )
        for change in sorted(
            roll.changes, key=lambda change: -abs(change.whole.change) / (change.whole.mc_error or 1.0)
        )
    ]
    signs = [
        (sign.text, *map(_odds, (sign.before, sign.after, sign.level)), _named(sign.claims)) for sign in roll.signs
    ]
    force = [(item.text, item.since or "from the start", _named(item.claims)) for item in roll.in_force]
    entries = [f"{item.choice}: `{item.entry}`" for item in roll.in_force if item.entry]
    how = "Changes are differences of runs in the same futures, with the standard error; parts add up in this order."
    level = "The level of a reason is that at which option and status quo are equally likely, all others as before."
    return [
        Heading(f"{roll.case} as of {roll.as_of}", 1),
        Paragraph(f"Rolled{start}; {counted(len(roll.new_claims), 'claim')} published since then{taken}. {done}"),
        *given(roll.late, Paragraph(late)),
        *map(remark, roll.notes),
        *table_part(
            "What changed, and why",
            ("question", "before:", "after:", "change:", *(f"{WORDS[name]}:" for name in STEPS)),
            changes,
            how,
        ),
        *table_part(
            "Signs that fired",
            ("reason", "before:", "after:", "level:", "new claims"),
            signs,
            level,
        ),
        *table_part("Still in force?", ("in force", "since", "claims since then"), force),
        *given(
            entries,
            Paragraph("To impose what the claims say, read them and add to the history of the choice:"),
            BulletList(entries),
        ),
    ]


def _value(change: QuestionChange, value: float) -> str:
    return f"{figure(value)} {change.unit}".strip() if change.unit else percent(value, change.whole.mc_error)


def _change(change: QuestionChange, part: Difference) -> str:
    """A change with its standard error, of a probability in points."""
    times = 1.0 if change.unit else 100.0
    return f"{signed(times * part.change, 1)} (± {times * part.mc_error:.1f})"


def _odds(value: float) -> str:
    return signed(value, 2)


def _named(claims: tuple[str, ...]) -> str:
    more = f" and {len(claims) - SHOWN} more" if len(claims) > SHOWN else ""
    return f"{', '.join(claims[:SHOWN])}{more}" or "none"
