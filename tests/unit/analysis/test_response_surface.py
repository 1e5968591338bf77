"""A response surface against the runs that it was laid through, and against a lever whose law is known on paper."""

from __future__ import annotations

import numpy as np
import pytest

from standoff import build
from standoff.analysis.answer import answer
from standoff.analysis.paired import PairedOutcomes, outcome_values
from standoff.analysis.response_surface import ResponseSurface, response_surface, surface_value
from standoff.engine.session import Session, session
from standoff.ledger import Ledger
from standoff.scenario import load as load_scenario

DRAWS, CHECKS = 512, 12
TEXT = """
title: a shipment
as_of: 2030-01
start: 2030-01
end: 2032-12
step: month
language: 1
default_source: assumption
actors: {ALA: {name: Alpha}}
stocks:
  danger: {unit: "1", initial: 0}
  noise: {unit: "1", initial: 0}
mechanisms:
  tide: {use: mean_reversion, stock: danger, mean: 0.2, speed: 50 1/month, volatility: 0}
  din: {use: mean_reversion, stock: noise, mean: 0.5, speed: 1 1/month, volatility: 0}
choices:
  ALA:
    actor: ALA
    status_quo: keep
    every: 6 months
    half_life: 0
    rationality: 1
    numbers: {pull: 1, spice: 0.1, tilt: 0}
    options: {keep: {}, send: {}}
    reasons:
      fear: {use: expression, text: it is dangerous, weight: 1, value: {send: 0 - spice * danger - tilt}}
      greed: {use: expression, text: it pays, weight: 1, value: {send: pull + tilt}}
      unstated: {use: alternative_constant, text: what nobody has stated, weight: 1, inclination: {keep: 0, send: -1 to 1}}
levers:
  pull: {target: choices.ALA.numbers.pull, low: -2, high: 2}
  danger: {target: tide.mean, low: 0, high: 1, text: how dangerous it is}
  noise: {target: din.mean, low: 0, high: 1, text: how loud it is}
  tilt: {target: choices.ALA.numbers.tilt, low: 0, high: 1, text: what two reasons share}
questions:
  sends: {text: "Does Alpha send?", event: "ALA in [send]", by: 2030-12, resolution: on paper, main: true}
  late: {text: "How loud is it?", quantity: noise, at: 2030-12, resolution: on paper}
"""


@pytest.fixture(scope="module")
def opened() -> Session:
    return session(build(load_scenario.load_text(TEXT), Ledger()))


@pytest.fixture(scope="module")
def surface(opened: Session) -> ResponseSurface:
    return response_surface(opened, answer(opened.move(draws=DRAWS)).answers, draws=DRAWS, checks=CHECKS)


def true(opened: Session, question: str, **moved: float) -> float:
    query = opened.model.plan.question(question)
    states = [outcome_values(opened.move(at, draws=DRAWS), query) for at in ({}, moved)]
    return PairedOutcomes.of(query, states).difference().after


@pytest.mark.parametrize(
    "moved", [{"pull": -2.0}, {"pull": 1.0}, {"pull": 2.0, "tilt": 0.0}, {"pull": -2.0, "tilt": 1.0}]
)
def test_it_is_the_run_where_it_was_laid_through(
    opened: Session, surface: ResponseSurface, moved: dict[str, float]
) -> None:
    """At the ends and the middle of a lever, and at the corners of two; half a future is added to either side."""
    (sends, _) = surface.answers
    assert surface_value(sends, surface.levers, moved) == pytest.approx(true(opened, "sends", **moved), abs=1.1 / DRAWS)


def test_the_law_of_a_number_is_a_straight_line(surface: ResponseSurface) -> None:
    """The noise ends where it is drawn to, whatever else is moved: 1 - exp(-11 to 12 months) of the way."""
    late = surface.answers[1]
    rows = {lever.name: row for lever, row in zip(surface.levers, late.effects, strict=True)}
    low, middle, high = rows["noise"]
    assert (low, high) == (pytest.approx(-0.5, abs=1e-3), pytest.approx(0.5, abs=1e-3)) and abs(middle) < 1e-3
    assert rows["pull"] == (0, 0, 0) and late.is_clear
    read = surface_value(late, surface.levers, {"noise": 0.3, "pull": 1.7})
    assert read == pytest.approx(late.base - 0.2, abs=1e-3) and late.worst_error < 1e-3


def test_its_errors_are_those_of_runs_at_random(opened: Session, surface: ResponseSurface) -> None:
    seeds, errors = np.random.default_rng(opened.seed), []
    for _ in range(CHECKS):
        count = int(seeds.integers(1, 5))
        chosen = [surface.levers[n] for n in sorted(seeds.choice(4, count, replace=False))]
        moved = {lever.name: float(seeds.uniform(lever.ends[0], lever.ends[2])) for lever in chosen}
        errors.append(abs(surface_value(surface.answers[0], surface.levers, moved) - true(opened, "sends", **moved)))
    assert surface.answers[0].worst_error == pytest.approx(float(np.quantile(errors, 0.9)), abs=1.1 / DRAWS)
    assert (surface.checks, surface.together) == (CHECKS, 4)
