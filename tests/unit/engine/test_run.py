"""A run as tables with names, and results that are kept with a run."""

import gc
import weakref
from dataclasses import replace

import numpy as np
import pytest

from standoff.analysis.answer import answer
from standoff.engine.run import once_per_run
from standoff.engine.simulate import simulate

CHANGE = {
    "actors": {"BBB": {"name": "B"}},
    "stocks": {
        "grain": {"unit": "thousand person", "initial": {"BBB": "1 to 2"}, "text": "mouths", "sources": "assumption"},
        "mood": {"unit": "share", "initial": {"north": 0.1, "south": "0.2 to 0.4"}, "sources": "assumption"},
        "gold": {"unit": "person", "initial": {"AAA": "100 to 300", "BBB": 5}, "sources": "assumption"},
    },
    "questions": {
        "dread": {"text": "Afraid?", "event": "fear > 0.6", "by": "2024-12", "resolution": "x"},
        "when": {"text": "When?", "until": "fear > 0.6", "by": "2024-12", "resolution": "x"},
        "hope": {"text": "How much?", "quantity": "hope", "at": "2024-12", "resolution": "x"},
        "first": {
            "text": "What first?",
            "first_of": {"fear": "fear > 0.6", "hope": "hope > 0.7"},
            "by": "2024-12",
            "resolution": "x",
        },
    },
}


@pytest.fixture(scope="module")
def held(calm):
    """A run with stocks that one actor holds, that all hold, and that are held by regions."""
    return simulate(calm(CHANGE), draws=200, seed=1, paths=150)


def test_a_model_and_a_run_are_shown_in_one_line(run):
    counts = f"{len(run.model.plan.parameters)} parameters, {len(run.model.ledger)} claims"
    assert repr(run.model) == f"<model: {run.model.scenario.title}, as of {run.model.scenario.as_of}, {counts}>"
    shown = repr(run)
    assert shown == f"<run of {run.settings.draws:,} draws, seed 1, of {run.model!r}>" and "\n" not in shown
    failed = run.failed.copy()
    failed[:3] = 0
    assert ", 3 failed, of <model" in repr(replace(run, failed=failed))


def test_the_dataset_has_one_axis_of_actors_and_one_of_time(run):
    data = run.dataset
    assert data["troops"].dims == ("draw", "time", "actor") and data["fear"].dims == ("draw", "time")
    assert data["AAA_probability"].dims == data["AAA_share"].dims == ("time", "AAA_option")
    assert list(data["actor_name"].values) == ["A", "B"]
    assert data["troops"].attrs["units"] == "person" and data["AAA_chosen"].attrs["flag_meanings"] == "press hold"
    assert data["time"].dtype.kind == "M" and str(data["time"].values[0])[:10] == "2024-01-31"
    np.testing.assert_array_equal(data["troops"].sel(actor="BBB").values, run.path("troops.BBB"))
    np.testing.assert_array_equal(
        data["troops"].sel(actor="AAA", time="2024-03")[:, 0].values, run.path("troops.AAA")[:, 2]
    )
    np.testing.assert_allclose(data["fear_mean"].values[1:], run.mean[:, run.model.plan.cells.index("fear")])
    np.testing.assert_allclose(data["troops"].mean("draw"), data["troops_mean"], rtol=1e-5)
    assert data.attrs["seed"] == 1


def test_the_option_in_force_of_the_dataset_has_the_shares_of_the_run(run):
    data = run.dataset
    shares = (data["AAA_chosen"] == data["AAA_chosen"].attrs["flag_values"][0]).mean("draw")
    np.testing.assert_allclose(shares, data["AAA_share"].sel(AAA_option="press"), atol=1e-12)
    np.testing.assert_array_equal(data["AAA_share"].isel(time=0), [0, 1])  # the status quo is `hold`
    assert np.isnan(data["AAA_probability"].isel(time=0)).all()


def test_holders_without_a_stock_are_missing_and_holders_that_are_no_actors_have_an_axis(held):
    data = held.dataset
    assert data["grain"].dims == data["gold"].dims == ("draw", "time", "actor")
    assert np.isnan(data["grain"].sel(actor="AAA")).all() and np.isfinite(data["gold"]).all()
    np.testing.assert_array_equal(data["grain"].sel(actor="BBB"), held.path("grain.BBB"))
    assert np.isnan(data["grain_mean"].sel(actor="AAA")).all()
    assert data["mood"].dims == ("draw", "time", "mood_holder") and list(data["mood_holder"].values) == [
        "north",
        "south",
    ]
    for key in (np.s_[3, -1, 1], np.s_[:, 2, :], np.s_[::2, 1:4, [1, 0]], np.s_[5], np.s_[[4, 1], :, 0]):
        np.testing.assert_array_equal(data["grain"][key], data["grain"].load()[key])


def test_a_dataset_can_be_stored_and_read_again(held, tmp_path):
    import xarray

    held.dataset.to_netcdf(tmp_path / "run.nc", engine="scipy")
    with xarray.open_dataset(tmp_path / "run.nc", engine="scipy") as stored:
        xarray.testing.assert_allclose(stored.load()["gold"], held.dataset["gold"].load())
        assert stored["time"].values.astype("datetime64[s]").tolist() == held.days.tolist()
        assert stored["grain"].attrs["long_name"] == "mouths" and stored["grain"].attrs["units"] == "thousand person"


def test_the_frame_of_answers_has_a_row_for_each_draw_and_gives_the_answers(held):
    frame, answers = held.answers_frame(), answer(held)
    assert list(frame.index) == list(range(200)) and frame.index.name == "draw"
    assert frame["dread"].mean() == pytest.approx(answers["dread"].answer, abs=1e-12)
    assert frame["hope"].median() == pytest.approx(answers["hope"].answer, abs=np.ptp(frame["hope"]) / 100)
    assert np.isfinite(frame["when"]).mean() == pytest.approx(answers["when"].detail["probability_by"], abs=1e-12)
    assert (np.isfinite(frame["when"]) == frame["dread"]).all() and frame["when"].min() >= 1  # months after as_of
    shares = frame["first"].value_counts(normalize=True)
    ties = (held.answer("first/fear") == held.answer("first/hope")) & np.isfinite(held.answer("first/fear"))
    for label, share in answers["first"].detail["first"].items():
        assert shares.get(label, 0.0) == pytest.approx(share, abs=ties.mean() / 2 + 1e-12)
    assert frame.attrs["units"] == {"dread": "1", "when": "month", "hope": "share", "first": "1"}
    assert list(held.answers_frame("hope", "dread").columns) == ["hope", "dread"]
    np.testing.assert_array_equal(held.dataset["answer_hope"], frame["hope"][:150])


def test_draws_that_failed_have_no_row(held):
    failed = held.failed.copy()
    failed[[0, 7]] = 3
    part = replace(held, failed=failed)
    assert list(part.answers_frame().index[:3]) == [1, 2, 3] and len(part.answers_frame()) == 198
    assert part.dataset.sizes["draw"] == part.parameters.sizes["draw"] == 148
    np.testing.assert_array_equal(part.dataset["gold"].sel(draw=8), held.dataset["gold"].sel(draw=8))


def test_parameters_have_names_and_the_units_of_the_scenario(held):
    values = held.parameters
    assert values.dims == ("draw", "parameter") and values.sizes["draw"] == 150
    grain = values.sel(parameter="stocks.grain.initial.BBB")
    assert str(grain["unit"].values) == "thousand person" and str(grain["belief"].values).startswith("1 to 2")
    np.testing.assert_allclose(grain, held.path("grain.BBB")[:, 0], rtol=1e-6)
    assert bool(grain["uncertain"]) and not values.sel(parameter="stocks.gold.initial.BBB")["uncertain"]
    assert list(values.to_pandas().columns) == [item.path for item in held.model.plan.parameters]


def test_arviz_gets_parameters_and_outcomes_of_the_same_draws_as_one_chain(held):
    tree = held.to_datatree()
    assert sorted(tree.children) == ["prior", "prior_predictive"]
    prior, predicted = tree["prior"], tree["prior_predictive"]
    assert prior.sizes == predicted.sizes == {"chain": 1, "draw": 150}
    uncertain = held.parameters["parameter"].values[held.parameters["uncertain"].values]
    assert set(prior.data_vars) == {*uncertain} and set(predicted.data_vars) == {"dread", "when", "hope", "first"}
    for path in uncertain:
        np.testing.assert_array_equal(prior[path].values[0], held.parameters.sel(parameter=path).values)
        assert prior[path].attrs["units"] == held.parameters.sel(parameter=path)["unit"].item()
    np.testing.assert_array_equal(predicted["hope"].values[0], held.outcome("hope")[:150])


def test_a_result_is_worked_out_once_per_run_and_goes_with_it(calm):
    calls = []

    @once_per_run
    def worked_out(run, step):
        calls.append(step)
        return run.settings.draws + step

    run = simulate(calm(), draws=4, seed=1)
    assert [worked_out(run, 1), worked_out(run, 1), worked_out(run, 2)] == [5, 5, 6] and calls == [1, 2]
    other = replace(run)
    assert worked_out(other, 1) == 5 and calls == [1, 2, 1]
    gone = weakref.ref(other)
    del other
    gc.collect()
    assert gone() is None
