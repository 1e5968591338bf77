"""Reasons are gone through by weight, and differences that nobody notices rule nothing out."""

from __future__ import annotations

import numpy as np
import pytest

from standoff.theories import TheoryExplanation, satisficing
from tests.unit.theories.situation import Plain, Situation, chosen, sample


@pytest.mark.parametrize(
    ("payoffs", "weights", "status_quo", "kept"),
    [
        ([[0, 0.05, 0]], [1], 0, 0),  # not noticed: the status quo stays
        ([[0, 0.2, 0]], [1], 0, 1),
        ([[0, 0, 1], [0, 1, 0]], [2, 1], 0, 2),  # the heavier reason first
        ([[0, 0, 1], [0, 1, 0]], [1, 2], 0, 1),
        ([[0, 1, 1], [0, 0, 0.5]], [2, 1], 0, 2),  # the second reason decides among what is left
        ([[0, 1, 1]], [1], 0, 1),  # the first of what is left
        ([[1, 1, 0]], [1], 1, 1),  # the status quo before an earlier option
        ([[0, 5, 0]], [0], 0, 0),  # a reason without weight says nothing
    ],
)
def test_what_is_left_is_taken(payoffs: list[list[float]], weights: list[float], status_quo: int, kept: int) -> None:
    got = chosen(satisficing.choose(Situation(payoffs, weights, status_quo=status_quo)))
    assert got == [float(o == kept) for o in range(3)]


def test_each_draw_has_the_reason_that_ruled_the_option_out() -> None:
    parts = [[[0, -1], [0, 2]], [[0, 1], [0, -2]], [[0, 1], [0, 1]], [[0, 0], [0, 0]]]
    weights = [[2.0, 1.0]] * 4
    terms = satisficing.explain(sample(parts, [[1, 0], [0, 1], [0, 1], [1, 0]], weights=np.array(weights)))
    assert {term.name: term.value for term in terms} == {"a": 0.25, "kept": 0.25, "taken": 0.5}
    told = satisficing.describe(TheoryExplanation(status_quo="stay", terms=terms, reasons=frozenset("ab")), Plain())
    assert " by a=0.25; " in told and " in kept=0.25 " in told and "below 0.1" in told


def test_probabilities_that_it_does_not_give_are_not_explained() -> None:
    assert satisficing.explain(sample([[[0, -1]]], [[0, 1]])) == ()
    assert satisficing.describe(TheoryExplanation(status_quo="stay", terms=(), reasons=frozenset()), Plain()) == "."
