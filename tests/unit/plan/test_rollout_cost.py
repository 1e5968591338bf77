"""What looking ahead costs is told before it is paid."""

from __future__ import annotations

import pytest

from standoff.errors import ModelError
from standoff.ledger import Ledger
from standoff.plan import plan
from standoff.plan.choices import rollout_factor
from standoff.scenario import load_text

TEXT = """
title: two that look ahead
as_of: 2024-01
start: 2024-01
end: 2034-01
step: month
actors: {{ALA: {{name: A}}, BOR: {{name: B}}}}
stocks: {{prize: {{unit: "1", initial: 1, sources: assumption}}}}
mechanisms: {{growth: {{use: mean_reversion, stock: prize, mean: 1, speed: 0.5 1/month, volatility: 0, sources: assumption}}}}
choices:
  ALA:
    actor: ALA
    options: {{stay: , go: , run: }}
    status_quo: stay
    every: {every}
    rationality: 1 @assumption
    half_life: 0 @assumption
    reasons:
      gain: {{use: expression, weight: 1, value: {{go: prize}}, horizon: {horizon}, sources: assumption}}
      again: {{use: expression, weight: 1, value: {{go: prize}}, horizon: {horizon}, sources: assumption}}
      now: {{use: expression, weight: 1, value: {{run: prize}}, sources: assumption}}
  BOR:
    actor: BOR
    options: {{stay: , go: }}
    status_quo: stay
    every: 12 months
    rationality: 1 @assumption
    half_life: 0 @assumption
    reasons: {{gain: {{use: expression, weight: 1, value: {{go: prize}}, sources: assumption}}}}
questions: {{last: {{text: "How much?", quantity: prize, at: 2034-01, resolution: nobody}}}}
"""


def planned(every: str, horizon: str):
    return plan(load_text(TEXT.format(every=every, horizon=horizon)), Ledger())


def test_the_factor_counts_every_rollout_once():
    """120 steps, decisions in the 40 months divisible by three: three options, 12 steps, two reasons with one horizon."""
    choices = planned("3 months", "12 months").choices
    assert rollout_factor(choices, 120) == 40 * 3 * 12 / 120 == 12.0


def test_what_is_dear_is_said_and_what_is_cheap_is_not():
    (warning,) = [text for text in planned("3 months", "12 months").warnings if "look-ahead" in text]
    assert "takes 12 times" in warning and "`ALA`: 3 options, 12 steps" in warning
    assert not [text for text in planned("12 months", "12 months").warnings if "look-ahead" in text]


def test_what_would_never_end_is_refused_with_its_line():
    with pytest.raises(ModelError) as caught:
        planned("1 month", "67 months")  # 120 dates x 3 options x 67 steps / 120 = 201
    (problem,) = caught.value.problems
    assert problem.path == "choices.ALA.reasons.gain.horizon" and "201 times" in problem.what
    assert "shorter `horizon`" in problem.fix
    assert [text for text in planned("1 month", "66 months").warnings if "198 times" in text]
