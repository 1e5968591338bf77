"""A warm session: the same futures as a run, whatever lever is moved, and nothing compiled again."""

from __future__ import annotations

import time

import numpy as np
import pytest

from standoff.analysis.paired_samples import outcome_values
from standoff.engine.build import build
from standoff.engine.model import Model
from standoff.engine.session import LeverResult, LeverSession
from standoff.engine.simulate import simulate
from standoff.errors import ModelError
from standoff.ledger import Ledger
from standoff.scenario import load

DRAWS, SEED = 301, 5  # an odd number: the last one is padded on two devices
TEXT = """
title: a border
as_of: 2030-06
start: 2030-01
end: 2031-12
step: month
actors: {ALA: {name: Aland}, BOR: {name: Borland}}
stocks:
  tension: {unit: share, initial: 0.2 to 0.4, cap: 1, sources: assumption}
  troops: {unit: thousand person, initial: {ALA: 80 to 120, BOR: 100}, sources: assumption}
mechanisms:
  mood: {use: mean_reversion, stock: tension, mean: 0.3 to 0.5, speed: 0.2 1/month, volatility: 0.05, sources: assumption}
  rest: {use: mean_reversion, stock: troops.ALA, mean: 90 thousand person,
         speed: 0.1 to 0.2 1/month, volatility: 2 thousand person, sources: assumption}
choices:
  ALA:
    actor: ALA
    options: {hold: , strike: {effects: {mood.mean: x 1.5}}}
    status_quo: hold
    every: 3 months
    rationality: 1 to 3
    half_life: 1.94 month
    sources: assumption
    reasons:
      prize: {use: expression, weight: 1 to 3, value: {strike: tension - 0.2}}
levers:
  calm: {target: mood.mean, low: 0, high: 0.8}
  men: {target: rest.mean, low: 50 thousand person, high: 150 thousand person}
questions:
  struck: {text: Will it strike?, event: "ALA in [strike]", by: 2031-12, resolution: papers}
  tense: {text: How tense?, quantity: tension, at: 2031-12, resolution: papers}
  many: {text: How many?, quantity: troops.ALA, at: 2031-06, resolution: papers}
"""


@pytest.fixture(scope="module")
def model() -> Model:
    return build(load.load_text(TEXT), Ledger())


@pytest.fixture(scope="module")
def warm(model: Model) -> LeverSession:
    return LeverSession.open(model, draws=DRAWS, seed=SEED, stocks=("tension",))


@pytest.fixture(scope="module")
def whole(model: Model) -> LeverSession:
    return LeverSession.open(model, draws=DRAWS, seed=SEED, since="start")


def under(path: str, value: float, unit: str = "") -> Model:
    return build(
        load.load_document(
            load.document.read_text(TEXT, "border"), None, changes={path: f"{value}{unit} @assumption"}, since="start"
        ),  # fmt: skip
        Ledger(),
    )


def test_no_lever_gives_the_futures_of_a_run(model: Model, warm: LeverSession, whole: LeverSession) -> None:
    run = simulate(model, draws=DRAWS, seed=SEED, paths="all")
    for session in (warm, whole):
        found = session.rerun()
        assert np.allclose(found.answers, run.answers, rtol=1e-5, atol=1e-6)
        assert found.valid.all() and found.answers.shape[1] == DRAWS
        assert np.allclose(found.mean, run.mean[session.begin :], rtol=1e-5)
        assert np.allclose(found.held, run.active_share[session.begin :], atol=1e-6)
    assert np.allclose(warm.rerun().paths["tension"], run.path("tension")[:, warm.begin + 1 :], rtol=1e-4, atol=1e-6)
    assert warm.rerun().times == run.times[warm.begin + 1 :]


@pytest.mark.parametrize(("lever", "value"), [("calm", 0.7), ("men", 60.0)])
def test_from_the_start_it_is_the_run_with_that_number(whole: LeverSession, lever: str, value: float) -> None:
    scenario = whole.model.scenario
    unit = " thousand person" if lever == "men" else ""
    run = simulate(under(scenario.levers[lever].target, value, unit), draws=DRAWS, seed=SEED)
    found = whole.rerun({lever: value})
    assert np.allclose(found.answers, run.answers, rtol=1e-5, atol=1e-6)
    assert not np.allclose(found.answers, whole.rerun().answers)  # the lever does something
    assert np.array_equal(whole.rerun({lever: value}).answers, found.answers)  # and nothing is left behind


def test_from_as_of_on_history_stays(model: Model, warm: LeverSession, whole: LeverSession) -> None:
    moved, late = whole.rerun({"calm": 0.0}), warm.rerun({"calm": 0.0})
    asked = {item.id: item for item in model.plan.questions}
    tense = [float(np.mean(outcome_values(item, asked["tense"]))) for item in (warm.rerun(), late, moved)]
    assert tense[2] < tense[1] < tense[0]  # calm from as_of on has had less time
    # mean reversion is exact: at no mean, tension falls by exp(-0.2) a month from where it stood at as_of, in those that hold
    first = late.paths["tension"][:, 0] - warm.rerun().paths["tension"][:, 0]
    holds = np.isfinite(first) & (first != 0)
    means = simulate(model, draws=DRAWS, seed=SEED, paths="all").parameters[:, model.plan.index["mechanisms.mood.mean"]]
    assert np.median(first[holds] / means[holds]) == pytest.approx(-(1 - np.exp(-0.2)), rel=0.02)


def test_a_lever_takes_its_own_name_its_path_and_units(warm: LeverSession) -> None:
    same = [warm.rerun({name: value}) for name, value in
            (("men", 60), ("rest.mean", "60 thousand person"), ("mechanisms.rest.mean", "60000 person"))]  # fmt: skip
    assert all(np.array_equal(same[0].answers, other.answers) for other in same[1:])
    assert same[0].levers == {"mechanisms.rest.mean": 60000.0}


@pytest.mark.parametrize(
    ("levers", "text"),
    [
        ({"calm": 0.9}, r"0.9 is out of the range of `calm`\s+allowed: 0 to 0.8"),
        ({"men": "200 thousand person"}, r"out of the range of `men`\s+allowed: 50 to 150 thousand person"),
        ({"clam": 0.5}, r"no lever and no parameter `clam`[\s\S]*did you mean `calm`"),
        ({"men": "60 month"}, r"`month` is not a unit of the kind of `thousand person`"),
        ({"calm": "0.1 to 0.2"}, r"is not a single number"),
        ({"stocks.tension.initial": 0.3}, r"acts only before as_of[\s\S]*since=\"start\""),
    ],
)
def test_what_cannot_be_moved(warm: LeverSession, levers: dict[str, float | str], text: str) -> None:
    with pytest.raises(ModelError, match=text):
        warm.rerun(levers)


def test_what_cannot_be_opened(model: Model) -> None:
    for wrong in ({"since": "now"}, {"until": 3}, {"stocks": ("tensoin",)}):
        with pytest.raises(ModelError):
            LeverSession.open(model, draws=2, **wrong)  # type: ignore[arg-type]


def test_moving_a_lever_compiles_nothing(warm: LeverSession, monkeypatch: pytest.MonkeyPatch) -> None:
    import jax

    warm.rerun({"calm": 0.1})
    compiled: list[str] = []
    jax.monitoring.register_event_duration_secs_listener(lambda event, _, **__: compiled.append(event))
    began = time.perf_counter()
    found: list[LeverResult] = [warm.rerun({"calm": value}) for value in (0.2, 0.3, 0.4)]
    assert not [event for event in compiled if "compile" in event]
    assert time.perf_counter() - began < 3  # no more than a sign that nothing is built; benchmarks/levers.py measures
    assert len({item.answers.tobytes() for item in found}) == 3
