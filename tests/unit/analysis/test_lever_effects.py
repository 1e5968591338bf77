"""What a lever does to the odds, and which reasons it reaches, against log odds that are known on paper."""

from __future__ import annotations

import pytest

from standoff import build
from standoff.analysis.lever_effects import LeverEffect, lever_effects
from standoff.engine.session import session
from standoff.ledger import Ledger
from standoff.report import lever_text
from standoff.scenario import load as load_scenario

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
def effects() -> dict[str, LeverEffect]:
    model = build(load_scenario.load_text(TEXT), Ledger())
    with session(model) as opened:
        numbers = lever_effects(opened, model.plan.question("late"), draws=64)
        assert all(item.odds is None and item.reach is None for item in numbers)
        return {item.lever: item for item in lever_effects(opened, model.plan.question("sends"), draws=512)}


def test_a_lever_that_moves_the_odds_by_a_quarter_is_asked_no_reason(effects: dict[str, LeverEffect]) -> None:
    item = effects["pull"]
    low, high = (end.answer for end in item.ends)
    assert item.odds == pytest.approx(high * (1 - low) / (low * (1 - high))) and item.odds > 2
    assert item.reach is None and lever_text.between_ends(item).endswith(f"{item.odds:.2f}.")


def test_a_weak_lever_names_the_reason_that_it_reaches_with_its_log_odds(effects: dict[str, LeverEffect]) -> None:
    """A tenth of a danger of 0 or 1, at weight and rationality 1."""
    (reason,) = effects["danger"].reach.reasons
    assert reason.log_odds == pytest.approx((0, -0.1), abs=1e-4) and reason.change == pytest.approx(-0.1, abs=1e-4)
    text = lever_text.between_ends(effects["danger"])
    assert "it is dangerous" in text and "0.000 to −0.100" in text and "0.22" in text


def test_what_no_reason_reads_reaches_none(effects: dict[str, LeverEffect]) -> None:
    item = effects["noise"]
    assert (item.odds, item.reach.reasons, item.reach.arises) == (
        1,
        (),
        (1, 1),
    ) and lever_text.NONE in lever_text.between_ends(item)


def test_two_reasons_that_cancel_are_both_named(effects: dict[str, LeverEffect]) -> None:
    """No log odds move: the same futures send."""
    item = effects["tilt"]
    assert item.odds == pytest.approx(1) and [round(part.change, 6) for part in item.reach.reasons] in (
        [-1, 1],
        [1, -1],
    )
    text = lever_text.between_ends(item)
    assert "it is dangerous" in text and "it pays" in text and text.endswith("which cancel.")
