"""Backward induction by regressions, and what the data of a decision cannot tell."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import statsmodels.api as sm

from standoff.addons.games.estimate.likelihood import Equation, StrategicLikelihood
from standoff.addons.games.estimate.maximise import maximise
from standoff.addons.games.estimate.starting_values import collinear, root_mean_square, separated, start
from standoff.errors import StandoffError
from tests.unit.addons.games.estimate.models import model


def test_the_last_decision_is_a_probit_of_those_who_reach_it() -> None:
    lik = model("egame12")
    reached = lik.observed > 0
    probit = sm.Probit((lik.observed == 2)[reached].astype(float), lik.utilities[3].design[reached]).fit(disp=0)
    assert start(lik)[3:] == pytest.approx(np.sqrt(2) * probit.params, abs=1e-6)


def test_earlier_decisions_weigh_regressors_by_what_follows() -> None:
    lik = model("egame12", link="logit")
    first = start(lik)
    go = 1 / (1 + np.exp(-(lik.utilities[3].design @ first[3:]) / np.sqrt(2)))
    x = np.column_stack([-lik.utilities[0].design, go[:, None] * lik.utilities[2].design])
    logit = sm.Logit((lik.observed > 0).astype(float), x).fit(disp=0)
    assert first[:3] == pytest.approx(np.sqrt(2) * logit.params, abs=1e-6)


@pytest.mark.parametrize("game", ["egame12", "egame122", "egame123"])
def test_starting_values_are_near_the_maximum(game: str) -> None:
    lik = model(game)
    size, first = np.ones(len(lik.terms)), start(lik)
    top = maximise(lik.at, first, size)
    assert top.point.value - lik.at(first).value < 2.0
    assert top.steps < 10


def test_combinations_without_effect_are_named() -> None:
    x = np.random.default_rng(1).standard_normal((50, 3))
    assert collinear(x) == []
    assert collinear(np.column_stack([x, x[:, 0] - 2 * x[:, 2]])) == [0, 2, 3]
    assert collinear(np.column_stack([x, np.zeros(50)])) == [3]
    assert len(collinear(x[:2])) > 0
    assert collinear(np.ones((100_000, 2))) == [0, 1]  # no matrix of observations by observations


def with_utility(lik: StrategicLikelihood, k: int, design: np.ndarray, *names: str) -> StrategicLikelihood:
    utilities = list(lik.utilities)
    utilities[k] = Equation(utilities[k].name, names, design)
    return replace(lik, utilities=tuple(utilities))


def test_a_regressor_of_all_utilities_of_a_player_is_refused() -> None:
    lik = model("egame12")  # the constant of u1(1) cannot be told from constants of both other utilities
    one = np.ones((len(lik.observed), 1))
    lik = with_utility(with_utility(lik, 1, one, "(Intercept)"), 2, one, "(Intercept)")
    with pytest.raises(StandoffError) as error:
        start(lik)
    (problem,) = error.value.problems
    assert all(name in problem.what for name in ("u1(1):(Intercept)", "u1(2):(Intercept)", "u1(3):(Intercept)"))


def test_a_regressor_that_is_zero_where_it_counts_is_refused() -> None:
    lik = model("egame12")
    lik = with_utility(lik, 3, (lik.observed == 0).astype(float)[:, None], "early")
    with pytest.raises(StandoffError) as error:
        start(lik)
    assert "u2(3):early" in error.value.problems[0].what


@pytest.mark.parametrize("share", [0.0, 0.3])
def test_separated_choices_are_noticed(share: float) -> None:
    lik = model("egame12")
    rng = np.random.default_rng(2)
    perfect = np.where(lik.observed == 2, 1.0, -1.0) * (rng.random(len(lik.observed)) > share)  # zero says nothing
    lik = with_utility(lik, 3, np.column_stack([np.ones(len(perfect)), perfect]), "(Intercept)", "perfect")
    top = maximise(lik.at, start(lik), root_mean_square(np.hstack([e.design for e in lik.utilities])))
    assert "u2(3):perfect" in separated(lik, top.coefficients)


def test_choices_that_are_not_separated_are_not() -> None:
    lik = model("egame12")
    assert separated(lik, 8 * start(lik)) == []
