"""Likelihood of observed choices, with its gradient and the observed information.

    log likelihood(theta) = sum over options of count * log p(option; theta)

without the multinomial constant, so that a difference of two is a likelihood ratio. The gradient is exact: the
equilibrium `value = response(value, theta)` is differentiated implicitly. The observed information differentiates the
gradient by central differences of fourth order, with steps of a thousandth of a standard error: a relative error of
about 1e-10.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from standoff.errors import Problem, StandoffError
from standoff.games.estimate.choices import Choices
from standoff.games.estimate.response import SPREAD, Group, Values, principal, settle, solved
from standoff.types import Floats

DIFFERENCE = 1e-3  # standard errors: truncation of the fourth power of it, 1e-12, meets rounding at about 1e-10


@dataclass(frozen=True, eq=False)
class At:
    """The likelihood at one point."""

    theta: Floats
    values: Values  #: the equilibrium
    log_likelihood: float
    score: Floats  #: (term,), its slope
    information: Floats  #: (term, term), expected
    reached: bool  #: whether the equilibrium was found; otherwise all fields are invalid
    moves: list[Floats]  #: [group] (game, option, term), slope of the values


@dataclass(frozen=True, eq=False)
class Likelihood:
    """The likelihood of all choices."""

    groups: tuple[Group, ...]
    terms: tuple[str, ...]
    rational: NDArray[np.bool_]  #: (term,): whether it must be at least zero
    scale: Floats  #: (term,), largest effect of its feature on an agent

    @property
    def chosen(self) -> float:
        """Number of observed choices."""
        return float(sum(group.choices.counts.sum() for group in self.groups))

    @property
    def limits(self) -> tuple[float, float]:
        """Log likelihood of uniform choices, and of the observed frequencies."""
        even = sum(float((g.choices.counts * g.logs(np.zeros_like(g.total))).sum()) for g in self.groups)
        full = 0.0
        for group in self.groups:
            n, total = group.choices.counts, group.total
            full += float((n[n > 0] * np.log(n[n > 0] / total[n > 0])).sum())
        return even, full

    def at(self, theta: Floats) -> At:
        """The likelihood on the principal branch."""
        values, reached = principal(self.groups, theta)
        return self.on(theta, values, reached)

    def near(self, theta: Floats, values: Values) -> At:
        """The likelihood on the branch of `values`, after a small change of theta."""
        return self.on(theta, *settle(self.groups, theta, values))

    def onward(self, here: At, theta: Floats) -> At:
        """The likelihood on the branch of a known point after a small step, else `at`."""
        guess = [v + m @ (theta - here.theta) for v, m in zip(here.values, here.moves, strict=True)]
        values, result = settle(self.groups, theta, guess)
        moved = max(float(np.abs(np.exp(g.logs(v)) - np.exp(g.logs(w))).max())
                    for g, v, w in zip(self.groups, here.values, values, strict=True))  # fmt: skip
        return self.on(theta, values, True) if result and moved <= SPREAD else self.at(theta)

    def principal(self, here: At) -> bool:
        """Whether a point is on the principal branch."""
        there = self.at(here.theta)
        return there.reached and abs(there.log_likelihood - here.log_likelihood) <= 1e-8 * (
            1 + abs(here.log_likelihood)
        )

    def on(self, theta: Floats, values: Values, reached: bool) -> At:
        """The likelihood at a known equilibrium."""
        likelihood, score = 0.0, np.zeros(len(theta))
        information, moves = np.zeros((len(theta), len(theta))), []
        for group, value in zip(self.groups, values, strict=True):
            logs = group.logs(value)
            p, counts = np.exp(logs), group.choices.counts
            by_theta = self._moves(group, theta, value, logs)  # (game, option, term)
            moves.append(by_theta)
            likelihood += float((counts * logs).sum())
            score += np.einsum("go,got->t", counts - group.total * p, by_theta)
            lifted = by_theta - np.einsum("oi,git->got", group.same, p[..., None] * by_theta)  # slope of the logs
            information += np.einsum("go,got,gou->tu", group.total * p, lifted, lifted)
        return At(theta, values, likelihood, score, information, reached, moves)

    def _moves(self, group: Group, theta: Floats, value: Floats, logs: Floats) -> Floats:
        slope = group.respond(theta, value)[1]
        gains = np.swapaxes(group.expected(group.shares(logs)), -1, -2)
        return solved(np.eye(value.shape[-1]) - slope, gains)

    def observed(self, at: At, free: Sequence[int]) -> Floats:
        """Observed information (free term, free term)."""
        out = np.zeros((len(free), len(free)))
        for column, k in enumerate(free):
            step = DIFFERENCE / np.sqrt(max(at.information[k, k], np.finfo(float).tiny))
            unit = np.eye(len(self.terms))[k] * step
            ends = [self.near(at.theta + m * unit, at.values) for m in (-2, -1, 1, 2)]
            a, b, c, d = (end.score[list(free)] if end.reached else np.full(len(free), np.nan) for end in ends)
            out[:, column] = -(a - 8 * b + 8 * c - d) / (12 * step)
        return (out + out.T) / 2


def likelihood(choices: Sequence[Choices]) -> Likelihood:
    """The likelihood of choices from several games; terms of one name are one parameter."""
    terms = tuple(dict.fromkeys(term for one in choices for term in one.terms))
    rational = np.array([any(term in one.terms and one.rational for one in choices) for term in terms], dtype=bool)
    problems = [
        Problem(f"`{term}` is a rationality in one game and a reason in another", one.title)
        for one in choices for term in one.terms if bool(rational[terms.index(term)]) != one.rational
    ]  # fmt: skip
    if not choices:
        problems.append(Problem("no choices", allowed="at least one game with what was chosen in it"))
    if problems:
        raise StandoffError(problems)
    groups, scale = [], np.zeros(len(terms))
    for one in choices:
        features = np.zeros((one.games, len(terms), *one.features.shape[2:]))
        for k, term in enumerate(one.terms):
            features[:, terms.index(term)] = one.features[:, k]
        groups.append(Group(one, features))
        scale = np.maximum(scale, np.ptp(features, axis=-1).max(axis=(0, 2)))
    return Likelihood(tuple(groups), terms, rational, scale)
