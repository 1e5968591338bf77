"""Warnings of an estimate, and other maxima."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import chi2

from standoff.addons.games.estimate import diagnosis
from standoff.addons.games.estimate.estimate import estimate
from standoff.addons.games.estimate.likelihood import LikelihoodPoint
from standoff.addons.games.estimate.maximise import Maximum, maximise
from tests.oracles.strategic_choice import table
from tests.unit.addons.games.estimate.models import model

FORMULA = "y ~ x1 | 0 | x2 - 1 | x3"


def test_covariance_is_the_inverse_of_the_information() -> None:
    lik = model("egame12")
    point = lik.at(np.zeros(5))
    assert diagnosis.covariance(point) @ -point.hessian == pytest.approx(np.eye(5), abs=1e-9)
    assert np.isnan(diagnosis.covariance(replace(point, hessian=-point.hessian))).all()


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
    texts = list(diagnosis.warnings(lik, Maximum(np.zeros(5), point, 3, 0.0), np.ones(5)))
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
    curves, best = diagnosis.profiles(lik, top, size)
    assert best is top
    errors = np.sqrt(np.diag(diagnosis.covariance(top.point)))
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

    monkeypatch.setattr(diagnosis, "PROFILE_REACH", 18.0)
    low = maximise(TwoTops().at, np.array([-1.0, 0.0]), np.ones(2))
    assert low.coefficients[0] == pytest.approx(-1, abs=0.01)
    _, best = diagnosis.profiles(TwoTops(), low, np.ones(2))  # type: ignore[arg-type]
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
