"""The option whose reasons add up to most, the first of equals."""

from __future__ import annotations

import math

import jax.numpy as jnp
import numpy as np
import pytest

from standoff.theories import TheoryExplanation, TheoryTerm, best_response, share_term
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


def test_the_two_largest_differences_come_with_their_standard_errors() -> None:
    parts = [
        [[0, 1], [0, 3], [0, 0.5], [0, 0]],
        [[0, 1], [0, 1], [0, 0.5], [0, 0]],
        [[0, 0], [0, -4], [0, 0], [0, 0]],
        [[0] * 2] * 4,
    ]
    half = np.array([True, True, False, False])  # the last draw ties with the status quo, and is not above it
    assert best_response.explain(sample(parts, [[0, 1], [0, 1], [1, 0], [1, 0]])) == (
        share_term("above", "above the status quo", half),
        share_term("best", "the best", half),
        TheoryTerm(name="b", text="text of b", value=4.0, mc_error=math.sqrt(1 / 2 + 4 / 2)),
        TheoryTerm(name="a", text="text of a", value=1.0, mc_error=0.0),
    )


def test_a_reason_that_does_not_differ_is_not_named_and_without_any_the_sentence_ends() -> None:
    terms = best_response.explain(sample([[[0, 1], [0, 0]], [[0, -1], [0, 0]]], [[0, 1], [1, 0]]))
    assert [term.name for term in terms] == ["above", "best", "a"]
    told = best_response.describe(TheoryExplanation(status_quo="stay", terms=terms, reasons=frozenset()), Plain())
    assert told == "; in exactly these draws the sum of its reasons is the largest of all options."


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


def test_the_best_of_the_available_options_is_certain() -> None:
    closed = [jnp.asarray([there]) for there in (True, True, False)]
    decision = Situation([[0.0, 1.0, 2.0]], [1.0], available=closed)
    assert chosen(best_response.choose(decision)) == [0.0, 1.0, 0.0]
