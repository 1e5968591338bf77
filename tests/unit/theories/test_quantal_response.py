"""Quantal response is the equilibrium of the game, explained by the sum of the reasons."""

from __future__ import annotations

import jax.numpy as jnp

from standoff.theories import TheoryExplanation, quantal_response
from tests.unit.theories.situation import Plain, Situation, chosen, sample


def test_the_equilibrium_is_chosen() -> None:
    even = [jnp.asarray([0.25]), jnp.asarray([0.75])]
    assert chosen(quantal_response.choose(Situation([[0, 1]], [1], strategy=even))) == [0.25, 0.75]


def test_reasons_are_summed() -> None:
    terms = quantal_response.explain(sample([[[0, 1], [0, -3]], [[0, 2], [0, -4]]], [[0.9, 0.1]] * 2))
    assert [(term.name, term.text, term.value) for term in terms] == [("sum", "sum of the reasons", -2.0)]
    told = quantal_response.describe(
        TheoryExplanation(status_quo="stay", terms=terms, reasons=frozenset("ab")), Plain()
    )
    assert " sum=-2 log odds" in told
