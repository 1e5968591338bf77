"""Probabilities of outcomes against the published formulas, game by game."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.stats import norm

from standoff.addons.games.estimate.choice_probability import gains, log_cumulative, outcome_probabilities
from standoff.addons.games.estimate.derivatives import predictor
from standoff.addons.games.estimate.game_form import game_form
from tests.oracles.strategic_choice import probabilities, regressors
from tests.unit.addons.games.estimate.models import NAMES

KINDS = [("probit", "agent"), ("logit", "agent"), ("probit", "private")]


@pytest.mark.parametrize("game", NAMES)
@pytest.mark.parametrize(("link", "error"), KINDS)
def test_probabilities_are_those_of_the_formulas(game: str, link: Any, error: Any) -> None:
    form, x = game_form(game), regressors(50)
    u = {name: x[f"x{k + 1}"] for k, name in enumerate(NAMES[game])}
    sd = tuple(np.exp(0.3 * x[f"x{k}"]) for k in (2, 5, 7))
    jets = {
        (term.player, term.outcome): predictor(u[name], None, 0)
        for term, name in zip(form.utilities, NAMES[game], strict=True)
    }
    scales = {player: predictor(sd[player - 1], None, 0) for player in form.players}
    ours = outcome_probabilities(form, gains(form, jets, scales, link, error, predictor(np.zeros(50), None, 0)), link)
    assert ours == pytest.approx(probabilities(game, u, link, error, sd), abs=1e-14)
    assert ours.sum(1) == pytest.approx(1.0)


def test_logs_are_exact_in_the_tails() -> None:
    z = predictor(np.array([-40.0, -5.0, 0.0, 9.0]), 0, 1)
    log = log_cumulative(z, "probit")
    assert log.value == pytest.approx(norm.logcdf(z.value), rel=1e-12)
    assert np.isfinite(log.bend).all()
    assert log_cumulative(z, "logit").value[0] == pytest.approx(-40.0)


def test_a_longer_tree_is_solved_by_hand() -> None:
    form = game_form("1(a, 2(b, 3(c, 4(d, e))))")
    u = {
        (player, k): predictor(np.array([0.1 * player + 0.2 * k]), None, 0) for player in (1, 2, 3, 4) for k in range(5)
    }
    found = gains(form, u, dict.fromkeys(form.players, 1.0), "probit", "agent", predictor(np.zeros(1), None, 0))
    value = {player: 0.1 * player + 0.2 * 4 for player in (1, 2, 3, 4)}  # expected utility of what follows
    chances = []
    for player, left in ((4, 3), (3, 2), (2, 1), (1, 0)):
        here = {other: 0.1 * other + 0.2 * left for other in value}
        go = norm.cdf((value[player] - here[player]) / np.sqrt(2))
        value = {other: go * value[other] + (1 - go) * here[other] for other in value}
        chances.append(go)
    assert [norm.cdf(z.value.item()) for z in found] == pytest.approx(chances[::-1])
