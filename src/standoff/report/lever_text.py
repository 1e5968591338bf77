"""What a lever does to the odds of an answer, and which reasons it reaches, in words."""

from __future__ import annotations

import math

from standoff.analysis.lever_reach import QUARTER, LeverReach, ReasonAtEnds, odds
from standoff.analysis.movements import Movement
from standoff.plan import PlannedQuestion
from standoff.report import formatting

NAMED = 2  # assumption: a reader keeps no more reasons of a lever in mind
NONE = "; it reaches no reason"


def between_ends(question: PlannedQuestion, movement: Movement, reach: LeverReach | None) -> str:
    """The factor of the odds between the ends, and why it is small; empty for a number."""
    factor, unit = odds(question, movement), movement.mover.unit
    if factor is None:
        return ""
    low, high = (f"{float(end):.3g}" for end in movement.mover.ends)
    return f"From {low} to {f'{high} {unit}'.strip()}: odds × {factor:.2f}{_reach(reach)}."


def _reach(reach: LeverReach | None) -> str:
    """The reasons that a lever reaches, if any; how often the decision arises, if it moves that."""
    if reach is None:
        return ""
    out, (low, high) = NONE, reach.arises
    if reach.reasons:
        first, *others = reach.reasons
        against = [
            item for item in others if item.change * first.change < 0 and abs(item.change) > abs(first.change) / 2
        ]
        parts = " and ".join(map(_named, [first, *(against or others)][:NAMED]))
        rest = "which cancel" if against else f"where a quarter of the odds takes {math.log(QUARTER):.2f}"
        out = f"; it reaches {parts}, {rest}"
    if abs(high - low) > formatting.SURE * reach.mc_error:
        out += f"; the decision arises in {formatting.percent(low)} to {formatting.percent(high)} of futures"
    return out


def _named(item: ReasonAtEnds) -> str:
    low, high = (formatting.signed(value, 3) for value in item.log_odds)  # a small one would not show in two
    return f"“{item.text}” (log odds {low} to {high})"
