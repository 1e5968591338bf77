"""Time to exhaustion of each side as a document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from standoff.report import answer_text, formatting
from standoff.report.document import Heading, Paragraph, table

if TYPE_CHECKING:
    from standoff.analysis.exhaustion import Exhaustion, HazardDriver, TimeToExhaustion
    from standoff.report.document import Block, TableBlock

HAZARD = (
    "Hazard ratio: factor on the monthly hazard for a parameter one standard deviation higher, with its 90 % interval."
)
CLAIMS = 3  # claim ids shown; the rest are counted


def blocks(found: Exhaustion) -> list[Block]:
    """Document of the finding."""
    return [
        Heading(found.origin.title, 1), Paragraph(" · ".join(answer_text.origin(found.origin)), soft=True),
        Heading(f"{found.text} By {found.date}"), *body(found),
    ]  # fmt: skip


def body(found: Exhaustion) -> list[Block]:
    """The same without its headings, for a section of the report."""
    out: list[Block] = [Paragraph(sentence(found)), sides(found)]
    if any(item.constraint for item in found.constraints):
        rows = [_row(found, item) for item in found.constraints]
        out.append(
            table("side, constraint", "first:", f"by {found.date}:", "median date:", "90 % of futures:", rows=rows)
        )
    out += [grid for grid, _ in movers(found)]
    out += [Paragraph(text, soft=True) for text in notes(found)]
    return out


def sides(found: Exhaustion) -> TableBlock:
    """Each side as a whole: the first of its constraints."""
    heads = (
        "side",
        "most frequent first constraint",
        "first:",
        f"by {found.date}:",
        "median date:",
        "90 % of futures:",
    )
    rows = [(side.label, _within(found, side), *_row(found, side)[1:]) for side in found.sides]
    return table(*heads, rows=rows, caption="The first exhaustion of each side")


def movers(found: Exhaustion) -> list[tuple[TableBlock, tuple[str, ...]]]:
    """Of each side the numbers that move its time most, and the panel behind each."""
    heads = ("parameter", "prior", "hazard ratio:", "median in its lowest fifth:", "median in its highest fifth:")
    return [
        (table(*heads, rows=[_mover(found, item) for item in items],
               caption=f"Parameters with most influence on the first exhaustion of {side}"),
         tuple(f"mover-{item.path}" for item in items))
        for side, items in (found.movers or {}).items() if items
    ]  # fmt: skip


def sentence(found: Exhaustion) -> str:
    """The finding in a sentence or two."""
    first, item = found.sides[0], found.constraints[0]
    error = first.first_error
    parts = [f"{first.label} is first in {formatting.percent(first.first, error)} of futures, {_when(found, first)}"]
    parts += [
        f"{side.label} in {formatting.percent(side.first, side.first_error)}, {_when(found, side)}"
        for side in found.sides[1:]
    ]
    most = (
        f" Most often it is {item.label} ({formatting.percent(item.first, item.first_error)})."
        if item.constraint
        else ""
    )
    none = formatting.percent(found.none, found.none_error)
    return f"{'; '.join(parts)}.{most} In {none} of futures nothing has run out by {found.date}."


def notes(found: Exhaustion) -> list[str]:
    """Notes on the tables, and their evidence."""
    out = [
        "First: share of futures in which it runs out first (Aalen-Johansen estimator). By: share in which it has run out by "
        "the date, regardless of the others (Kaplan-Meier estimator). Futures are censored at the date. "
        f"{HAZARD}",
    ]
    if found.censored:
        out.append(f"{formatting.counted(found.censored, 'future')} failed and are censored at the failure.")
    direct = [claim for kind, claims in (found.grounds or {}).items() if kind != "further" for claim in claims]
    if direct:
        out.append(f"Evidence: {formatting.first_few(direct, CLAIMS)}.")
    return out


def _row(found: Exhaustion, spell: TimeToExhaustion) -> tuple[str, ...]:
    never = f"after {found.date}"
    ends = [never if month is None else month_of(found, month) for month in (spell.months["p5"], spell.months["p95"])]
    median = spell.months["p50"]
    return (spell.label, formatting.percent(spell.first, spell.first_error), formatting.percent(spell.by, spell.by_error),
            never if median is None else month_of(found, median), " to ".join(dict.fromkeys(ends)))  # fmt: skip


def _within(found: Exhaustion, side: TimeToExhaustion) -> str:
    """Most frequent first constraint of a side, with its share."""
    of = (found.within or {}).get(side.label, {})
    if not side.by or len(of) < 2:
        return ""
    best = max(of, key=lambda name: of[name])
    return f"{best}, {formatting.percent(of[best] / side.by)}"


def _mover(found: Exhaustion, mover: HazardDriver) -> tuple[str, ...]:
    never = f"after {found.date}"
    ratio = "no estimate" if mover.hazard is None else f"{mover.hazard:.2f}"
    if mover.hazard_interval is not None:
        ratio += f" ({mover.hazard_interval[0]:.2f} to {mover.hazard_interval[1]:.2f})"
    ends = [never if month is None else month_of(found, month) for month in (mover.low, mover.high)]
    return (mover.path.removeprefix("mechanisms."), mover.belief.partition(" @")[0], ratio, *ends)


def _when(found: Exhaustion, spell: TimeToExhaustion) -> str:
    """Format the median date."""
    median = spell.months["p50"]
    if median is None:
        return f"median after {found.date}"
    return f"median {month_of(found, median)}"


def month_of(found: Exhaustion, months: float) -> str:
    """The month that lies so long after as_of."""
    return formatting.month_after(found.origin.as_of, months)
