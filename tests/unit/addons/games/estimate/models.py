"""Likelihoods of the three named games on made-up data, for several tests."""

from __future__ import annotations

from typing import Any

import numpy as np

from standoff.addons.games.estimate.game_form import game_form
from standoff.addons.games.estimate.likelihood import Equation, StrategicLikelihood
from tests.oracles.strategic_choice import SIZE, table

#: regressors of each utility, with a constant where the text begins with 1
PARTS = {
    "egame12": ("1 x1", "", "x2", "1 x3"),
    "egame122": ("1 x1", "x2", "", "1 x3", "1 x4", "1 x5"),
    "egame123": ("1 x1", "", "x2", "1 x3", "", "x4", "1 x5", "1 x6"),
}
#: the utilities by branch, as in the formulas of Signorino 2003
NAMES = {
    "egame12": ("u11", "u13", "u14", "u24"),
    "egame122": ("u11", "u12", "u13", "u14", "u22", "u24"),
    "egame123": ("u11", "u13", "u15", "u16", "u23", "u25", "u26", "u36"),
}


def equation(name: str, words: str, data: Any, fixed: float | None = None) -> Equation:
    columns = words.split()
    blocks = [np.ones(SIZE) if column == "1" else data[column] for column in columns]
    labels = tuple("(Intercept)" if column == "1" else column for column in columns)
    return Equation(name, labels, np.column_stack(blocks) if blocks else np.zeros((SIZE, 0)), fixed)


def model(game: str, link: Any = "probit", error: Any = "agent", scales: tuple[str, ...] = ()) -> StrategicLikelihood:
    data, form = table(game), game_form(game)
    utilities = tuple(
        equation(term.name("1234"), part, data) for term, part in zip(form.utilities, PARTS[game], strict=True)
    )
    more = tuple(equation(f"log(sigma{k + 1})", part, data) for k, part in enumerate(scales))
    return StrategicLikelihood(form, link, error, utilities, more, data["y"] - 1)


def some(lik: StrategicLikelihood, seed: int = 0) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Coefficients somewhere."""
    return 0.5 * np.random.default_rng(seed).standard_normal(len(lik.terms))
