"""Levers and held options in Python are those of the command line."""

from dataclasses import replace

import numpy as np
import pytest

from standoff import build, load
from standoff.cli._options import Changed
from standoff.engine import simulator
from standoff.engine.build import intervened_model
from standoff.engine.simulate import simulate
from standoff.errors import ModelError, ScenarioError

SCENARIO = """
title: a strike
as_of: 2024-01
start: 2024-01
end: 2024-04
step: month
actors: {AAA: {name: A}}
stocks: {fear: {unit: share, initial: 0.4 to 0.6, cap: 1, sources: assumption}}
mechanisms:
  dread: {use: mean_reversion, stock: fear, mean: 0.5, speed: 0.1 to 0.2 1/month, volatility: 0.05, sources: assumption}
levers: {pull: {target: dread.mean, low: 0, high: 1, text: how afraid they become}}
variants: {steady: {text: no noise, change: {mechanisms: {dread: {volatility: 0}}}}}
choices:
  war:
    actor: AAA
    options: {strike: , wait: }
    status_quo: wait
    every: 1 months
    rationality: 1 to 4
    half_life: 2 month
    reasons: {norm: {use: stated_norm, weight: 1 to 2, breach: {strike: 1, wait: 0}, commitment: 0.5 to 0.9}}
    sources: assumption
questions: {afraid: {text: Afraid?, event: fear > 0.6, by: 2024-04, resolution: x}}
"""


@pytest.fixture
def case(tmp_path):
    file = tmp_path / "scenario.yaml"
    file.write_text(SCENARIO)
    return str(file)


@pytest.mark.parametrize(
    ("levers", "words", "since"),
    [
        ({"pull": 0.9}, ["pull=0.9"], "as_of"),
        (
            {"pull": 0.2, "dread.speed": "0.3 1/month @assumption"},
            ["pull=0.2", "dread.speed=0.3 1/month @assumption"],
            "2024-02",
        ),
        ({"pull": 0.9}, ["pull=0.9"], "start"),
    ],
)
def test_levers_are_those_of_set(case, levers, words, since):
    there, here = Changed(changes=words, since=since).model(case), intervened_model(build(load(case)), levers, since)
    assert here.hash == there.hash != build(load(case)).hash
    assert here.plan.intervention_records == there.plan.intervention_records


def test_held_options_are_those_of_hold_and_join_levers_and_a_variant(case):
    there = Changed(variant="steady", changes=["pull=0.9"], held=["AAA=strike@2024-03"]).model(case)
    here = simulate(build(load(case, "steady")), draws=16, levers={"pull": 0.9}, held={"AAA": {"2024-03": "strike"}})
    assert here.model.hash == there.hash and here.interventions == there.plan.intervention_records
    assert here.model.plan.variant == "steady"
    np.testing.assert_array_equal(here.path_chosen[:, 1:], 0)
    np.testing.assert_array_equal(here.stock_paths, simulate(there, draws=16).stock_paths)


def test_a_held_option_is_simulated_by_the_same_program(case):
    free = build(load(case))
    held = intervened_model(free, held={"AAA": {"2024-03": "strike"}})
    assert held.hash != free.hash
    one, other = (simulator._lowered(each, 16, "single").as_text() for each in (free, held))
    assert one == other


def test_a_model_without_levers_stays_as_it_is(case):
    assert intervened_model(build(load(case))).hash == build(load(case)).hash


def test_what_is_no_lever_is_refused(case):
    with pytest.raises(ModelError, match="did you mean `pull`"):
        simulate(build(load(case)), draws=4, levers={"pul": 1})
    with pytest.raises(ScenarioError, match="strikes"):
        simulate(build(load(case)), draws=4, held={"war": {"2024-03": "strikes"}})
    with pytest.raises(ModelError, match="posterior"):
        simulate(replace(build(load(case)), posterior="x"), draws=4, levers={"pull": 1})
