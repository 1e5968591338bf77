"""Threshold analysis: least parameter changes and claim removals that switch an answer.

The answer is simulated at the ends of the plausible range of each candidate parameter; where it crosses the threshold
in between, the crossing is found on the same futures by regula falsi (Illinois). The interval of the crossing is the
Monte Carlo error of the margin there, divided by the slope. Candidates are the parameters of the choice and of its
actor's beliefs, levers, and every parameter whose correlation with the answer in the run stands out from noise.

The margin is `mean(answer) - mean(best alternative)`, or `mean(answer) - to` for a given threshold. Means over the N
futures of the run have a small error; changed parameters are simulated in the first n futures alone, and the difference
there is added,

    mean under new numbers = mean_N(run) + mean_n(new - run)

so that the random numbers that both share cancel (common random numbers as a control variate).

Joint changes of two or three parameters: with slopes `g` of the margin by the reach of each parameter, the least change
(by the sum of squares) that offsets a margin `m` is `-m g / |g|^2`. That is only a first guess: the distance along this
direction at which the answer switches is found by simulating the same futures.

Sources: dowell_jarratt1971 (Illinois), glasserman2003 (control variates, common random numbers), donoho_johnstone1994
(how far noise alone reaches).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np

from standoff import labels
from standoff.analysis import quantity_of_interest
from standoff.analysis.claim_removal import ClaimEffect, Dispute, cited_claims, disputed_table, effects_of_claims
from standoff.analysis.parameter_range import ParameterRange
from standoff.analysis.quantity_of_interest import Experiment, QoiFinding, program_of
from standoff.analysis.sensitivity.screening import candidates, choice_parameters, named_choices, screening_slopes
from standoff.engine.model import Model
from standoff.engine.parameters import ParameterTable
from standoff.errors import ModelError
from standoff.progress import SILENT, Progress, track
from standoff.record import record
from standoff.statistics import Z90

DRAWS = 2048  # assumption: an answer is then known to about half a percentage point
TRIES = 512  # assumption: draws in which other numbers are tried, rounded up to whole blocks
MOST = 32  # assumption: parameters that are tried, the most promising first
STEPS = 6  # assumption: evaluations of one root; Illinois then has about five digits, far beyond the Monte Carlo error
PAIRS, BEST = 3, 4  # assumption: pairs to report, from the four parameters with the largest slopes
JOINT_STEPS = 3  # assumption: evaluations along the direction of a joint change
CLAIMS = 20  # assumption: lines, the claims that bear on most first


@record
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


@record
class ClaimRemoval:
    """Claims of one group, and the answer without one of them."""

    claims: tuple[str, ...]
    numbers: tuple[str, ...]
    labels: tuple[str, ...]  #: of these parameters, in words
    reasons: tuple[str, ...]
    reason_labels: tuple[str, ...]  #: texts of these reasons
    answer: float  #: answer if one is withdrawn
    answer_error: float
    change: float
    flips: bool
    false_answer: float | None  #: answer if one is false, for a number that cites it
    false_flips: bool


@record
class ThresholdAnalysis(QoiFinding):
    """Threshold analysis of one answer."""

    to: float | None  #: the threshold, or None: being the most likely option
    rival: str  #: the most likely other option
    rival_answer: float
    already_above: bool  #: whether the answer is beyond the threshold already
    #: switching values, the least change first; then the others, the nearest first
    flips: tuple[SwitchingValue, ...]
    together: tuple[JointSwitch, ...]
    claims: tuple[ClaimRemoval, ...]
    not_tested: tuple[str, ...]  #: parameters and claims that were not tried, with reasons
    tried: int  #: number of draws of the search


@dataclass(frozen=True)
class Margin:
    """An answer under some parameters, and its margin to the threshold."""

    answer: float  #: mean of the quantity of interest
    answer_error: float  #: standard error
    margin: float
    error: float  #: standard error of the margin
    rival: int = -1  #: index of the best alternative; -1 for a given threshold

    @property
    def is_above(self) -> bool:
        """Whether the answer is beyond the threshold."""
        return self.margin > 0


def margin(base: np.ndarray, index: int, new: np.ndarray | None = None, to: float | None = None) -> Margin:
    """The margin from (label, N) values, or from values `new` (label, n) of the first draws.

    index: row of interest; to: a threshold, or None: being the most likely alternative. NaN for draws that failed.
    """

    def row(label: int) -> tuple[float, float]:
        return controlled_mean(base[label], None if new is None else new[label])

    answer, error = row(index)
    if to is not None or len(base) == 1:
        return Margin(answer, error, answer - (to or 0.0), error)
    means = [-math.inf if label == index else row(label)[0] for label in range(len(base))]
    rival = int(np.argmax(means))
    gap = base[index] - base[rival]
    difference = controlled_mean(gap, None if new is None else new[index] - new[rival])
    return Margin(answer, error, *difference, rival)


def controlled_mean(base: np.ndarray, new: np.ndarray | None) -> tuple[float, float]:
    """Mean under changed parameters and its standard error, from paired and independent draws."""
    if new is None:
        finite = base[np.isfinite(base)]
        return float(finite.mean()), float(finite.std()) / math.sqrt(len(finite))
    head, rest = base[: len(new)], base[len(new) :]
    both = np.isfinite(head) & np.isfinite(new)
    head, new, rest = head[both], new[both], rest[np.isfinite(rest)]
    n, total = len(new), len(new) + len(rest)
    weights = new / n - head * (1 / n - 1 / total)  # contribution of each of the first draws to the estimate
    variance = n * weights.var() + (len(rest) * rest.var() / total**2 if len(rest) else 0.0)
    return float(weights.sum() + rest.sum() / total), math.sqrt(variance)


@dataclass(frozen=True, eq=False)
class _Search:
    """The experiment in which changes are tried that take the answer across the threshold."""

    experiment: Experiment
    model: Model
    to: float | None
    tries: int  #: draws in which changes are tried

    def margin(self, new: np.ndarray | None = None) -> Margin:
        """The margin, or that of values (label, n) under other numbers."""
        return margin(self.experiment.values, self.experiment.about.index, new, self.to)

    @cached_property
    def start(self) -> Margin:
        """The margin as the model stands."""
        return self.margin()

    @property
    def wanted(self) -> float:
        """Sign of a change of the margin towards the threshold."""
        return -1.0 if self.start.is_above else 1.0

    def table(self, table: ParameterTable) -> Margin:
        """The margin under another parameter table."""
        return self.margin(self.experiment.under(table, self.tries))

    def at(self, reaches: Mapping[ParameterRange, float]) -> Margin:
        """The margin with parameters at these reaches."""
        values = {move.index: move.at(reach) for move, reach in reaches.items()}
        return self.table(self.model.table.with_value(self.model.layout, values))

    def switches(self, level: Margin) -> bool:
        """Whether an answer is on the other side of the threshold."""
        return level.is_above != self.start.is_above

    def edge(self, move: ParameterRange, slope: float) -> tuple[float, Margin]:
        """The end of the plausible range towards the threshold, and the margin there.

        Where the run shows the direction of a parameter's effect, only that end is simulated.
        """
        sides = [math.copysign(1.0, slope * self.wanted)] if slope else [1.0, -1.0]
        tried = [(side, self.at({move: side})) for side in sides if move.at(side) != move.middle]
        return max(tried, key=lambda pair: pair[1].margin * self.wanted) if tried else (0.0, self.start)

    def root(self, move: ParameterRange, reach: float, end: Margin) -> SwitchingValue:
        """Root of the margin between the middle and an end beyond the threshold (Illinois)."""
        (left, low), (right, high) = (0.0, self.start.margin), (reach, end.margin)
        tried, x, side = {left: low, right: high}, reach, 0
        for _ in range(STEPS):
            x = (left * high - right * low) / (high - low)
            level = self.at({move: x})
            tried[x] = level.margin
            if abs(level.margin) < 0.1 * level.error or level.margin == 0.0:
                break
            if level.is_above == (high > 0):
                right, high = x, level.margin
                low, side = (low / 2 if side == 1 else low), 1
            else:
                left, low = x, level.margin
                high, side = (high / 2 if side == -1 else high), -1
        near = min((point for point in tried if point != x), key=lambda point: abs(point - x))
        slope = (tried[near] - tried[x]) / (near - x) or (end.margin - self.start.margin) / reach
        width = Z90 * level.error / abs(slope)
        low, high = sorted(move.written(min(max(x + sign * width, -1.5), 1.5)) for sign in (-1, 1))
        return _switching_value(move, x, level, (low, high))

    def joint(self, edges: Mapping[ParameterRange, tuple[float, Margin]]) -> tuple[JointSwitch, ...]:
        """The smallest joint changes of two or three parameters, simulated, the least first."""
        gains = {move: self.wanted * (level.margin - self.start.margin) for move, (_, level) in edges.items()}
        best = sorted((move for move in gains if gains[move] > 2 * self.start.error), key=lambda move: -gains[move])
        pairs = sorted(combinations(best[:BEST], 2), key=lambda moves: -sum(gains[move] ** 2 for move in moves))
        out = []
        for moves in (*pairs[:PAIRS], *combinations(best[:3], 3)):
            norm = math.sqrt(sum(gains[move] ** 2 for move in moves))
            direction = {move: math.copysign(gains[move] / norm, edges[move][0]) for move in moves}
            length, level = self.crossing(direction, abs(self.start.margin) / norm)
            parts = []
            for move, step in direction.items():
                reach, error = length * step, step * level.error / norm
                off = abs(move.written(reach + error) - move.written(reach - error)) / 2
                middle, value = move.in_written_unit(move.middle), move.written(reach)
                parts.append(JointShift(move.path, move.name, move.label, move.unit, middle, value, off, reach))
            flips = self.switches(level) or abs(level.margin) <= level.error
            out.append(JointSwitch(tuple(parts), length, flips, level.answer, level.answer_error))
        return tuple(sorted(out, key=lambda item: (not item.flips, item.standardised_shift)))

    def crossing(self, direction: Mapping[ParameterRange, float], guess: float) -> tuple[float, Margin]:
        """Step along a direction at which the margin is zero by secants, or the longest step.

        The longest is the step at which the first parameter is at the end of its plausible range.
        """
        longest = 1.0 / max(abs(step) for step in direction.values())
        (before, low), x = (0.0, self.start.margin), min(guess, longest)
        for step in range(JOINT_STEPS):
            level = self.at({move: x * share for move, share in direction.items()})
            if step == JOINT_STEPS - 1 or abs(level.margin) <= 0.2 * level.error:
                break
            slope = (level.margin - low) / (x - before)
            if (x >= longest and level.margin * self.wanted < 0) or slope * self.wanted <= 0:
                break
            before, low, x = x, level.margin, min(max(x - level.margin / slope, 0.0), longest)
            if x == before:
                break
        return x, level

    def without(
        self, effect: ClaimEffect, claims: Sequence[str], reasons: Mapping[int, tuple[str, str]]
    ) -> ClaimRemoval:
        """The answer if one of some claims is withdrawn, or false; `reasons` by their weight."""
        plan, start = self.model.plan, self.start

        def under(how: Dispute) -> Margin:
            return self.table(disputed_table(self.model, self.model.table, effect, how))

        level = under(Dispute.aside)
        ends = [under(how) for how in (Dispute.false_low, Dispute.false_high)] if effect.numbers else []
        false = max(ends, key=lambda end: abs(end.answer - start.answer)) if ends else None
        paths = [plan.parameters[i].path for i, _ in effect.numbers]
        names = [reasons[weight] for weight, _ in effect.weights]
        return ClaimRemoval(
            claims=tuple(claims),
            numbers=tuple(paths),
            labels=tuple(labels.parameter(plan, path) for path in paths),
            reasons=tuple(map(".".join, names)),
            reason_labels=tuple(labels.reason_of(plan, *name) for name in names),
            answer=level.answer,
            answer_error=level.answer_error,
            change=level.answer - start.answer,
            flips=self.switches(level),
            false_answer=None if false is None else false.answer,
            false_flips=false is not None and self.switches(false),
        )

    def claims(
        self, slopes: Mapping[int, float], progress: Progress
    ) -> tuple[tuple[ClaimRemoval, ...], tuple[str, ...]]:
        """The answer without each claim, the largest change first; and claims that were not tried."""
        model, about = self.model, self.experiment.about
        choices, numbers = named_choices(model, about), dict.fromkeys([*choice_parameters(model, about), *slopes])
        reasons = {reason.weight: (choice.name, reason.name) for choice in choices for reason in choice.reasons}
        effects = effects_of_claims(model, choices, numbers)
        alike: dict[ClaimEffect, list[str]] = {}
        for claim, effect in effects.items():
            alike.setdefault(effect, []).append(claim)
        groups = sorted(alike.items(), key=lambda group: -_influence(group[0], slopes))
        out, start = [self.without(*group, reasons) for group in track(progress, "claims", groups[:CLAIMS])], self.start
        out.sort(key=lambda item: -max(abs(item.change), abs((item.false_answer or start.answer) - start.answer)))
        untried = sum(len(names) for _, names in groups[CLAIMS:])
        learned = {claim for i in model.layout.column if i in numbers for claim in cited_claims(model.plan, i)}
        return tuple(out), tuple(_untested(model, len(learned), {*effects}, untried))


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
    about = quantity_of_interest.resolve(model, choice, at, question)
    if to is None and not about.is_probability:
        raise ModelError(f"`{about.name}` is a quantity", "--to", "a threshold value")
    if to is not None and about.is_probability and not 0 < to < 1:
        raise ModelError(f"{to:g} is not a probability threshold", "--to", allowed="a number above 0 and below 1")
    program = program_of(model, seed, progress)
    base = program.with_table(model.table, max(draws, program.simulator.size), about.step)
    tries = min(-(-TRIES // program.simulator.size) * program.simulator.size, base.p.shape[1])
    search = _Search(Experiment(program, about, base), model, to, tries)
    start, values = search.start, search.experiment.values
    gap = values[about.index] - (values[start.rival] if start.rival >= 0 else 0.0)
    slopes = screening_slopes(model, gap, seed)  # what makes an option likelier may help its rival more
    moves = candidates(model, about, slopes, most)
    shared = {*model.layout.column, *model.layout.correlated}  # their slopes include those of others
    edges = {
        move: search.edge(move, 0.0 if move.index in shared else slopes.get(move.index, 0.0))
        for move in track(progress, "parameters", moves)
    }
    crossing = [move for move in moves if search.switches(edges[move][1])]
    roots = {move: search.root(move, *edges[move]) for move in track(progress, "switching values", crossing)}
    flips = [roots.get(move) or _switching_value(move, *edges[move]) for move in moves]
    with progress.task("joint changes"):
        joint = search.joint(edges)
    claims, untested = search.claims(slopes, progress)

    def nearness(item: SwitchingValue) -> tuple[bool, float]:
        gained = (start.answer - item.answer) * search.wanted
        return not item.flips, abs(item.standardised_shift) if item.flips else gained

    rival = about.labels[start.rival] if start.rival >= 0 else ""
    return ThresholdAnalysis(
        **search.experiment.header(),
        to=to,
        rival=rival,
        rival_answer=float(np.nanmean(values[start.rival])) if rival else math.nan,
        already_above=start.is_above,
        flips=tuple(sorted(flips, key=nearness)),
        together=joint,
        claims=claims,
        not_tested=untested,
        tried=tries,
    )


def _switching_value(
    move: ParameterRange, reach: float, level: Margin, interval: tuple[float, float] | None = None
) -> SwitchingValue:
    """A value with a crossing, and its interval; or the most extreme plausible one."""
    return SwitchingValue(
        path=move.path,
        kind=move.kind,
        name=move.name,
        label=move.label,
        belief=str(move.parameter.belief),
        unit=move.unit,
        middle=move.in_written_unit(move.middle),
        flips=interval is not None,
        value=move.written(reach),
        interval=interval,
        standardised_shift=reach,
        tail_probability=move.beyond(reach),
        answer=level.answer,
        answer_error=level.answer_error,
    )


def _untested(model: Model, learned: int, tested: set[str], untried: int) -> list[str]:
    """Why claims were not tried."""
    observed = {claim for item in model.plan.observations for claim in item.claims} - tested
    notes = {
        f"what a posterior was fitted to, and {learned} claims that its priors cite: without one of them it would have to "
        "be fitted anew": model.posterior,
        f"{len(observed)} claims come in through the paths that stocks follow up to {model.scenario.as_of}: without one of "
        "them the program would have to be made anew": observed,
        f"{untried} claims that bear on numbers that matter less": untried,
    }
    return [note for note, holds in notes.items() if holds]


def _influence(effect: ClaimEffect, slopes: Mapping[int, float]) -> float:
    """Upper estimate of the influence of claims: slopes of their parameters, weights of reasons."""
    moved = sum(abs(slopes.get(i, 0.0)) for i, _ in (*effect.weights, *effect.numbers))
    return 100 * moved + sum(1.0 - share for _, share in effect.weights)
