"""Uncertain numbers in conditions: shares of futures against closed forms, and who changes them when."""

from __future__ import annotations

import re
from dataclasses import replace
from math import sqrt

import numpy as np
import pytest

from standoff.addons.games.perceived import perceived_game
from standoff.analysis.sanity_checks._base import CheckedRun
from standoff.analysis.sensitivity.sensitivity import sensitivity
from standoff.analysis.threshold import flip
from standoff.engine import decision_record
from standoff.engine.build import build
from standoff.engine.model import Model
from standoff.engine.run import Run
from standoff.engine.simulate import simulate
from standoff.ledger import Ledger
from standoff.scenario import load_text

DRAWS = 2000
TEXT = """
title: numbers of conditions
as_of: 2024-02
start: 2024-01
end: 2026-02
step: month
actors: {AAA: {name: A}, BBB: {name: B}}
stocks:
  fear: {unit: share, initial: 0.4, cap: 1, sources: assumption, constant: true}
  heat: {unit: share, initial: 0.2, cap: 1, sources: assumption}
  noise: {unit: share, initial: 0.5, cap: 1, sources: assumption}
mechanisms:
  warming: {use: mean_reversion, when: fear > spark, numbers: {spark: "uniform(0.2, 0.7)"}, stock: heat, mean: 0.9,
            speed: 1 1/month, volatility: 0, sources: assumption}
  wander: {use: mean_reversion, stock: noise, mean: 0.5, speed: 0.5 1/month, volatility: 0.1, sources: assumption}
choices:
  AAA:
    actor: AAA
    options: {hold: , strike: {when: fear > alarm}}
    status_quo: hold
    every: 1 month
    when: fear > calm
    numbers: {alarm: "uniform(0, 1)", calm: "uniform(0, 0.5)"}
    rationality: 1
    half_life: 0
    history: [{since: 2024-01, option: hold}]
    reasons: {prize: {use: expression, weight: 1, value: {strike: "2"}}}
    sources: assumption
  BBB:
    actor: BBB
    options: {rest: , watch: {when: noise > loud}, dampen: {effects: {warming.numbers.spark: + 0.2}}}
    status_quo: rest
    every: 1 month
    numbers: {loud: "uniform(0.3, 0.7)", gain: "uniform(0, 4)", worth: "-9"}
    rationality: 1
    half_life: 0
    history: [{since: 2024-01, option: rest}]
    reasons: {taste: {use: expression, weight: 1, value: {watch: gain * noise, dampen: worth}}}
    sources: assumption
questions:
  strike: {text: strike?, event: "AAA in [strike]", by: 2026-02, resolution: x, main: true}
  hot: {text: hot?, event: heat > 0.5, by: 2026-02, resolution: x}
"""
AAA, BBB = range(2)
ALARM, CALM, SPARK = "choices.AAA.numbers.alarm", "choices.AAA.numbers.calm", "warming.numbers.spark"


@pytest.fixture(scope="module")
def run() -> Run:
    return simulate(build(load_text(TEXT), Ledger()), draws=DRAWS, seed=3, paths="all", precision="double")


def close(share: float, p: float) -> bool:
    """Whether a share of the futures lies within four standard errors of p."""
    return abs(share - p) <= 4 * sqrt(p * (1 - p) / DRAWS)


def values(run: Run, path: str) -> np.ndarray:
    out: np.ndarray = run.parameter_values[:, run.model.plan.number(path)]
    return out


def stock(run: Run, cell: str) -> np.ndarray:
    out: np.ndarray = run.stock_paths[..., run.model.plan.cells.index(cell)]
    return out


def test_the_share_of_futures_beyond_a_uniform_threshold_is_its_distribution(run: Run) -> None:
    """P(spark < 0.4) = 0.2 / 0.5; P(alarm < 0.4 and calm < 0.4) = 0.4 x 0.8, but for e^2 / (1 + e^2) in 24 decisions."""
    assert close(np.isfinite(run.answer("hot")).mean(), 0.4)
    assert close(np.isfinite(run.answer("strike")).mean(), 0.4 * 0.8)
    open_, arises = values(run, ALARM) < 0.4, values(run, CALM) < 0.4
    np.testing.assert_array_equal(np.isfinite(run.answer("strike")), open_ & arises)
    np.testing.assert_array_equal(np.isfinite(run.answer("hot")), values(run, SPARK) < 0.4)


def test_each_future_has_one_number_at_all_dates(run: Run) -> None:
    p, noise = run.path_p[:, 1:, BBB, 1], stock(run, "noise")[:, 1:-1]
    open_ = noise > values(run, "choices.BBB.numbers.loud")[:, None]
    assert 0.3 < open_.mean() < 0.7
    np.testing.assert_array_equal(p > 0, open_)
    logs = np.stack(
        [np.zeros_like(noise), values(run, "choices.BBB.numbers.gain")[:, None] * noise, np.full_like(noise, -9)]
    )
    odds = np.exp(logs)
    np.testing.assert_allclose(p[open_], (odds[1] / odds.sum(axis=0))[open_], rtol=1e-9)


def test_a_past_decision_is_solved_again_with_the_same_conditions(run: Run) -> None:
    record = decision_record.at_step(run, 5)
    np.testing.assert_array_equal(record.made[:, AAA], values(run, CALM) < 0.4)
    np.testing.assert_array_equal(record.available[:, AAA, 1], values(run, ALARM) < 0.4)
    np.testing.assert_allclose(record.p[:, BBB, :3], run.path_p[:, 5, BBB, :3], atol=1e-9)
    open_ = values(run, ALARM) < 0.4
    faced = perceived_game(run, AAA, 5)  # with `strike` or without it, as in most futures
    assert faced.options[0] == (0, 1) and set(faced.draws) <= set(run.path_ids[open_])


def test_the_checks_of_a_run_see_the_numbers_of_each_future(run: Run) -> None:
    checked = CheckedRun(run=run, answers=())
    np.testing.assert_array_equal(checked.arises(AAA, 4), values(run, CALM) < 0.4)


def test_what_decides_stands_out(run: Run) -> None:
    """First-order index of alarm: Var E[y | alarm] / Var y = 0.8^2 x 0.24 / (0.32 x 0.68) = 0.71; of calm: 0.12."""
    found = sensitivity(run.model, question="strike", draws=1000, indices=True, pairs=512)
    index = {item.name: item.first for item in found.indices}
    assert abs(index[ALARM] - 0.71) < 0.15 and index[CALM] < 0.4 < index[ALARM]


def test_flip_finds_the_threshold_that_turns_the_answer(run: Run) -> None:
    found = flip(run.model, question="strike", draws=1000)
    turned = {item.path: item.value for item in found.flips if item.flips}
    assert abs(turned[ALARM] - 0.4) < 0.05  # the level of fear, beside which P = 0.8


@pytest.fixture(scope="module")
def model() -> Model:
    """A spark that is 0.3 from January 2025 on."""
    more = "interventions: {warming.numbers.spark: {value: 0.3 @assumption, since: 2025-01}}\n"
    return build(load_text(TEXT + more), Ledger())


def with_numbers(model: Model, **numbers: float) -> Run:
    """Futures of the same program, in which some numbers are these."""
    paths = {"spark": SPARK, "worth": "choices.BBB.numbers.worth"}
    table = model.table.with_value(model.layout, {model.plan.number(paths[name]): x for name, x in numbers.items()})
    return simulate(replace(model, table=table), draws=500, seed=3, paths="all", precision="double")


def test_a_number_that_is_set_from_a_month_on_applies_from_that_month(model: Model) -> None:
    later = with_numbers(model, spark=0.6)
    heat = stock(later, "heat")
    assert (heat[:, :12] == 0.2).all() and (heat[:, 13] > 0.2).all()  # the step of January 2025 ends in state 12


def test_an_option_in_force_changes_a_number_of_a_mechanism(model: Model) -> None:
    """`dampen` adds 0.2 to a spark of 0.3: nothing warms in the steps in which it is in force."""
    damped = with_numbers(model, spark=0.3, worth=2.0)
    heat, chosen = stock(damped, "heat"), damped.path_chosen[:, :, BBB]
    warms = np.diff(heat, axis=1) > 1e-9
    early = np.arange(warms.shape[1]) < 10  # before it is as warm as it gets
    assert 0.1 < (chosen[:, early] == 2).mean() < 0.9
    np.testing.assert_array_equal(warms[:, early], chosen[:, early] != 2)


def test_a_program_without_numbers_reads_nothing_more() -> None:
    text = re.sub(r"numbers: \{.*\}(,|\n)", r"numbers: {}\1", TEXT.replace(" + 0.2", " x 2"))
    for old, new in {"spark": "0.5", "alarm": "0.3", "calm": "0.2", "loud": "0.5", "gain * noise": "noise"}.items():
        text = text.replace(old, new)
    model = build(load_text(re.sub(r", dampen: \{.*?\}\}|, dampen: worth", "", text)), Ledger())
    cells = {"fear": np.zeros(2)}
    assert model.plan.condition_numbers == {} and model.program.facts(cells, lambda i: cells["fear"]) is cells
