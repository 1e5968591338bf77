"""Conditions on stocks and options before as_of, in a scenario whose past is known."""

from __future__ import annotations

import numpy as np
import pytest

from standoff import expression
from standoff.analysis.past_conditions import held_by_as_of
from standoff.engine.build import build
from standoff.engine.run import Run
from standoff.engine.simulate import simulate
from standoff.ledger import Ledger
from standoff.scenario import load

TEXT = """
title: a store that shrinks by a tenth of its first level a month
as_of: 2030-06
start: 2030-01
end: 2031-01
step: month
actors: {ALA: {name: Aland}}
stocks:
  shells: {unit: "1", initial: {ALA: 1}, floor: 0, sources: assumption}
  one: {unit: "1", initial: 1, constant: true, sources: assumption}
mechanisms:
  use: {use: proportional, stock: shells.ALA, driver: one, rate: -0.1 1/month, sources: assumption}
choices:
  ALA:
    actor: ALA
    text: what it does
    options: {hold: {text: hold}, go: {text: go}}
    status_quo: hold
    every: 1 month
    rationality: 1 @assumption
    half_life: 6 months @assumption
    history: [{since: 2030-01, option: hold, sources: assumption}, {since: 2030-03, option: go, sources: assumption},
              {since: 2030-04, option: hold, sources: assumption}]
    reasons: {gain: {use: expression, text: gain, weight: 1 @assumption, value: {go: one @assumption}}}
questions:
  what: {text: how many?, quantity: shells.ALA, at: 2031-01, resolution: the books}
"""


@pytest.fixture(scope="module")
def run() -> Run:
    return simulate(build(load.load_text(TEXT), Ledger()), draws=3, seed=1, paths="all")


@pytest.mark.parametrize(
    ("condition", "held"),
    [
        ("shells.ALA < 0.95", True),
        ("shells.ALA < 0.55", True),  # 0.5 at as_of, the fifth month after the start
        ("shells.ALA < 0.45", False),  # in the month after
        ("ALA in [go]", True),
        ("ALA in [go] and shells.ALA < 0.65", False),  # one month only, when it was 0.7
        ("log(shells.ALA - 0.75) < 0 and shells.ALA < 0.7", False),  # has no value where it could be true
    ],
)
def test_a_condition_counts_up_to_as_of(run: Run, condition: str, held: bool) -> None:
    found = held_by_as_of(run, expression.parse(condition, run.model.scenario.units))
    np.testing.assert_array_equal(found, np.full(3, held))
