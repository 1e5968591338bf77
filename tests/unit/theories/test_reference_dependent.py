"""Losses against the status quo count 2.25 times, reason by reason."""

from __future__ import annotations

import math

import jax.numpy as jnp
import pytest

from standoff.theories import TheoryExplanation, reference_dependent
from tests.unit.theories.situation import Plain, Situation, chosen, sample


def test_gains_count_once_and_losses_more() -> None:
    p = chosen(reference_dependent.choose(Situation([[1, 3], [0, -1]], [1, 2], sharpness=0.5)))
    assert math.log(p[1] / p[0]) == pytest.approx(0.5 * (2 - 2.25 * 2), abs=1e-6)


def test_a_small_gain_counts_once_too() -> None:
    p = chosen(reference_dependent.choose(Situation([[0, 0.5]], [1])))
    assert math.log(p[1] / p[0]) == pytest.approx(0.5, abs=1e-6)


def test_losses_are_against_the_status_quo_wherever_it_stands() -> None:
    p = chosen(reference_dependent.choose(Situation([[0, 1, 3]], [1], status_quo=2)))
    assert math.log(p[0] / p[1]) == pytest.approx(-2.25, abs=1e-6)
    assert math.log(p[1] / p[2]) == pytest.approx(-4.5, abs=1e-6)


def test_terms_are_what_reasons_lose_the_heaviest_first() -> None:
    terms = reference_dependent.explain(sample([[[0, -1], [0, 2], [0, -4]]], [[0.9, 0.1]]))
    assert [(term.name, term.text, term.value) for term in terms] == [
        ("c", "text of c", -5.0),
        ("a", "text of a", -1.25),
        ("sum", "together", -6.25),
    ]
    told = reference_dependent.describe(
        TheoryExplanation(status_quo="stay", terms=terms, reasons=frozenset("abc")), Plain()
    )
    assert " 2.25 times, " in told and told.endswith(" by sum=-6.25: c=-5, a=-1.25.")


def test_three_reasons_are_named_at_most() -> None:
    terms = reference_dependent.explain(sample([[[0, -1], [0, -2], [0, -3], [0, -4]]], [[1.0, 0.0]]))
    told = reference_dependent.describe(
        TheoryExplanation(status_quo="stay", terms=terms, reasons=frozenset("abcd")), Plain()
    )
    assert told.endswith("by sum=-12.5: d=-5, c=-3.75, b=-2.5.")


def test_nothing_against_an_option_changes_nothing() -> None:
    terms = reference_dependent.explain(sample([[[0, 1]]], [[0.2, 0.8]]))
    told = reference_dependent.describe(
        TheoryExplanation(status_quo="stay", terms=terms, reasons=frozenset("a")), Plain()
    )
    assert told.startswith("; no reason ") and "(factor 2.25)" in told


def test_an_option_that_is_not_available_has_no_probability() -> None:
    closed = [jnp.asarray([there]) for there in (True, False, True)]
    p = chosen(reference_dependent.choose(Situation([[0.0, 3.0, 1.0]], [1.0], available=closed)))
    assert p[1] == 0.0 and p[2] == pytest.approx(1 / (1 + math.exp(-1)))
