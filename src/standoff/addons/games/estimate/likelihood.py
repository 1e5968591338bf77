"""Log likelihood of outcomes of a sequential game, with exact gradient and Hessian.

With *agent error* a decider mistakes the expected utility of each branch by an independent error of standard deviation
sigma (scale lambda for the logit link): the chance of the right branch is F((U_right - U_left) / (sqrt(2) sigma)), which
for the logit link is the agent quantal response equilibrium. With *private information* every player knows the errors of
its own utilities of outcomes, and others know their distribution: a branch then has the variance sigma^2 times the sum of
squared probabilities of its outcomes.

Numbers carry their derivatives forward, in a `Jet`: each observation has its own value, gradient and Hessian in the `K`
linear predictors of the model, not in its coefficients; `K` is 4 to 11 where a model may have dozens of coefficients.

Sources: signorino1999, signorino2003, mckelvey_palfrey1998, kenkel_signorino2014.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Literal, NamedTuple, TypeAlias

import numpy as np
from scipy.special import expit, log_expit, log_ndtr

from standoff.addons.games.estimate.game_form import DecisionNode, EndNode, GameForm, UtilityTerm
from standoff.types import Floats

Link: TypeAlias = Literal["probit", "logit"]
Error: TypeAlias = Literal["agent", "private"]
LINKS: tuple[Link, ...] = ("probit", "logit")
ERRORS: tuple[Error, ...] = ("agent", "private")


@dataclass(frozen=True, eq=False)
class Jet:
    """Values of the observations with derivatives; plain numbers mix with it."""

    value: Floats  #: (observation,)
    slope: Floats  #: (predictor, observation)
    bend: Floats  #: (predictor, predictor, observation)

    @classmethod
    def predictor(cls, value: Floats, index: int | None, count: int) -> Jet:
        """A linear predictor: its derivative is one in itself; a constant has no index."""
        slope = np.zeros((count, len(value)))
        if index is not None:
            slope[index] = 1.0
        return cls(value, slope, np.zeros((count, count, len(value))))

    def __add__(self, other: Jet | float) -> Jet:
        if isinstance(other, Jet):
            return Jet(self.value + other.value, self.slope + other.slope, self.bend + other.bend)
        return Jet(self.value + other, self.slope, self.bend)

    __radd__ = __add__

    def __sub__(self, other: Jet | float) -> Jet:
        return self + -1.0 * other

    def __rsub__(self, other: float) -> Jet:
        return -1.0 * self + other

    def __mul__(self, other: Jet | Floats | float) -> Jet:
        if not isinstance(other, Jet):
            return Jet(self.value * other, self.slope * other, self.bend * other)
        cross = self.slope[:, None] * other.slope
        bend = self.bend * other.value + other.bend * self.value + cross + cross.swapaxes(0, 1)
        return Jet(self.value * other.value, self.slope * other.value + other.slope * self.value, bend)

    __rmul__ = __mul__

    def through(self, value: Floats, first: Floats, second: Floats) -> Jet:
        """A function of this array, given its value and its two derivatives there."""
        return Jet(value, self.slope * first, self.bend * first + self.slope[:, None] * self.slope * second)

    def exp(self) -> Jet:
        """Exponential."""
        value = np.exp(self.value)
        return self.through(value, value, value)

    def __pow__(self, exponent: float) -> Jet:
        """A power of positive values."""
        value = self.value**exponent
        first = exponent * value / self.value
        return self.through(value, first, (exponent - 1) * first / self.value)

    def at(self, rows: np.ndarray) -> Jet:
        """Some of the observations."""
        return Jet(*(array[..., rows] for array in (self.value, self.slope, self.bend)))


def log_cumulative(z: Jet, link: Link) -> Jet:
    """log F(z), where F(z) is the chance of the right branch; exact in the tails."""
    if link == "logit":
        miss = expit(-z.value)
        return z.through(log_expit(z.value), miss, -miss * (1 - miss))
    log_p = log_ndtr(z.value)
    ratio = np.exp(-0.5 * z.value**2 - 0.5 * np.log(2 * np.pi) - log_p)
    return z.through(log_p, ratio, -ratio * (z.value + ratio))


@dataclass(frozen=True, eq=False)
class Equation:
    """A linear predictor: a player's utility of an outcome, or the log of a scale."""

    name: str  #: such as `u1(war)` or `log(sigma)`
    columns: tuple[str, ...]
    design: Floats  #: (observation, column)
    fixed: float | None = None  #: value of a utility without coefficients

    @property
    def terms(self) -> tuple[str, ...]:
        """Names of the coefficients."""
        if self.name.startswith("log(") and self.columns == ("(Intercept)",):
            return (self.name,)
        return tuple(f"{self.name}:{column}" for column in self.columns)


class LikelihoodPoint(NamedTuple):
    """The log likelihood at some coefficients."""

    value: float
    gradient: Floats
    hessian: Floats
    each: Floats  #: (observation,)


@dataclass(frozen=True, eq=False)
class StrategicLikelihood:
    """A game with its equations and the observed outcomes."""

    form: GameForm
    link: Link
    error: Error
    utilities: tuple[Equation, ...]  #: in the order of `form.utilities`
    scales: tuple[Equation, ...]  #: of the errors: none, one for all players, or one each
    observed: np.ndarray  #: (observation,) outcome

    @property
    def equations(self) -> tuple[Equation, ...]:
        """All linear predictors."""
        return (*self.utilities, *self.scales)

    @cached_property
    def active(self) -> list[Equation]:
        """Equations with coefficients."""
        return [equation for equation in self.equations if equation.columns]

    @cached_property
    def terms(self) -> tuple[str, ...]:
        """Names of all coefficients."""
        return tuple(term for equation in self.equations for term in equation.terms)

    @cached_property
    def blocks(self) -> tuple[slice, ...]:
        """Place of each equation's coefficients."""
        ends = np.cumsum([0, *(len(equation.columns) for equation in self.equations)]).tolist()
        return tuple(slice(a, b) for a, b in pairwise(ends))

    @cached_property
    def reached(self) -> tuple[tuple[np.ndarray, Floats], ...]:
        """For each decision: which observations reach it, and their choices (1 right, -1 left)."""
        out = []
        for decision in self.form.decisions:
            left, right = (
                np.isin(self.observed, [end.index for end in branch.outcomes])
                for branch in (decision.left, decision.right)
            )
            out.append((left | right, np.where(right, 1.0, -1.0)[left | right]))
        return tuple(out)

    def gains(self, coefficients: Floats) -> list[Jet]:
        """Gain of the right branch at each decision, in units of the scale of its error."""
        values = []
        for equation, block in zip(self.equations, self.blocks, strict=True):
            row = self.active.index(equation) if equation.columns else None
            value = equation.design @ coefficients[block] + (equation.fixed or 0.0)
            values.append(Jet.predictor(value, row, len(self.active)))
        zero = values[0] * 0.0
        utilities = dict(zip(self.form.utilities, values, strict=False))
        scales = dict.fromkeys(self.form.players, zero)
        if self.scales:
            logs = values[len(self.utilities) :] * (len(self.form.players) // len(self.scales))
            scales = dict(zip(self.form.players, logs, strict=True))
        out: dict[int, Jet] = {}

        def prospect(move: DecisionNode | EndNode) -> tuple[dict[int, Jet], Jet]:
            """Expected utility of each player, and the sum of squared probabilities of the outcomes."""
            if isinstance(move, EndNode):
                return {
                    player: utilities.get(UtilityTerm(player, move.index), zero) for player in self.form.players
                }, zero + 1.0
            (left, left_squares), (right, right_squares) = prospect(move.left), prospect(move.right)
            spread = left_squares + right_squares
            z = (right[move.player] - left[move.player]) * spread**-0.5 * (-1.0 * scales[move.player]).exp()
            out[move.index] = z
            go, stay = (log_cumulative(z * side, self.link).exp() for side in (1.0, -1.0))
            utility = {player: left[player] + go * (right[player] - left[player]) for player in self.form.players}
            squares = go * go * right_squares + stay * stay * left_squares
            return utility, squares if self.error == "private" else zero + 1.0

        prospect(self.form.root)
        return [out[k] for k in range(len(out))]

    def each(self, coefficients: Floats) -> Jet:
        """Log likelihood of each observation, with derivatives in the linear predictors."""
        gain = self.gains(coefficients)
        log_lik = gain[0] * 0.0
        for z, (reached, choice) in zip(gain, self.reached, strict=True):
            log = log_cumulative(z.at(reached) * choice, self.link)
            for whole, part in ((log_lik.value, log.value), (log_lik.slope, log.slope), (log_lik.bend, log.bend)):
                whole[..., reached] += part
        return log_lik

    def at(self, coefficients: Floats) -> LikelihoodPoint:
        """The log likelihood with its derivatives."""
        log_lik, designs = self.each(coefficients), [equation.design for equation in self.active]
        gradient = np.concatenate([x.T @ g for x, g in zip(designs, log_lik.slope, strict=True)] or [np.zeros(0)])
        rows = [[(x.T * log_lik.bend[i, j]) @ y for j, y in enumerate(designs)] for i, x in enumerate(designs)]
        hessian = np.block(rows) if rows else np.zeros((0, 0))
        return LikelihoodPoint(float(log_lik.value.sum()), gradient, hessian, log_lik.value)

    def scores(self, coefficients: Floats) -> Floats:
        """(observation, coefficient) derivatives of each observation's log likelihood."""
        slopes = self.each(coefficients).slope
        return np.hstack([e.design * slope[:, None] for e, slope in zip(self.active, slopes, strict=True)])

    def probabilities(self, coefficients: Floats) -> Floats:
        """(observation, outcome) probabilities."""
        gain = self.gains(coefficients)
        logs = [[log_cumulative(z * side, self.link).value for side in (-1.0, 1.0)] for z in gain]
        paths = [self.form.path(end.index) for end in self.form.outcomes]
        return np.exp(np.column_stack([sum(logs[d.index][right] for d, right in path) for path in paths]))
