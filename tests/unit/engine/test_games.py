"""Games inside futures: beliefs that differ, moves that are seen, rival theories, looking ahead; closed forms throughout."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from standoff.engine import decision_record
from standoff.engine.build import build
from standoff.engine.model import Model
from standoff.engine.simulate import simulate
from standoff.errors import ScenarioError, StandoffError
from standoff.ledger import Ledger
from standoff.scenario import load
from standoff.scenario.document import Document, overlay, read_text

DRAWS = 200
STEP = 0  # the first decision
R, GAIN, PAIN, LOVE = 1.5, 1.0, 2.0, 3.0
TEXT = f"""
title: a challenger and a defender
expects: simultaneous
as_of: 2024-01
start: 2024-01
end: 2024-04
step: month
actors: {{CHA: {{name: Challenger}}, DEF: {{name: Defender}}}}
stocks: {{prize: {{unit: "1", initial: 1, cap: 5, sources: assumption}}}}
mechanisms:
  growth: {{use: mean_reversion, stock: prize, mean: 1, speed: 0.5 1/month, volatility: 0, sources: assumption}}
choices:
  CHA:
    actor: CHA
    options: {{stay: , enter: {{effects: {{growth.mean: 3}}}}}}
    status_quo: stay
    every: 1 month
    rationality: {R}
    half_life: 0
    sources: assumption
    reasons:
      gain: {{use: expression, weight: {GAIN}, value: {{enter: prize}}}}
      pain: {{use: expression, weight: {PAIN}, value: {{enter: "-1 * (DEF in [fight])"}}}}
  DEF:
    actor: DEF
    options: {{yield: , fight: }}
    status_quo: yield
    every: 1 month
    rationality: {R}
    half_life: 0
    sources: assumption
    reasons:
      cost: {{use: expression, weight: 1, value: {{fight: -1 * prize}}}}
      honour: {{use: expression, weight: {LOVE}, value: {{fight: "1 * (CHA in [enter])"}}}}
"""
ALL = np.array([1.0, 0.0])


def model(change: dict[str, Any] | None = None) -> Model:
    document = overlay(read_text(TEXT, "duel.yaml"), Document(change or {}, {}, "change"))
    return build(load.load_document(document, None), Ledger())


def shares(change: dict[str, Any] | None = None, step: int = STEP) -> tuple[np.ndarray, np.ndarray, Any]:
    """Probabilities of (stay, enter) and (yield, fight) at a date, and the run."""
    run = simulate(model(change), draws=DRAWS, seed=1, paths="all")
    return (
        decision_record.probabilities(run, 0, step).mean(axis=0),
        decision_record.probabilities(run, 1, step).mean(axis=0),
        run,
    )


@pytest.fixture(scope="module")
def seen() -> tuple[np.ndarray, np.ndarray, Any]:
    """`shares` where the defender sees what the challenger does."""
    return shares({"choices": {"DEF": {"after": ["CHA"]}}})


def logistic(x: float) -> float:
    return float(1 / (1 + np.exp(-x)))


def equilibrium(prize: tuple[float, float] = (1.0, 1.0), r: tuple[float, float] = (R, R)) -> tuple[float, float]:
    """(enter, fight) by plain damped iteration; each player sees its own prize."""
    enter = fight = 0.5
    for _ in range(2000):
        enter = 0.5 * enter + 0.5 * logistic(r[0] * (GAIN * prize[0] - PAIN * fight))
        fight = 0.5 * fight + 0.5 * logistic(r[1] * (LOVE * enter - prize[1]))
    return enter, fight


def test_without_beliefs_all_play_the_one_game():
    challenger, defender, run = shares()
    np.testing.assert_allclose((challenger[1], defender[1]), equilibrium(), atol=1e-9)
    np.testing.assert_allclose(decision_record.expected(run, 0, 1, STEP).mean(axis=0), defender, atol=1e-9)


# ---- beliefs


@pytest.mark.slow
def test_whoever_errs_plays_its_own_game_and_the_other_does_not_know():
    challenger, defender, run = shares({"beliefs": {"CHA": {"prize": "2 @assumption"}}})
    mine, thought = equilibrium((2.0, 2.0))  # it takes what it sees for what all see
    assert challenger[1] == pytest.approx(mine, abs=1e-9)
    assert decision_record.expected(run, 0, 1, STEP)[0, 1] == pytest.approx(thought, abs=1e-9)
    others, true = equilibrium()
    assert defender[1] == pytest.approx(true, abs=1e-9)
    assert decision_record.expected(run, 1, 0, STEP)[0, 1] == pytest.approx(
        others, abs=1e-9
    )  # what the defender expects is not what comes
    assert abs(challenger[1] - others) > 0.05


@pytest.mark.slow
def test_an_actor_may_hold_beliefs_about_what_another_believes():
    change = {"beliefs": {"CHA": {"prize": "2 @assumption", "DEF": {"prize": "0.5 @assumption"}}}}
    challenger, defender, run = shares(change)
    mine, thought = equilibrium((2.0, 0.5))
    assert challenger[1] == pytest.approx(mine, abs=1e-9)
    assert decision_record.expected(run, 0, 1, STEP)[0, 1] == pytest.approx(thought, abs=1e-9)
    assert defender[1] == pytest.approx(equilibrium()[1], abs=1e-9)


@pytest.mark.slow
def test_an_actor_may_misjudge_the_rationality_and_the_weights_of_another():
    """The other's rationality and weight are multiplied; what it itself weighs is not."""
    change = {"beliefs": {"CHA": {"choices.DEF.rationality": "2 @assumption"}}}
    challenger, defender, run = shares(change)
    mine, thought = equilibrium(r=(R, 2 * R))
    assert challenger[1] == pytest.approx(mine, abs=1e-9)
    assert decision_record.expected(run, 0, 1, STEP)[0, 1] == pytest.approx(thought, abs=1e-9)
    assert defender[1] == pytest.approx(equilibrium()[1], abs=1e-9)
    change = {"beliefs": {"CHA": {"choices.DEF.reasons.cost.weight": "0 @assumption"}}}
    _, _, run = shares(change)
    assert decision_record.expected(run, 0, 1, STEP)[0, 1] == pytest.approx(equilibrium((1.0, 0.0))[1], abs=1e-9)


@pytest.mark.parametrize(
    ("beliefs", "message"),
    [
        ({"CHA": {"price": "2 @assumption"}}, "prize"),
        ({"CHA": {"choices.DEF.rationalty": "2 @assumption"}}, "choices.DEF.rationality"),
        ({"CHA": {"DFE": {"prize": "2 @assumption"}}}, "DEF"),
        ({"CHA": {"CHA": {"prize": "2 @assumption"}}}, "own"),
    ],
)
def test_beliefs_about_nothing_are_refused(beliefs, message):
    with pytest.raises(StandoffError, match=message):
        model({"beliefs": beliefs})


# ---- moves


def test_who_sees_the_move_answers_it_and_who_is_seen_reckons_with_that(seen):
    """The agent quantal response equilibrium in closed form: the follower has one answer to each move."""
    challenger, _, run = seen
    answer = [logistic(R * (LOVE * entered - 1.0)) for entered in (0, 1)]
    enter = logistic(R * (GAIN - PAIN * answer[1]))
    assert challenger[1] == pytest.approx(enter, abs=1e-9)
    entered = run.path_chosen[:, STEP, 0] == 1
    fights = decision_record.probabilities(run, 1, STEP)[:, 1]
    np.testing.assert_allclose(fights[entered], answer[1], atol=1e-9)
    np.testing.assert_allclose(fights[~entered], answer[0], atol=1e-9)
    assert decision_record.expected(run, 0, 1, STEP)[0, 1] == pytest.approx(
        enter * answer[1] + (1 - enter) * answer[0], abs=1e-9
    )
    fought = run.path_chosen[:, STEP, 1] == 1
    for there, p in ((entered, answer[1]), (~entered, answer[0])):
        assert abs(fought[there].mean() - p) < 4 * np.sqrt(p * (1 - p) / there.sum())


def test_reasons_add_up_to_the_log_odds_of_what_was_seen(seen):
    _, _, run = seen
    for c in (0, 1):
        p = decision_record.probabilities(run, c, STEP)
        np.testing.assert_allclose(decision_record.reasons(run, c, STEP).sum(axis=1), np.log(p / p[:, :1]), atol=1e-9)


def test_choices_that_wait_for_one_another_are_refused():
    with pytest.raises(ScenarioError, match="circle"):
        model({"choices": {"DEF": {"after": ["CHA"]}, "CHA": {"after": ["DEF"]}}})
    with pytest.raises(ScenarioError, match="unknown choice"):
        model({"choices": {"DEF": {"after": ["CHB"]}}})


# ---- theories


def test_the_best_response_is_certain_and_to_the_expected_quantal_response():
    enter, fight = equilibrium()
    challenger, defender, run = shares({"theory": "best_response"})
    assert challenger[1] == float(PAIN * fight < GAIN) and defender[1] == float(LOVE * enter > 1.0)
    np.testing.assert_array_equal(run.path_chosen[:, STEP, 0], challenger[1])


@pytest.mark.slow
def test_one_actor_may_have_a_theory_of_its_own():
    challenger, defender, _ = shares({"choices": {"DEF": {"theory": "best_response"}}})
    assert challenger[1] == pytest.approx(equilibrium()[0], abs=1e-9) and defender[1] in (0.0, 1.0)


@pytest.mark.slow
def test_losses_loom_larger():
    """Both reasons of the challenger are differences to staying: the gain counts once, the pain 2.25 times."""
    _, fight = equilibrium()
    challenger, _, _ = shares({"theory": "reference_dependent"})
    assert challenger[1] == pytest.approx(logistic(R * (GAIN - 2.25 * PAIN * fight)), abs=1e-9)


@pytest.mark.slow
def test_the_cognitive_hierarchy_mixes_levels():
    from math import exp, factorial

    weights = [exp(-1.5) * 1.5**k / factorial(k) for k in range(6)]
    enter = fight = 0.5
    for k in range(1, 6):
        share = weights[k] / sum(weights[: k + 1])
        enter, fight = (
            enter + share * (logistic(R * (GAIN - PAIN * fight)) - enter),
            fight + share * (logistic(R * (LOVE * enter - 1.0)) - fight),
        )
    challenger, defender, _ = shares({"theory": "cognitive_hierarchy"})
    np.testing.assert_allclose((challenger[1], defender[1]), (enter, fight), atol=1e-9)


def test_satisficing_goes_by_the_heaviest_reason_and_keeps_the_status_quo():
    """The pain weighs most: any expected pain above a tenth rules entering out; without it the gain decides."""
    assert shares({"theory": "satisficing"})[0][0] == 1.0
    light = {"theory": "satisficing", "choices": {"CHA": {"reasons": {"gain": {"weight": 5}}}}}
    assert shares(light)[0][1] == 1.0
    faint = {
        "theory": "satisficing",
        "choices": {"CHA": {"reasons": {"gain": {"weight": 5, "value": {"enter": "0.05 * prize"}}, "pain": None}}},
    }
    assert shares(faint)[0][0] == 1.0  # a difference that nobody notices


def test_an_unknown_theory_is_refused():
    with pytest.raises(ScenarioError, match="theory"):
        model({"theory": "astrology"})


# ---- looking ahead


def test_a_reason_may_look_ahead_to_what_each_option_brings():
    """Entering pulls the prize from 1 towards 3 by half of the way a month (exactly: 1 - exp(-1/2)), staying leaves it."""
    gain = {"horizon": "2 months"}
    challenger, _, _ = shares({"choices": {"CHA": {"reasons": {"gain": gain, "pain": None}}}})
    prize = 3.0 - 2.0 * np.exp(-0.5) ** 2
    assert challenger[1] == pytest.approx(logistic(R * GAIN * prize), abs=1e-6)


def test_a_horizon_that_is_no_number_of_steps_is_refused():
    with pytest.raises(ScenarioError, match="multiple of the step"):
        model({"choices": {"CHA": {"reasons": {"gain": {"horizon": "10 days"}}}}})
