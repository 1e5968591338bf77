"""Identification checks: collinear reasons, and perfectly predicted choices (separation).

Reasons are collinear where a combination of them changes no player's odds, whatever the others do. Choices of a single
chooser are *separated* where some combination of reasons never favours an option over the chosen one (quasi-complete
separation), or always favours the chosen one (complete separation): the likelihood then increases without bound in that
direction, and no estimate exists.

Sources: albert_anderson1984 (separation), konis2007 (finding it by linear programming), belsley1980 (condition index).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog

from standoff.games.estimate.likelihood import Likelihood
from standoff.types import Floats

SAME = 1e-9  # relative size of the remainder of a combination: rounding of features of similar size
HIGH = 30.0  # condition index above which belsley1980 speaks of strong dependence
PROFILES = 5  # assumption: random behaviours at which features are compared; one suffices but for a set of measure zero


@dataclass(frozen=True, eq=False)
class Collinear:
    """Collinearity of the terms."""

    idle: tuple[str, ...]  #: terms without any effect
    same: tuple[str, ...]  #: terms with a linear combination without effect
    index: float  #: condition index of the terms; infinite for equal ones
    close: tuple[str, ...]  #: terms in the combination with the smallest effect


def collinear(lik: Likelihood) -> Collinear:
    """Collinearity of the terms at uniform and at random behaviours."""
    rng, rows = np.random.default_rng(0), []
    for group in lik.groups:
        observed = group.total > 0 if len(group.choices.agents) == 1 else np.ones_like(group.total, dtype=bool)
        for profile in range(PROFILES if len(group.choices.agents) > 1 else 1):
            value = rng.standard_normal(observed.shape) if profile else np.zeros(observed.shape)
            rows.append(np.swapaxes(group.expected(group.shares(group.logs(value))), 1, 2)[observed])
    design = np.concatenate(rows)
    length = np.sqrt((design**2).sum(0))
    idle = tuple(np.array(lik.terms)[length <= SAME * max(1.0, float(length.max(initial=0.0)))].tolist())
    if idle:
        return Collinear(idle, (), np.inf, ())
    _, sizes, directions = np.linalg.svd(design / length, full_matrices=False)
    involved = tuple(t for t, d in zip(lik.terms, directions[-1], strict=True) if abs(d) > 0.1)
    if sizes[-1] <= SAME * sizes[0]:
        return Collinear((), involved, np.inf, involved)
    return Collinear((), (), float(sizes[0] / sizes[-1]), involved)


@dataclass(frozen=True, eq=False)
class Separation:
    """A combination of reasons that predicts all choices perfectly."""

    kind: str  #: complete or quasi-complete
    direction: Floats  #: (term,)


def separation(lik: Likelihood) -> Separation | None:
    """Separation of single-agent choices; None without separation, or for games."""
    if any(len(group.choices.agents) > 1 for group in lik.groups):
        return None
    rows = []
    for group in lik.groups:
        x = np.swapaxes(group.features[:, :, 0, :], 1, 2)  # (game, option, term); the plays of one chooser are options
        for game, chosen in zip(*np.nonzero(group.choices.counts), strict=True):
            rows.append(np.delete(x[game, chosen] - x[game], chosen, axis=0))
    lead = np.concatenate(rows) / lik.scale
    bounds = [(0.0 if lik.rational[k] else None, None) for k in range(len(lik.terms))]
    result = linprog(-lead.sum(0), A_ub=np.concatenate([lead, -lead]), bounds=bounds, method="highs",
                    b_ub=np.concatenate([np.ones(len(lead)), np.zeros(len(lead))]))  # fmt: skip
    if result.x is None or lead.sum(0) @ result.x <= 1e-7:
        return None
    margin = linprog(np.append(np.zeros(lead.shape[1]), -1.0), A_ub=np.column_stack([-lead, np.ones(len(lead))]),
                     b_ub=np.zeros(len(lead)), bounds=[*bounds, (None, 1.0)], method="highs")  # fmt: skip
    if margin.x is not None and margin.x[-1] > 1e-7:
        return Separation("complete", margin.x[:-1] / lik.scale)
    return Separation("quasi-complete", result.x / lik.scale)
