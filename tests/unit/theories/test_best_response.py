"""The option whose reasons add up to most, the first of equals."""

from __future__ import annotations

import pytest

from standoff.theories import TheoryExplanation, best_response
from tests.unit.theories.situation import Plain, Situation, chosen, sample


@pytest.mark.parametrize(
    ("payoffs", "weights", "best"),
    [
        ([[0, 1, 2]], [1], 2),
        ([[0, 1, 2], [0, 0, -1]], [1, 1.5], 1),
        ([[0, -1, -1]], [1], 0),
        ([[0, 1, 1]], [1], 1),
        ([[0, 1, 0]], [0], 0),
    ],
)
def test_the_best_is_certain(payoffs: list[list[float]], weights: list[float], best: int) -> None:
    assert chosen(best_response.choose(Situation(payoffs, weights))) == [float(o == best) for o in range(3)]


def test_reasons_are_those_that_differ_where_it_is_the_best() -> None:
    parts = [[[0, 3], [0, 1], [0, 0]], [[0, -2], [0, 1], [0, 0.5]], [[0, 1], [0, 1], [0, 0]]]
    terms = {t.name: t.value for t in best_response.explain(sample(parts, [[0, 1], [1, 0], [0, 1]]))}
    assert terms == pytest.approx({"above": 2 / 3, "best": 2 / 3, "a": 4.0})


def test_an_option_that_is_never_the_best_is_said_to_be_so() -> None:
    parts = [[[0, -1]], [[0, -2]]]
    terms = best_response.explain(sample(parts, [[1, 0], [1, 0]]))
    told = best_response.describe(TheoryExplanation(status_quo="stay", terms=terms, reasons=frozenset("a")), Plain())
    assert told.startswith("; in no draw ")


def test_an_option_above_the_status_quo_is_not_always_the_best() -> None:
    parts = [[[0, 3, 1]], [[0, 1, 2]]]
    terms = best_response.explain(sample(parts, [[0, 1, 0], [0, 0, 1]]))
    told = best_response.describe(TheoryExplanation(status_quo="stay", terms=terms, reasons=frozenset("a")), Plain())
    assert " stay in above=1. " in told and told.endswith(": a=2.")
