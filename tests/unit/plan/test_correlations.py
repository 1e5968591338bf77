"""Correlations that mean nothing, or that cannot be, are not passed over in silence."""

from __future__ import annotations

import numpy as np
import pytest

from standoff.errors import ModelError
from standoff.ledger import Ledger
from standoff.plan import Plan, plan
from standoff.plan.correlations import _possible, normal
from standoff.scenario import load_text

CASE = """
title: t
as_of: 2024-01
start: 2024-01
end: 2024-12
step: month
actors: {AAA: {name: A}}
stocks:
  a: {unit: share, initial: 0.2 to 0.4 @assumption, constant: true}
  b: {unit: share, initial: 0.2 to 0.4 @assumption, constant: true}
  c: {unit: share, initial: 0.2 to 0.4 @assumption, constant: true}
  d: {unit: share, initial: 0.3 @assumption, constant: true}
correlations:
"""


def planned(*pairs: tuple[str, str, float]) -> Plan:
    lines = [f"  - {{between: [stocks.{a}.initial, stocks.{b}.initial], value: {value}}}" for a, b, value in pairs]
    return plan(load_text(CASE + "\n".join(lines), "case.yaml"), Ledger())


def test_two_numbers_that_vary_are_correlated() -> None:
    found = planned(("a", "b", 0.5), ("c", "b", -0.5))
    assert found.correlations == ((0, 1, 0.5), (2, 1, -0.5)) and found.warnings == ()


@pytest.mark.parametrize(
    ("pairs", "line", "what"),
    [
        ([("a", "b", 0.5), ("c", "c", 0.5)], 15, "`stocks.c.initial` is correlated with itself"),
        ([("a", "b", 0.5), ("a", "b", 0.2)], 15, "`stocks.a.initial` and `stocks.b.initial` are correlated twice"),
        ([("a", "b", 0.5), ("b", "a", 0.5)], 15, "`stocks.b.initial` and `stocks.a.initial` are correlated twice"),
        ([("a", "b", 0.9), ("a", "x", 0.5)], 15, "unknown parameter `stocks.x.initial`"),
    ],
)
def test_a_pair_that_means_nothing_is_refused_with_its_line(
    pairs: list[tuple[str, str, float]], line: int, what: str
) -> None:
    with pytest.raises(ModelError) as caught:
        planned(*pairs)
    (problem,) = caught.value.problems
    assert (problem.what, problem.where) == (what, f"case.yaml:{line}")


def test_a_pair_with_a_number_that_does_not_vary_is_told_and_left_out() -> None:
    found = planned(("a", "b", 0.5), ("d", "c", 0.5))
    (warning,) = found.warnings
    assert warning.startswith("correlations[1] does nothing: `stocks.d.initial` ")
    assert found.correlations == ((0, 1, 0.5),)


def test_correlations_that_cannot_all_hold_are_named() -> None:
    with pytest.raises(ModelError) as caught:
        planned(("a", "b", 0.9), ("b", "c", 0.9), ("a", "c", -0.9))
    (problem,) = caught.value.problems
    assert problem.what.startswith("the correlations contradict ") and problem.where == "case.yaml:13"
    assert all(f"stocks.{name}.initial" in problem.what for name in "abc")
    with pytest.raises(ModelError, match="contradict"):
        planned(("a", "b", 0.9), ("b", "c", 0.9))  # what is not given has 0, which these do not leave room for
    assert len(planned(("a", "b", 0.9), ("b", "c", 0.9), ("a", "c", 0.8)).correlations) == 3


def test_what_is_possible_is_what_linear_algebra_says() -> None:
    """Against the eigenvalues, over random matrices of up to six numbers."""
    random, seen = np.random.default_rng(4), set()
    for _ in range(500):
        size = int(random.integers(2, 7))
        pairs = [(a, b, float(random.uniform(-0.7, 0.7))) for a in range(size) for b in range(a)]
        matrix = np.eye(size)
        for a, b, rank in pairs:
            matrix[a, b] = matrix[b, a] = normal(rank)
        least = np.linalg.eigvalsh(matrix).min()
        assert _possible(pairs) == (least > 0)
        seen.add(bool(least > 0))
    assert seen == {True, False}
