"""Mutual logit responses of a block of games, and their principal branch.

With `value` (game, option) the log odds of all options, up to a constant for each agent,

    value = sum over terms of parameter_term * expected feature_term(probabilities(value))

is the equilibrium. At parameters of zero all options of an agent are equally likely; the principal branch runs from
there along `scale * parameters` (mckelvey_palfrey1995, turocy2005). It is followed by arclength in (values, scale), so
that turning points are passed. All games share the scale, and one path gives the likelihood at all of its scales.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np

from standoff.games.estimate.choices import Choices
from standoff.types import Floats

TOLERANCE = 1e-11  # of a residual, relative to the largest value: rounding of some hundred sums
SPREAD = 0.1  # assumption: a step that moves a probability by more may jump over a maximum of the likelihood
BENT = 0.9  # assumption: cosine of the angle between the directions at the ends of a step
STRAIGHT = 0.99  # assumption: with a step straighter than this, and settled at once, the next is twice as long
SMALLEST = 1e-10  # assumption: a step this short has met a singular point
MAX_POINTS = 4000  # assumption: a path takes 20 to 300


@dataclass(frozen=True, eq=False)
class Group:
    """`Choices` with their terms at their positions among all estimated terms."""

    choices: Choices
    features: Floats  #: (game, term, agent, play), all terms of the estimation

    @cached_property
    def starts(self) -> Any:
        """First option of each agent."""
        return np.cumsum([0, *self.choices.sizes[:-1]])

    @cached_property
    def agent(self) -> Any:
        """(option,) index of its agent."""
        return np.repeat(np.arange(len(self.choices.agents)), self.choices.sizes)

    @cached_property
    def same(self) -> Floats:
        """(option, option): 1 for options of one agent."""
        out: Floats = (self.agent[:, None] == self.agent[None, :]).astype(np.float64)
        return out

    @cached_property
    def centre(self) -> Floats:
        """(option, option): subtracts the mean over each agent's options."""
        out: Floats = np.eye(len(self.agent)) - self.same / self.same.sum(1)
        return out

    @cached_property
    def log_chance(self) -> Floats:
        """(game, play) log probability of chance moves."""
        with np.errstate(divide="ignore"):
            return np.log(self.choices.chance)

    @cached_property
    def total(self) -> Floats:
        """(game, option): observed choices of the agent of the option."""
        return self.choices.counts @ self.same

    def logs(self, value: Floats) -> Floats:
        """Log probabilities (..., option) of values (..., option)."""
        top = np.maximum.reduceat(value, self.starts, axis=-1)[..., self.agent]
        lowered = value - top
        out: Floats = lowered - np.log(np.add.reduceat(np.exp(lowered), self.starts, axis=-1))[..., self.agent]
        return out

    def shares(self, logs: Floats) -> Floats:
        """(..., game, play, option): probability of a play given that the agent takes the option."""
        uses = self.choices.uses
        weight = (logs @ uses.T + self.log_chance)[..., :, None] - logs[..., None, :]
        weight = np.where(uses > 0, weight, -np.inf)
        weight = np.exp(weight - weight.max(axis=-2, keepdims=True))
        out: Floats = weight / weight.sum(axis=-2, keepdims=True)
        return out

    def expected(self, shares: Floats) -> Floats:
        """Expected features (..., game, term, option), less their mean over each agent's options."""
        by_option = self.features[:, :, self.agent, :]  # (game, term, option, play)
        out: Floats = np.einsum("...gpo,gtop->...gto", shares, by_option) @ self.centre
        return out

    def respond(self, theta: Floats, value: Floats) -> tuple[Floats, Floats]:
        """Values in response to values (game, option), and slope (game, option, option)."""
        logs = self.logs(value)
        shares = self.shares(logs)
        gain = np.einsum("t,gtop->gpo", theta, self.features[:, :, self.agent, :])
        answer = (shares * gain).sum(-2)
        if len(self.choices.agents) == 1:  # a single chooser
            return answer @ self.centre, np.zeros((*value.shape, value.shape[-1]))
        apart = shares * (gain - answer[..., None, :])  # (..., game, play, option)
        slope = np.swapaxes(apart, -1, -2) @ self.choices.uses * (1.0 - self.same)  # by the log probabilities
        slope = self.centre @ slope
        return answer @ self.centre, slope - (slope @ self.same) * np.exp(logs)[..., None, :]


def solved(systems: Floats, right: Floats) -> Floats:
    """Solutions of linear systems; NaN if singular."""
    try:
        return np.asarray(np.linalg.solve(systems, right), dtype=np.float64)
    except np.linalg.LinAlgError:
        return np.full_like(right, np.nan)


Values: TypeAlias = list[Floats]  #: [group] (game, option)


@dataclass(frozen=True, eq=False)
class ResponsePoint:
    """A point of a path, with its direction."""

    scale: float
    values: Values
    along: Values  #: direction of the values, of unit length with `forward`
    forward: float  #: direction of the scale
    sign: float  #: sign of the determinant; it changes at turning points and bifurcations
    log_likelihood: float
    slope: float  #: of the log likelihood along the path


@dataclass(frozen=True, eq=False)
class ResponsePath:
    """A branch as far as it was followed."""

    points: list[ResponsePoint]
    complete: bool  #: whether it reached the requested scale

    @property
    def turns(self) -> list[float]:
        """Scales of turning points of the branch."""
        return [a.scale for a, b in zip(self.points, self.points[1:], strict=False) if a.forward * b.forward < 0]

    @property
    def bifurcations(self) -> list[float]:
        """Scales of bifurcations (the determinant changes sign without a turning point)."""
        return [a.scale for a, b in zip(self.points, self.points[1:], strict=False)
                if a.forward * b.forward > 0 and a.sign * b.sign < 0]  # fmt: skip


def follow(groups: Sequence[Group], theta: Floats, until: float) -> ResponsePath:
    """The principal branch of `scale * theta`, from scale 0 to `until` or its last point."""
    zeros = [np.zeros(group.choices.counts.shape) for group in groups]
    here = _point(groups, theta, 0.0, zeros, None)
    points, step = [here], 0.1 * min(1.0, until)
    while here.scale < until and len(points) < MAX_POINTS and step > SMALLEST:
        ahead, quick = advance(groups, theta, here, step)
        if ahead is not None and ahead.scale > until:
            ahead = _landed(groups, theta, until, here, ahead)
        if ahead is None or _moved(groups, here, ahead) > SPREAD or (bend := _cosine(here, ahead)) < BENT:
            step /= 2
            continue
        points.append(ahead)
        here = ahead
        if quick and bend > STRAIGHT:
            step *= 2
    return ResponsePath(points, here.scale >= until)


def advance(
    groups: Sequence[Group], theta: Floats, here: ResponsePoint, step: float
) -> tuple[ResponsePoint | None, bool]:
    """The point of the branch at `step` along the direction of `here`, and first-try success."""
    values = [v + step * a for v, a in zip(here.values, here.along, strict=True)]
    scale, before = here.scale + step * here.forward, np.inf
    for count in range(8):
        off, ahead = _linear(groups, theta, scale, values)[:2]
        across = sum(float((a * o).sum()) for a, o in zip(here.along, off, strict=True))
        lift = here.forward + sum(float((a * y).sum()) for a, y in zip(here.along, ahead, strict=True))
        change = -across / lift
        moves = [o + y * change for o, y in zip(off, ahead, strict=True)]
        values = [v + m for v, m in zip(values, moves, strict=True)]
        scale += change
        size = max(abs(change), *(float(np.abs(m).max()) for m in moves))
        if not np.isfinite(size) or (count and size > 0.5 * before and size > TOLERANCE * _largest(values)):
            return None, False
        if size <= 1e-7 * _largest(values):  # the next correction, which is of the square of this, is below rounding
            return _point(groups, theta, scale, values, here), count <= 2
        before = size
    return None, False


def settle(groups: Sequence[Group], theta: Floats, values: Values) -> tuple[Values, bool]:
    """Newton's method at `theta` from `values`; whether it converged."""
    for _ in range(30):
        moves = _linear(groups, theta, 1.0, values)[0]
        values = [v + m for v, m in zip(values, moves, strict=True)]
        size = max(float(np.abs(m).max()) for m in moves)
        if not np.isfinite(size) or size > 1e6:
            return values, False
        if size <= 1e-9 * _largest(values):
            return values, True
    return values, False


def principal(groups: Sequence[Group], theta: Floats) -> tuple[Values, bool]:
    """First equilibrium of the principal branch at `theta`; whether it was reached."""
    if all(len(group.choices.agents) == 1 for group in groups):
        return [group.respond(theta, np.zeros(group.choices.counts.shape))[0] for group in groups], True
    path = follow(groups, theta, 1.0)
    return path.points[-1].values, path.complete


def _landed(
    groups: Sequence[Group], theta: Floats, scale: float, a: ResponsePoint, b: ResponsePoint
) -> ResponsePoint | None:
    """The point at this scale between two of a branch."""
    share = (scale - a.scale) / (b.scale - a.scale)
    between = [v + share * (w - v) for v, w in zip(a.values, b.values, strict=True)]
    values, result = settle(groups, theta * scale, between)
    return _point(groups, theta, scale, values, a) if result else None


def _point(
    groups: Sequence[Group], theta: Floats, scale: float, values: Values, before: ResponsePoint | None
) -> ResponsePoint:
    _, ahead, sign = _linear(groups, theta, scale, values)
    length = np.sqrt(1.0 + sum(float((y * y).sum()) for y in ahead))
    same_way = before is None or before.forward + _inner(before.along, ahead) >= 0
    unit = (1.0 if same_way else -1.0) / length
    along = [unit * y for y in ahead]
    logs = [group.logs(v) for group, v in zip(groups, values, strict=True)]
    likelihood = sum(float((g.choices.counts * p).sum()) for g, p in zip(groups, logs, strict=True))
    slope = sum(float(((g.choices.counts - g.total * np.exp(p)) * a).sum())
                for g, p, a in zip(groups, logs, along, strict=True))  # fmt: skip
    return ResponsePoint(scale, values, along, float(unit), sign, likelihood, slope)


def _linear(groups: Sequence[Group], theta: Floats, scale: float, values: Values) -> tuple[Values, Values, float]:
    """Newton correction of the values at this scale, their change with it, determinant sign."""
    off: Values = []
    ahead: Values = []
    sign = 1.0
    for group, value in zip(groups, values, strict=True):
        answer, slope = group.respond(theta, value)
        system = np.eye(value.shape[-1]) - scale * slope
        both = np.stack([scale * answer - value, answer], axis=-1)
        both = solved(system, both)
        off.append(both[..., 0])
        ahead.append(both[..., 1])
        sign *= float(np.prod(np.linalg.slogdet(system)[0])) if len(group.choices.agents) > 1 else 1.0
    return off, ahead, sign


def _inner(a: Values, b: Values) -> float:
    return sum(float((x * y).sum()) for x, y in zip(a, b, strict=True))


def _cosine(a: ResponsePoint, b: ResponsePoint) -> float:
    return a.forward * b.forward + _inner(a.along, b.along)


def _moved(groups: Sequence[Group], a: ResponsePoint, b: ResponsePoint) -> float:
    """The largest change of a probability."""
    return max(float(np.abs(np.exp(g.logs(v)) - np.exp(g.logs(w))).max())
               for g, v, w in zip(groups, a.values, b.values, strict=True))  # fmt: skip


def _largest(values: Values) -> float:
    return max(1.0, *(float(np.abs(v).max()) for v in values))
