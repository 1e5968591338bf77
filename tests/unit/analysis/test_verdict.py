"""Prior, posterior and error of an anchor, from recorded numbers.

A case simulated into a folder: its files, its summary, and what is refused before it starts.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest

from standoff import anchor_effects
from standoff.analysis.verdict import run, summary
from standoff.engine.anchors import futures
from standoff.engine.model import Model
from standoff.engine.run import FAN, Run
from standoff.errors import StandoffError
from standoff.progress import NullProgress, Task
from tests.unit.plan.test_anchors import planned


def test_reasons_take_away_what_lies_between_prior_and_posterior() -> None:
    plan = planned({"go": "12 % by 2024-12 @assumption"})
    number = plan.anchors[0].constants[0]
    parameters = tuple(replace(item, shift=-0.7) if i == number else item for i, item in enumerate(plan.parameters))
    plan = replace(plan, parameters=parameters)
    first = np.where(np.arange(1000) < 50, 5.0, np.inf)  # in 50 of 1,000 futures
    run = SimpleNamespace(model=SimpleNamespace(plan=plan), answer={plan.anchors[0].tracker: first}.__getitem__)
    (found,) = anchor_effects(cast("Run", run))
    assert (found.choice, found.options, found.date, found.question) == ("AAA.war", ("go",), "2024-12", "")
    assert (found.prior, found.posterior, found.sources) == (0.12, 0.05, ("assumption",))
    assert found.change == pytest.approx(-0.07)
    assert found.shift == pytest.approx(-0.7 * 2 * 0.5)  # rationality and weight
    assert found.monte_carlo == pytest.approx((0.12 * 0.88 / futures(plan) + 0.05 * 0.95 / 1000) ** 0.5)


def test_a_model_without_anchors_has_no_effects() -> None:
    assert anchor_effects(cast("Run", SimpleNamespace(model=SimpleNamespace(plan=planned())))) == ()


QUESTION = {"questions": {"warm": {"text": "?", "event": "fear > 0.5", "by": "2024-12", "resolution": "x"}}}


@pytest.fixture(scope="module")
def model(calm: Callable[..., Model]) -> Model:
    return calm(QUESTION)


def test_the_folder_holds_the_verdict_and_the_summary(model: Model, tmp_path: Path) -> None:
    result, verdict = run(model, tmp_path / "run", draws=64, seed=3)
    assert (result.settings.draws, result.settings.seed) == (64, 3)
    stored = json.loads((tmp_path / "run" / "verdict.json").read_text(encoding="utf-8"))
    assert [answer["id"] for answer in stored["questions"]] == ["warm"]
    assert stored["questions"][0]["answer"] == pytest.approx(verdict.answers[0].answer)
    written = json.loads((tmp_path / "run" / "summary.json").read_text(encoding="utf-8"))
    assert {key: written[key] for key in summary(result)} == summary(result)


def test_a_summary_has_every_stock_and_time(model: Model, tmp_path: Path) -> None:
    result, _ = run(model, tmp_path / "run", draws=64)
    found = summary(result)
    assert (
        set(found["stocks"]) == {"fear", "calm", "hope"} and found["active_share"] == {} and len(found["times"]) == 12
    )
    fear = found["stocks"]["fear"]
    assert list(fear["quantiles"]) == [str(p) for p in FAN]
    np.testing.assert_allclose(fear["quantiles"]["0.5"], result.quantile_fan("fear")[FAN.index(0.5)])


def test_the_same_run_goes_on_and_another_is_refused(model: Model, tmp_path: Path) -> None:
    first, _ = run(model, tmp_path, draws=64)
    again, _ = run(model, tmp_path, draws=64)
    np.testing.assert_array_equal(first.stock_paths, again.stock_paths)
    with pytest.raises(StandoffError):
        run(model, tmp_path, draws=65)


def test_the_simulation_is_a_task_of_the_progress(model: Model, tmp_path: Path) -> None:
    tasks: list[str] = []

    class Recorded(NullProgress):
        def task(self, name: str, total: float | None = None) -> AbstractContextManager[Task]:
            tasks.append(name)
            return super().task(name, total)

    run(model, tmp_path, draws=64, progress=Recorded())
    assert "draws" in tasks


def test_rival_models_of_a_variant_are_refused_before_anything_is_simulated(model: Model, tmp_path: Path) -> None:
    variant = replace(model, plan=replace(model.plan, loaded=replace(model.plan.loaded, variant="calm")))
    with pytest.raises(StandoffError):
        run(variant, tmp_path / "run", draws=64, uncertainty=True)
    assert not (tmp_path / "run").exists()
