"""A warm session: the same futures as a run, whatever number is moved, and nothing compiled again."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np
import pytest

import standoff
from standoff.analysis.explain import explained
from standoff.analysis.paired import outcome_values
from standoff.engine.build import build
from standoff.engine.model import Model
from standoff.engine.run import Run
from standoff.engine.session import Interruption, LeverResult, Session
from standoff.engine.simulate import simulate
from standoff.engine.simulator import DrawRange, Simulator
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
def warm(model: Model) -> Session:
    return Session(model, SEED, Simulator.of(model, size=128))  # three blocks


def under(path: str, value: float, unit: str = "") -> Model:
    return build(
        load.load_document(
            load.document.read_text(TEXT, "border"), None, changes={path: f"{value}{unit} @assumption"}, since="start"
        ),
        Ledger(),
    )


def test_no_lever_gives_the_futures_of_a_run(model: Model, warm: Session) -> None:
    run = simulate(model, draws=DRAWS, seed=SEED, paths="all")
    found = warm.move(draws=DRAWS, stocks=("tension",))
    assert np.allclose(found.answers, run.answers, rtol=1e-5, atol=1e-6)
    assert found.valid.all() and found.answers.shape[1] == DRAWS
    assert np.allclose(found.mean, run.mean[warm.begin :], rtol=1e-5)
    assert np.allclose(found.held, run.active_share[warm.begin :], atol=1e-6)
    assert np.allclose(found.paths["tension"], run.path("tension")[:, warm.begin + 1 :], rtol=1e-4, atol=1e-6)
    assert found.times == run.times[warm.begin + 1 :]
    assert np.allclose(found.stocks_at_as_of, run.stocks_at_as_of)


def test_a_whole_run_is_that_of_a_simulation(model: Model, warm: Session) -> None:
    run, found = simulate(model, draws=DRAWS, seed=SEED), warm.run(draws=DRAWS)
    for item in fields(Run):
        mine, theirs = getattr(found, item.name), getattr(run, item.name)
        if isinstance(theirs, np.ndarray):
            assert mine.shape == theirs.shape, item.name
            assert np.allclose(mine, theirs, rtol=1e-4, atol=1e-5), item.name
    assert found.settings == run.settings
    step = model.program.decision_steps[0]
    assert explained(found, 0, step).log_odds == pytest.approx(explained(run, 0, step).log_odds, rel=1e-4)


def test_more_futures_are_the_same_and_others(warm: Session) -> None:
    few, many = (warm.move({"calm": 0.5}, draws=draws).answers for draws in (100, DRAWS))
    assert np.array_equal(few, many[:, :100])


@pytest.mark.parametrize(("lever", "value"), [("calm", 0.7), ("men", 60.0)])
def test_a_belief_is_the_run_with_that_number(warm: Session, lever: str, value: float) -> None:
    scenario = warm.model.scenario
    unit = " thousand person" if lever == "men" else ""
    run = simulate(under(scenario.levers[lever].target, value, unit), draws=DRAWS, seed=SEED)
    found = warm.move(beliefs={lever: value}, draws=DRAWS)
    assert np.allclose(found.answers, run.answers, rtol=1e-5, atol=1e-6)
    assert not np.allclose(found.answers, warm.move(draws=DRAWS).answers)  # the number does something
    assert np.array_equal(
        warm.move(beliefs={lever: value}, draws=DRAWS).answers, found.answers
    )  # nothing is left behind


def test_a_belief_comes_before_a_lever(warm: Session) -> None:
    """A lever over a belief acts from as_of on, in the futures that the belief led to."""
    both = warm.move({"calm": 0.1}, {"calm": 0.7}, draws=DRAWS, stocks=("tension",))
    belief = warm.move(beliefs={"calm": 0.7}, draws=DRAWS)
    assert np.array_equal(both.stocks_at_as_of, belief.stocks_at_as_of)
    assert (
        both.paths["tension"][:, -1].mean() < warm.move(draws=DRAWS, stocks=("tension",)).paths["tension"][:, -1].mean()
    )


def test_another_table_acts_in_history_too(model: Model, warm: Session) -> None:
    index = model.plan.index["mechanisms.mood.mean"]
    table = model.table.with_value(model.layout, {index: 0.7})
    found = warm.move(draws=DRAWS, table=table)
    assert np.array_equal(found.answers, warm.move(beliefs={"mechanisms.mood.mean": 0.7}, draws=DRAWS).answers)


def test_from_as_of_on_history_stays(model: Model, warm: Session) -> None:
    now, late = (warm.move(levers, draws=DRAWS, stocks=("tension",)) for levers in ({}, {"calm": 0.0}))
    always = warm.move(beliefs={"calm": 0.0}, draws=DRAWS)
    asked = {item.id: item for item in model.plan.questions}
    tense = [float(np.mean(outcome_values(item, asked["tense"]))) for item in (now, late, always)]
    assert tense[2] < tense[1] < tense[0]  # calm from as_of on has had less time
    # mean reversion is exact: at no mean, tension falls by exp(-0.2) a month from where it stood at as_of, in those that hold
    first = late.paths["tension"][:, 0] - now.paths["tension"][:, 0]
    holds = np.isfinite(first) & (first != 0)
    means = simulate(model, draws=DRAWS, seed=SEED, paths="all").parameter_values[
        :, model.plan.index["mechanisms.mood.mean"]
    ]
    assert np.median(first[holds] / means[holds]) == pytest.approx(-(1 - np.exp(-0.2)), rel=0.02)


def test_a_lever_takes_its_own_name_its_path_and_units(warm: Session) -> None:
    same = [
        warm.move({name: value}, draws=DRAWS)
        for name, value in (("men", 60), ("rest.mean", "60 thousand person"), ("mechanisms.rest.mean", "60000 person"))
    ]
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
        ({"stocks.tension.initial": 0.3}, r"acts only before as_of[\s\S]*set it as a belief"),
    ],
)
def test_what_cannot_be_moved(warm: Session, levers: dict[str, float | str], text: str) -> None:
    with pytest.raises(ModelError, match=text):
        warm.move(levers)


def test_an_unknown_stock_is_refused(warm: Session) -> None:
    with pytest.raises(ModelError, match="tensoin"):
        warm.move(stocks=("tensoin",))


def test_a_rerun_can_be_stopped_between_blocks(warm: Session) -> None:
    asked: list[int] = []

    def stop() -> bool:
        asked.append(0)
        return len(asked) > 3

    with pytest.raises(Interruption):
        warm.move({"calm": 0.2}, draws=20 * warm.simulator.size, stop=stop)
    assert len(asked) == 4
    assert np.array_equal(warm.move({"calm": 0.2}, draws=DRAWS).answers, warm.move({"calm": 0.2}, draws=DRAWS).answers)


def test_moving_a_number_compiles_nothing(warm: Session) -> None:
    import jax

    warm.move({"calm": 0.1}, draws=DRAWS)
    compiled: list[str] = []
    jax.monitoring.register_event_duration_secs_listener(lambda event, _, **__: compiled.append(event))
    found: list[LeverResult] = [
        warm.move({"calm": value}, {"men": 60 + value}, draws=DRAWS) for value in (0.2, 0.3, 0.4)
    ]
    assert not [event for event in compiled if "compile" in event]
    assert len({item.answers.tobytes() for item in found}) == 3


def test_more_futures_of_the_last_state_go_on_from_those_that_there_are(
    warm: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    levers, ran, run = {"calm": 0.35}, list[int](), type(warm.simulator).run

    def counted(self: object, table: object, seed: object, wanted: list[DrawRange], *rest: Any, **named: Any) -> object:
        ran.append(len(wanted))
        return run(self, table, seed, wanted, *rest, **named)  # type: ignore[arg-type]

    warm.move(levers, draws=128, stocks=("tension",))
    monkeypatch.setattr(type(warm.simulator), "run", counted)
    more = warm.move(levers, draws=DRAWS, stocks=("tension",))
    assert ran[-1] == 2  # of three blocks, the first was there
    warm.move({"calm": 0.36}, draws=128)  # another state
    anew = warm.move(levers, draws=DRAWS, stocks=("tension",))
    for name in ("answers", "failed", "mean", "held", "chosen", "stocks_at_as_of"):
        np.testing.assert_array_equal(getattr(more, name), getattr(anew, name))
    np.testing.assert_array_equal(more.paths["tension"], anew.paths["tension"])


def test_the_public_session_frees_its_futures_at_the_end(model: Model, warm: Session) -> None:
    with standoff.session(model, seed=SEED) as opened:
        one, other = (each.move({"calm": 0.5}, draws=DRAWS).answers for each in (opened, warm))
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6)
        assert opened._histories
    assert not opened._histories and not opened._last[1]
    assert opened.move(draws=DRAWS).valid.all()  # it can go on, from the beginning
