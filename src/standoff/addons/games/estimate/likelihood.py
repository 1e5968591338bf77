"""Log likelihood of observed outcomes with exact gradient and Hessian in the coefficients."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from standoff.addons.games.estimate.choice_probability import (
    Error,
    Link,
    Number,
    gains,
    log_cumulative,
    outcome_probabilities,
)
from standoff.addons.games.estimate.derivatives import Jet, pairs, predictor
from standoff.addons.games.estimate.game_form import GameForm
from standoff.types import Floats


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


@dataclass(frozen=True, eq=False)
class LikelihoodPoint:
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
    observed: NDArray[np.intp]  #: (observation,) outcome

    @property
    def equations(self) -> tuple[Equation, ...]:
        """All linear predictors."""
        return (*self.utilities, *self.scales)

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
    def reached(self) -> tuple[tuple[NDArray[np.bool_], Floats], ...]:
        """For each decision: which observations reach it, and their choices (1 right, -1 left)."""
        out = []
        for decision in self.form.decisions:
            left = np.isin(self.observed, [end.index for end in decision.left.outcomes()])
            right = np.isin(self.observed, [end.index for end in decision.right.outcomes()])
            out.append((left | right, np.where(right, 1.0, -1.0)[left | right]))
        return tuple(out)

    def gains(self, coefficients: Floats, derivatives: bool = True) -> list[Jet]:
        """Standardised gain of the right branch at each decision."""
        active = [equation for equation in self.equations if equation.columns] if derivatives else []
        values = []
        for equation, block in zip(self.equations, self.blocks, strict=True):
            value = equation.design @ coefficients[block] + (equation.fixed or 0.0)
            values.append(predictor(value, active.index(equation) if equation in active else None, len(active)))
        blank = values[0] * 0.0
        utilities = {
            (term.player, term.outcome): value
            for term, value, equation in zip(self.form.utilities, values, self.utilities, strict=False)
            if equation.columns or equation.fixed
        }
        scales: Mapping[int, Number] = dict.fromkeys(self.form.players, 1.0)
        if self.scales:
            logs = values[len(self.utilities) :]
            logs = logs * len(self.form.players) if len(logs) == 1 else logs
            scales = {player: log.exp() for player, log in zip(self.form.players, logs, strict=True)}
        return gains(self.form, utilities, scales, self.link, self.error, blank)

    def at(self, coefficients: Floats) -> LikelihoodPoint:
        """The log likelihood with its derivatives."""
        each = self.each(coefficients)
        designs, blocks = self._active
        gradient = np.concatenate([x.T @ g for x, g in zip(designs, each.slope, strict=True)] or [np.zeros(0)])
        hessian = np.zeros((len(gradient),) * 2)
        for i, j, weight in zip(*pairs(len(designs)), each.bend, strict=True):
            hessian[blocks[i], blocks[j]] = (designs[i] * weight[:, None]).T @ designs[j]
            hessian[blocks[j], blocks[i]] = hessian[blocks[i], blocks[j]].T
        return LikelihoodPoint(float(each.value.sum()), gradient, hessian, each.value)

    def scores(self, coefficients: Floats) -> Floats:
        """(observation, coefficient) derivatives of each observation's log likelihood."""
        each, (designs, _) = self.each(coefficients), self._active
        return np.hstack([x * g[:, None] for x, g in zip(designs, each.slope, strict=True)])

    def each(self, coefficients: Floats) -> Jet:
        """Log likelihood of each observation, with derivatives in the linear predictors."""
        gain = self.gains(coefficients)
        each = Jet(np.zeros(len(self.observed)), np.zeros_like(gain[0].slope), np.zeros_like(gain[0].bend))
        for z, (reached, choice) in zip(gain, self.reached, strict=True):
            part = z if reached.all() else z.at(reached)
            log = log_cumulative(Jet(part.value * choice, part.slope * choice, part.bend * choice), self.link)
            each.value[reached] += log.value
            each.slope[:, reached] += log.slope
            each.bend[:, reached] += log.bend
        return each

    @cached_property
    def _active(self) -> tuple[list[Floats], list[slice]]:
        """Designs and places of the equations with coefficients."""
        whole = [(e.design, block) for e, block in zip(self.equations, self.blocks, strict=True) if e.columns]
        return [design for design, _ in whole], [block for _, block in whole]

    def probabilities(self, coefficients: Floats) -> Floats:
        """(observation, outcome) probabilities."""
        return outcome_probabilities(self.form, self.gains(coefficients, derivatives=False), self.link)
