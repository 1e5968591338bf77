"""Least joint changes of two or three parameters, along the gradient, then simulated.

With slopes `g` of the margin by the reach of each parameter, the least change (by the sum of squares) that offsets a
margin `m` is `-m g / |g|^2`. That is only a first guess: the distance along this direction at which the answer switches
is found by simulating the same futures.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import combinations

from standoff.analysis.margin import MarginEstimate
from standoff.analysis.parameter_range import ParameterRange

PAIRS, BEST = 3, 4  # assumption: pairs to report, from the four parameters with the largest slopes
STEPS = 3  # assumption: evaluations along a direction


@dataclass(frozen=True)
class JointShift:
    """One parameter of a joint change, and its new value."""

    path: str
    name: str
    label: str  #: the parameter, or the lever, in words
    unit: str
    middle: float
    value: float
    mc_error: float  #: of the value, to first order
    standardised_shift: float


@dataclass(frozen=True)
class JointSwitch:
    """A joint change that switches the answer."""

    parts: tuple[JointShift, ...]
    standardised_shift: float  #: root of the sum of squares
    flips: bool  #: whether the simulation confirmed it
    answer: float
    answer_error: float


def together(
    start: MarginEstimate,
    edges: Mapping[ParameterRange, tuple[float, MarginEstimate]],
    under: Callable[[Mapping[int, float]], MarginEstimate],
) -> tuple[JointSwitch, ...]:
    """The smallest joint changes of two or three parameters, simulated, the least first."""
    wanted = -1.0 if start.margin > 0 else 1.0
    gains = {move: wanted * (level.margin - start.margin) for move, (_, level) in edges.items()}
    best = [move for move in sorted(gains, key=lambda move: -gains[move]) if gains[move] > 2 * start.error][:BEST]
    sets = sorted(combinations(best, 2), key=lambda pair: -sum(gains[move] ** 2 for move in pair))[:PAIRS]
    sets += [tuple(best[:3])] if len(best) > 2 else []  # type: ignore[list-item]
    need = abs(start.margin)
    out = []
    for chosen in sets:
        total = sum(gains[move] ** 2 for move in chosen)
        way = {move: math.copysign(gains[move] / math.sqrt(total), edges[move][0]) for move in chosen}
        longest = 1.0 / max(
            abs(step) for step in way.values()
        )  # where the first of them is at the end of the plausible
        length, level = _crossing(start, need / math.sqrt(total), longest, wanted, way, under)
        out.append(
            JointSwitch(
                tuple(
                    JointShift(
                        move.path,
                        move.name,
                        move.label,
                        move.unit,
                        move.in_written_unit(move.middle),
                        move.in_written_unit(move.at(length * step)),
                        _value_error(move, length * step, step * level.error / math.sqrt(total)),
                        length * step,
                    )
                    for move, step in way.items()
                ),
                length,
                (level.margin > 0) != (start.margin > 0) or abs(level.margin) <= level.error,
                level.answer,
                level.answer_error,
            )
        )
    return tuple(sorted(out, key=lambda item: (not item.flips, item.standardised_shift)))


def _value_error(move: ParameterRange, reach: float, error: float) -> float:
    """Error of the value at a reach from the error of the reach."""
    return abs(move.in_written_unit(move.at(reach + error)) - move.in_written_unit(move.at(reach - error))) / 2


def _crossing(
    start: MarginEstimate,
    guess: float,
    longest: float,
    wanted: float,
    way: Mapping[ParameterRange, float],
    under: Callable[[Mapping[int, float]], MarginEstimate],
) -> tuple[float, MarginEstimate]:
    """Step along a direction at which the margin is zero by secants, or the longest step."""
    (not_tested, low), x = (0.0, start.margin), min(guess, longest)
    for step in range(STEPS):
        level = under({move.index: move.at(x * share) for move, share in way.items()})
        if step == STEPS - 1 or abs(level.margin) <= 0.2 * level.error:
            break
        if x >= longest and level.margin * wanted < 0:
            break
        slope = (level.margin - low) / (x - not_tested)
        if slope * wanted <= 0:
            break
        not_tested, low, x = x, level.margin, min(max(x - level.margin / slope, 0.0), longest)
        if x == not_tested:
            break
    return x, level
