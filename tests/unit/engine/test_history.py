"""Before `as_of` the run is history: observed stocks, claims known by then, and nothing published later."""

from __future__ import annotations

import numpy as np
import pytest

from standoff.engine.flows import mean_flows
from standoff.engine.simulate import simulate
from standoff.errors import ModelError

CHANGE = {
    "as_of": "2024-06",
    "observations": {"fear": {"claims": {"quantity": "losses"}, "scale": "1 @assumption", "sources": "assumption"}},
}


@pytest.fixture(scope="module")
def seen(said):
    return (
        said("jan", "2024-01-31", "2024-02-05", 40, unit="%"),
        said("mar", "2024-03", "2024-04-05", 60, unit="%"),
        said("may", "2024-05-31", "2024-06-05", 50, unit="%"),
    )


@pytest.fixture(scope="module")
def later(said):
    return said("late", "2024-04-30", "2024-08-01", 90, unit="%")  # about April, said in August


@pytest.fixture(scope="module")
def observed(calm, seen):
    return simulate(calm(CHANGE, seen), draws=50, seed=1, paths="all", precision="double")


def test_observed_stocks_follow_the_claims_exactly_until_the_last_one(calm, observed):
    run = observed
    fear = run.path("fear")
    np.testing.assert_allclose(fear[:, :5], np.broadcast_to([0.4, 0.5, 0.6, 0.55, 0.5], (50, 5)), atol=0.004)
    np.testing.assert_allclose(fear[:, [0, 2, 4]], np.broadcast_to([0.4, 0.6, 0.5], (50, 3)), rtol=1e-12)
    assert np.ptp(fear[:, 5]) > 0.01  # June: no claim any more, the model goes on from there
    dread = calm().plan.mechanisms[0]
    assert dread.name == "dread"
    free = simulate(calm(), draws=50, seed=1, paths="all", precision="double")
    np.testing.assert_array_equal(run.path("calm"), free.path("calm"))  # a stock that is not observed is as before


def test_what_the_observation_moves_is_booked(observed):
    names = observed.model.program.flow_names
    moved = sum(mean_flows(observed)[:, i] for i, (cell, _) in enumerate(names) if cell == "fear")
    np.testing.assert_allclose(moved, np.diff(observed.path("fear").mean(axis=0)), atol=1e-12)
    booked = mean_flows(observed)[:, names.index(("fear", "observed"))]
    assert np.abs(booked[:4]).min() > 0 and (booked[4:] == 0).all()


def test_a_source_that_is_off_is_off_all_along(calm, seen):
    change = {**CHANGE, "observations": {"fear": {**CHANGE["observations"]["fear"], "scale": "1.1 to 1.3 @assumption"}}}
    run = simulate(calm(change, seen), draws=50, seed=1, paths="all", precision="double")
    scale = run.parameter_values[:, run.model.layout.names.index("observations.fear.scale")]
    assert np.ptp(scale) > 0.05
    np.testing.assert_allclose(run.path("fear")[:, [0, 2, 4]], np.outer(scale, [0.4, 0.6, 0.5]), rtol=1e-12)


def test_what_was_published_after_as_of_changes_no_number(calm, seen, later, said, observed):
    known, planted = calm(CHANGE, seen), calm(CHANGE, (*seen, later))
    again = simulate(planted, draws=50, seed=1, paths="all", precision="double")
    np.testing.assert_array_equal(again.stock_paths, observed.stock_paths)
    assert planted.plan.observations[0].claims == ("jan", "mar", "may")
    assert known.hash == planted.hash  # what was not known is no part of what a run is
    earlier = said("late", "2024-04-30", "2024-06-01", 90, unit="%")
    assert (
        calm(CHANGE, (*seen, earlier)).plan.observations[0].values[3] == 0.9
    )  # the same claim counts when it was known


def test_a_number_from_a_later_claim_is_refused(calm, seen, later):
    change = {**CHANGE, "stocks": {"hope": {"initial": {"from": "late"}}}}
    with pytest.raises(ModelError, match=r"`late` was published 2024-08-01, after as_of 2024-06") as caught:
        calm(change, (*seen, later))
    assert [problem.path for problem in caught.value.problems] == ["stocks.hope.initial"]
    built = calm({**CHANGE, "stocks": {"hope": {"initial": {"from": "may"}}}}, (*seen, later))
    parameter = built.plan.parameter("stocks.hope.initial")
    assert parameter.quantile(0.5) == pytest.approx(0.5, rel=0.01)
    assert parameter.belief.sources == ("may",)


def test_a_later_claim_that_is_only_cited_is_warned_of(calm, seen, later):
    built = calm({**CHANGE, "stocks": {"hope": {"initial": "0.5 @late"}}}, (*seen, later))
    assert any("late" in warning and "after as_of" in warning for warning in built.plan.warnings)


def test_observations_that_fit_nothing_or_the_wrong_unit_are_refused(calm, seen, later, said):
    with pytest.raises(ModelError, match="no claim of the ledger matches"):
        calm(CHANGE, ())
    assert any("fear" in warning and "2024-06" in warning for warning in calm(CHANGE, (later,)).plan.warnings)
    with pytest.raises(ModelError, match="`odd` is in `person`"):
        calm(CHANGE, (*seen, said("odd", "2024-02", "2024-03", 3, unit="person")))
    wrong = {**CHANGE, "observations": {"fear": {"claims": {"colour": "red"}, "scale": 1, "sources": "assumption"}}}
    with pytest.raises(ModelError, match="colour"):
        calm(wrong, seen)
