"""What is derived from an estimate."""

from __future__ import annotations

import math
from dataclasses import FrozenInstanceError

import numpy as np
import pytest
from scipy.stats import norm

from standoff.addons.games.estimate.estimate import estimate
from standoff.addons.games.estimate.result import StrategicEstimate
from standoff.errors import StandoffError
from tests.oracles.strategic_choice import table


@pytest.fixture(scope="module")
def result() -> StrategicEstimate:
    return estimate(table("egame12"), "y ~ x1 | 0 | x2 - 1 | x3")


def test_criteria_and_tests(result: StrategicEstimate) -> None:
    assert result.aic == pytest.approx(10 - 2 * result.log_likelihood)
    assert result.bic == pytest.approx(5 * math.log(400) - 2 * result.log_likelihood)
    z = result.coefficients / result.standard_errors
    assert result.p_values == pytest.approx(2 * norm.sf(np.abs(z)))
    assert result.intervals(0.9)[:, 1] == pytest.approx(result.coefficients + norm.ppf(0.95) * result.standard_errors)
    assert np.sqrt(np.diag(result.covariance)) == pytest.approx(result.standard_errors)


def test_shares_alone_are_a_model_with_constants_only(result: StrategicEstimate) -> None:
    constants = estimate(table("egame12"), "y ~ 1 | 0 | 0 | 1")
    assert result.baseline == pytest.approx(constants.log_likelihood, abs=1e-9)
    assert constants.baseline == result.baseline


def test_probabilities_of_every_observation(result: StrategicEstimate) -> None:
    frame = result.probability_table()
    assert frame.columns == ["row", "observed", "Pr(1)", "Pr(2)", "Pr(3)"]
    assert frame["row"].to_list() == list(range(1, 401))
    each = result.probabilities[np.arange(400), result.observed]
    assert np.log(each) == pytest.approx(result.log_likelihoods)


def test_it_is_frozen_and_names_its_terms(result: StrategicEstimate) -> None:
    assert result["u1(3):x2"] == result.coefficients[2]
    with pytest.raises(StandoffError) as error:
        result["u1(3):x"]
    assert "u1(3):x2" in error.value.problems[0].allowed
    with pytest.raises(FrozenInstanceError):
        result.converged = False  # type: ignore[misc]
