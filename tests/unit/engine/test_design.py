"""Given parameters: what a run drew, given back row by row, is the same run; and other rows are other futures."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from standoff import xla
from standoff.engine import compile_cache
from standoff.engine.build import with_design
from standoff.engine.model import Model
from standoff.engine.run import Run
from standoff.engine.simulate import simulate
from standoff.errors import ModelError, RunError

DRAWS, SEED = 90, 4


@pytest.fixture(scope="module")
def model(calm: Callable[..., Model]) -> Model:
    return calm({"levers": {"pull": {"target": "dread.mean", "low": 0, "high": 1}}})


@pytest.fixture(scope="module")
def drawn(model: Model) -> Run:
    return simulate(model, draws=DRAWS, seed=SEED, paths="all")


def uncertain(run: Run) -> list[str]:
    return [str(path) for path in run.parameters["parameter"].values[run.parameters["uncertain"].values]]


def test_what_a_run_drew_gives_the_same_futures(model: Model, drawn: Run) -> None:
    frame = drawn.parameters.to_pandas()[uncertain(drawn)]
    given = simulate(model, parameters=frame, seed=SEED, paths="all")
    assert given.settings.draws == DRAWS
    np.testing.assert_allclose(given.parameter_values, drawn.parameter_values, rtol=1e-6)
    np.testing.assert_allclose(given.stock_paths, drawn.stock_paths, rtol=1e-4, atol=1e-6)


def test_a_future_has_its_own_row_and_other_rows_compile_nothing(
    model: Model, drawn: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compile_cache, "MIN_SECONDS", 0.0)  # a small program is stored too
    path = uncertain(drawn)[0]
    rising = np.linspace(*np.quantile(drawn.parameters.sel(parameter=path).values, [0.1, 0.9]), 40)
    one = simulate(model, parameters={path: rising}, seed=SEED, paths="all")
    np.testing.assert_allclose(one.parameters.sel(parameter=path).values, rising, rtol=1e-6)
    monkeypatch.setattr(xla, "compile_lowered", lambda _: pytest.fail("compiled again"))
    other = simulate(model, parameters={path: rising[::-1][:30]}, seed=SEED, paths="all")
    np.testing.assert_allclose(other.parameters.sel(parameter=path).values, rising[::-1][:30], rtol=1e-6)
    assert one.model.hash != other.model.hash != model.hash


def test_a_lever_has_its_unit_and_a_fixed_parameter_may_vary(model: Model) -> None:
    values = np.linspace(0.2, 0.8, 25)
    run = simulate(model, parameters={"pull": values}, seed=SEED, paths="all")
    np.testing.assert_allclose(run.parameters.sel(parameter="mechanisms.dread.mean").values, values, rtol=1e-6)


@pytest.mark.parametrize(
    ("design", "words"),
    [
        ({"pul": [0.1]}, "pul"),
        ({"pull": [0.1, 1.5]}, "range"),
        ({"pull": [0.1, float("nan")]}, "finite"),
        ({"pull": []}, "finite"),
        ({"pull": [0.1, 0.2], "stocks.fear.initial": [0.5]}, "several lengths"),
        ({}, "no columns"),
    ],
)
def test_what_is_no_design_is_refused(model: Model, design: dict[str, list[float]], words: str) -> None:
    with pytest.raises(ModelError, match=words):
        with_design(model, design)


def test_a_posterior_and_an_executor_are_refused(model: Model) -> None:
    given = with_design(model, {"pull": [0.5]})
    with pytest.raises(ModelError, match="posterior"):
        with_design(given, {"pull": [0.5]})
    with pytest.raises(RunError, match="in this process"):
        simulate(model, parameters={"pull": [0.5]}, executor=object())  # type: ignore[arg-type]
