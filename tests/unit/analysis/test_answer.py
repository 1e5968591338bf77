"""Answers are what the draws say, in the unit asked for, with an error that fits their number."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console
from scipy import stats

from standoff.analysis.answer import DAYS, answer, base_rates, cautions, least_ends, span
from standoff.analysis.explain import explain, stock_drivers
from standoff.analysis.verdict import verdict
from standoff.engine import decision_record
from standoff.engine.model import Model
from standoff.engine.simulate import simulate
from standoff.errors import ModelError, StandoffError
from standoff.questions import BaseRate, EpistemicBand
from standoff.report import render
from standoff.report.sections.answers import blocks
from standoff.serialise import to_plain
from standoff.statistics import class_rate, jeffreys_interval, over

QUESTIONS = {
    "cool": {
        "text": "?",
        "event": "calm > 0.55 and fear > 0.5",
        "by": "2024-12",
        "resolution": "x",
        "compare_with": {"value": "0.3 @assumption", "text": "one year in three"},
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
    asked = {"text": "?", "event": "fear > 0.6", "by": "2024-12", "resolution": "x", "compare_with": rate}
    found = answer(simulate(calm({"questions": {"high": asked}}), draws=20, seed=1))
    assert found.answers[0].baselines["base_rate"] == pytest.approx(0.3)


def test_the_first_page_explains_the_option_that_its_main_question_asks_about() -> None:
    """The starter asks whether one side strikes; that it more likely withdraws is no answer to that."""
    from standoff import catalog
    from standoff.analysis.verdict import main_answer
    from standoff.engine.build import build
    from standoff.new_case import STARTER

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


COUNT = {
    "count": 57,
    "of": 798,
    "since": 1975,
    "until": 2017,
    "data": "UCDP",
    "sources": "assumption",
    "text": "counted",
}


@pytest.fixture(scope="module")
def rates(calm: Callable[..., Model]) -> Callable[..., tuple[BaseRate, ...]]:
    def rates_of(**fields: Any) -> tuple[BaseRate, ...]:
        asked = {"text": "?", "event": "fear > 0.6", "by": "2024-12", "resolution": "x", **fields}
        plan = calm({"questions": {"high": asked}}).plan
        return base_rates(plan, plan.question("high"))

    return rates_of


def test_a_rate_for_a_year_becomes_that_of_the_time_left(calm: Callable[..., Model], rates: Any) -> None:
    plan = calm().plan
    (found,) = rates(data_rate=COUNT)
    years = (plan.scenario.calendar.date(plan.scenario.calendar.steps) - plan.scenario.as_of_day).days / 365.2425
    low, high = stats.beta(57.5, 798 - 57 + 0.5).ppf([0.05, 0.95])
    assert 0 < years < 3
    assert found.rate == pytest.approx(1 - (1 - 57 / 798) ** years)
    assert found.interval == pytest.approx((1 - (1 - low) ** years, 1 - (1 - high) ** years))
    assert (found.kind, found.count, found.of, found.since, found.until) == ("data", 57, 798, 1975, 2017)


def test_twelve_months_are_a_year_and_a_rate_without_time_stays(rates: Any) -> None:
    (monthly,) = rates(data_rate=COUNT | {"count": 1, "of": 100, "per": "month"})
    (yearly,) = rates(data_rate=COUNT | {"count": 1, "of": 100})
    (case,) = rates(data_rate=COUNT | {"count": 1, "of": 100, "per": "case"})
    assert over(0.01, 12) == pytest.approx(1 - 0.99**12) and DAYS["year"] == 12 * DAYS["month"]
    assert 1 - monthly.rate == pytest.approx((1 - yearly.rate) ** 12)
    assert case.rate == pytest.approx(0.01)


@pytest.mark.parametrize(
    ("value", "per"), [("5 to 7 %/year", 0.06), ("0.06 1/year", 0.06), ("prior(rivals_war)", None)]
)
def test_a_rate_per_time_of_the_list_becomes_that_of_the_time_left(
    calm: Callable[..., Model], rates: Any, value: str, per: float | None
) -> None:
    plan = calm().plan
    years = (plan.scenario.calendar.date(plan.scenario.calendar.steps) - plan.scenario.as_of_day).days / 365.2425
    (found,) = rates(compare_with={"value": value if per is None else f"{value} @assumption", "text": "x"})
    assert found.months == pytest.approx(12 * years) and "months" in found.place and found.has_horizon
    if per is not None:
        middle = per if found.interval is None else (0.05 * 0.07) ** 0.5  # a range of positive numbers is lognormal
        assert found.rate == pytest.approx(1 - (1 - middle) ** years, rel=1e-3)
        assert found.interval is None or found.interval[0] == pytest.approx(1 - 0.95**years, rel=1e-3)


def test_a_yearly_prior_is_no_probability_of_another_time(rates: Any) -> None:
    (listed,) = rates(compare_with={"value": "prior(rivals_war.within_a_year)", "text": "x"})
    (years,) = rates(compare_with={"value": "0.012 1/year @assumption", "text": "x"})
    assert listed.months == years.months and listed.rate == pytest.approx(years.rate, rel=0.1)


def test_more_than_certain_in_a_year_is_refused(rates: Any) -> None:
    with pytest.raises(StandoffError, match="no probability"):
        rates(compare_with={"value": "130 %/year @assumption", "text": "x"})


def test_a_class_has_its_predictive_probability_and_says_where_the_choice_starts(rates: Any) -> None:
    first, second = rates(classes=[COUNT | {"members": "a state"}, COUNT | {"members": "another", "count": 0}])
    assert (first.members, first.start, second.start) == ("a state", "", ""), "the event names no choice"
    assert first.rate == pytest.approx(class_rate(57, 798, first.months / 12)[0])
    assert second.rate > 0 and second.interval[0] == 0.0


def test_the_first_class_is_the_base_rate_that_the_answer_is_compared_with(calm: Callable[..., Model]) -> None:
    asked = {"text": "?", "event": "fear > 0.6", "by": "2024-12", "resolution": "x"}
    model = calm({"questions": {"high": asked | {"classes": [COUNT | {"members": "a state"}]}}})
    found = answer(simulate(model, draws=20, seed=1))["high"]
    assert found.baselines["base_rate"] == found.base_rates[0].rate


def test_a_later_start_of_the_question_shortens_the_time(calm: Callable[..., Model]) -> None:
    asked = {"text": "?", "event": "fear > 0.6", "by": "2024-12", "since": "2024-11", "resolution": "x"}
    plan = calm({"questions": {"high": asked}}).plan
    assert span(plan.scenario, plan.question("high").question) == 31  # the days of December


def test_an_event_that_never_happened_has_an_upper_end(rates: Any) -> None:
    (found,) = rates(data_rate=COUNT | {"count": 0, "of": 166, "per": "case"})
    assert found.rate == 0.0
    assert found.interval == (0.0, pytest.approx(stats.beta(0.5, 166.5).ppf(0.95)))


def test_the_list_stands_first_with_its_number_of_cases(rates: Any) -> None:
    listed = {"value": "beta(11.5, 17.5) @assumption", "of": 28, "text": "famous cases"}
    first, second = rates(compare_with=listed, data_rate=COUNT)
    assert (first.kind, first.of, second.kind) == ("list", 28, "data")
    assert first.rate == pytest.approx(stats.beta(11.5, 17.5).ppf(0.5), abs=2e-4)
    assert first.interval == pytest.approx(tuple(stats.beta(11.5, 17.5).ppf([0.05, 0.95])), abs=1e-3)


def test_what_no_data_set_counts_has_no_rate(rates: Any) -> None:
    (found,) = rates(data_rate={"none": "nobody counts it"})
    assert (found.rate, found.count, found.text) == (None, None, "nobody counts it")
    assert rates() == ()


def test_a_count_that_goes_beyond_as_of_is_not_used(rates: Any) -> None:
    (found,) = rates(data_rate=COUNT | {"until": 2024})
    assert found.rate is None and "2024, and as_of" in found.text


@pytest.mark.parametrize(("until", "is_used"), [(2023, True), (2024, False), (2025, False), (2030, False)])
def test_a_count_of_the_year_of_the_case_is_not_used_even_on_its_last_day(
    calm: Callable[..., Model], until: int, is_used: bool
) -> None:
    asked = {
        "text": "?",
        "event": "fear > 0.6",
        "by": "2025-06",
        "resolution": "x",
        "data_rate": COUNT | {"until": until},
    }
    plan = calm({"as_of": "2024-12-31", "end": "2025-12", "questions": {"high": asked}}).plan
    (found,) = base_rates(plan, plan.question("high"))
    assert (found.rate is not None) == is_used


def test_a_number_has_no_rates(calm: Callable[..., Model]) -> None:
    asked = {
        "text": "?",
        "quantity": "fear",
        "at": "2024-12",
        "resolution": "x",
        "compare_with": {"value": "0.4 @assumption", "text": "mean"},
    }
    plan = calm({"questions": {"level": asked}}).plan
    assert base_rates(plan, plan.question("level")) == ()


def test_a_rate_in_data_changes_no_run(calm: Callable[..., Model]) -> None:
    asked = {"text": "?", "event": "fear > 0.6", "by": "2024-12", "resolution": "x"}
    assert calm({"questions": {"high": asked}}).hash == calm({"questions": {"high": asked | {"data_rate": COUNT}}}).hash


ASKED = {"text": "?", "resolution": "x"}
TIMELESS = {
    "before": {**ASKED, "event": "fear > 0.5", "by": "2024-01"},
    "turned": {**ASKED, "event": "fear > 0.5", "since": "2024-08", "by": "2024-06"},
    "sound": {**ASKED, "quantity": "fear", "at": "2024-12"},
}


def test_a_question_that_asks_about_no_time_is_told_with_its_answer(calm: Callable[..., Model]) -> None:
    model = calm({"as_of": "2024-03", "questions": TIMELESS})
    run = simulate(model, draws=100, seed=1)
    told = model.plan.warnings
    before, turned = told[:2]
    assert before.startswith("questions.before: ") and "2024-03" in before and "2024-01" in before
    assert turned.startswith("questions.turned: ") and "2024-08" in turned and "2024-06" in turned
    found = answer(run, ("sound",))
    assert found.warnings == verdict(run).warnings == told == tuple(found.to_data()["warnings"])
    console = Console(width=200, record=True)
    console.print(render.terminal(blocks(found)))
    printed = " ".join(console.export_text().split())
    assert all(f"Warning: {text}" in printed for text in told)


def test_few_futures_are_told_with_their_error(calm: Callable[..., Model]) -> None:
    model = calm({"questions": {"sound": TIMELESS["sound"]}})
    run = simulate(model, draws=25, seed=1)
    assert [text for text in cautions(run) if "25 futures" in text and " 10 percentage points" in text]


@settings(max_examples=200)
@given(st.integers(0, 40), st.integers(1, 2000), st.floats(0.0005, 0.9), st.floats(0, 2), st.integers(100, 20_000))
def test_a_band_is_at_least_as_wide_as_what_the_counts_of_its_rate_leave_open(
    hits: int, more: int, mean: float, width: float, draws: int
) -> None:
    """In log odds, on both sides; and it holds its mean."""
    mean, count = max(mean, 1 / draws), hits + more
    odds = np.log(mean / (1 - mean))
    ends = (float(1 / (1 + np.exp(-odds - side * width))) for side in (-1, 1))
    low, high = ends
    band = EpistemicBand(low=low, high=high, mean=mean, shares={}, parameters=3, draws=draws, replicates=8)
    rate = max(hits / count, 0.5 / count)
    start = BaseRate(kind="list", rate=rate, interval=jeffreys_interval(hits, count), start="q")
    least = 0.5 / draws

    def inside(p: float) -> float:
        p = min(max(p, least), 1 - least)
        return float(np.log(p / (1 - p)))

    wide = least_ends(band, start, draws)
    assert wide[0] <= min(low, mean) and wide[1] >= max(high, mean)
    assert odds - inside(wide[0]) >= min(inside(rate) - inside(start.interval[0]), odds - inside(0)) - 1e-6
    assert inside(wide[1]) - odds >= min(inside(start.interval[1]) - inside(rate), inside(1) - odds) - 1e-6
    assert wide[1] - wide[0] > least_ends(replace(band, theories=2), None, draws)[1] - low, "the form is not known"


def test_an_event_of_no_future_has_the_rule_of_three() -> None:
    band = EpistemicBand(low=0.0, high=0.0001, mean=0.0, shares={}, parameters=3, draws=500, replicates=8)
    low, high = least_ends(band, None, 500)
    assert low == 0.0 and 3 / 500 <= high < 4 / 500
