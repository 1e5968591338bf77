"""Company: closed form, direction, limits, and a case in which the acts of others are read."""

from __future__ import annotations

import pytest

from standoff.considerations import company
from standoff.errors import ModelError
from standoff.ledger import Ledger
from standoff.plan import plan
from standoff.scenario import load_text
from tests.unit.considerations.conftest import Weigh

PARAMS = {
    "companions": ("PRK", "IRN"),
    "idle": ("none", "wait"),
    "standing": {"PRK": 0.3, "IRN": 0.2},
    "part": {"none": 0.0, "wait": -0.4, "arms": 1.0},
}
TEXT = """
title: two friends
as_of: 2024-01
start: 2024-01
end: 2024-06
step: month
actors: {AAA: {name: A}, BBB: {name: B}}
stocks: {fear: {unit: share, cap: 1, initial: 0.5 @assumption}}
choices:
  AAA:
    actor: AAA
    options: {help: , stay: }
    status_quo: stay
    every: 1 month
    rationality: 1
    half_life: 6 month
    reasons:
      friends: {use: company, weight: 1, companions: [BBB], idle: [stay], standing: 0.5, part: {help: 1, stay: 0}}
    sources: assumption
  BBB:
    actor: BBB
    options: {help: , stay: }
    status_quo: stay
    every: 1 month
    rationality: 1
    half_life: 6 month
    reasons: {gain: {use: expression, weight: 1, value: {help: 1, stay: 0}}}
    sources: assumption
"""


def of(prk: float, irn: float) -> dict[tuple[str, str], float]:
    """That PRK and IRN act with these probabilities."""
    return {("PRK", "none"): 1 - prk, ("IRN", "wait"): 1 - irn}


def test_closed_form(weigh: Weigh) -> None:
    assert weigh(company, PARAMS, "arms", others=of(0.6, 0.1)) == pytest.approx(0.3 * 0.6 + 0.2 * 0.1, rel=1e-12)


def test_direction_more_company_draws_along_or_makes_needless(weigh: Weigh) -> None:
    assert weigh(company, PARAMS, "arms", others=of(0.6, 0.5)) > weigh(company, PARAMS, "arms", others=of(0.6, 0.1)) > 0
    assert weigh(company, PARAMS, "wait", others=of(0.6, 0.5)) < weigh(company, PARAMS, "wait", others=of(0.6, 0.1)) < 0


def test_limit_nobody_is_there(weigh: Weigh) -> None:
    assert weigh(company, PARAMS, "arms", others=of(0, 0)) == weigh(company, PARAMS, "none", others=of(1, 1)) == 0


def test_a_case_reads_the_choice_of_a_companion() -> None:
    (reason,) = plan(load_text(TEXT, "case.yaml"), Ledger()).choices[0].reasons
    assert reason.others == ("BBB",)


def test_each_companion_has_one_act() -> None:
    with pytest.raises(ModelError, match="`idle` names 2 for 1 companions"):
        plan(load_text(TEXT.replace("idle: [stay]", "idle: [help, stay]"), "case.yaml"), Ledger())
