"""The log likelihood against the published formulas, and its derivatives against differences."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.oracles.strategic_choice import probabilities, table
from tests.unit.addons.games.estimate.models import NAMES, model, some

STEP = 1e-5


@pytest.mark.parametrize("game", NAMES)
def test_the_sum_of_logs_of_observed_outcomes(game: str) -> None:
    lik = model(game, error="private", scales=("x7",))
    b = some(lik)
    u = {name: e.design @ b[block] for name, e, block in zip(NAMES[game], lik.utilities, lik.blocks, strict=False)}
    sd = np.exp(table(game)["x7"] * b[-1])
    p = probabilities(game, u, error="private", sd=(sd, sd, sd))
    assert lik.at(b).each == pytest.approx(np.log(p[np.arange(len(p)), lik.observed]), rel=1e-10)
    assert lik.probabilities(b) == pytest.approx(p, abs=1e-14)


@pytest.mark.parametrize("game", NAMES)
@pytest.mark.parametrize(("link", "error"), [("probit", "private"), ("logit", "agent")])
def test_derivatives_are_those_of_differences(game: str, link: Any, error: Any) -> None:
    scales = ("x7", "1 x8", "x1")[: 3 if game == "egame123" else 2]
    lik = model(game, link, error, scales)
    b = some(lik)
    point = lik.at(b)
    moves = STEP * np.eye(len(b))
    slope = [(lik.at(b + move).value - lik.at(b - move).value) / (2 * STEP) for move in moves]
    bend = [(lik.at(b + move).gradient - lik.at(b - move).gradient) / (2 * STEP) for move in moves]
    assert point.gradient == pytest.approx(np.array(slope), abs=1e-5)
    assert lik.scores(b).sum(0) == pytest.approx(point.gradient)
    assert point.hessian == pytest.approx(np.array(bend), rel=1e-6, abs=1e-5)


def test_names_of_coefficients() -> None:
    lik = model("egame12", scales=("1", "x7"))
    assert lik.terms == (
        "u1(1):(Intercept)",
        "u1(1):x1",
        "u1(3):x2",
        "u2(3):(Intercept)",
        "u2(3):x3",
        "log(sigma1)",
        "log(sigma2):x7",
    )
