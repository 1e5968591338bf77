"""Answers are what the draws say, in the unit asked for, with an error that fits their number."""

from __future__ import annotations

import json

import numpy as np
import pytest

from standoff.analysis.answer import answer
from standoff.analysis.explain import explain, stock_drivers
from standoff.analysis.verdict import verdict
from standoff.engine import decision_record
from standoff.engine.simulate import simulate
from standoff.errors import ModelError
from standoff.serialise import to_plain

QUESTIONS = {
    "cool": {
        "text": "?",
        "event": "calm > 0.55 and fear > 0.5",
        "by": "2024-12",
        "resolution": "x",
        "base_rate": {"value": "0.3 @assumption", "text": "one year in three"},
    },
    "level": {"text": "?", "quantity": "fear", "unit": "%", "at": "2024-12", "resolution": "x"},
    "when": {"text": "?", "until": "fear > 0.6", "by": "2024-12", "resolution": "x"},
    "race": {
        "text": "?",
        "first_of": {"fear": "fear > 0.6", "calm": "calm > 0.59"},
        "by": "2024-12",
        "resolution": "x",
    },
    "place": {
        "text": "?",
        "rank": {"fear": "fear", "calm": "calm", "hope": "hope"},
        "of": "fear",
        "at": "2024-12",
        "resolution": "x",
    },
}


@pytest.fixture(scope="module")
def asked(calm):
    return simulate(calm({"questions": QUESTIONS}), draws=2000, seed=1, paths="all")


def after(run, cell):
    return run.path(cell)[:, 1:]


def test_an_event_is_the_share_of_futures_in_which_it_happens(asked):
    found = answer(asked)["cool"]
    hits = ((after(asked, "calm") > 0.55) & (after(asked, "fear") > 0.5)).any(axis=1)
    assert found.answer == hits.mean()
    assert found.monte_carlo.interval[0] < found.answer < found.monte_carlo.interval[1]
    assert found.mc_error == pytest.approx(np.sqrt(hits.mean() * (1 - hits.mean()) / 2000))
    assert found.baselines == {"persistence": pytest.approx(0.0), "base_rate": pytest.approx(0.3)}


def test_answers_are_a_collection_of_answers_by_name(asked):
    found = answer(asked)
    assert [item.id for item in found] == [*QUESTIONS] and len(found) == len(QUESTIONS)
    assert all(found[item.id] is item for item in found)
    for name in ("cooler", 0):
        with pytest.raises(ModelError) as error:
            found[name]
        assert "cool" in error.value.problems[0].allowed


def test_one_question_is_asked_by_its_name(asked):
    assert [item.id for item in answer(asked, "cool")] == ["cool"]
    assert answer(asked, "cool")["cool"] == answer(asked, ("cool",))["cool"]


def test_the_no_change_baseline_of_a_question_about_the_past_is_of_its_own_date(calm):
    """Fear falls from 0.5 to 0.1: it is above 0.3 in March, and not in December, when the case is asked."""
    dread = {"use": "mean_reversion", "stock": "fear", "mean": 0.1, "speed": "0.5 1/month", "volatility": 0}
    late = {"as_of": "2024-12", "end": "2025-03", "stocks": {"fear": {"initial": 0.9}}, "mechanisms": {"dread": dread}}
    question = {"text": "?", "quantity": "fear", "unit": "%", "at": "2024-03", "resolution": "x"}
    event = {"text": "?", "event": "fear > 0.3", "since": "2024-02", "by": "2024-03", "resolution": "x"}
    run = simulate(calm({**late, "questions": {"past": question, "high": event}}), draws=64, seed=1, paths="all")
    found, now = answer(run), 100 * float(np.median(run.path("fear")[:, run.model.plan.first_future_step]))
    assert now < 15 < found["past"].answer
    assert found["past"].baselines["persistence"] == pytest.approx(found["past"].answer, rel=1e-5)
    assert found["high"].baselines["persistence"] == 1.0


def test_a_quantity_is_the_median_in_the_unit_asked_for(asked):
    found = answer(asked)["level"]
    values = 100 * asked.path("fear")[:, -1]
    assert found.unit == "%"
    assert found.answer == pytest.approx(np.median(values), abs=0.05)
    np.testing.assert_allclose(found.futures, np.quantile(values, (0.05, 0.95)), atol=0.1)
    assert found.baselines["persistence"] == pytest.approx(100 * np.median(asked.path("fear")[:, 0]))


def test_a_time_is_in_months_and_has_no_end_where_it_does_not_happen(asked):
    found = answer(asked)["when"]
    past = after(asked, "fear") > 0.6
    months = np.where(past.any(axis=1), past.argmax(axis=1) + 1.0, np.inf)
    assert found.detail["probability_by"] == np.isfinite(months).mean()
    assert found.futures[0] == np.sort(months)[100] and found.futures[1] is None
    assert (found.answer is None) == (np.isfinite(months).mean() < 0.5)


def test_first_of_and_rank(asked):
    found = answer(asked)
    fear, calm_ = after(asked, "fear") > 0.6, after(asked, "calm") > 0.59
    first = [np.where(x.any(axis=1), x.argmax(axis=1), 99) for x in (fear, calm_)]
    shares = found["race"].detail["first"]
    ties = (first[0] == first[1]) & (first[0] < 99)
    assert shares["fear"] == pytest.approx((first[0] < first[1]).mean() + ties.mean() / 2)
    assert shares["none by then"] == pytest.approx(((first[0] == 99) & (first[1] == 99)).mean())
    assert sum(shares.values()) == pytest.approx(1.0)
    assert found["race"].answer == max(shares, key=shares.get)
    ends = {cell: asked.path(cell)[:, -1] for cell in ("fear", "calm", "hope")}
    rank = 1 + (ends["calm"] > ends["fear"]) + (ends["hope"] > ends["fear"]).astype(int)
    assert found["place"].answer == np.median(rank) and found["place"].detail["first"] == (rank == 1).mean()


def test_an_unknown_question_is_refused_with_the_nearest_one(asked):
    with pytest.raises(ModelError, match="did you mean `level`"):
        answer(asked, ("levle",))
    with pytest.raises(ModelError, match="no question"):
        answer(asked)["nothing"]


@pytest.fixture(scope="module")
def explained(world):
    """The penalty depends on what the other does at the same date, and the other way round."""
    return explain(world(), choice="AAA", at="2024-08", option="press", draws=256)


def test_reasons_add_up_to_the_log_odds(explained):
    assert explained.additivity_error < 1e-9
    assert sum(reason.log_odds for reason in explained.reasons) == pytest.approx(explained.log_odds, abs=1e-9)
    assert [reason.reason for reason in explained.reasons] == ["norm", "penalty", "spirit"]
    assert abs(sum(reason.share for reason in explained.reasons) - 1) < 1e-9
    assert explained.decided == "2024-06" and explained.at == "2024-08"
    assert explained.unsolved == 0.0
    signs = {reason.reason: np.sign(reason.log_odds) for reason in explained.reasons}
    assert signs == {"norm": -1, "penalty": -1, "spirit": 1}
    assert sum(option.probability for option in explained.options) == pytest.approx(1.0)


def test_the_log_odds_follow_from_the_probabilities_draw_by_draw(double):
    step = double.model.program.decision_steps[0]
    for place, choice in enumerate(double.model.plan.choices):
        p, parts = decision_record.probabilities(double, place, step), decision_record.reasons(double, place, step)
        odds = np.log(p) - np.log(p[:, [choice.status_quo]])
        np.testing.assert_allclose(parts.sum(axis=1), odds, atol=1e-9)
        np.testing.assert_allclose(p.sum(axis=1), 1.0, rtol=1e-12)
    # the penalty is linear in what the other is expected to do: rationality * weight * -exposure (1 - insulation) severity P
    numbers = dict(zip(double.model.layout.names, double.parameter_values.T, strict=True))
    here = "choices.AAA.reasons.penalty"
    severity = numbers.get(f"{here}.severity", numbers.get(f"{here}.severity.BBB"))
    insulation, weight, rationality = (
        numbers[name] for name in (f"{here}.insulation", f"{here}.weight", "choices.AAA.rationality")
    )
    expected = -rationality * weight * (1 - insulation) * severity * decision_record.expected(double, 0, 1, step)[:, 0]
    np.testing.assert_allclose(decision_record.reasons(double, 0, step)[:, 1, 0], expected, rtol=1e-9)


def test_explaining_what_is_not_there_is_refused(world):
    with pytest.raises(ModelError, match="no choice `AAB`"):
        explain(world(), choice="AAB", at="2024-08")
    with pytest.raises(ModelError, match="has no decision in force in 2024-02"):
        explain(world(), choice="AAA", at="2024-02")
    for month in ("1990-01", "2060-01"):
        with pytest.raises(ModelError, match=f"{month}: it is outside the case"):
            explain(world(), choice="AAA", at=month)


def test_drivers_are_the_flows_that_moved_the_stock(double):
    found = stock_drivers(double, "calm")
    assert {driver.part for driver in found.drivers} == {"quiet", "floor", "cap"}
    assert sum(driver.total for driver in found.drivers) == pytest.approx(found.after - found.before, abs=1e-9)
    assert sum(driver.share for driver in found.drivers) == pytest.approx(1.0)
    with pytest.raises(ModelError, match="did you mean `calm`"):
        stock_drivers(double, "clam")
    with pytest.raises(ModelError, match="not a period of the run"):
        stock_drivers(double, "calm", since="2024-12", until="2024-06")


def test_the_verdict_explains_each_choice_and_turns_into_json(two_dates):
    """Also where the two decide for the first time at different dates."""
    found = verdict(two_dates)
    assert [(choice.choice, choice.decided) for choice in found.choices] == [("AAA", "2024-04"), ("BBB", "2024-06")]
    data = json.loads(json.dumps(found.to_data(), allow_nan=False))
    assert {question["id"] for question in data["questions"]} == {"go", "left", "high", "part"}
    for question in data["questions"]:
        assert {"id", "lines", "text", "answer", "futures", "monte_carlo", "band", "baselines", "claims"} <= set(
            question
        )
    for choice in data["choices"]:
        assert {"actor", "at", "options", "reasons", "claims"} <= set(choice)
    assert any(item["path"] == "choices.AAA.reasons.penalty.weight" for item in data["assumptions"])


def test_plain_data_has_no_nan():
    assert to_plain({"a": (np.float64("nan"), np.inf), "b": np.array([1, 2])}) == {"a": [None, None], "b": [1, 2]}


def test_a_base_rate_is_read_in_its_unit(calm):
    from standoff.analysis.answer import answer
    from standoff.engine.simulate import simulate

    rate = {"value": "30 % @assumption", "text": "counted"}
    asked = {"text": "?", "event": "fear > 0.6", "by": "2024-12", "resolution": "x", "base_rate": rate}
    found = answer(simulate(calm({"questions": {"high": asked}}), draws=20, seed=1))
    assert found.answers[0].baselines["base_rate"] == pytest.approx(0.3)


def test_the_first_page_explains_the_option_that_its_main_question_asks_about() -> None:
    """The starter asks whether one side strikes; that it more likely withdraws is no answer to that."""
    from standoff import catalog
    from standoff.analysis.verdict import main_answer
    from standoff.engine.build import build
    from standoff.plan.new_case import STARTER

    run = simulate(build(*catalog.load(STARTER)), draws=64, seed=1)
    found = verdict(run)
    main = main_answer(run, found.answers)
    assert main is not None and main.id == "strike"
    (choice,) = found.choices
    assert (choice.option, choice.reference) == ("strike", "hold")
    assert max(choice.options, key=lambda item: item.probability).option != "strike"


def test_a_frame_of_answers_has_a_row_for_each_question(asked):
    answers = answer(asked)
    frame = answers.to_frame()
    assert list(frame.index) == [item.id for item in answers.answers] and frame.index.name == "id"
    assert frame.loc["race", "answer"] == answers["race"].answer and frame.loc["level", "unit"] == "%"
    assert frame.loc["level", ["low", "high"]].tolist() == list(answers["level"].futures)
    assert frame.loc["cool", "base_rate"] == pytest.approx(0.3) and np.isnan(frame.loc["race", "low"])
    assert frame["error"].dtype == float and frame.loc["cool", "error"] == answers["cool"].mc_error
