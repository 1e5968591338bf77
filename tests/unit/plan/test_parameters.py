"""A belief that its number cannot have: refused where its central 90 % lies outside, told where its shape is cut."""

from __future__ import annotations

import pytest

from standoff.errors import ModelError
from standoff.ledger import Ledger
from standoff.plan import Plan, plan
from standoff.scenario import load_text

CASE = """
title: t
as_of: 2024-01
start: 2024-01
end: 2024-12
step: month
actors: {AAA: {name: A}}
stocks:
  fear: {unit: "%", initial: BELIEF, floor: 0, cap: 100, constant: true, sources: assumption}
"""


def planned(belief: str) -> Plan:
    return plan(load_text(CASE.replace("BELIEF", belief), "case.yaml"), Ledger())


@pytest.mark.parametrize(
    ("belief", "ends"),
    [
        ('"normal(1, 2)"', "-2.29 to 4.29"),
        ("-1 to 3", "-1 to 3"),
        ("50 to 101", "50 to 101"),
        ('"uniform(-20, 80)"', "-15 to 75"),
        ("{p5: -1, p50: 2, p95: 9}", "-1 to 9"),
    ],
)
def test_a_belief_that_reaches_outside_is_refused(belief: str, ends: str) -> None:
    with pytest.raises(ModelError) as caught:
        planned(belief)
    (problem,) = caught.value.problems
    assert problem.what.endswith(f" 90 % is {ends}")
    assert (problem.allowed, problem.where) == ("0 to 100 %", "case.yaml:9")
    assert "within the bounds" in problem.fix


@pytest.mark.parametrize(
    "belief", ["0 to 40", "40 to 100", "0 to 100", "50 to 90", '"normal(50, 15)"', '"beta(2, 5)"', "0"]
)
def test_a_range_that_lies_within_is_taken_without_a_word(belief: str) -> None:
    assert planned(belief).warnings == ()


def test_a_shape_that_loses_more_than_a_hundredth_is_told() -> None:
    (warning,) = planned('"normal(2, 1)"').warnings
    assert warning.startswith("stocks.fear.initial: 2.3% of `normal") and "0 to 100" in warning
    assert planned('"normal(2.4, 1)"').warnings == ()  # 0.8 %
