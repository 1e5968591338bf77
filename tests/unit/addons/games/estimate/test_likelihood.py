"""The log likelihood and its probabilities against the published formulas, and derivatives."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.stats import norm

from standoff.addons.games.estimate.game_form import game_form
from standoff.addons.games.estimate.likelihood import Equation, Jet, StrategicLikelihood, log_cumulative
from tests.oracles.strategic_choice import probabilities, regressors, table
from tests.unit.addons.games.estimate.models import NAMES, model, some

# ---- The log likelihood against the published formulas, and its derivatives against differences.

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


# ---- Probabilities of outcomes against the published formulas, game by game.

KINDS = [("probit", "agent"), ("logit", "agent"), ("probit", "private")]


@pytest.mark.parametrize("game", NAMES)
@pytest.mark.parametrize(("link", "error"), KINDS)
def test_probabilities_are_those_of_the_formulas(game: str, link: Any, error: Any) -> None:
    form, x = game_form(game), regressors(50)
    u = {name: x[f"x{k + 1}"] for k, name in enumerate(NAMES[game])}
    sd = tuple(np.exp(0.3 * x[f"x{k}"]) for k in (2, 5, 7))
    utilities = tuple(Equation(name, ("x",), u[name][:, None]) for name in NAMES[game])
    scales = tuple(Equation("log", ("x",), np.log(sd[player - 1])[:, None]) for player in form.players)
    lik = StrategicLikelihood(form, link, error, utilities, scales, np.zeros(50, int))
    ours = lik.probabilities(np.ones(len(lik.terms)))
    assert ours == pytest.approx(probabilities(game, u, link, error, sd), abs=1e-14)
    assert ours.sum(1) == pytest.approx(1.0)


def test_logs_are_exact_in_the_tails() -> None:
    z = Jet.predictor(np.array([-40.0, -5.0, 0.0, 9.0]), 0, 1)
    log = log_cumulative(z, "probit")
    assert log.value == pytest.approx(norm.logcdf(z.value), rel=1e-12)
    assert np.isfinite(log.bend).all()
    assert log_cumulative(z, "logit").value[0] == pytest.approx(-40.0)


def test_a_longer_tree_is_solved_by_hand() -> None:
    form = game_form("1(a, 2(b, 3(c, 4(d, e))))")
    first = {4: 0.1 * 4 + 0.2 * 3}  # where a decision is between two outcomes, the first counts as zero
    utilities = tuple(
        Equation("u", (), np.zeros((1, 0)), 0.1 * player + 0.2 * k - first.get(player, 0.0))
        for player, k in form.utilities
    )
    found = StrategicLikelihood(form, "probit", "agent", utilities, (), np.zeros(1, int)).gains(np.zeros(0))
    value = {player: 0.1 * player + 0.2 * 4 for player in (1, 2, 3, 4)}  # expected utility of what follows
    chances = []
    for player, left in ((4, 3), (3, 2), (2, 1), (1, 0)):
        here = {other: 0.1 * other + 0.2 * left for other in value}
        go = norm.cdf((value[player] - here[player]) / np.sqrt(2))
        value = {other: go * value[other] + (1 - go) * here[other] for other in value}
        chances.append(go)
    assert [norm.cdf(z.value.item()) for z in found] == pytest.approx(chances[::-1])


# ---- Derivatives of arrays against closed forms.


def test_a_formula_of_two_predictors() -> None:
    a, b = np.array([0.3, 1.2]), np.array([0.7, -0.4])
    x, y = Jet.predictor(a, 0, 2), Jet.predictor(b, 1, 2)
    f = (2.0 * x * y - 3.0) * (1.0 - x) + (x * x + 1.0) ** -0.5 + y.exp() - x
    value = (2 * a * b - 3) * (1 - a) + (a * a + 1) ** -0.5 + np.exp(b) - a
    along_x = 2 * b * (1 - a) - (2 * a * b - 3) - a * (a * a + 1) ** -1.5 - 1
    along_y = 2 * a * (1 - a) + np.exp(b)
    assert f.value == pytest.approx(value)
    assert f.slope == pytest.approx(np.array([along_x, along_y]))
    xx, xy, yy = -4 * b + (2 * a * a - 1) * (a * a + 1) ** -2.5, 2 - 4 * a, np.exp(b)
    assert f.bend == pytest.approx(np.array([[xx, xy], [xy, yy]]))


def test_a_predictor_without_an_index_is_a_constant() -> None:
    constant = Jet.predictor(np.array([2.0]), None, 1)
    product = constant * Jet.predictor(np.array([3.0]), 0, 1)
    assert (product.value.item(), product.slope.item(), product.bend.item()) == (6.0, 2.0, 0.0)
