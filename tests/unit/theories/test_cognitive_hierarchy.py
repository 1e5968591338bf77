"""Levels of thought: shares of level 0 add up, and nobody to reckon with leaves a mixture of random and logit."""

from __future__ import annotations

import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from standoff.games import polymatrix
from standoff.games.information import MoveOrder
from standoff.theories import TheoryExplanation, cognitive_hierarchy
from tests.unit.theories.situation import Plain, Situation, sample

LEVELS = [math.exp(-1.5) * 1.5**k / math.factorial(k) for k in range(6)]


def test_one_player_picks_at_random_or_by_logit() -> None:
    with jax.enable_x64(True):
        base = [[jnp.asarray([0.0]), jnp.asarray([1.0])]]
        game = polymatrix.Game.of(base, {}, [jnp.asarray([2.0])], MoveOrder(((),)))
        free, current = [jnp.asarray([False])], [[jnp.asarray([1.0]), jnp.asarray([0.0])]]
        mixed = cognitive_hierarchy.mixture_of_levels(game, free, current)
        p = float(game.moves.marginal(mixed, 0)[1][0])
    level_0 = LEVELS[0] / sum(LEVELS)
    assert p == pytest.approx(level_0 * 0.5 + (1 - level_0) / (1 + math.exp(-2.0)), abs=1e-12)


def test_each_level_responds_to_the_mixture_of_those_below_it() -> None:
    """Two players who gain 1 and 3 where both take their second option; the recursion on plain floats."""
    gains, rate = (1.0, 3.0), (2.0, 0.5)
    with jax.enable_x64(True):
        zero, one = jnp.asarray([0.0]), jnp.asarray([1.0])
        pairs = {(i, 1 - i): [[zero, zero], [zero, jnp.asarray([gain])]] for i, gain in enumerate(gains)}
        game = polymatrix.Game.of([[zero, zero]] * 2, pairs, [jnp.asarray([r]) for r in rate])
        free, current = [jnp.asarray([False])] * 2, [[one, zero]] * 2
        mixed = cognitive_hierarchy.mixture_of_levels(game, free, current)
        got = [float(game.moves.marginal(mixed, i)[1][0]) for i in range(2)]
    second = [0.5, 0.5]
    for k in range(1, 6):
        share = LEVELS[k] / sum(LEVELS[: k + 1])
        responses = [1 / (1 + math.exp(-rate[i] * gains[i] * second[1 - i])) for i in range(2)]
        second = [(1 - share) * old + share * new for old, new in zip(second, responses, strict=True)]
    assert got == pytest.approx(second, abs=1e-12)


def test_terms_have_their_texts_and_sums_of_any_size() -> None:
    terms = cognitive_hierarchy.explain(sample([[[0, 800.0]], [[0, 0.0]]], [[0.0, 1.0], [0.5, 0.5]]))
    assert [(term.name, term.text) for term in terms] == [
        ("quantal", "of quantal response"),
        ("idle", "by those who pick at random"),
        ("expected", "by what others are expected to do"),
    ]
    level_0 = LEVELS[0] / sum(LEVELS) * (0.5 - 0.75)
    assert [term.value for term in terms] == pytest.approx([0.75, level_0, -level_0], abs=1e-12)
    told = cognitive_hierarchy.describe(
        TheoryExplanation(status_quo="stay", terms=terms, reasons=frozenset("a")), Plain()
    )
    assert told == (
        f"; quantal response gives quantal=0.75, deciders at random add idle={level_0:g}, "
        f"and expectations of the other actors expected={-level_0:g}."
    )


def test_the_mixture_of_levels_is_what_is_solved_for() -> None:
    assert cognitive_hierarchy.choose(Situation([[0, 1]], [1])) == [cognitive_hierarchy.mixture_of_levels]


def test_the_terms_add_up_to_the_probability() -> None:
    p = np.array([[0.7, 0.3], [0.4, 0.6]])
    terms = cognitive_hierarchy.explain(sample([[[0, 1]], [[0, -1]]], p))
    assert sum(term.value for term in terms) == pytest.approx(p[:, 1].mean(), abs=1e-12)
    values = {term.name: term.value for term in terms}
    assert values["quantal"] == pytest.approx(0.5) and values["idle"] == pytest.approx(0.0)
    one = {term.name: term.value for term in cognitive_hierarchy.explain(sample([[[0, 1]]], [[0.5, 0.5]]))}
    logit = 1 / (1 + math.exp(-1))
    assert one["idle"] == pytest.approx(LEVELS[0] / sum(LEVELS) * (0.5 - logit))
    told = cognitive_hierarchy.describe(
        TheoryExplanation(status_quo="stay", terms=terms, reasons=frozenset("a")), Plain()
    )
    assert " gives quantal=0.5, " in told and " add idle=" in told


def test_level_0_picks_among_the_available_options() -> None:
    parts, there = np.array([[[0.0, 1.0, 5.0]]]), np.array([[True, True, False]])
    quantal = math.e / (1 + math.e)
    idle = math.exp(-1.5) / sum(math.exp(-1.5) * 1.5**k / math.factorial(k) for k in range(6))
    p = idle * 0.5 + (1 - idle) * quantal
    terms = cognitive_hierarchy.explain(sample(parts, [[1 - p, p, 0.0]], available=there))
    assert [term.value for term in terms] == pytest.approx([quantal, idle * (0.5 - quantal), 0.0])
