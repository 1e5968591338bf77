"""The value of checking against what was worked out on paper, and of partial information in closed form."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from standoff.analysis.sensitivity.screening import parameter_normals
from standoff.analysis.value_of_information import (
    ClaimGroup,
    ValueOfInformation,
    _covariance,
    _explained,
    _Fit,
    claim_groups,
    voi,
)
from tests import closed_form as paper

if TYPE_CHECKING:
    from standoff.engine.run import Run

SIGMAS = 4.0


@pytest.fixture(scope="module")
def found(closed: Run) -> ValueOfInformation:
    return voi(closed.model, choice="BLU=act")


def test_knowing_the_gain_takes_off_the_variance_of_the_chance_given_it(closed: Run, found: ValueOfInformation) -> None:
    for answer in (found, voi(closed.model, question="acts")):
        gain = next(item for item in answer.numbers if item.numbers == ("stocks.gain.initial",))
        assert (
            abs(gain.variance_reduction - paper.known_gain())
            < SIGMAS * gain.error * gain.variance_reduction / gain.share
        )
        assert {item.numbers for item in answer.numbers} == {("stocks.gain.initial",), ("stocks.cost.initial",)}


def test_how_often_knowing_the_gain_turns_it(found: ValueOfInformation) -> None:
    gain = next(item for item in found.numbers if item.numbers == ("stocks.gain.initial",))
    # acting is likelier than waiting above a gain of 1.375: normal, 1.25 deviations out; the fit is a cubic
    assert gain.switch_probability == pytest.approx(0.1056, abs=0.02)
    values = paper.GAIN[0] + paper.GAIN[1] * paper.NODES
    better = [max(chance, 1 - chance) for chance in (paper.acts(gain=(x, 0.0)) for x in values)]
    assert gain.accuracy_gain == pytest.approx(paper.WEIGHTS @ better - (1 - paper.acts()), abs=0.003)


def test_claims_on_the_gain_and_the_cost_are_worth_as_much_as_they(found: ValueOfInformation) -> None:
    worth = {item.claims: item.share for item in found.claims}
    assert worth.keys() == {("blu-gain-2030-01-blue-staff",), ("blu-cost-2030-01-blue-staff",)}
    numbers = {item.numbers: item.share for item in found.numbers}
    assert worth["blu-gain-2030-01-blue-staff",] == numbers["stocks.gain.initial",]


def test_one_claim_of_several_tells_a_part(closed: Run) -> None:
    """Y = z + (z^2 - 1) / sqrt 2: a signal that tells the share r of z tells r + r^2 of the two equal variances."""
    model, row = closed.model, closed.model.layout.row_of[closed.model.plan.index["stocks.gain.initial"]]
    z = parameter_normals(model, 40_000, 1)
    y = z[:, row] + (z[:, row] ** 2 - 1) / 2**0.5
    fit = _Fit(y[None], z, 0, False, 1)
    index = model.layout.varying[row]
    for told in (1.0, 0.5, 0.25):
        item = fit.information_value(model, ClaimGroup(("a",), {index: told}))
        assert item is not None and item.share == pytest.approx((told + told**2) / 2, abs=0.02)
        assert (item.accuracy_gain, item.switch_probability) == (None, None)
    assert fit.information_value(model, ClaimGroup((), {model.layout.varying[row - 1]: 1.0})) is None


def test_what_noise_says_is_left_out(closed: Run) -> None:
    z = parameter_normals(closed.model, 4000, 1)
    fit = _Fit(np.random.default_rng(1).random((1, 4000)), z, 0, False, 1)
    found = [fit.information_value(closed.model, ClaimGroup((), {i: 1.0})) for i in closed.model.layout.varying]
    assert all(item is None or item.share < 2 * item.error for item in found)


def test_every_claim_on_an_uncertain_number_bears_on_it(closed: Run) -> None:
    assert {claim for group in claim_groups(closed.model) for claim in group.claims} == {
        "blu-gain-2030-01-blue-staff",
        "blu-cost-2030-01-blue-staff",
    }


def test_numbers_that_go_together_do_not_count_twice() -> None:
    rng = np.random.default_rng(2)
    z = rng.normal(size=(20_000, 2)) @ np.linalg.cholesky([[1.0, 0.9], [0.9, 1.0]]).T
    y = z[:, 0] - z[:, 1] + rng.normal(size=len(z))
    fit = _Fit(y[None], z, 0, False, 1)
    x = np.concatenate([fit.basis[:, :, 0], fit.basis[:, :, 1]])
    covariance = _covariance(x, [True, True])
    share = 0.2 / 1.2  # the difference varies by 2 - 2 * 0.9, chance by 1
    error = 2 * share**0.5 * (1 - share) / len(z) ** 0.5  # of a squared multiple correlation
    assert _explained(x, np.ones(6), covariance, y - y.mean()) == pytest.approx(share, abs=3 * error)
