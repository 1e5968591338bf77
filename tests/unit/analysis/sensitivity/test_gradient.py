"""Slopes by differentiation against those worked out on paper, and against finite differences on paired futures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from standoff import catalog, xla
from standoff.analysis import quantity_of_interest
from standoff.analysis.sensitivity import gradient
from standoff.analysis.sensitivity.gradient import AnswerGradient, slopes, step_size
from standoff.engine.build import build
from standoff.engine.rerun import Rerunner
from standoff.engine.simulate import simulate
from standoff.scenario import load
from standoff.scenario.document import Document, overlay
from tests import closed_form as paper

if TYPE_CHECKING:
    from collections.abc import Callable

    from standoff.engine.model import Model

DRAWS, SIGMAS = 4096, 4.0


@pytest.fixture(scope="module")
def model() -> Model:
    return without()


def without(**further: Any) -> Model:
    """The choice of `closed-form` without what nothing here asks for: half the time to differentiate it."""
    loaded, ledger = catalog.load("closed-form")
    data = loaded.document.data
    change = {
        "end": "2031-12",
        "variants": None,
        "mechanisms": dict.fromkeys(set(data["mechanisms"]) - {"acting", "levelling"}),
        "stocks": dict.fromkeys(set(data["stocks"]) - {"gain", "cost", "acted", "level"}),
        "questions": dict.fromkeys(set(data["questions"]) - {"acts", "acted"})
        | {"level": {"text": "?", "quantity": "level", "at": "2030-07", "resolution": "on paper"}},
        **further,
    }
    return build(load.load_document(overlay(loaded.document, Document(change, {}, "change")), None), ledger)


def per_unit(found: tuple[AnswerGradient, ...]) -> dict[str, tuple[float, float]]:
    return {item.path: (item.slope / item.step, item.mc_error / item.step) for item in found}


@pytest.mark.parametrize(("name", "times"), [("BLU=act", 1.0), ("acts", 1.0), ("acted", 13.0)])
def test_slopes_of_a_chance_an_event_and_a_quantity_through_choices(model: Model, name: str, times: float) -> None:
    """A chance is differentiated as it is; the others have their slope through what was chosen alone."""
    about = (
        quantity_of_interest.option_probability(model, name)
        if "=" in name
        else quantity_of_interest.question_outcome(model, name)
    )
    wanted = paper.slopes()
    found = per_unit(slopes(model, about, [model.plan.index[path] for path in wanted], draws=DRAWS, seed=1))
    for path, slope in wanted.items():
        value, error = found[path]
        assert abs(value - times * slope) < SIGMAS * error, path
        assert error < 0.05 * times * abs(slope)


def test_a_quantity_that_nobody_chooses_has_an_exact_slope(model: Model) -> None:
    paths = ("stocks.level.initial", "mechanisms.levelling.mean")
    indices = [model.plan.index[path] for path in paths]
    found = per_unit(slopes(model, quantity_of_interest.question_outcome(model, "level"), indices, draws=64, seed=1))
    closed = np.exp(-0.6)
    for path, slope in zip(paths, (closed, 1 - closed), strict=True):
        assert found[path][0] == pytest.approx(slope, rel=1e-4)  # single precision over six steps
        assert found[path][1] == pytest.approx(0.0, abs=1e-6)


def test_one_core_gives_the_slopes_of_all(model: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    about, indices = quantity_of_interest.question_outcome(model, "level"), [model.plan.index["stocks.level.initial"]]
    found = slopes(model, about, indices, draws=300, seed=1)
    all_cores, first = gradient._MADE[model.hash], xla.single_thread_devices()[:1]
    monkeypatch.setattr(xla, "single_thread_devices", lambda: first)
    monkeypatch.setitem(gradient._MADE, model.hash, all_cores[:1])
    assert slopes(model, about, indices, draws=300, seed=1) == found


def test_finite_differences_on_the_same_futures_agree(model: Model) -> None:
    """A chance is smooth: a central difference over a fifth of a step is off by its square."""
    about, again = (
        quantity_of_interest.option_probability(model, "BLU=act"),
        Rerunner.from_run(simulate(model, draws=1, seed=1)),
    )
    assert again is not None
    paths = (
        "stocks.gain.initial",
        "beliefs.BLU.gain",
        "choices.BLU.rationality",
        "choices.BLU.reasons.word.commitment",
    )
    indices = [model.plan.index[path] for path in paths]
    for item in slopes(model, about, indices, draws=1024, seed=1):
        index = model.plan.index[item.path]
        ends = [
            about.selected(
                again.with_table(
                    model.table.shifted(model.layout, index, side * 0.2 * step_size(model, index)), 1024, about.step
                )
            ).mean()
            for side in (1, -1)
        ]
        assert (ends[0] - ends[1]) / 0.4 == pytest.approx(item.slope, rel=0.02)


def test_an_event_has_a_slope_by_how_often_reasons_are_drawn_afresh() -> None:
    """Blue acts at one of four dates with 1 - (1 - p) (1 - r p)^3: afresh at the first, at each other in a share r."""
    low, high = 12.0, 24.0  # months
    kept = {name: None for name in catalog.load("closed-form")[0].document.data["questions"] if name != "acts"}
    model = without(
        end="2033-12",
        choices={"BLU": {"half_life": f"{low} to {high} months"}},
        questions={**kept, "acts": {"by": "2033-12"}},
    )
    half_life = np.sqrt(low * high) * np.exp(np.log(high / low) / (2 * 1.645) * paper.NODES)
    lasting = 0.5 ** (12 / half_life)  # the share in which shocks last the year between two dates
    r, rise = 1 - lasting, -np.log(2) * 12 / half_life**2 * lasting
    mean, sd = paper.log_odds()
    odds = mean + sd * paper.NODES
    p, weights = paper.logistic(odds)[:, None], np.outer(paper.WEIGHTS, paper.WEIGHTS)
    rises = (1 - r * p) ** 3 + (1 - p) * 3 * r * (1 - r * p) ** 2  # of the chance by p
    known = {
        "choices.BLU.half_life": (weights * (1 - p) * 3 * p * (1 - r * p) ** 2 * rise).sum(),
        "stocks.gain.initial": (weights * rises * p * (1 - p)).sum() * paper.WEIGHT["gain"],
    }
    indices = [model.plan.index[path] for path in known]
    found = per_unit(slopes(model, quantity_of_interest.question_outcome(model, "acts"), indices, draws=16_384, seed=1))
    for path, slope in known.items():
        value, error = found[path]
        assert abs(value - slope) < SIGMAS * error and error < 0.08 * abs(slope), path


@pytest.mark.slow
def test_games_are_differentiated_by_the_equation_that_they_solve(world: Callable[[], Model]) -> None:
    """Two who watch each other: also what the other is like has a slope, to what differences of a fifth of a step leave."""
    model = world()
    about, again = (
        quantity_of_interest.option_probability(model, "AAA=press"),
        Rerunner.from_run(simulate(model, draws=1, seed=1)),
    )
    assert again is not None
    paths = (
        "choices.AAA.rationality",
        "choices.BBB.rationality",
        "choices.BBB.reasons.norm.weight",
        "choices.AAA.reasons.penalty.severity",
    )
    for item in slopes(model, about, [model.plan.index[path] for path in paths], draws=256, seed=1):
        index = model.plan.index[item.path]
        ends = [
            np.nanmean(
                about.selected(
                    again.with_table(
                        model.table.shifted(model.layout, index, side * 0.2 * step_size(model, index)), 256, about.step
                    )
                )
            )
            for side in (1, -1)
        ]
        assert (ends[0] - ends[1]) / 0.4 == pytest.approx(item.slope, rel=0.02)
