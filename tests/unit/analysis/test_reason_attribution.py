"""Reasons behind an answer, against the case that can be worked out on paper (README.md of `closed-form`)."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pytest

from standoff import labels
from standoff.analysis import reason_attribution
from standoff.analysis.paired import shapley_values
from standoff.analysis.quantity_of_interest import question_outcome
from standoff.catalog import load
from standoff.engine.build import build, planned
from standoff.engine.simulate import simulate
from standoff.errors import ModelError
from tests import closed_form

if TYPE_CHECKING:
    from standoff.analysis.reason_attribution import ReasonAttribution
    from standoff.engine.run import Run

NAMES = ("gain", "cost", "word")


def acts(present: frozenset[str]) -> float:
    """Probability that Blue acts at its first date with some of its reasons."""
    nothing = {"gain": (0.0, 0.0), "cost": (0.0, 0.0), "word": 0.0}
    return closed_form.acts(**{name: none for name, none in nothing.items() if name not in present})


def attribution(run: Run, question: str, **settings) -> ReasonAttribution:
    found = reason_attribution.attributed(run, question_outcome(run.model, question), **settings)
    assert found is not None
    return found


@pytest.fixture(scope="module")
def main(closed: Run) -> ReasonAttribution:
    return attribution(closed, "acts")


def test_the_answer_without_a_reason_is_a_mean_of_logistic_functions(main: ReasonAttribution) -> None:
    every = frozenset(NAMES)
    assert (main.choices, main.futures, main.untested) == (("BLU",), 8192, 0)
    assert main.answer == pytest.approx(acts(every), abs=4 * main.answer_error)
    for item in main.reasons:
        effect = acts(every) - acts(every - {item.reason})
        assert item.effect == pytest.approx(effect, abs=4 * item.mc_error)
        assert item.without == pytest.approx(main.answer - item.effect)
        assert (item.gained - item.lost) / main.futures == pytest.approx(item.effect)
        assert 0 < item.mc_error < 0.01
    assert main.without_all == pytest.approx(
        0.5, abs=4 * main.total_error
    )  # nobody has a reason: two options, even odds
    assert main.total == pytest.approx(acts(every) - 0.5, abs=4 * main.total_error)


def test_shares_are_shapley_values_of_the_closed_form_and_add_up(main: ReasonAttribution) -> None:
    values = {
        frozenset(some): np.array([acts(frozenset(NAMES[n] for n in some))])
        for size in range(4)
        for some in combinations(range(3), size)
    }
    expected = dict(zip((f"BLU/{name}" for name in NAMES), shapley_values(values, 3)[:, 0], strict=True))
    assert sum(item.share for item in main.shares) == pytest.approx(main.total, abs=1e-12)
    for item in main.shares:
        assert item.share == pytest.approx(expected[item.group], abs=4 * item.mc_error)
    assert abs(main.total - sum(item.effect for item in main.reasons)) > 0.05  # one at a time they do not add up


def test_the_largest_groups_stand_alone_and_the_rest_is_one_group(closed: Run) -> None:
    result = attribution(closed, "acts", futures=800, most=2, groups=2, dates=2)
    assert (len(result.reasons), result.untested, result.futures) == (2, 1, 800)
    assert [item.group for item in result.shares][1:] == [reason_attribution.REST]
    assert len(result.shares[1].reasons) == 2
    assert sum(item.share for item in result.shares) == pytest.approx(result.total, abs=1e-12)
    by_actor = attribution(closed, "acts", futures=800, by="actor")
    assert [(item.group, item.text) for item in by_actor.shares] == [("BLU", "Blue")]
    assert by_actor.shares[0].share == pytest.approx(by_actor.total)


def test_reasons_count_in_all_decisions_up_to_the_date_of_the_question(closed: Run) -> None:
    """Ten decisions with new taste shocks: without any reason each is a coin, so that acting is missed once in 1,024."""
    result = attribution(closed, "acts_ever", futures=2000, groups=2)
    assert result.answer == pytest.approx(closed_form.acts_ever(), abs=4 * result.answer_error)
    assert result.without_all == pytest.approx(1 - 2**-10, abs=4 * (2**-10 / 2000) ** 0.5)


def test_a_reason_of_weight_0_does_exactly_nothing() -> None:
    run = simulate(build(*load("closed-form", "word-is-talk")), draws=400, seed=2)
    result = attribution(run, "acts")
    word = next(item for item in result.reasons if item.reason == "word")
    assert (word.effect, word.mc_error, word.gained, word.lost) == (0.0, 0.0, 0, 0)
    assert next(item for item in result.shares if item.group == "BLU/word").share == 0.0


def test_a_question_that_depends_on_no_choice_has_no_reasons(closed: Run) -> None:
    result = attribution(closed, "corner", futures=400)
    assert (result.choices, result.reasons, result.shares, result.total) == ((), (), (), 0.0)


def test_numbers_and_unknown_groups_are_refused(closed: Run) -> None:
    with pytest.raises(ModelError, match="asks for a number"):
        reason_attribution.attribute_reasons(closed.model, question="sum")
    with pytest.raises(ModelError, match="no shares by `mood`"):
        reason_attribution.attribute_reasons(closed.model, by="mood")


def test_the_path_of_a_reason_is_its_weighted_payoff(main: ReasonAttribution, closed: Run) -> None:
    (path,) = main.paths
    assert (path.option, path.reference, path.dates) == ("acts for a year", "does nothing", ("2030-12",))
    expected = {"gain": 2.0 * 1.0, "cost": -1.5 * 1.5, "word": -0.5}
    for name, (value,) in zip(path.reasons, path.log_odds, strict=True):
        assert value == pytest.approx(expected[name], abs=4 * 0.6 / 8192**0.5)
    assert len(attribution(closed, "acts_ever", futures=400, dates=3).paths[0].dates) == 3


def test_where_it_happens_the_reasons_have_their_conditional_means(main: ReasonAttribution) -> None:
    """The log odds x are normal: E[x s(x)] / E[s(x)] where Blue acts, and the same with 1 - s where it does not."""
    (item,) = main.deciding
    mean, sd = closed_form.log_odds()
    share = closed_form.logistic
    with_event = closed_form.expected(lambda x: x * share(x), mean, sd) / closed_form.acts()
    without = closed_form.expected(lambda x: x * (1 - share(x)), mean, sd) / (1 - closed_form.acts())
    assert item.sums == pytest.approx((with_event, without), abs=4 * sd / 2000**0.5)
    assert (item.options, item.date, item.with_event + item.without_event) == (("acts for a year",), "2030-12", 8192)
    word = next(row for row in item.reasons if row.reason == "word")
    assert (word.with_event, word.difference) == (pytest.approx(-0.5), pytest.approx(0.0, abs=1e-12))


@pytest.mark.parametrize(("futures", "is_clear"), [(1, False), (3, False), (4, True), (400, True)])
def test_a_difference_is_clear_only_where_enough_futures_carry_it(futures: int, is_clear: bool) -> None:
    """A difference of four errors: Student's t at 97.5 % is 4.30 with two degrees of freedom and 3.18 with three."""
    row = {"text": "", "with_event": 1.0, "without_event": 0.0}
    rows = tuple(
        reason_attribution.DecidingReason(reason=name, difference=1.0, mc_error=error, **row)
        for name, error in (("gain", 0.25), ("word", 0.6))
    )
    item = reason_attribution.DecidingReasons(
        choice="BLU", actor="Blue", options=("act",), date="2030-12", with_event=futures, without_event=9, reasons=rows
    )
    assert [row.reason for row in item.clear] == ["gain"] * is_clear


def test_the_deciding_date_is_when_the_option_in_force_was_taken(closed: Run) -> None:
    """Options of seven steps, free at 2 and 5: 0 until 2, then 1."""

    class Choice:
        is_free = (False, False, True, False, False, True, False)
        status_quo = 0

    chosen = np.array([0, 0, 1, 1, 1, 1, 1])
    assert reason_attribution.taken(Choice, chosen, 7) == (2, 1, 0)
    assert reason_attribution.taken(Choice, chosen, 3) == (2, 1, 0)
    assert reason_attribution.taken(Choice, chosen, 2) is None  # in force from the start
    assert reason_attribution.taken(Choice, np.array([0, 0, 1, 1, 1, 2, 2]), 6) == (5, 2, 1)
    assert reason_attribution.taken(Choice, np.array([0, 1, 1, 1, 1, 1, 1]), 4) is None  # observed, not decided


def test_alike_reasons_of_an_actor_name_their_choice() -> None:
    plan = planned(load("china-russia")).plan
    rows = {
        choice.name: reason_attribution._text(plan, reason_attribution.ReasonRow(0, c, n, choice, reason))
        for c, choice in enumerate(plan.choices)
        for n, reason in enumerate(choice.reasons)
        if choice.actor == "USA" and labels.reason_of(plan, choice.name, reason.name).startswith("What is done now")
    }
    assert len(rows) > 1 and len({*rows.values()}) == len(rows)
    assert all(plan.scenario.choices[name].text in text for name, text in rows.items())
