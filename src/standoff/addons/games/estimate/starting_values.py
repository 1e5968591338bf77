"""Starting values by statistical backward induction, and checks of each decision.

From the last decision to the first, the choice between two branches is a probit or logit of the regressors of both,
weighted by the fitted probabilities of the outcomes behind them. Under agent error this is consistent. On the way, each
decision is checked: collinear regressors are an error, separated choices a warning.

Sources: bas2007 (statistical backward induction), albert_anderson1984 (separation), konis2007 (by linear programming).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import qr
from scipy.optimize import linprog
from scipy.special import expit, ndtr

from standoff.addons.games.estimate.choice_probability import Link, log_cumulative
from standoff.addons.games.estimate.derivatives import predictor
from standoff.addons.games.estimate.game_form import DecisionNode
from standoff.addons.games.estimate.likelihood import LikelihoodPoint, StrategicLikelihood
from standoff.addons.games.estimate.maximise import maximise
from standoff.errors import Problem, StandoffError, join_limited
from standoff.types import Floats

DEPENDENT = 1e-8  #: relative size of what a regressor adds to the others: rounding
SHARE = 1e-4  #: of a column in a combination of length one below which it is rounding
QUICK = 25  #: steps; separated choices would climb for ever
CERTAIN = 1e-6  #: chance of the other branch below which separation is looked for
AT_LEAST = 1e-7  #: gain of a separating direction; the tolerance of the linear program


@dataclass(frozen=True, eq=False)
class DecisionData:
    """A decision as a binary regression."""

    decision: DecisionNode
    terms: tuple[str, ...]
    places: NDArray[np.intp]  #: of the terms among all coefficients
    design: Floats  #: (observation that reaches it, term): regressors, weighted by later probabilities
    choice: Floats  #: 1 right, -1 left


def decision_data(lik: StrategicLikelihood, decision: DecisionNode, go: Sequence[Floats]) -> DecisionData:
    """Regressors of the gain from the right branch, given the chances of later choices."""
    rows, choice = lik.reached[decision.index]
    names: list[str] = []
    places: list[int] = []
    columns = [np.zeros((int(rows.sum()), 0))]
    for term, equation, block in zip(lik.form.utilities, lik.utilities, lik.blocks, strict=False):
        if term.player != decision.player or term.outcome not in {end.index for end in decision.outcomes()}:
            continue
        path = lik.form.path(term.outcome)
        below = path[[d for d, _ in path].index(decision) :]
        weight = np.full(len(lik.observed), 1.0 if below[0][1] else -1.0)
        for later, right in below[1:]:
            weight *= go[later.index] if right else 1 - go[later.index]
        columns.append((equation.design * weight[:, None])[rows])
        names += equation.terms
        places += range(block.start, block.stop)
    return DecisionData(decision, tuple(names), np.array(places, dtype=np.intp), np.hstack(columns), choice)


def start(lik: StrategicLikelihood) -> Floats:
    """Starting values; raises `StandoffError` for regressors that are collinear."""
    coefficients = np.zeros(len(lik.terms))
    go: list[Floats] = [np.empty(0)] * len(lik.form.decisions)
    problems = list(_scale_problems(lik))
    for decision in reversed(lik.form.decisions):
        data = decision_data(lik, decision, go)
        dependent = collinear(data.design)
        if dependent:
            problems.append(_collinear(data, dependent))
            break  # earlier decisions depend on what could not be estimated
        if len(data.terms):
            coefficients[data.places] = _regression(data, lik.link)
        gain = lik.gains(coefficients, derivatives=False)[decision.index].value
        go[decision.index] = expit(gain) if lik.link == "logit" else ndtr(gain)
    if problems:
        raise StandoffError(problems)
    return coefficients


def _scale_problems(lik: StrategicLikelihood) -> Iterator[Problem]:
    """Regressors of a scale that are collinear, or add up to a constant beside free utilities."""
    free = any(equation.columns for equation in lik.utilities)
    for equation in lik.scales:
        one = np.ones((len(lik.observed), int(free)))
        dependent = collinear(np.hstack([one, equation.design]))
        names = [equation.terms[k - int(free)] for k in dependent if k >= int(free)]
        if dependent and free and dependent[0] == 0:
            yield Problem(
                f"{_quoted(names)} cannot be told from the size of the utilities",
                "scale",
                allowed="regressors that vary, without a constant",
                fix="write such as `~ z - 1`",
            )
        elif dependent:
            yield Problem(f"{_quoted(names)} are collinear", "scale", fix="leave one of them out")


def _quoted(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _regression(data: DecisionData, link: Link) -> Floats:
    """Probit or logit of one decision with the scale of a game."""
    x = data.design * data.choice[:, None] / np.sqrt(2)

    def at(coefficients: Floats) -> LikelihoodPoint:
        log = log_cumulative(predictor(x @ coefficients, 0, 1), link)
        return LikelihoodPoint(float(log.value.sum()), x.T @ log.slope[0], (x.T * log.bend[0]) @ x, log.value)

    return maximise(at, np.zeros(x.shape[1]), root_mean_square(x), QUICK).coefficients


def root_mean_square(design: Floats) -> Floats:
    """Typical size of each column; one for columns of zeros."""
    size = np.sqrt((design**2).mean(0))
    return np.where(size > 0, size, 1.0)


def collinear(design: Floats) -> list[int]:
    """Columns with a linear combination that is zero; empty where there is none."""
    if not design.shape[1]:
        return []
    scaled = design / root_mean_square(design)
    if design.shape[0] >= design.shape[1]:
        size = np.abs(np.diag(qr(scaled, mode="r", pivoting=True)[0]))
        if size.min() > DEPENDENT * size.max():
            return []
    weights = np.linalg.eigh(scaled.T @ scaled)[1][:, 0]
    return [k for k, weight in enumerate(weights) if abs(weight) > SHARE]


def _collinear(data: DecisionData, dependent: Sequence[int]) -> Problem:
    names = [data.terms[k] for k in dependent]
    if len(data.design) < len(data.terms):
        return Problem(
            f"{len(data.design)} choices for {len(data.terms)} coefficients",
            f"decision of player {data.decision.player}",
            fix="use fewer regressors",
        )
    if len(names) == 1:
        return Problem(
            f"`{names[0]}` is zero in every row that reaches the decision",
            f"decision of player {data.decision.player}",
            fix="leave it out",
        )
    utilities = list(dict.fromkeys(name.partition(":")[0] for name in names))
    return Problem(
        f"{_quoted(names)} are collinear: choices tell only their combination",
        f"decision of player {data.decision.player}",
        fix="leave one of them out"
        + (f", or set one of the utilities {join_limited(utilities)} to 0" if len(utilities) > 1 else ""),
    )


def separated(lik: StrategicLikelihood, coefficients: Floats) -> list[str]:
    """Terms whose coefficients tend to infinity: they predict choices without error."""
    go = [expit(z.value) if lik.link == "logit" else ndtr(z.value) for z in lik.gains(coefficients, derivatives=False)]
    names: list[str] = []
    for decision in lik.form.decisions:
        data = decision_data(lik, decision, go)
        miss = np.minimum(go[decision.index], 1 - go[decision.index])[lik.reached[decision.index][0]]
        if not data.terms or not (miss < CERTAIN).any():
            continue
        lead = data.design * data.choice[:, None] / root_mean_square(data.design)
        found = linprog(-lead.sum(0), A_ub=-lead, b_ub=np.zeros(len(lead)), bounds=(-1, 1), method="highs")
        if found.x is not None and lead.sum(0) @ found.x > AT_LEAST * len(lead):
            names += [name for name, weight in zip(data.terms, found.x, strict=True) if abs(weight) > AT_LEAST]
    return names
