"""Reasons are gone through by weight, and differences that nobody notices rule nothing out."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest

from standoff.theories import TheoryExplanation, TheoryTerm, satisficing, share_term
from tests.unit.theories.situation import Plain, Situation, chosen, sample


@pytest.mark.parametrize(
    ("payoffs", "weights", "status_quo", "kept"),
    [
        ([[0, 0.05, 0]], [1], 0, 0),  # not noticed: the status quo stays
        ([[0, 0.1, 0]], [1], 0, 0),  # nor is a difference that is just noticeable
        ([[0, 0.2, 0]], [1], 0, 1),
        ([[0, 0.06, 0]], [2], 0, 0),  # it is the payoff that is noticed, and not its weight
        ([[0, 0.15, 0]], [0.5], 0, 1),
        ([[0, 0, 1], [0, 1, 0]], [2, 1], 0, 2),  # the heavier reason first
        ([[0, 0, 1], [0, 1, 0]], [1, 2], 0, 1),
        ([[0, 0, 1], [0, 1, 0]], [1, 1], 0, 2),  # of equal weights the first
        ([[0, 1, 1], [0, 0, 0.5]], [2, 1], 0, 2),  # the second reason decides among what is left
        ([[0, 1, 1]], [1], 0, 1),  # the first of what is left
        ([[1, 1, 0]], [1], 1, 1),  # the status quo before an earlier option
        ([[0, 5, 0]], [0], 0, 0),  # a reason without weight says nothing
    ],
)
def test_what_is_left_is_taken(payoffs: list[list[float]], weights: list[float], status_quo: int, kept: int) -> None:
    got = chosen(satisficing.choose(Situation(payoffs, weights, status_quo=status_quo)))
    assert got == [float(o == kept) for o in range(3)]


def test_each_future_of_a_block_has_its_own_order_of_reasons() -> None:
    zero, one = jnp.zeros(2), jnp.ones(2)
    weights = [jnp.asarray([2.0, 1.0]), jnp.asarray(1.5)]  # the second is the same in all futures
    got = satisficing.eliminate([[zero, zero, one], [zero, one, zero]], weights, 0)
    assert [options.tolist() for options in got] == [[0, 0], [0, 1], [1, 0]]


def test_each_draw_has_the_reason_that_ruled_the_option_out() -> None:
    parts = [[[0, -1], [0, 2]], [[0, 1], [0, -2]], [[0, 1], [0, 1]], [[0, 0], [0, 0]]]
    weights = [[2.0, 1.0]] * 4
    terms = satisficing.explain(sample(parts, [[1, 0], [0, 1], [0, 1], [1, 0]], weights=np.array(weights)))
    assert {term.name: term.value for term in terms} == {"a": 0.25, "kept": 0.25, "taken": 0.5}
    told = satisficing.describe(TheoryExplanation(status_quo="stay", terms=terms, reasons=frozenset("ab")), Plain())
    assert " by a=0.25; " in told and " in kept=0.25 " in told and "below 0.1" in told


ALL_TIE, A_FOR_2, A_AGAINST_1, B_AGAINST_2 = (  # payoffs of two reasons for three options; the second is the status quo
    [[0, 0, 0], [0, 0, 0]],
    [[0, 0, 1], [9, 9, 0]],
    [[0, -1, 0], [0, 0, 0]],
    [[0, 0, 1], [0, 0, -1]],
)


def test_an_option_is_kept_in_vain_beside_the_status_quo_or_an_earlier_one() -> None:
    weights = np.array([[2.0, 1.0], [2.0, 1.0], [2.0, 1.0], [1.0, 2.0]])
    payoffs = np.array([ALL_TIE, A_FOR_2, A_AGAINST_1, B_AGAINST_2], float)
    rest = {"status_quo": 1, "weights": weights, "rationality": np.full(4, 10.0)}
    parts = 10 * weights[:, :, None] * payoffs
    taken = np.array([0, 1, 0, 0], bool)
    p = np.eye(3)[[1, 2, 0, 1]]
    assert satisficing.explain(sample(parts, p, option=2, **rest)) == (
        share_term("b", "text of b", np.array([0, 0, 0, 1], bool)),
        share_term("kept", "in to the end, and so is an option that comes before it", np.array([1, 0, 1, 0], bool)),
        share_term("taken", "left after elimination of all others", taken),
    )
    of_status_quo = satisficing.explain(sample(parts, p, option=1, **rest))
    assert [(term.name, term.value) for term in of_status_quo] == [("a", 0.5), ("kept", 0.0), ("taken", 0.5)]


def test_differences_are_noticed_in_payoffs_and_a_reason_without_weight_is_none() -> None:
    """Parts of 1 and 1.5 at rationality 10: payoffs of 0.1, just not noticed, and 0.15."""
    parts = [[[0, -1], [0, 0]], [[0, -1.5], [0, 0]], [[0, 0], [0, -9]]]
    rest = {"rationality": np.full(3, 10.0), "weights": np.array([[1.0, 0.0]] * 3)}
    terms = satisficing.explain(sample(parts, [[1, 0]] * 3, **rest))
    assert {term.name: term.value for term in terms} == pytest.approx({"a": 1 / 3, "kept": 2 / 3, "taken": 0.0})


def test_reasons_come_by_how_often_they_rule_the_option_out() -> None:
    parts = [[[0, 0], [0, -1]]] * 2 + [[[0, -1], [0, 0]]]
    assert [term.name for term in satisficing.explain(sample(parts, [[1, 0]] * 3))][:2] == ["b", "a"]


@pytest.mark.parametrize(("wrong", "explained"), [(1, True), (2, False)])
def test_rounding_may_decide_one_draw_of_a_hundred(wrong: int, explained: bool) -> None:
    p = np.array([[1.0, 0.0]] * (100 - wrong) + [[0.0, 1.0]] * wrong)
    assert bool(satisficing.explain(sample([[[0, -1]]] * 100, p))) is explained


def test_the_sentence_names_three_reasons_at_most_or_none() -> None:
    def told(reasons: str, kept: float) -> str:
        values = {name: 0.2 - 0.01 * r for r, name in enumerate(reasons)} | {"kept": kept}
        terms = [TheoryTerm(name=name, text="", value=value, mc_error=0.0) for name, value in values.items()]
        return satisficing.describe(
            TheoryExplanation(status_quo="stay", terms=terms, reasons=frozenset(reasons)), Plain()
        )

    end = " (payoff differences below 0.1 are ignored)."
    assert told("abcd", 0.0) == "; ruled out by a=0.2, b=0.19, c=0.18" + end
    assert told("", 0.5) == "; never ruled out; left over with stay or an option before it in kept=0.5" + end


def test_probabilities_that_it_does_not_give_are_not_explained() -> None:
    assert satisficing.explain(sample([[[0, -1]]], [[0, 1]])) == ()
    assert satisficing.describe(TheoryExplanation(status_quo="stay", terms=(), reasons=frozenset()), Plain()) == "."


def test_an_option_that_is_not_available_sets_no_standard_and_is_not_kept() -> None:
    closed = [jnp.asarray([there]) for there in (False, True, False)]
    decision = Situation([[0.0, 1.0, 2.0]], [1.0], available=closed)
    assert chosen(satisficing.choose(decision)) == [0.0, 1.0, 0.0]
    parts, p = np.zeros((4, 1, 3)), np.tile([0.0, 1.0, 0.0], (4, 1))
    there = np.tile([False, True, False], (4, 1))
    assert satisficing.explain(sample(parts, p, available=there))[-1].value == 1.0
