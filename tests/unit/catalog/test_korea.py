"""Korea 1950: the case loads, runs and answers, under every variant, and cites nothing that was not public in time."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest
import yaml

from standoff import build, simulate
from standoff.analysis.answer import answer
from standoff.analysis.explain import explain
from standoff.catalog import find, load
from standoff.engine import decision_record

if TYPE_CHECKING:
    from standoff.analysis.explain import Explanation
    from standoff.engine.run import Run

DRAWS = 500
VARIANTS = tuple(yaml.safe_load(find("korea-1950").read_text())["variants"])
FIRST = ("china-none-first", "china-arms-first", "china-troops-first")


@pytest.fixture(scope="module")
def run() -> Run:
    """The base case, with the reasons of the first decision."""
    return simulate(build(*load("korea-1950")), draws=DRAWS, seed=1)


@pytest.fixture(scope="module")
def reasons() -> Explanation:
    """Why China sends troops, or not, at the first decision."""
    return explain(build(*load("korea-1950")), choice="CHN", at="1950-10", option="troops", draws=DRAWS)


def test_no_number_of_the_base_case_rests_on_a_claim_printed_later() -> None:
    """Secret papers carry the day they were printed, so the base case must warn of none; weights know later decisions."""
    (warning,) = build(*load("korea-1950")).plan.warnings
    assert "decisions of states" in warning


def test_the_insider_variant_says_which_of_its_claims_were_printed_later() -> None:
    """It starts from four claims that were secret on the day."""
    warnings = build(*load("korea-1950", "insider")).plan.warnings
    assert len(warnings) == 2
    assert warnings[0].startswith("4 claims ") and "1950-09-30" in warnings[0]


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_variant_builds(variant: str) -> None:
    """A variant is a change to names that the base has; the question of entry stays."""
    plan = build(*load("korea-1950", variant)).plan
    assert "china-enters" in [asked.id for asked in plan.questions]


def test_no_draw_fails_and_every_game_is_solved(run: Run) -> None:
    """Failures are values; here there are none."""
    assert not (run.failed >= 0).any()
    assert not (run.unsolved > 0).any()


def test_option_probabilities_sum_to_one(run: Run) -> None:
    """In each draw, to the rounding of single precision over three options."""
    step = run.model.program.decision_steps[0]
    for place in range(2):
        solved = decision_record.probabilities(run, place, step)
        assert np.abs(solved.sum(axis=1) - 1).max() < 4 * np.finfo(np.float32).eps
        assert (solved >= 0).all()


def test_the_shares_of_first_options_sum_to_one(run: Run) -> None:
    """China does one thing in October 1950, so the three questions split the futures."""
    found = answer(run)
    assert math.isclose(sum(float(found[name].answer or 0) for name in FIRST), 1, abs_tol=1e-12)


def test_intervention_has_a_probability_beside_its_base_rate(run: Run) -> None:
    """Entry by December cannot be less likely than entry in October; the base rate is the median of beta(4.5, 9.5)."""
    found = answer(run)
    entered = found["china-enters"].answer
    assert isinstance(entered, float)
    assert 0 < float(found["china-troops-first"].answer or 0) <= entered < 1
    assert found["china-enters"].baselines["base_rate"] == pytest.approx(0.3127, abs=5e-5)


def test_share_that_enters_at_first_is_the_solved_probability(run: Run) -> None:
    """Nobody was seen to choose before, so the first choice is a plain draw; within 5 standard errors."""
    step = run.model.program.decision_steps[0]
    solved = float(decision_record.probabilities(run, 0, step)[:, -1].mean())
    share = float(answer(run)["china-troops-first"].answer or 0)
    assert abs(share - solved) < 5 * math.sqrt(solved * (1 - solved) / DRAWS)


@pytest.mark.slow
def test_the_option_that_reasons_are_compared_with_is_only_a_label() -> None:
    """With nothing seen before, another reference must give the same futures, draw for draw."""
    runs = [
        simulate(build(*load("korea-1950", "", {"choices.CHN.status_quo": option}, "start")), draws=DRAWS, seed=1)
        for option in ("arms", "troops")
    ]
    first, second = (answer(found, (*FIRST, "china-enters")) for found in runs)
    assert [item.answer for item in first.answers] == [item.answer for item in second.answers]


def test_reasons_add_up_and_the_buffer_speaks_for_troops(reasons: Explanation) -> None:
    """The parts are the log odds to 1e-9; the border enters through `buffer`, which must favour entry."""
    assert reasons.additivity_error < 1e-9
    parts = {reason.reason: reason.log_odds for reason in reasons.reasons}
    assert parts["buffer"] > 0 > parts["wider_war"]
    assert math.isclose(sum(parts.values()), reasons.log_odds, abs_tol=1e-9)


@pytest.mark.slow
def test_a_buffer_worth_nothing_takes_its_reason_away(reasons: Explanation) -> None:
    """Survival value 0 sets that part of the log odds to exactly 0 and makes entry less likely."""
    without = {"choices.CHN.reasons.buffer.survival_value": "0 @assumption"}
    far = explain(
        build(*load("korea-1950", "", without, "start")), choice="CHN", at="1950-10", option="troops", draws=DRAWS
    )
    assert next(reason.log_odds for reason in far.reasons if reason.reason == "buffer") == 0
    assert far.options[-1].probability < reasons.options[-1].probability
