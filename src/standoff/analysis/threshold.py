"""Threshold analysis: least parameter changes and claim removals that switch an answer.

The answer is simulated at the ends of the plausible range of each candidate parameter; where it crosses the threshold
in between, the crossing is found on the same futures by regula falsi (Illinois). The interval of the crossing is the
Monte Carlo error of the margin there, divided by the slope. Candidates are the parameters of the choice and of its
actor's beliefs, levers, and every parameter whose correlation with the answer in the run stands out from noise.

Sources: dowell_jarratt1971 (Illinois), donoho_johnstone1994 (how far noise alone reaches).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np

from standoff.analysis import claim_removal
from standoff.analysis import quantity_of_interest as asking
from standoff.analysis.claim_removal import ClaimRemoval
from standoff.analysis.finding import Provenance
from standoff.analysis.joint_threshold import JointSwitch, together
from standoff.analysis.margin import MarginEstimate, MarginEstimator
from standoff.analysis.parameter_range import ParameterRange
from standoff.analysis.quantity_of_interest import QoiFinding
from standoff.analysis.sensitivity.screening import candidates, screening_slopes
from standoff.engine.model import Model
from standoff.engine.parameters import ParameterTable
from standoff.engine.rerun import Rerunner
from standoff.engine.simulate import simulate
from standoff.errors import ModelError, Problem
from standoff.progress import SILENT, Progress, track
from standoff.statistics import Z90

DRAWS = 2048  # assumption: an answer is then known to about half a percentage point
TRIES = 512  # assumption: draws in which other numbers are tried, rounded up to whole blocks
MOST = 32  # assumption: parameters that are tried, the most promising first
STEPS = 6  # assumption: evaluations of one root; Illinois then has about five digits, far beyond the Monte Carlo error


@dataclass(frozen=True, kw_only=True)
class SwitchingValue:
    """One parameter, and its switching value."""

    path: str
    kind: str  #: belief, weight, reason, choice, effect, stock, parameter, lever
    name: str  #: name of the lever, else the path
    label: str  #: the parameter, or the lever, in words
    belief: str
    unit: str
    middle: float  #: all values in the unit of the scenario
    flips: bool
    value: float  #: where the answer crosses the threshold; else the most extreme plausible value
    interval: tuple[float, float] | None  #: 90 % Monte Carlo interval; None without a crossing
    standardised_shift: float  #: 0 for the middle of the belief, 1 and -1 for the ends of the plausible range
    tail_probability: float | None  #: prior tail probability
    answer: float  #: the answer at that value
    answer_error: float


@dataclass(frozen=True, kw_only=True)
class ThresholdAnalysis(QoiFinding):
    """Threshold analysis of one answer."""

    to: float | None = None  #: the threshold, or None: being the most likely option
    rival: str = ""  #: the most likely other option
    rival_answer: float = 0.0
    already_above: bool = False  #: whether the answer is beyond the threshold already
    flips: tuple[
        SwitchingValue, ...
    ] = ()  #: switching values, the least change first; then the others, the nearest first
    together: tuple[JointSwitch, ...] = ()
    claims: tuple[ClaimRemoval, ...] = ()
    not_tested: tuple[str, ...] = ()  #: parameters and claims that were not tried, with reasons
    tried: int = 0  #: number of draws of the search


def flip(
    model: Model,
    *,
    choice: str = "",
    at: str = "",
    question: str = "",
    to: float | None = None,
    draws: int = DRAWS,
    seed: int = 1,
    most: int = MOST,
    progress: Progress = SILENT,
) -> ThresholdAnalysis:
    """Find parameter changes that take an answer across a threshold, `to` or the largest share.

    choice: an option, `CHN=arms`, at the date `at` or the first decision
    question: the id of a question, `id=label` for one of `first_of`; the main one if neither is named
    Raises `ModelError` for a quantity without `to`, and for a probability outside 0 to 1.
    """

    about = asking.resolve(model, choice, at, question)
    if to is None and not about.is_probability:
        raise ModelError(Problem(f"`{about.name}` is a quantity", "--to", "a threshold value"))
    if to is not None and about.is_probability and not 0 < to < 1:
        raise ModelError(
            Problem(f"{to:g} is not a probability threshold", "--to", allowed="a number above 0 and below 1")
        )
    again = Rerunner.from_run(simulate(model, draws=1, seed=seed, progress=progress))
    base = again.with_table(model.table, max(draws, again.size), about.step)
    scale = MarginEstimator(about.values(base), about.index, to)
    start = scale.level()
    tries = min(-(-TRIES // again.size) * again.size, base.p.shape[1])

    def under(values: Mapping[int, float]) -> MarginEstimate:
        return under_table(model.table.with_value(model.layout, dict(values)))

    def under_table(table: ParameterTable) -> MarginEstimate:
        return scale.level(about.values(again.with_table(table, tries, about.step)))

    selected = scale.base[about.index] - (scale.base[start.rival] if start.rival >= 0 else 0.0)
    tie = screening_slopes(
        model, selected, seed
    )  # of the margin: what makes an option likelier may help its rival more
    moves = candidates(model, about, tie, most)
    together_with = {*model.layout.column, *model.layout.correlated}  # their slopes include those of others
    text = {i: slope for i, slope in tie.items() if i not in together_with}
    edges = {
        move: _edge(move, start, text, partial(_alone, under, move)) for move in track(progress, "parameters", moves)
    }
    crossing = [move for move in moves if (edges[move][1].margin > 0) != (start.margin > 0)]
    roots = {move: _root(move, start, *edges[move], under) for move in track(progress, "switching values", crossing)}
    result = [roots.get(move) or _far(move, *edges[move]) for move in moves]
    with progress.task("joint changes"):
        sets = together(start, edges, under)
    falls, unknown = claim_removal.remove_claims(model, about, tie, start, under_table, progress)
    ordered = sorted(
        result,
        key=lambda item: (
            not item.flips,
            abs(item.standardised_shift)
            if item.flips
            else (item.answer - start.answer) * (1 if start.margin > 0 else -1),
        ),
    )
    rival = about.labels[start.rival] if start.rival >= 0 else ""
    return ThresholdAnalysis(
        origin=Provenance.of(base.run),
        quantity_of_interest=about.name,
        text=about.text,
        kind=about.kind,
        date=about.date,
        unit=about.unit,
        answer=start.answer,
        answer_error=start.answer_error,
        to=to,
        rival=rival,
        rival_answer=float(np.nanmean(scale.base[start.rival])) if rival else math.nan,
        already_above=start.margin > 0,
        flips=tuple(ordered),
        together=sets,
        claims=falls,
        not_tested=unknown,
        tried=tries,
    )


def _alone(
    under: Callable[[Mapping[int, float]], MarginEstimate], move: ParameterRange, reach: float
) -> MarginEstimate:
    return under({move.index: move.at(reach)})


def _edge(
    move: ParameterRange, start: MarginEstimate, slope: Mapping[int, float], at: Callable[[float], MarginEstimate]
) -> tuple[float, MarginEstimate]:
    """The end of the plausible range towards the threshold, and the answer there.

    Where the run shows the direction of a parameter's effect, only that end is simulated.
    """
    wanted = -1.0 if start.margin > 0 else 1.0
    text = slope.get(move.index, 0.0)
    sides = [math.copysign(1.0, text * wanted)] if text else [1.0, -1.0]
    tried = [(side, at(side)) for side in sides if move.at(side) != move.middle]
    return max(tried, key=lambda pair: pair[1].margin * wanted) if tried else (0.0, start)


def _root(
    move: ParameterRange,
    start: MarginEstimate,
    reach: float,
    end: MarginEstimate,
    under: Callable[[Mapping[int, float]], MarginEstimate],
) -> SwitchingValue:
    """Root of the margin between the middle and an end beyond the threshold."""
    (left, low), (right, high) = (0.0, start.margin), (reach, end.margin)
    tried, x, side = {left: low, right: high}, reach, 0
    for _ in range(STEPS):
        x = (left * high - right * low) / (high - low)
        level = under({move.index: move.at(x)})
        tried[x] = level.margin
        if abs(level.margin) < 0.1 * level.error or level.margin == 0.0:
            break
        if (level.margin > 0) == (high > 0):
            right, high = x, level.margin
            low, side = (low / 2 if side == 1 else low), 1
        else:
            left, low = x, level.margin
            high, side = (high / 2 if side == -1 else high), -1
    near = sorted((point for point in tried if point != x), key=lambda point: abs(point - x))[0]
    slope = (tried[near] - tried[x]) / (near - x) or (end.margin - start.margin) / reach
    width = Z90 * level.error / abs(slope)
    ends = sorted(move.in_written_unit(move.at(min(max(x + sign * width, -1.5), 1.5))) for sign in (-1, 1))
    return _flip(move, True, x, level, (ends[0], ends[1]))


def _far(move: ParameterRange, reach: float, level: MarginEstimate) -> SwitchingValue:
    return _flip(move, False, reach, level, None)


def _flip(
    move: ParameterRange, flips: bool, reach: float, level: MarginEstimate, interval: tuple[float, float] | None
) -> SwitchingValue:
    return SwitchingValue(
        path=move.path,
        kind=move.kind,
        name=move.name,
        label=move.label,
        belief=str(move.parameter.belief),
        unit=move.unit,
        middle=move.in_written_unit(move.middle),
        flips=flips,
        value=move.in_written_unit(move.at(reach)),
        interval=interval,
        standardised_shift=reach,
        tail_probability=move.beyond(reach),
        answer=level.answer,
        answer_error=level.answer_error,
    )
