"""A draw that breaks is counted with its date and left out; the others do not notice."""

from __future__ import annotations

import numpy as np
import pytest

from standoff.analysis import answer
from standoff.engine.simulate import simulate
from standoff.errors import RunError

# A volatility so uncertain that in a few draws single precision overflows: a lognormal with sigma = ln(1e12) = 27.6
# passes 3.4e38 where z > ln(3.4e38 / 1e8) / 27.6 = 2.5.
WILD = {
    "stocks": {"hope": {"cap": 1.0, "floor": -1.0}},
    "mechanisms": {"lift": {"volatility": "lognormal(1e8, 1e12)"}},
    "questions": {"f": {"text": "?", "quantity": "fear", "at": "2024-12", "resolution": "x"}},
}


@pytest.fixture(scope="module")
def wild(calm):
    return simulate(calm(WILD), draws=2000, seed=1, paths="all")


def test_failed_draws_are_counted_with_their_first_date(wild):
    finite = np.isfinite(wild.cells).all(axis=2)  # (draw, state)
    first = np.where(finite.all(axis=1), -1, np.argmin(finite, axis=1))
    np.testing.assert_array_equal(wild.failed, first)
    assert 0 < (wild.failed >= 0).sum() < 100
    np.testing.assert_array_equal(wild.count, [(first < 0).sum() + (first > k + 1).sum() for k in range(11)])


def test_the_other_draws_do_not_notice(wild, calm):
    plain = simulate(calm({"questions": WILD["questions"]}), draws=2000, seed=1, paths="all")
    fear = wild.model.plan.cells.index("fear")
    np.testing.assert_array_equal(wild.cells[wild.good][:, :, fear], plain.cells[wild.good][:, :, fear])
    np.testing.assert_array_equal(wild.answer("f"), plain.answers[0][wild.good])


def test_sums_leave_failed_draws_out(wild):
    for k in range(11):
        standing = (wild.failed < 0) | (wild.failed > k + 1)
        np.testing.assert_allclose(wild.mean[k], wild.cells[standing, k + 1].mean(axis=0, dtype=float), rtol=1e-4, atol=1e-4)
    assert np.isfinite(wild.mean).all() and np.isfinite(wild.variance).all() and np.isfinite(wild.flows).all()
    assert np.isfinite(wild.path("hope")).all() and len(wild.path("hope")) == (wild.failed < 0).sum()


def test_a_run_of_which_nothing_is_left_is_an_error_at_the_edge(calm):
    change = {**WILD, "mechanisms": {"lift": {"volatility": "lognormal(1e39, 1.01)"}}}
    run = simulate(calm(change), draws=20, seed=1, paths="all")
    assert (run.failed == 1).all() and (run.count == 0).all()
    with pytest.raises(RunError, match="all 20 draws failed, first at 2024-02"):
        answer(run)
