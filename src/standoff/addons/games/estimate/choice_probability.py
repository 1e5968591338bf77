"""Probabilities of choices in a sequential game, from its last decisions to its first.

With *agent error* a decider mistakes the expected utility of each branch by an independent error of standard deviation
sigma (scale lambda for the logit link): the chance of the right branch is F((U_right - U_left) / (sqrt(2) sigma)), which
for the logit link is the agent quantal response equilibrium. With *private information* every player knows the errors of
its own utilities of outcomes, and others know their distribution: a branch then has the variance sigma^2 times the sum of
squared probabilities of its outcomes.

Sources: signorino1999, signorino2003, mckelvey_palfrey1998, kenkel_signorino2014.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from scipy.special import expit, log_expit, log_ndtr, ndtr

from standoff.addons.games.estimate.derivatives import Jet
from standoff.addons.games.estimate.game_form import DecisionNode, GameForm, Move
from standoff.types import Floats

Link: TypeAlias = Literal["probit", "logit"]
Error: TypeAlias = Literal["agent", "private"]
Number: TypeAlias = Jet | float
LINKS: tuple[Link, ...] = ("probit", "logit")
ERRORS: tuple[Error, ...] = ("agent", "private")


def cumulative(z: Jet, link: Link) -> Jet:
    """F(z), the chance of the right branch."""
    if link == "logit":
        p = expit(z.value)
        density = p * (1 - p)
        return z.through(p, density, density * (1 - 2 * p))
    density = np.exp(-0.5 * z.value**2) / np.sqrt(2 * np.pi)
    return z.through(ndtr(z.value), density, -z.value * density)


def log_cumulative(z: Jet, link: Link) -> Jet:
    """log F(z), exact in the tails."""
    if link == "logit":
        miss = expit(-z.value)
        return z.through(log_expit(z.value), miss, -miss * (1 - miss))
    log_p = log_ndtr(z.value)
    ratio = np.exp(-0.5 * z.value**2 - 0.5 * np.log(2 * np.pi) - log_p)
    return z.through(log_p, ratio, -ratio * (z.value + ratio))


@dataclass(frozen=True)
class Prospect:
    """What a player expects who hands over to a part of the tree."""

    utility: Mapping[int, Number]  #: expected utility of each player
    squares: Number  #: sum of squared probabilities of the outcomes


def gains(
    form: GameForm,
    utilities: Mapping[tuple[int, int], Jet],
    scales: Mapping[int, Number],
    link: Link,
    error: Error,
    blank: Jet,
) -> list[Jet]:
    """Gain of the right branch at each decision, in units of the scale of its error.

    utilities: by player and outcome, zero where none is given; scales: of the errors of each player; blank: zeros
    """
    out: dict[int, Jet] = {}

    def prospect(move: Move) -> Prospect:
        if not isinstance(move, DecisionNode):
            return Prospect({player: utilities.get((player, move.index), 0.0) for player in form.players}, 1.0)
        left, right, scale = prospect(move.left), prospect(move.right), scales[move.player]
        spread = left.squares + right.squares if error == "private" else 2.0
        z = (blank + (right.utility[move.player] - left.utility[move.player])) * _power(spread, -0.5)
        out[move.index] = z = z * _power(scale, -1.0)
        if move is form.root:
            return Prospect({}, 1.0)
        go = cumulative(z, link)
        utility = {player: _mean(go, left.utility[player], right.utility[player]) for player in form.players}
        if error == "agent":
            return Prospect(utility, 1.0)
        stay = 1.0 - go
        return Prospect(utility, stay * stay * left.squares + go * go * right.squares)

    prospect(form.root)
    return [out[k] for k in range(len(out))]


def _power(number: Number, exponent: float) -> Number:
    return number.power(exponent) if isinstance(number, Jet) else number**exponent


def _mean(go: Jet, left: Number, right: Number) -> Number:
    """Expected utility of a player who does not decide; zero for one who has no stake."""
    if isinstance(left, Jet) or isinstance(right, Jet):
        return left + go * (right - left)
    return 0.0


def outcome_probabilities(form: GameForm, gain: Sequence[Jet], link: Link) -> Floats:
    """(observation, outcome) probabilities, from the standardised gains."""
    columns = []
    for outcome in form.outcomes:
        logs = [
            log_cumulative(gain[d.index] if right else -gain[d.index], link).value
            for d, right in form.path(outcome.index)
        ]
        columns.append(np.exp(np.sum(logs, axis=0)))
    return np.column_stack(columns)
