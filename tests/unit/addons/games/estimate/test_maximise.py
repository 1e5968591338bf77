"""The search for a maximum, its starting values, and what is said of it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import statsmodels.api as sm
from scipy.stats import chi2

from standoff.addons.games.estimate import maximise as search
from standoff.addons.games.estimate.estimate import estimate
from standoff.addons.games.estimate.likelihood import Equation, LikelihoodPoint, StrategicLikelihood
from standoff.addons.games.estimate.maximise import (
    Maximum,
    collinear,
    maximise,
    newton_step,
    root_mean_square,
    separated,
    start,
)
from standoff.errors import StandoffError
from tests.oracles.strategic_choice import table
from tests.unit.addons.games.estimate.models import model, some

# ---- The search for a maximum.


def hill(b: np.ndarray) -> LikelihoodPoint:
    """A quartic with a saddle at zero and tops at (2, 0) and (-2, 0)."""
    x, y = b
    value = -((x * x - 4) ** 2) / 8 - 5000 * y * y
    gradient = np.array([-x * (x * x - 4) / 2, -10000 * y])
    return LikelihoodPoint(float(value), gradient, np.diag([2 - 1.5 * x * x, -10000.0]), np.array([value]))


def test_it_leaves_a_region_that_is_not_concave() -> None:
    assert newton_step(hill(np.array([0.1, 1.0])))[1] == np.inf
    top = maximise(hill, np.array([0.1, 1.0]), np.ones(2))
    assert top.converged
    assert np.abs(top.coefficients) == pytest.approx([2.0, 0.0], abs=1e-9)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_any_start_leads_to_the_same_maximum(seed: int) -> None:
    lik = model("egame123", error="private")
    size = np.ones(len(lik.terms))
    best, other = maximise(lik.at, np.zeros(len(size)), size), maximise(lik.at, 4 * some(lik, seed), size)
    assert best.converged
    assert other.coefficients == pytest.approx(best.coefficients, abs=1e-6)
    assert np.abs(best.point.gradient).max() < 1e-6


def test_units_do_not_matter() -> None:
    lik = model("egame12")
    size = np.array([1.0, 1e6, 1.0, 1.0, 1e-6])
    scaled = maximise(lambda b: _in_units(lik.at(b * size), size), np.zeros(5), size)
    assert scaled.converged
    assert scaled.coefficients * size == pytest.approx(maximise(lik.at, np.zeros(5), np.ones(5)).coefficients, abs=1e-8)


def _in_units(point: LikelihoodPoint, size: np.ndarray) -> LikelihoodPoint:
    return LikelihoodPoint(point.value, point.gradient * size, point.hessian * np.outer(size, size), point.each)


def test_a_slope_without_an_end_does_not_converge() -> None:
    def slope(b: np.ndarray) -> LikelihoodPoint:
        return LikelihoodPoint(float(b[0]), np.ones(1), np.zeros((1, 1)), b)

    assert not maximise(slope, np.zeros(1), np.ones(1), 20).converged


def test_it_turns_back_where_numbers_overflow() -> None:
    """The log likelihood of a scale: its exponential overflows on the far side of a long step."""

    def cliff(b: np.ndarray) -> LikelihoodPoint:
        far = np.exp(b[0]) if b[0] < 5 else np.nan
        return LikelihoodPoint(float(3 * b[0] - far), 3 - np.array([far]), -np.array([[far]]), b)

    top = maximise(cliff, np.array([-6.0]), np.ones(1))
    assert top.converged
    assert top.coefficients == pytest.approx([np.log(3)], abs=1e-9)
    assert not maximise(cliff, np.array([9.0]), np.ones(1)).converged


# ---- Backward induction by regressions, and what the data of a decision cannot tell.


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


# ---- Warnings of an estimate, and other maxima.

FORMULA = "y ~ x1 | 0 | x2 - 1 | x3"


def test_covariance_is_the_inverse_of_the_information() -> None:
    lik = model("egame12")
    point = lik.at(np.zeros(5))
    assert search.covariance(point) @ -point.hessian == pytest.approx(np.eye(5), abs=1e-9)
    assert np.isnan(search.covariance(point._replace(hessian=-point.hessian))).all()


def test_separation_is_said_and_named() -> None:
    data = table("egame12")
    data["perfect"] = np.where(data["y"] == 3, 1.0, -1.0) * (data["x8"] > 0)
    result = estimate(data, "y ~ x1 | 0 | x2 - 1 | x3 + perfect")
    (warning,) = [text for text in result.warnings if text.startswith("separation")]
    assert "u2(3):perfect" in warning


def test_close_to_collinear_is_said_and_named() -> None:
    data = table("egame12")
    data["near"] = data["x1"] + 1e-3 * data["x8"]
    result = estimate(data, "y ~ x1 + near | 0 | x2 - 1 | x3")
    assert any("u1(1):near" in text and "condition index" in text for text in result.warnings)


def test_observations_that_the_model_excludes_are_counted() -> None:
    lik = model("egame12")
    point = LikelihoodPoint(0.0, np.zeros(5), -np.eye(5), np.array([-20.0, -1.0, -30.0]))
    texts = list(search.warnings(lik, Maximum(np.zeros(5), point, 3, 0.0), np.ones(5)))
    assert any(text.startswith("2 ") for text in texts)


def test_a_search_without_an_end_gives_no_standard_errors() -> None:
    data = table("egame12")
    few = {name: values[:40] for name, values in data.items()}
    few["y"] = np.where(few["x1"] > 0, 1, np.where(few["x3"] > 0, 3, 2))
    result = estimate(few, "y ~ x1 | 0 | 0 | x3")
    assert any(text.startswith("separation") for text in result.warnings)


def test_profiles_are_the_likelihood_with_one_coefficient_held() -> None:
    lik = model("egame12")
    size = np.ones(5)
    top = maximise(lik.at, np.zeros(5), size)
    curves, best = search.profiles(lik, top, size)
    assert best is top
    errors = np.sqrt(np.diag(search.covariance(top.point)))
    assert [curve.term for curve in curves] == list(lik.terms)
    for k, curve in enumerate(curves):
        assert curve.values == pytest.approx(
            top.coefficients[k] + errors[k] * 0.6 * np.array([-5, -4, -3, -2, -1, 1, 2, 3, 4, 5])
        )
        drop = 2 * (top.point.value - curve.log_likelihoods)
        assert (drop > 0).all()
        assert chi2.sf(drop[4:6], 1) == pytest.approx(0.55, abs=0.08)  # 0.6 standard errors on each side


def test_a_higher_maximum_is_met_along_a_profile(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two tops in the first coefficient: the lower one at -1, the higher at 1."""

    class TwoTops:
        terms = ("a", "b")

        def at(self, x: np.ndarray) -> LikelihoodPoint:
            a, b = x
            value = -10 * (a * a - 1) ** 2 + 0.1 * a - b * b
            gradient = np.array([-40 * a * (a * a - 1) + 0.1, -2 * b])
            return LikelihoodPoint(float(value), gradient, np.diag([-120 * a * a + 40.0, -2.0]), np.array([value]))

    monkeypatch.setattr(search, "PROFILE_REACH", 18.0)
    low = maximise(TwoTops().at, np.array([-1.0, 0.0]), np.ones(2))
    assert low.coefficients[0] == pytest.approx(-1, abs=0.01)
    _, best = search.profiles(TwoTops(), low, np.ones(2))  # type: ignore[arg-type]
    assert best.coefficients == pytest.approx([1.0, 0.0], abs=0.01)
    assert best.point.value > low.point.value + 0.19


def test_clustered_errors_are_those_of_a_probit_with_one_decision() -> None:
    """A tree of one decision is a probit with coefficients larger by the root of two."""
    sm = pytest.importorskip("statsmodels.api")
    data = table("egame12")
    data["go"], data["pair"] = (data["y"] > 1).astype(int), np.arange(400) // 7
    ours = estimate(data, "go ~ x1", "1(no, yes)", cluster="pair")
    x = np.column_stack([np.ones(400), data["x1"]])
    theirs = sm.Probit(data["go"], x).fit(
        disp=0, cov_type="cluster", cov_kwds={"groups": data["pair"], "use_correction": False}
    )
    assert ours.coefficients == pytest.approx(np.sqrt(2) * theirs.params, abs=1e-6)
    assert ours.covariance == pytest.approx(2 * theirs.cov_params() * 58 / 57, rel=1e-5)
    assert (ours.cluster, ours.clusters) == ("pair", 58)


def test_copies_of_observations_tell_nothing_new() -> None:
    data = table("egame12")
    twice = {name: np.tile(values, 2) for name, values in data.items()}
    groups = np.tile(np.arange(400), 2)
    once = estimate({**data, "g": np.arange(400)}, FORMULA, cluster="g")
    both = estimate({**twice, "g": groups}, FORMULA, cluster="g")
    assert both.standard_errors == pytest.approx(once.standard_errors, abs=1e-8)
    assert estimate(twice, FORMULA).standard_errors == pytest.approx(
        estimate(data, FORMULA).standard_errors / np.sqrt(2)
    )
